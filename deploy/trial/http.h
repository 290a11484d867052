/* SPDX-License-Identifier: MIT */
/*
 * http.h - one call, one connection: send a request, take the answer.
 *
 * By TLS where the server has it. Blocks, for as long as `timeout_ms` says. Answers are read by the framework's parser, strictly.
 */
#ifndef DEPLOY_TRIAL_HTTP_H
#define DEPLOY_TRIAL_HTTP_H

#include "gen/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* A body beyond this is not read to its end. */
#define TRIAL_ANSWER_MAX (4u << 20)

struct uc_tls_server;

struct trial_server {
    char host[256];
    char port[8];
    char prefix[512]; /* in front of every path: "/api", or "" */
    bool secure;      /* it speaks TLS: trial_tls_load() comes before the calls */
    struct uc_tls_server *tls;
    const char *name; /* whom its certificate must be for; NULL: the host. Borrowed */
};

/* "http://host:port/prefix", or with https. NULL, or what is wrong with it. */
const char *trial_server_parse(const char *url, struct trial_server *server);

/* Files (PEM) or PEM documents: who vouches for the server; one's own certificate and key, or NULL. */
struct trial_tls {
    const char *authorities, *certificate, *key;
    const char *name; /* as in struct trial_server */
};

/* NULL, or what is wrong with them, in `why`. */
const char *trial_tls_load(struct trial_server *server, const struct trial_tls *tls, char why[160]);
void trial_tls_unload(struct trial_server *server); /* in any case */

struct trial_answer {
    const char *failure; /* there is none: "refused the connection"; else NULL */
    int status;
    const char *content_type; /* "" without one */
    const char *head;         /* status line and fields */
    const char *body;         /* with a NUL behind it */
    size_t body_len;
    bool whole; /* false: more came than is kept, or it does not end (events) */
};

/* All of a request up to its body. The answer lives in the arena. */
struct trial_answer trial_http_call(struct gen_arena *arena, const struct trial_server *server, const char *head,
                                    const char *body, size_t body_len, bool head_only, int timeout_ms);

/* The first field of this name; NULL: there is none. */
const char *trial_http_field(struct gen_arena *arena, const struct trial_answer *answer, const char *name);

#endif
