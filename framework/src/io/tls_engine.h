/* SPDX-License-Identifier: MIT */
/*
 * tls_engine.h - what the two ends of TLS have in common: credentials, ciphers, the doors of an engine.
 */
#ifndef UC_IO_TLS_ENGINE_H
#define UC_IO_TLS_ENGINE_H

#include <bearssl.h>

#include "io/tls.h"
#include "io/tls_pem.h"
#include "uc/buf.h"

#define UC_TLS_CHAIN_MAX 8
#define UC_TLS_ANCHORS_MAX 16
#define UC_TLS_OUT_BYTES 8192 /* of a record that we send */

struct uc_tls_anchors { /* with the memory that they point into */
    br_x509_trust_anchor items[UC_TLS_ANCHORS_MAX];
    struct uc_buf memory[UC_TLS_ANCHORS_MAX];
    size_t count;
};

struct uc_tls_identity { /* a certificate chain and its private key */
    struct uc_pem_object *certificate, *key;
    br_x509_certificate chain[UC_TLS_CHAIN_MAX];
    size_t chain_count; /* 0: nobody */
    br_skey_decoder_context decoded; /* the private key lies in it */
};

/* A connection at either end: the engine is the first member of both contexts. */
struct uc_tls {
    union {
        br_ssl_engine_context engine;
        br_ssl_server_context server;
        br_ssl_client_context client;
    };
    struct uc_tls_peer *peer; /* whose certificate is asked for; or NULL */
    struct uc_tls_server *owner; /* it stays as long as we do */
    bool established;            /* the handshake was finished */
    unsigned char in[BR_SSL_BUFSIZE_INPUT], out[UC_TLS_OUT_BYTES + 85];
};

/* What judges the peer's certificate, and its common name. */
struct uc_tls_peer {
    const br_x509_class *vtable; /* ours: x509, and then the name */
    br_x509_minimal_context x509;
    br_name_element name;
    char subject[128];
    const char *wanted; /* what the certificate must be for; NULL: whatever it says */
    struct uc_buf certificate; /* the peer's own, while the chain is read */
    unsigned certificates;     /* of the chain, so far */
};

/* All: 0, -ENOMEM, or -EINVAL and why: "certificate: ..." */
int uc_tls_load_identity(struct uc_tls_identity *identity, const char *certificate, const char *key,
                         char why[UC_TLS_WHY_BYTES]);
void uc_tls_unload_identity(struct uc_tls_identity *identity); /* wipes it */
/* `which` is their name in messages: "client-ca". */
int uc_tls_load_anchors(struct uc_tls_anchors *anchors, const char *text, const char *which,
                        char why[UC_TLS_WHY_BYTES]);
void uc_tls_unload_anchors(struct uc_tls_anchors *anchors);

/* Version, suites, buffers, random numbers; ALPN. False: there are no random numbers. */
bool uc_tls_begin(struct uc_tls *tls);
/* From now on the peer's certificate is judged by these, and must be for `name` (or NULL). False: no memory. */
bool uc_tls_ask(struct uc_tls *tls, const struct uc_tls_anchors *anchors, const char *name);
void uc_tls_close(struct uc_tls *tls);

/* The doors, for both tables. */
#define UC_TLS_DOORS                                                                                              \
    .space = uc_tls_space, .received = uc_tls_received, .output = uc_tls_output,          \
    .sent = uc_tls_sent, .data = uc_tls_data, .took = uc_tls_took, .put = uc_tls_put, .flush = uc_tls_flush,      \
    .end = uc_tls_end, .is_over = uc_tls_is_over, .error = uc_tls_error, .subject = uc_tls_subject
unsigned char *uc_tls_space(struct uc_tls *tls, size_t *room);
void uc_tls_received(struct uc_tls *tls, size_t len);
const unsigned char *uc_tls_output(struct uc_tls *tls, size_t *len);
void uc_tls_sent(struct uc_tls *tls, size_t len);
const unsigned char *uc_tls_data(struct uc_tls *tls, size_t *len);
void uc_tls_took(struct uc_tls *tls, size_t len);
size_t uc_tls_put(struct uc_tls *tls, const char *bytes, size_t len);
void uc_tls_flush(struct uc_tls *tls);
void uc_tls_end(struct uc_tls *tls);
bool uc_tls_is_over(const struct uc_tls *tls);
int uc_tls_error(const struct uc_tls *tls);
struct uc_str uc_tls_subject(const struct uc_tls *tls);

#endif
