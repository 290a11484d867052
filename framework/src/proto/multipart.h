/* SPDX-License-Identifier: MIT */
/*
 * multipart.h - the parts of a multipart/form-data body (RFC 7578, RFC 2046), as they come.
 *
 *   START --first delimiter--> HEAD --empty line--> DATA --delimiter--> HEAD
 *                                                     `--closing delimiter--> CLOSED
 *
 * A machine without hands: bytes of any cut go in, events come out, a part is never gathered. Strict where two
 * readers could differ: no preamble, CR LF everywhere, one Content-Disposition with a name. Nothing is allocated.
 */
#ifndef UC_MULTIPART_MACHINE_H
#define UC_MULTIPART_MACHINE_H

#include <stdint.h>

#include "uc/str.h"

#define UC_MULTIPART_BOUNDARY_MAX 70   /* RFC 2046, section 5.1.1 */
#define UC_MULTIPART_HEAD_MAX     4096 /* bytes of one part's head */
#define UC_MULTIPART_PARTS_MAX    1000

struct uc_multipart_part { /* borrowed until the callback returns */
    struct uc_str name;
    struct uc_str filename;     /* absent: a field */
    struct uc_str content_type; /* absent: text/plain */
};

/* Negative: stop with this error. */
struct uc_multipart_events {
    int (*part)(void *arg, const struct uc_multipart_part *part);
    int (*data)(void *arg, struct uc_str bytes); /* never empty */
    int (*part_end)(void *arg);
};

struct uc_multipart {
    const struct uc_multipart_events *events; /* borrowed */
    void *arg;
    const char *detail; /* static; why it was refused */
    unsigned parts;
    uint8_t state;
    uint8_t matched;    /* bytes of the delimiter seen... */
    uint8_t assumed;    /* ...of which the first are not there: its line break, at a beginning */
    uint8_t delimiter_len;
    char delimiter[4 + UC_MULTIPART_BOUNDARY_MAX]; /* CR LF - - boundary */
    uint16_t head_len;
    char head[UC_MULTIPART_HEAD_MAX];
};

/* -EBADMSG: `content_type` has no (proper) boundary. */
int uc_multipart_init(struct uc_multipart *multipart, struct uc_str content_type,
                      const struct uc_multipart_events *events, void *arg);
/* 0, -EBADMSG with `detail`, or what a callback returned; then it takes no more. */
int uc_multipart_feed(struct uc_multipart *multipart, struct uc_str bytes);
/* No more comes. 0; -EBADMSG: the closing delimiter is missing. */
int uc_multipart_end(struct uc_multipart *multipart);

#endif
