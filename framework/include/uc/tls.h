/* SPDX-License-Identifier: MIT */
/*
 * tls.h - a listener that speaks TLS: what the generator says about it.
 *
 * TLS 1.2 (RFC 5246) with ECDHE and AEAD suites, by BearSSL. Texts hold a PEM document, the base64 of one
 * (for places that cannot hold a line break), or a file's path; ${NAME} of declared variables is replaced
 * at the start. A service without `tls` links none of it.
 */
#ifndef UC_TLS_H
#define UC_TLS_H

#ifdef __cplusplus
extern "C" {
#endif

struct uc_tls_ops;
extern const struct uc_tls_ops uc_tls_bearssl;

struct uc_tls_info {
    const struct uc_tls_ops *ops;
    const char *certificate; /* the server's, then those that lead to its authority */
    const char *key;         /* ECDSA P-256, or RSA of 2048 bits and more */
    const char *client_ca;   /* authorities of which every client must have a certificate; NULL: no client needs one */
};

#ifdef __cplusplus
}
#endif
#endif
