/* SPDX-License-Identifier: MIT */
/*
 * The engine behind its four doors, without sockets: a client of BearSSL's on the other side, records whole, byte
 * by byte, damaged, and noise.
 *
 *     tls_test [ROUNDS [SEED]]
 */
#include <bearssl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/tls.h"
#include "io/tls_engine.h"
#include "io/tls_name.h"
#include "io/tls_pem.h"
#include "test.h"
#include "tls_fixtures.h"

static const struct uc_tls_ops *const ops = &uc_tls_bearssl;
static int rounds = 200;

/* ---- a client ---- */

struct client {
    br_ssl_client_context context;
    br_x509_minimal_context unused;
    br_x509_knownkey_context known;
    br_x509_decoder_context decoder;
    unsigned char records[BR_SSL_BUFSIZE_BIDI];
};

static void client_begin(struct client *client)
{
    struct uc_pem_object *certificate;
    unsigned char seed[32];

    br_ssl_client_init_full(&client->context, &client->unused, NULL, 0);
    assert_int_equal(uc_pem_read(test_certificate, &certificate), 0);
    br_x509_decoder_init(&client->decoder, NULL, NULL);
    br_x509_decoder_push(&client->decoder, certificate->bytes, certificate->len);
    uc_pem_free(certificate);
    br_x509_knownkey_init_ec(&client->known, &br_x509_decoder_get_pkey(&client->decoder)->key.ec, BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&client->context.eng, &client->known.vtable);
    br_ssl_engine_set_buffer(&client->context.eng, client->records, sizeof(client->records), 1);
    for (size_t i = 0; i < sizeof(seed); i++)
        seed[i] = (unsigned char)rand();
    br_ssl_engine_inject_entropy(&client->context.eng, seed, sizeof(seed));
    assert_true(br_ssl_client_reset(&client->context, "test", 0));
}

/* ---- the wire ---- */

struct wire {
    size_t step;    /* bytes at once; 0: all */
    int damage_one_in; /* of so many deliveries one byte changes; 0: never */
    bool constant_time; /* the server does without the processor's AES and multiplication */
};

static size_t limit(const struct wire *wire, size_t len)
{
    return wire->step && wire->step < len ? wire->step : len;
}

static bool to_server(struct client *client, struct uc_tls *tls, const struct wire *wire)
{
    size_t len, room;
    unsigned char *from = br_ssl_engine_sendrec_buf(&client->context.eng, &len);
    unsigned char *to = from ? ops->space(tls, &room) : NULL;

    if (!to)
        return false;
    len = limit(wire, len < room ? len : room);
    memcpy(to, from, len);
    if (wire->damage_one_in && rand() % wire->damage_one_in == 0)
        to[(size_t)rand() % len] ^= (unsigned char)(1 + rand() % 255);
    ops->received(tls, len);
    br_ssl_engine_sendrec_ack(&client->context.eng, len);
    return true;
}

static bool to_client(struct client *client, struct uc_tls *tls, const struct wire *wire)
{
    size_t len, room;
    const unsigned char *from = ops->output(tls, &len);
    unsigned char *to = from ? br_ssl_engine_recvrec_buf(&client->context.eng, &room) : NULL;

    if (!to)
        return false;
    len = limit(wire, len < room ? len : room);
    memcpy(to, from, len);
    br_ssl_engine_recvrec_ack(&client->context.eng, len);
    ops->sent(tls, len);
    return true;
}

static void run(struct client *client, struct uc_tls *tls, const struct wire *wire)
{
    for (int i = 0; i < 200000; i++) {
        bool any = to_server(client, tls, wire);

        if (!(to_client(client, tls, wire) | any))
            return;
    }
    fail();
}

static struct uc_tls_server *load(void)
{
    struct uc_tls_server *server = NULL;
    char why[UC_TLS_WHY_BYTES] = "";

    assert_int_equal(ops->load(&server, &(struct uc_tls_texts){test_certificate, test_key, NULL}, why), 0);
    return server;
}

static void say(struct client *client, const char *text)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(&client->context.eng, &room);

    assert_non_null(to);
    memcpy(to, text, strlen(text));
    br_ssl_engine_sendapp_ack(&client->context.eng, strlen(text));
    br_ssl_engine_flush(&client->context.eng, 0);
}

static void converse(const struct wire *wire)
{
    static struct client client;
    struct uc_tls_server *server = load();
    struct uc_tls *tls = ops->open(server, NULL);
    size_t len;
    const unsigned char *data;

    if (wire->constant_time) {
        br_ssl_engine_set_aes_ctr(&tls->engine, &br_aes_ct64_ctr_vtable);
        br_ssl_engine_set_ghash(&tls->engine, &br_ghash_ctmul64);
    }
    assert_int_equal(ops->put(tls, "early", 5), 0);
    client_begin(&client);
    run(&client, tls, wire);
    assert_int_equal(br_ssl_engine_last_error(&client.context.eng), 0);
    assert_false(ops->is_over(tls));
    assert_int_equal(ops->subject(tls).len, 0);

    say(&client, "hello");
    run(&client, tls, wire);
    data = ops->data(tls, &len);
    assert_true(data && len == 5 && !memcmp(data, "hello", 5));
    ops->took(tls, 5);
    assert_null(ops->data(tls, &len));

    assert_int_equal(ops->put(tls, "answer", 6), 6);
    ops->flush(tls);
    run(&client, tls, wire);
    data = br_ssl_engine_recvapp_buf(&client.context.eng, &len);
    assert_true(data && len == 6 && !memcmp(data, "answer", 6));
    br_ssl_engine_recvapp_ack(&client.context.eng, len);

    br_ssl_engine_close(&client.context.eng);
    run(&client, tls, wire);
    assert_true(ops->is_over(tls));
    assert_int_equal(ops->error(tls), 0);
    ops->close(tls);
    ops->unload(server);
}

static void records_arrive_whole(void **state)
{
    (void)state;
    converse(&(struct wire){0});
}

static void records_arrive_byte_by_byte(void **state)
{
    (void)state;
    converse(&(struct wire){.step = 1});
}

static void constant_time_code_speaks_the_same(void **state)
{
    (void)state;
    converse(&(struct wire){.constant_time = true});
}

static void ciphers_are_the_processors_or_constant_time(void **state)
{
    struct uc_tls_server *server = load();
    struct uc_tls *tls = ops->open(server, NULL);

    (void)state;
    if (__builtin_cpu_supports("aes")) {
        assert_non_null(br_aes_x86ni_ctr_get_vtable());
        assert_ptr_equal(tls->engine.iaes_ctr, br_aes_x86ni_ctr_get_vtable());
    } else {
        assert_ptr_equal(tls->engine.iaes_ctr, &br_aes_ct64_ctr_vtable);
    }
    if (__builtin_cpu_supports("pclmul")) {
        assert_non_null(br_ghash_pclmul_get());
        assert_true(tls->engine.ighash == br_ghash_pclmul_get());
    } else {
        assert_true(tls->engine.ighash == &br_ghash_ctmul64);
    }
    ops->close(tls);
    ops->unload(server);
}

static void clear_text_that_nobody_takes_stops_the_records(void **state)
{
    static struct client client;
    struct uc_tls_server *server = load();
    struct uc_tls *tls = ops->open(server, NULL);
    struct wire wire = {0};
    size_t room;

    (void)state;
    client_begin(&client);
    run(&client, tls, &wire);
    say(&client, "hello");
    run(&client, tls, &wire);
    assert_null(ops->space(tls, &room));
    ops->took(tls, 5);
    assert_non_null(ops->space(tls, &room));
    ops->close(tls);
    ops->unload(server);
}

static void damaged_records_end_the_connection(void **state)
{
    static struct client client;
    struct uc_tls_server *server = load();

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct wire wire = {.step = i % 2 ? 0 : 1 + (size_t)rand() % 100, .damage_one_in = 1 + rand() % 6};
        struct uc_tls *tls = ops->open(server, NULL);
        size_t len;

        client_begin(&client);
        for (int j = 0; j < 2000 && (to_server(&client, tls, &wire) | to_client(&client, tls, &wire)); j++)
            if (ops->data(tls, &len))
                ops->took(tls, len);
        ops->put(tls, "x", 1);
        ops->end(tls);
        ops->close(tls);
    }
    ops->unload(server);
}

static void noise_is_survived(void **state)
{
    struct uc_tls_server *server = load();

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct uc_tls *tls = ops->open(server, NULL);
        unsigned char *to;
        size_t room;

        for (int j = 0; j < 20 && (to = ops->space(tls, &room)); j++) {
            size_t len = 1 + (size_t)rand() % room;

            for (size_t k = 0; k < len; k++)
                to[k] = (unsigned char)rand();
            if (rand() % 2) { /* as if it were a record of the handshake */
                static const unsigned char head[] = {22, 3, 3, 0, 80, 1, 0, 0, 76, 3, 3};

                memcpy(to, head, len < sizeof(head) ? len : sizeof(head));
            }
            ops->received(tls, len);
        }
        ops->close(tls);
    }
    ops->unload(server);
}

static void pem_is_read(void **state)
{
    static const struct {
        const char *text;
        int err;
    } rows[] = {
        {"", -EINVAL},
        {"-----BEGIN CERTIFICATE-----\n", -EINVAL},
        {"-----BEGIN X-----\nAAAA\n-----END X-----", 0},
        {"-----BEGIN X-----\r\nAAAA\r\n-----END X-----\r\n", 0},
        {"words before\n-----BEGIN X-----\nAAAA\n-----END X-----\nwords behind\n", 0},
        {"-----BEGIN X-----\n%%%%\n-----END X-----\n", -EINVAL},
        {"-----BEGIN X-----\n-----END X-----\n", -EINVAL},
        {"LS0tLS1CRUdJTiBYLS0tLS0KQUFBQQotLS0tLUVORCBYLS0tLS0K", 0},
        {"-----BEGIN X-----\nAAAA\n-----END X-----\n-----BEGIN X-----\nAAAA\n", -EINVAL}, /* cut off */
        {"LS0tLS1CRUdJTi!", -EINVAL},
        {"/nowhere/to/be/found", -ENOENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_pem_object *objects;

        assert_int_equal(uc_pem_read(rows[i].text, &objects), rows[i].err);
        assert_true(rows[i].err ? !objects : objects->len == 3 && !strcmp(objects->name, "X"));
        uc_pem_free(objects);
    }
}

static void a_key_must_be_the_certificates(void **state)
{
    static const struct {
        const char *certificate, *key, *why;
    } rows[] = {
        {test_certificate, test_key, NULL},
        {rsa_certificate, rsa_key, NULL},
        {middle_certificate, middle_key, NULL},
        {large_chain, large_key, NULL},
        {large_chain, middle_key, "key: it is not the certificate's"},
        {large_chain, rsa_key, "key: it is not the certificate's"},
        {named_certificate, test_key, "key: it is not the certificate's"},
        {test_certificate, rsa_key, "key: it is of another kind than the certificate's"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_tls_server *server = NULL;
        char why[UC_TLS_WHY_BYTES] = "";
        int err = ops->load(&server, &(struct uc_tls_texts){rows[i].certificate, rows[i].key, NULL}, why);

        assert_int_equal(err, rows[i].why ? -EINVAL : 0);
        assert_string_equal(why, rows[i].why ? rows[i].why : "");
        ops->unload(server);
    }
}

static void names_are_the_alternative_ones(void **state)
{
    static const struct {
        const char *certificate, *name;
        bool is;
    } rows[] = {
        {named_certificate, "a.example", true},
        {named_certificate, "A.Example", true},
        {named_certificate, "a.example.", true},
        {named_certificate, "b.example", false},
        {named_certificate, "a.example.org", false},
        {named_certificate, "x.a.example", false},
        {named_certificate, "a.exampl", false},
        {named_certificate, "x.wild.example", true},
        {named_certificate, "x.WILD.example", true},
        {named_certificate, "wild.example", false},
        {named_certificate, ".wild.example", false},
        {named_certificate, "x.y.wild.example", false},
        {named_certificate, "192.0.2.7", true},
        {named_certificate, "192.0.2.8", false},
        {named_certificate, "x@y.example", false},
        {named_certificate, "named.example", false}, /* the common name */
        {named_certificate, "", false},
        {named_certificate, ".", false},
        {nameless_certificate, "nobody.example", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_pem_object *certificate;

        assert_int_equal(uc_pem_read(rows[i].certificate, &certificate), 0);
        if (uc_tls_name_is_of(certificate->bytes, certificate->len, rows[i].name) != rows[i].is)
            fail_msg("%s", rows[i].name);
        for (size_t len = 0; len < certificate->len; len++) /* cut off: the certificate's length is not there */
            assert_false(uc_tls_name_is_of(certificate->bytes, len, rows[i].name));
        uc_pem_free(certificate);
    }
}

/* ---- the calling end ---- */

static struct uc_tls_server *load_peers(const char *authorities)
{
    struct uc_tls_server *peers = NULL;
    char why[UC_TLS_WHY_BYTES] = "";

    assert_int_equal(uc_tls_bearssl_client.load(&peers, &(struct uc_tls_texts){NULL, NULL, authorities}, why), 0);
    return peers;
}

/* Both of ours, record by record. The caller's error. */
static int shake_hands(struct uc_tls *caller, struct uc_tls *tls)
{
    bool any = true;

    while (any) {
        struct uc_tls *ends[] = {caller, tls};

        any = false;
        for (int i = 0; i < 2; i++) {
            size_t len, room;
            const unsigned char *from = ops->output(ends[i], &len);
            unsigned char *to = from ? ops->space(ends[!i], &room) : NULL;

            if (!to)
                continue;
            len = len < room ? len : room;
            memcpy(to, from, len);
            ops->sent(ends[i], len);
            ops->received(ends[!i], len);
            any = true;
        }
    }
    return ops->error(caller);
}

static void a_server_is_called_by_its_own_name_alone(void **state)
{
    static const struct {
        const char *name;
        int error;
    } rows[] = {{"x.wild.example", 0}, {"192.0.2.7", 0}, {"192.0.2.8", BR_ERR_X509_BAD_SERVER_NAME},
                {"named.example", BR_ERR_X509_BAD_SERVER_NAME}};
    struct uc_tls_server *server = NULL, *peers = load_peers(named_certificate); /* whose session is of one name */
    char why[UC_TLS_WHY_BYTES] = "";

    (void)state;
    assert_int_equal(ops->load(&server, &(struct uc_tls_texts){named_certificate, named_key, NULL}, why), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_tls *caller = uc_tls_bearssl_client.open(peers, rows[i].name), *tls = ops->open(server, NULL);

        assert_int_equal(shake_hands(caller, tls), rows[i].error);
        assert_int_equal(ops->put(caller, "x", 1), rows[i].error ? 0 : 1);
        uc_tls_bearssl_client.close(caller);
        ops->close(tls);
    }
    uc_tls_bearssl_client.unload(peers);
    ops->unload(server);
}

/* Of RSA keys of 4096 and 3072 bits, signed with SHA-512; the server's and the client's. */
static void a_chain_of_large_keys_is_trusted_at_both_ends(void **state)
{
    static const struct {
        const char *chain, *key, *authorities;
        int error; /* of either end about the other's chain */
    } rows[] = {
        {large_chain, large_key, root_certificate, 0},
        {large_chain, large_key, middle_certificate, 0},
        {large_chain, large_key, named_certificate, BR_ERR_X509_NOT_TRUSTED},
        {rsa_certificate, rsa_key, root_certificate, BR_ERR_X509_NOT_TRUSTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_tls_texts texts = {rows[i].chain, rows[i].key, rows[i].authorities};
        struct uc_tls_server *server = NULL, *caller = NULL;
        struct uc_tls *ends[2];
        char why[UC_TLS_WHY_BYTES] = "";

        assert_int_equal(ops->load(&server, &texts, why), 0);
        assert_int_equal(uc_tls_bearssl_client.load(&caller, &texts, why), 0);
        ends[0] = uc_tls_bearssl_client.open(caller, "leaf.example");
        ends[1] = ops->open(server, NULL);
        assert_int_equal(shake_hands(ends[0], ends[1]), rows[i].error);
        assert_int_equal(ops->put(ends[1], "x", 1), rows[i].error ? 0 : 1);
        uc_tls_bearssl_client.close(ends[0]);
        ops->close(ends[1]);
        uc_tls_bearssl_client.unload(caller);
        ops->unload(server);
    }
}

/* Renewed: who has a connection of the old credentials keeps them. */
static void credentials_stay_for_the_connections_that_they_have(void **state)
{
    static struct client client;
    struct uc_tls_server *server = load();
    struct uc_tls *tls = ops->open(server, NULL);

    (void)state;
    ops->unload(server);
    client_begin(&client);
    run(&client, tls, &(struct wire){0});
    assert_int_equal(br_ssl_engine_last_error(&client.context.eng), 0);
    assert_int_equal(ops->put(tls, "answer", 6), 6);
    ops->close(tls);
}

/* How long the session's number is that the caller offers in its first record. */
static unsigned session_offered(struct uc_tls *caller)
{
    size_t len;
    const unsigned char *hello = ops->output(caller, &len);

    assert_true(hello && len > 44);
    return hello[43];
}

/*
 * A stranger names a session and hangs up. Were that kept, the next stranger could resume it with a secret of
 * zeros, and would never be asked for a certificate.
 */
static void a_session_that_was_only_named_is_not_resumed(void **state)
{
    static const unsigned char head[] = {22, 3, 3, 0, 74, 2, 0, 0, 70, 3, 3}, tail[] = {0xc0, 0x2b, 0};
    unsigned char hello[5 + 74] = {0};
    struct uc_tls_server *peers = load_peers(named_certificate);
    struct uc_tls *caller = uc_tls_bearssl_client.open(peers, "a.example");
    unsigned char *to;
    size_t len = 0, room;

    (void)state;
    memcpy(hello, head, sizeof(head));
    hello[43] = 32;
    memset(hello + 44, 's', 32);
    memcpy(hello + 76, tail, sizeof(tail));
    while (ops->output(caller, &room))
        ops->sent(caller, room);
    while (len < sizeof(hello) && (to = ops->space(caller, &room))) {
        room = room < sizeof(hello) - len ? room : sizeof(hello) - len;
        memcpy(to, hello + len, room);
        ops->received(caller, room);
        len += room;
    }
    assert_int_equal(len, sizeof(hello));
    assert_int_equal(ops->error(caller), 0);
    uc_tls_bearssl_client.close(caller);

    caller = uc_tls_bearssl_client.open(peers, "a.example");
    assert_int_equal(session_offered(caller), 0);
    uc_tls_bearssl_client.close(caller);
    uc_tls_bearssl_client.unload(peers);
}

static void a_session_that_stood_is_resumed(void **state)
{
    struct uc_tls_server *server = NULL, *peers = load_peers(named_certificate);
    char why[UC_TLS_WHY_BYTES] = "";

    (void)state;
    assert_int_equal(ops->load(&server, &(struct uc_tls_texts){named_certificate, named_key, NULL}, why), 0);
    for (unsigned offered = 0; offered <= 32; offered += 32) {
        struct uc_tls *caller = uc_tls_bearssl_client.open(peers, "a.example"), *tls = ops->open(server, NULL);

        assert_int_equal(session_offered(caller), offered);
        assert_int_equal(shake_hands(caller, tls), 0);
        assert_int_equal(ops->put(caller, "x", 1), 1);
        uc_tls_bearssl_client.close(caller);
        ops->close(tls);
    }
    ops->unload(server);
    uc_tls_bearssl_client.unload(peers);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_arrive_whole),
        cmocka_unit_test(records_arrive_byte_by_byte),
        cmocka_unit_test(constant_time_code_speaks_the_same),
        cmocka_unit_test(ciphers_are_the_processors_or_constant_time),
        cmocka_unit_test(clear_text_that_nobody_takes_stops_the_records),
        cmocka_unit_test(damaged_records_end_the_connection),
        cmocka_unit_test(noise_is_survived),
        cmocka_unit_test(pem_is_read),
        cmocka_unit_test(a_key_must_be_the_certificates),
        cmocka_unit_test(names_are_the_alternative_ones),
        cmocka_unit_test(a_server_is_called_by_its_own_name_alone),
        cmocka_unit_test(a_chain_of_large_keys_is_trusted_at_both_ends),
        cmocka_unit_test(credentials_stay_for_the_connections_that_they_have),
        cmocka_unit_test(a_session_that_was_only_named_is_not_resumed),
        cmocka_unit_test(a_session_that_stood_is_resumed),
    };

    if (argc > 1)
        rounds = atoi(argv[1]);
    srand(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
