/* SPDX-License-Identifier: MIT */
/*
 * tls.h - listeners and clients that speak TLS: what the generator says about them.
 *
 * TLS 1.2 (RFC 5246) with ECDHE and AEAD suites, by BearSSL. Texts hold a PEM document, the base64 of one
 * (for places that cannot hold a line break), or a file's path; ${NAME} of declared variables is replaced
 * at the start. Files that change are loaded again, and all at SIGHUP; a bad one changes nothing and is logged.
 * A service without `tls` links none of it.
 */
#ifndef UC_TLS_H
#define UC_TLS_H

#ifdef __cplusplus
extern "C" {
#endif

struct uc_tls_ops;
extern const struct uc_tls_ops uc_tls_bearssl, uc_tls_bearssl_client;

struct uc_tls_info { /* of a listener, or of the calls of a client */
    const struct uc_tls_ops *ops;
    const char *certificate; /* one's own, then those that lead to its authority; NULL: a client has none */
    const char *key;         /* ECDSA P-256, or RSA of 2048 to 4096 bits */
    const char *authorities; /* of the peer: one of them must vouch for it; NULL: clients need no certificate */
    const char *server_name; /* a client's: whom it means to reach; NULL: the host in its url */
};

#ifdef __cplusplus
}
#endif
#endif
