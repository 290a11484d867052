/* SPDX-License-Identifier: MIT */
/*
 * http1_head.h - what a complete, scanned head says: method, target, fields, framing.
 *
 * Everything is kept as offsets from the head's first byte, since the buffer may move
 * while the body arrives. Nothing is copied.
 */
#ifndef UC_HTTP1_HEAD_H
#define UC_HTTP1_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "uc/request.h"

#define UC_HTTP1_FIELDS_MAX 64      /* header lines; more are refused with 431 */
#define UC_HTTP1_HEAD_BYTES_MAX 65535 /* offsets are 16 bit */

struct uc_http1_span {
    uint16_t at, len;
};

struct uc_http1_field {
    struct uc_http1_span name, value; /* value without surrounding white space */
};

struct uc_http1_message {
    enum uc_method method;
    bool http10;
    bool keep_alive;
    bool chunked;
    bool expect_continue;
    bool asterisk;           /* OPTIONS * */
    uint64_t content_length; /* 0 without the field */
    struct uc_http1_span path, query; /* query without '?'; len 0 when there is none */
    unsigned field_count;
    struct uc_http1_field fields[UC_HTTP1_FIELDS_MAX];
};

struct uc_http1_refusal {
    int status;         /* of the answer */
    const char *detail; /* static */
};

/* 0, or -EBADMSG with the refusal filled. `head` has passed the scanner. */
int uc_http1_head_parse(struct uc_http1_message *message, const char *head, size_t len,
                        struct uc_http1_refusal *refusal);

#endif
