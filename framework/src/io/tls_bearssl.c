/* SPDX-License-Identifier: MIT */
/*
 * tls_bearssl.c - TLS 1.2 by BearSSL's engine.
 *
 * Put together by hand instead of by one of its profiles, so that an image links what is spoken and no more:
 * ECDHE with ChaCha20-Poly1305 or AES-GCM; no renegotiation; sessions are resumed from a cache of the
 * listener's. AES and GHASH are the processor's where it has the instructions, else constant-time code.
 */
#include <bearssl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/date.h"
#include "io/tls.h"
#include "io/tls_pem.h"
#include "uc/buf.h"

#define CHAIN_MAX 8
#define ANCHORS_MAX 16
#define RSA_BITS_MIN 2048
#define SESSIONS_BYTES (128 * 100) /* about a hundred bytes a session (bearssl_ssl.h) */
#define SUBJECT_BYTES 128
#define DAYS_TO_1970 719528 /* from the year 0, as BearSSL counts */

struct anchors { /* with the memory that they point into */
    br_x509_trust_anchor items[ANCHORS_MAX];
    struct uc_buf memory[ANCHORS_MAX];
    size_t count;
};

struct uc_tls_server {
    struct uc_pem_object *certificate, *key;
    br_x509_certificate chain[CHAIN_MAX];
    size_t chain_count;
    br_skey_decoder_context decoded_key; /* the private key lies in it */
    br_ssl_session_cache_lru sessions;
    unsigned char session_bytes[SESSIONS_BYTES];
    struct anchors anchors;
};

struct uc_tls {
    br_ssl_server_context context;
    br_x509_minimal_context client;
    br_name_element name;
    char subject[SUBJECT_BYTES];
    unsigned char records[BR_SSL_BUFSIZE_BIDI];
};

static br_ssl_engine_context *engine_of(struct uc_tls *tls) { return &tls->context.eng; }

/* ---- loading */

static int refuse(char *why, const char *which, const char *what)
{
    snprintf(why, UC_TLS_WHY_BYTES, "%s: %s", which, what);
    return -EINVAL;
}

static int read_objects(const char *text, const char *which, struct uc_pem_object **objects, char *why)
{
    int err = uc_pem_read(text, objects);

    if (err == -ENOMEM)
        return err;
    if (err == -EINVAL)
        return refuse(why, which, "it holds no PEM document, or a damaged one");
    return err ? refuse(why, which, uv_strerror(err)) : 0;
}

static int load_chain(struct uc_tls_server *server, const char *text, char *why)
{
    int err = read_objects(text, "certificate", &server->certificate, why);

    for (struct uc_pem_object *object = server->certificate; !err && object; object = object->next) {
        if (strcmp(object->name, "CERTIFICATE") && strcmp(object->name, "X509 CERTIFICATE"))
            continue;
        if (server->chain_count == CHAIN_MAX)
            return refuse(why, "certificate", "more than 8 of them");
        server->chain[server->chain_count++] = (br_x509_certificate){object->bytes, object->len};
    }
    return err || server->chain_count ? err : refuse(why, "certificate", "there is none in it");
}

/* What the certificate says that its key is: BR_KEYTYPE_EC, BR_KEYTYPE_RSA, 0. */
static int key_type_of(const br_x509_certificate *certificate)
{
    br_x509_decoder_context decoder;
    br_x509_pkey *key;

    br_x509_decoder_init(&decoder, NULL, NULL);
    br_x509_decoder_push(&decoder, certificate->data, certificate->data_len);
    key = br_x509_decoder_get_pkey(&decoder);
    return key ? key->key_type : 0;
}

static int load_key(struct uc_tls_server *server, const char *text, char *why)
{
    int err = read_objects(text, "key", &server->key, why), type;
    struct uc_pem_object *object = server->key;

    if (err)
        return err;
    while (object && !strstr(object->name, "PRIVATE KEY"))
        object = object->next;
    if (!object)
        return refuse(why, "key", "there is no private key in it");
    br_skey_decoder_init(&server->decoded_key);
    br_skey_decoder_push(&server->decoded_key, object->bytes, object->len);
    type = br_skey_decoder_key_type(&server->decoded_key);
    if (br_skey_decoder_last_error(&server->decoded_key) || !type)
        return refuse(why, "key", "it cannot be read; it must be ECDSA or RSA, and not encrypted");
    if (type == BR_KEYTYPE_EC && br_skey_decoder_get_ec(&server->decoded_key)->curve != BR_EC_secp256r1)
        return refuse(why, "key", "its curve is not P-256");
    if (type == BR_KEYTYPE_RSA && br_skey_decoder_get_rsa(&server->decoded_key)->n_bitlen < RSA_BITS_MIN)
        return refuse(why, "key", "an RSA key must have 2048 bits or more");
    if (type != key_type_of(&server->chain[0]))
        return refuse(why, "key", "it is of another kind than the certificate's");
    return 0;
}

static void append(void *arg, const void *bytes, size_t len)
{
    uc_buf_append(arg, bytes, len);
}

static unsigned char *keep(struct uc_buf *memory, const unsigned char *bytes, size_t len)
{
    unsigned char *at = (unsigned char *)memory->data + memory->len;

    uc_buf_append(memory, (const char *)bytes, len);
    return at;
}

/* An authority's name and key, copied out of the decoder. */
static int add_anchor(struct anchors *anchors, const struct uc_pem_object *object, char *why)
{
    br_x509_trust_anchor *anchor = &anchors->items[anchors->count];
    struct uc_buf *memory = &anchors->memory[anchors->count];
    br_x509_decoder_context decoder;
    br_x509_pkey *key;

    if (anchors->count == ANCHORS_MAX)
        return refuse(why, "client-ca", "more than 16 of them");
    uc_buf_init(memory, 64 * 1024);
    uc_buf_reserve(memory, object->len); /* all of them are parts of it: nothing moves from here on */
    br_x509_decoder_init(&decoder, append, memory);
    br_x509_decoder_push(&decoder, object->bytes, object->len);
    key = br_x509_decoder_get_pkey(&decoder);
    anchors->count++;
    if (!key || memory->error)
        return refuse(why, "client-ca", "a certificate in it cannot be read");
    anchor->dn = (br_x500_name){(unsigned char *)memory->data, memory->len};
    anchor->flags = br_x509_decoder_isCA(&decoder) ? BR_X509_TA_CA : 0;
    anchor->pkey = *key;
    if (key->key_type == BR_KEYTYPE_RSA) {
        anchor->pkey.key.rsa.n = keep(memory, key->key.rsa.n, key->key.rsa.nlen);
        anchor->pkey.key.rsa.e = keep(memory, key->key.rsa.e, key->key.rsa.elen);
    } else {
        anchor->pkey.key.ec.q = keep(memory, key->key.ec.q, key->key.ec.qlen);
    }
    return 0;
}

static int load_anchors(struct anchors *anchors, const char *text, char *why)
{
    struct uc_pem_object *objects;
    int err = read_objects(text, "client-ca", &objects, why);

    for (struct uc_pem_object *object = objects; !err && object; object = object->next)
        if (!strcmp(object->name, "CERTIFICATE"))
            err = add_anchor(anchors, object, why);
    if (!err && !anchors->count)
        err = refuse(why, "client-ca", "there is no certificate in it");
    uc_pem_free(objects);
    return err;
}

static void unload(struct uc_tls_server *server)
{
    if (!server)
        return;
    uc_pem_free(server->certificate);
    uc_pem_free(server->key);
    for (size_t i = 0; i < server->anchors.count; i++)
        uc_buf_deinit(&server->anchors.memory[i]);
    free(server);
}

static int load(struct uc_tls_server **out, const char *certificate, const char *key, const char *client_ca,
                char why[UC_TLS_WHY_BYTES])
{
    struct uc_tls_server *server = calloc(1, sizeof(*server));
    int err = server ? load_chain(server, certificate, why) : -ENOMEM;

    if (!err)
        err = load_key(server, key, why);
    if (!err && client_ca)
        err = load_anchors(&server->anchors, client_ca, why);
    if (err) {
        unload(server);
        return err;
    }
    br_ssl_session_cache_lru_init(&server->sessions, server->session_bytes, sizeof(server->session_bytes));
    *out = server;
    return 0;
}

/* ---- a connection */

static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,       BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,       BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

static void set_ciphers(br_ssl_engine_context *engine)
{
    const br_block_ctr_class *aes = br_aes_x86ni_ctr_get_vtable();
    br_ghash ghash = br_ghash_pclmul_get();
    br_chacha20_run chacha = br_chacha20_sse2_get();

    br_ssl_engine_set_suites(engine, suites, sizeof(suites) / sizeof(suites[0]));
    br_ssl_engine_set_aes_ctr(engine, aes ? aes : &br_aes_ct64_ctr_vtable);
    br_ssl_engine_set_ghash(engine, ghash ? ghash : &br_ghash_ctmul64);
    br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_chacha20(engine, chacha ? chacha : &br_chacha20_ct_run);
    br_ssl_engine_set_poly1305(engine, &br_poly1305_ctmul_run);
    br_ssl_engine_set_chapol(engine, &br_sslrec_in_chapol_vtable, &br_sslrec_out_chapol_vtable);
}

static void set_hashes(br_ssl_engine_context *engine)
{
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, &br_tls12_sha384_prf);
}

static void set_time(br_x509_minimal_context *x509)
{
    uint64_t s = uc_date_now_ms() / 1000;

    br_x509_minimal_set_time(x509, (uint32_t)(s / 86400 + DAYS_TO_1970), (uint32_t)(s % 86400));
}

static const unsigned char common_name[] = {3, 0x55, 4, 3}; /* 2.5.4.3, with its length in front */

static void ask_for_certificate(struct uc_tls *tls, struct uc_tls_server *server)
{
    br_x509_minimal_context *x509 = &tls->client;

    br_x509_minimal_init(x509, &br_sha256_vtable, server->anchors.items, server->anchors.count);
    br_x509_minimal_set_rsa(x509, br_rsa_pkcs1_vrfy_get_default());
    br_x509_minimal_set_ecdsa(x509, br_ec_get_default(), br_ecdsa_vrfy_asn1_get_default());
    br_x509_minimal_set_hash(x509, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(x509, br_sha384_ID, &br_sha384_vtable);
    tls->name = (br_name_element){.oid = common_name, .buf = tls->subject, .len = sizeof(tls->subject)};
    br_x509_minimal_set_name_elements(x509, &tls->name, 1);
    set_time(x509);
    br_ssl_engine_set_x509(engine_of(tls), &x509->vtable);
    br_ssl_engine_set_rsavrfy(engine_of(tls), br_rsa_pkcs1_vrfy_get_default());
    br_ssl_engine_set_ecdsa(engine_of(tls), br_ecdsa_vrfy_asn1_get_default());
    br_ssl_server_set_trust_anchor_names_alt(&tls->context, server->anchors.items, server->anchors.count);
}

static bool seed(br_ssl_engine_context *engine)
{
    unsigned char bytes[32];

    if (uv_random(NULL, NULL, bytes, sizeof(bytes), 0, NULL))
        return false;
    br_ssl_engine_inject_entropy(engine, bytes, sizeof(bytes));
    return true;
}

static void set_key(struct uc_tls *tls, struct uc_tls_server *server)
{
    if (br_skey_decoder_key_type(&server->decoded_key) == BR_KEYTYPE_EC)
        br_ssl_server_set_single_ec(&tls->context, server->chain, server->chain_count,
                                    br_skey_decoder_get_ec(&server->decoded_key), BR_KEYTYPE_SIGN, 0,
                                    br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
    else
        br_ssl_server_set_single_rsa(&tls->context, server->chain, server->chain_count,
                                     br_skey_decoder_get_rsa(&server->decoded_key), BR_KEYTYPE_SIGN,
                                     br_rsa_private_get_default(), br_rsa_pkcs1_sign_get_default());
}

static struct uc_tls *open_one(struct uc_tls_server *server)
{
    static const char *protocols[] = {"http/1.1"};
    struct uc_tls *tls = malloc(sizeof(*tls));

    if (!tls)
        return NULL;
    tls->subject[0] = '\0';
    tls->name = (br_name_element){0};
    br_ssl_server_zero(&tls->context);
    br_ssl_engine_set_versions(engine_of(tls), BR_TLS12, BR_TLS12);
    set_ciphers(engine_of(tls));
    set_hashes(engine_of(tls));
    br_ssl_engine_set_ec(engine_of(tls), br_ec_get_default());
    set_key(tls, server);
    if (server->anchors.count)
        ask_for_certificate(tls, server); /* each time: a resumed session would not show it again */
    else
        br_ssl_server_set_cache(&tls->context, &server->sessions.vtable);
    br_ssl_engine_set_protocol_names(engine_of(tls), protocols, 1);
    br_ssl_engine_set_all_flags(engine_of(tls), BR_OPT_NO_RENEGOTIATION | BR_OPT_ENFORCE_SERVER_PREFERENCES |
                                                    BR_OPT_FAIL_ON_ALPN_MISMATCH);
    br_ssl_engine_set_buffer(engine_of(tls), tls->records, sizeof(tls->records), 1);
    if (!seed(engine_of(tls)) || !br_ssl_server_reset(&tls->context)) {
        free(tls);
        return NULL;
    }
    return tls;
}

static void close_one(struct uc_tls *tls)
{
    volatile unsigned char *byte = (volatile unsigned char *)&tls->context;

    for (size_t i = 0; i < sizeof(tls->context); i++)
        byte[i] = 0; /* the session's keys */
    free(tls);
}

/* ---- the doors */

static unsigned char *space(struct uc_tls *tls, size_t *room) { return br_ssl_engine_recvrec_buf(engine_of(tls), room); }
static void received(struct uc_tls *tls, size_t len) { br_ssl_engine_recvrec_ack(engine_of(tls), len); }
static const unsigned char *output(struct uc_tls *tls, size_t *len) { return br_ssl_engine_sendrec_buf(engine_of(tls), len); }
static void sent(struct uc_tls *tls, size_t len) { br_ssl_engine_sendrec_ack(engine_of(tls), len); }
static const unsigned char *data(struct uc_tls *tls, size_t *len) { return br_ssl_engine_recvapp_buf(engine_of(tls), len); }
static void took(struct uc_tls *tls, size_t len) { br_ssl_engine_recvapp_ack(engine_of(tls), len); }

static size_t put(struct uc_tls *tls, const char *bytes, size_t len)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(engine_of(tls), &room);

    if (!to || !len)
        return 0;
    if (len > room)
        len = room;
    memcpy(to, bytes, len);
    br_ssl_engine_sendapp_ack(engine_of(tls), len);
    return len;
}

static void flush(struct uc_tls *tls) { br_ssl_engine_flush(engine_of(tls), 0); }
static void end(struct uc_tls *tls) { br_ssl_engine_close(engine_of(tls)); }

static bool is_over(const struct uc_tls *tls)
{
    return br_ssl_engine_current_state(&tls->context.eng) == BR_SSL_CLOSED;
}

static int error(const struct uc_tls *tls) { return br_ssl_engine_last_error(&tls->context.eng); }

static struct uc_str subject(const struct uc_tls *tls)
{
    return (struct uc_str){tls->subject, tls->name.status == 1 ? strlen(tls->subject) : 0};
}

const struct uc_tls_ops uc_tls_bearssl = {
    .load = load,
    .unload = unload,
    .open = open_one,
    .close = close_one,
    .space = space,
    .received = received,
    .output = output,
    .sent = sent,
    .data = data,
    .took = took,
    .put = put,
    .flush = flush,
    .end = end,
    .is_over = is_over,
    .error = error,
    .subject = subject,
};
