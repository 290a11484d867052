/* SPDX-License-Identifier: MIT */
/*
 * http.h - ask the metadata service, while the machine boots.
 *
 * One request a connection, HTTP/1.0: no keeping alive, no chunks (RFC 1945). Calls are synchronous:
 * they run poll rounds, and there is no thread yet. What the service answers is foreign.
 */
#ifndef K_CLOUD_HTTP_H
#define K_CLOUD_HTTP_H

#include <stddef.h>
#include <stdint.h>

#define K_HTTP_HEAD_MAX 4096 /* bytes of an answer's head */

struct k_http_request {
    uint32_t address; /* network order */
    uint16_t port;    /* host order */
    const char *method, *path;
    const char *header; /* one line without its end, or NULL */
};

/*
 * Send it, and put the answer's body at `body`, with a NUL behind; `*body_bytes` is its length.
 *
 * Returns the status, 100 to 999, or
 *   -ETIMEDOUT    no whole answer before `deadline_ns` of k_clock_now_ns()
 *   -ECONNREFUSED, -ECONNRESET, -ENETUNREACH, ... of the connection
 *   -EPROTO       this is not HTTP, its head is too long, or it ended early
 *   -EFBIG        a body of `capacity` bytes or more
 *   -ENOMEM
 */
int k_http_ask(const struct k_http_request *request, uint64_t deadline_ns, char *body,
               size_t capacity, size_t *body_bytes);

/* ---- the pure part ---- */

struct k_http_answer {
    int status;
    size_t head_bytes;  /* with the empty line */
    size_t body_bytes;  /* SIZE_MAX: up to the connection's end */
};

/* Read the head at `text`. 0; -EAGAIN: it is not whole yet; -EPROTO. */
int k_http_read_head(const char *text, size_t bytes, struct k_http_answer *answer);

#endif
