/* SPDX-License-Identifier: MIT */
/*
 * http1_chunk.h - take the chunked coding off a body, strictly (RFC 9112, section 7.1).
 *
 * Incremental and in place: data bytes are moved to where the caller collects the body, which
 * lies in the same buffer, never behind the bytes being read. Extensions are checked and ignored, and so
 * is the trailer section; together they may not exceed `spare_bytes`.
 */
#ifndef UC_HTTP1_CHUNK_H
#define UC_HTTP1_CHUNK_H

#include "proto/http1_scan.h"

struct uc_http1_chunks {
    uint8_t state;
    uint64_t left;         /* data bytes of this chunk still to come */
    uint32_t spare_bytes;  /* framing that may still come */
    const char *detail;    /* static; why it was refused */
    struct uc_http1_scan trailers;
};

void uc_http1_chunks_init(struct uc_http1_chunks *chunks, uint32_t spare_bytes);

/*
 * Read `len` bytes; data goes to `body` (which may overlap from below), at most `room` bytes.
 * 1: the body is complete; 0: more is needed; -EBADMSG; -EMSGSIZE: more data than `room`.
 * *used: bytes read. *got: data bytes stored.
 */
int uc_http1_chunks_read(struct uc_http1_chunks *chunks, const char *bytes, size_t len, char *body, size_t room,
                         size_t *used, size_t *got);

#endif
