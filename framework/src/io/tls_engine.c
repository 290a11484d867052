/* SPDX-License-Identifier: MIT */
/*
 * tls_engine.c - TLS 1.2 by BearSSL's engine.
 *
 * Put together by hand instead of by one of its profiles, so that an image links what is spoken and no more:
 * ECDHE with ChaCha20-Poly1305 or AES-GCM; no renegotiation. AES and GHASH are the processor's where it has the
 * instructions, else constant-time code.
 */
#include "io/tls_engine.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/date.h"
#include "io/tls_name.h"

#define RSA_BYTES_MIN 256
#define CERTIFICATE_BYTES_MAX (64 * 1024)
#define DAYS_TO_1970 719528 /* from the year 0, as BearSSL counts */

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
    br_ssl_engine_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
    br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, &br_tls12_sha384_prf);
}

#define UNTOUCHED 0xff /* no byte of UTF-8: what BearSSL did not write of a subject */

static void set_time(br_x509_minimal_context *x509)
{
    uint64_t s = uc_date_now_ms() / 1000;

    br_x509_minimal_set_time(x509, (uint32_t)(s / 86400 + DAYS_TO_1970), (uint32_t)(s % 86400));
}

/* ---- whose certificate it is

 * BearSSL would take the common name where there are no alternative names, and knows no addresses among them: so
 * the chain is judged by it, without a name, and the name by tls_name.c.
 */

static struct uc_tls_peer *peer_of(const br_x509_class **ctx) { return (struct uc_tls_peer *)(void *)ctx; }

static void start_chain(const br_x509_class **ctx, const char *server_name)
{
    struct uc_tls_peer *peer = peer_of(ctx);

    (void)server_name; /* what is sent as SNI */
    peer->certificates = 0;
    uc_buf_deinit(&peer->certificate);
    uc_buf_init(&peer->certificate, CERTIFICATE_BYTES_MAX);
    peer->x509.vtable->start_chain(&peer->x509.vtable, NULL);
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
    struct uc_tls_peer *peer = peer_of(ctx);

    peer->certificates++;
    peer->x509.vtable->start_cert(&peer->x509.vtable, length);
}

static void append(const br_x509_class **ctx, const unsigned char *bytes, size_t len)
{
    struct uc_tls_peer *peer = peer_of(ctx);

    if (peer->certificates == 1)
        uc_buf_append(&peer->certificate, (const char *)bytes, len);
    peer->x509.vtable->append(&peer->x509.vtable, bytes, len);
}

static void end_cert(const br_x509_class **ctx)
{
    struct uc_tls_peer *peer = peer_of(ctx);

    peer->x509.vtable->end_cert(&peer->x509.vtable);
}

static unsigned end_chain(const br_x509_class **ctx)
{
    struct uc_tls_peer *peer = peer_of(ctx);
    unsigned error = peer->x509.vtable->end_chain(&peer->x509.vtable);

    if (!error && peer->certificate.error)
        error = BR_ERR_X509_LIMIT_EXCEEDED;
    if (!error && !uc_tls_name_is_of((unsigned char *)peer->certificate.data, peer->certificate.len, peer->wanted))
        error = BR_ERR_X509_BAD_SERVER_NAME;
    uc_buf_deinit(&peer->certificate);
    return error;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
    const struct uc_tls_peer *peer = (const struct uc_tls_peer *)(const void *)ctx;

    return peer->x509.vtable->get_pkey(&peer->x509.vtable, usages);
}

static const br_x509_class named = {sizeof(struct uc_tls_peer), start_chain, start_cert, append, end_cert, end_chain, get_pkey};

static const unsigned char common_name[] = {3, 0x55, 4, 3}; /* 2.5.4.3, with its length in front */

bool uc_tls_ask(struct uc_tls *tls, const struct uc_tls_anchors *anchors, const char *name)
{
    struct uc_tls_peer *peer = calloc(1, sizeof(*peer));
    br_x509_minimal_context *x509 = peer ? &peer->x509 : NULL;

    if (!peer)
        return false;
    br_x509_minimal_init(x509, &br_sha256_vtable, anchors->items, anchors->count);
    br_x509_minimal_set_rsa(x509, br_rsa_pkcs1_vrfy_get_default());
    br_x509_minimal_set_ecdsa(x509, br_ec_get_default(), br_ecdsa_vrfy_asn1_get_default());
    br_x509_minimal_set_hash(x509, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(x509, br_sha384_ID, &br_sha384_vtable);
    br_x509_minimal_set_hash(x509, br_sha512_ID, &br_sha512_vtable);
    br_x509_minimal_set_minrsa(x509, RSA_BYTES_MIN);
    memset(peer->subject, UNTOUCHED, sizeof(peer->subject));
    peer->name = (br_name_element){.oid = common_name, .buf = peer->subject, .len = sizeof(peer->subject)};
    br_x509_minimal_set_name_elements(x509, &peer->name, 1);
    set_time(x509);
    peer->vtable = &named;
    peer->wanted = name;
    uc_buf_init(&peer->certificate, CERTIFICATE_BYTES_MAX);
    br_ssl_engine_set_x509(&tls->engine, name ? &peer->vtable : &x509->vtable);
    br_ssl_engine_set_rsavrfy(&tls->engine, br_rsa_pkcs1_vrfy_get_default());
    br_ssl_engine_set_ecdsa(&tls->engine, br_ecdsa_vrfy_asn1_get_default());
    tls->peer = peer;
    return true;
}

static bool seed(br_ssl_engine_context *engine)
{
    unsigned char bytes[32];

    if (uv_random(NULL, NULL, bytes, sizeof(bytes), 0, NULL))
        return false;
    br_ssl_engine_inject_entropy(engine, bytes, sizeof(bytes));
    return true;
}

bool uc_tls_begin(struct uc_tls *tls)
{
    static const char *protocols[] = {"http/1.1"};

    br_ssl_engine_set_versions(&tls->engine, BR_TLS12, BR_TLS12);
    set_ciphers(&tls->engine);
    set_hashes(&tls->engine);
    br_ssl_engine_set_ec(&tls->engine, br_ec_get_default());
    br_ssl_engine_set_protocol_names(&tls->engine, protocols, 1);
    br_ssl_engine_set_all_flags(&tls->engine, BR_OPT_NO_RENEGOTIATION | BR_OPT_ENFORCE_SERVER_PREFERENCES |
                                                  BR_OPT_FAIL_ON_ALPN_MISMATCH);
    br_ssl_engine_set_buffers_bidi(&tls->engine, tls->in, sizeof(tls->in), tls->out, sizeof(tls->out));
    return seed(&tls->engine);
}

void uc_tls_close(struct uc_tls *tls)
{
    volatile unsigned char *byte = (volatile unsigned char *)tls;

    if (tls->peer)
        uc_buf_deinit(&tls->peer->certificate);
    free(tls->peer);
    for (size_t i = 0; i < offsetof(struct uc_tls, in); i++)
        byte[i] = 0; /* the session's keys */
    free(tls);
}

/* ---- the doors */

unsigned char *uc_tls_space(struct uc_tls *tls, size_t *room) { return br_ssl_engine_recvrec_buf(&tls->engine, room); }
void uc_tls_received(struct uc_tls *tls, size_t len) { br_ssl_engine_recvrec_ack(&tls->engine, len); }
const unsigned char *uc_tls_output(struct uc_tls *tls, size_t *len) { return br_ssl_engine_sendrec_buf(&tls->engine, len); }
void uc_tls_sent(struct uc_tls *tls, size_t len) { br_ssl_engine_sendrec_ack(&tls->engine, len); }
const unsigned char *uc_tls_data(struct uc_tls *tls, size_t *len) { return br_ssl_engine_recvapp_buf(&tls->engine, len); }
void uc_tls_took(struct uc_tls *tls, size_t len) { br_ssl_engine_recvapp_ack(&tls->engine, len); }

size_t uc_tls_put(struct uc_tls *tls, const char *bytes, size_t len)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(&tls->engine, &room);

    tls->established |= to != NULL;
    if (!to || !len)
        return 0;
    if (len > room)
        len = room;
    memcpy(to, bytes, len);
    br_ssl_engine_sendapp_ack(&tls->engine, len);
    return len;
}

void uc_tls_flush(struct uc_tls *tls) { br_ssl_engine_flush(&tls->engine, 0); }
void uc_tls_end(struct uc_tls *tls) { br_ssl_engine_close(&tls->engine); }

bool uc_tls_is_over(const struct uc_tls *tls)
{
    return br_ssl_engine_current_state(&tls->engine) == BR_SSL_CLOSED;
}

int uc_tls_error(const struct uc_tls *tls) { return br_ssl_engine_last_error(&tls->engine); }

struct uc_str uc_tls_subject(const struct uc_tls *tls)
{
    const struct uc_tls_peer *peer = tls->peer;
    size_t len;

    if (!peer || peer->name.status != 1)
        return uc_str_of("", 0);
    len = strlen(peer->subject); /* a NUL within would make "admin" of another name: its own NUL is the last one */
    return memchr(peer->subject + len + 1, '\0', sizeof(peer->subject) - len - 1) ? uc_str_of("", 0)
                                                                                  : uc_str_of(peer->subject, len);
}
