/* SPDX-License-Identifier: MIT */
/*
 * http1_response.h - an HTTP/1.1 answer, taken byte by byte, without a socket.
 *
 *     HEAD --1xx--> HEAD
 *      | `--no body--------------------------------> DONE
 *      |--content-length--> BODY --all there-------> DONE
 *      |--chunked--> CHUNKS --last one, trailers---> DONE
 *      `--neither--> UNTIL_EOF --peer closed-------> DONE
 *
 * The head is gathered whole and then checked line by line, strictly as RFC 9112 says:
 * no bare CR or LF, no folded lines, no space before a colon, one Content-Length, never
 * both framings. A peer that breaks this is not understood, for guessing where its answer
 * ends would give the rest to the next call.
 */
#ifndef UC_HTTP1_RESPONSE_H
#define UC_HTTP1_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "uc/buf.h"

#define UC_HTTP1_RESPONSE_HEAD_MAX 16384 /* bytes */

enum uc_http1_response_state {
    UC_RESPONSE_HEAD,
    UC_RESPONSE_BODY,
    UC_RESPONSE_CHUNKS,
    UC_RESPONSE_UNTIL_EOF,
    UC_RESPONSE_DONE,
};

enum uc_http1_chunk_state {
    UC_CHUNK_SIZE,
    UC_CHUNK_EXTENSION,
    UC_CHUNK_SIZE_LF,
    UC_CHUNK_DATA,
    UC_CHUNK_DATA_CR,
    UC_CHUNK_DATA_LF,
    UC_CHUNK_TRAILER,
    UC_CHUNK_TRAILER_LINE,
    UC_CHUNK_TRAILER_LF,
    UC_CHUNK_END_LF,
};

struct uc_http1_response {
    enum uc_http1_response_state state;
    enum uc_http1_chunk_state chunk_state;
    bool head_only;  /* answer to HEAD */
    bool began;      /* a byte has come */
    bool keep_alive; /* the connection may be used again once DONE */
    int status;
    struct uc_buf head;         /* kept from call to call */
    struct uc_buf body;         /* its max is the limit of the answer */
    struct uc_str content_type; /* borrows `head`; absent when there is none */
    uint64_t left;              /* bytes to come of the body or chunk */
    unsigned digits;            /* of the chunk size, so far */
    unsigned framing_bytes;     /* of extensions and trailers: bounded, they are dropped */
};

/* `answer_max` bounds the body; call deinit once. */
void uc_http1_response_init(struct uc_http1_response *response, size_t answer_max);
void uc_http1_response_deinit(struct uc_http1_response *response);

/* The next answer; memory is kept. */
void uc_http1_response_start(struct uc_http1_response *response, bool head_only);

/*
 * Takes bytes. Returns how many: fewer than `len` only when the answer is DONE, or
 *   -EBADMSG   not HTTP/1.1
 *   -EMSGSIZE  head or body beyond the limits
 *   -ENOMEM
 */
ssize_t uc_http1_response_feed(struct uc_http1_response *response, const char *bytes, size_t len);

/* The peer has closed. 0: the answer is DONE by that; -ECONNRESET: it is cut short. */
int uc_http1_response_eof(struct uc_http1_response *response);

#endif
