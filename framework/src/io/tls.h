/* SPDX-License-Identifier: MIT */
/*
 * tls.h - TLS between a connection's socket and its HTTP machine.
 *
 * An engine has four doors, none of which waits: records come in and go out on the socket's side, clear
 * text comes out and goes in on ours. Whoever owns the connection asks each door what it has or takes, until
 * nothing moves. Reached through a table, so that a service without TLS links no engine.
 */
#ifndef UC_IO_TLS_H
#define UC_IO_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "uc/str.h"
#include "uc/tls.h"

#define UC_TLS_WHY_BYTES 160

struct uc_tls_server; /* certificate, key, sessions: of a listener, or of a client */
struct uc_tls;        /* of a connection */

#define UC_TLS_PEM_BEGIN "-----BEGIN"
#define UC_TLS_BASE64_BEGIN "LS0tLS1CRUdJTi" /* of the same */

/* A text is a PEM document, the base64 of one, or else a file's path. */
static inline bool uc_tls_text_is_path(const char *text)
{
    return *text && !strstr(text, UC_TLS_PEM_BEGIN) && strncmp(text, UC_TLS_BASE64_BEGIN, strlen(UC_TLS_BASE64_BEGIN));
}

/* Zeros, which the compiler does not leave out. */
static inline void uc_tls_wipe(void *at, size_t len)
{
    volatile unsigned char *byte = at;

    while (len--)
        *byte++ = 0;
}

/* As in struct uc_tls_info, without variables. */
struct uc_tls_texts {
    const char *certificate, *key; /* a client may have none: NULL */
    const char *authorities;       /* of the peer; a server may ask for none: NULL */
};

struct uc_tls_ops {
    /* 0, -ENOMEM, or -EINVAL and in `why` what is wrong with which of them. */
    int (*load)(struct uc_tls_server **server, const struct uc_tls_texts *texts, char why[UC_TLS_WHY_BYTES]);
    /* No new connection: it goes with the last one that it has. NULL is fine. */
    void (*unload)(struct uc_tls_server *server);

    /* `name`: of the server that a client calls, borrowed; nothing to a server. NULL: no memory. */
    struct uc_tls *(*open)(struct uc_tls_server *server, const char *name);
    void (*close)(struct uc_tls *tls);

    /* The socket's side. space: NULL while clear text must be taken first. */
    unsigned char *(*space)(struct uc_tls *tls, size_t *room);
    void (*received)(struct uc_tls *tls, size_t len);
    const unsigned char *(*output)(struct uc_tls *tls, size_t *len); /* NULL: nothing */
    void (*sent)(struct uc_tls *tls, size_t len);

    /* Ours. data: NULL: nothing yet. put: how much was taken, 0 before the handshake is done. */
    const unsigned char *(*data)(struct uc_tls *tls, size_t *len);
    void (*took)(struct uc_tls *tls, size_t len);
    size_t (*put)(struct uc_tls *tls, const char *data, size_t len);
    void (*flush)(struct uc_tls *tls); /* what was put goes out now, not with more */

    void (*end)(struct uc_tls *tls);                /* say close_notify */
    bool (*is_over)(const struct uc_tls *tls);      /* the peer said so, or something is wrong */
    int (*error)(const struct uc_tls *tls);         /* of the engine; 0: none */
    struct uc_str (*subject)(const struct uc_tls *tls); /* the common name in the peer's certificate; "" */
};

#endif
