/* SPDX-License-Identifier: MIT */
/*
 * buf.h - a growing buffer, born with the size at which it refuses to grow.
 *
 * The struct is the caller's, the bytes are the buffer's own. Errors stick: after one
 * append failed, `error` stays negative and later appends do nothing, so that a writer
 * looks once, at the end.
 */
#ifndef UC_BUF_H
#define UC_BUF_H

#include <stddef.h>

#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_buf {
    char *data;
    size_t len, cap;
    size_t max; /* bytes; never grows beyond */
    int error;  /* 0, -ENOMEM or -ENOBUFS (beyond `max`) */
};

void uc_buf_init(struct uc_buf *buf, size_t max_bytes);
void uc_buf_deinit(struct uc_buf *buf);
void uc_buf_clear(struct uc_buf *buf); /* len 0, error 0; memory kept */

/* Room for `bytes` more at data + len, or NULL (error is set). len is not moved. */
char *uc_buf_reserve(struct uc_buf *buf, size_t bytes);

void uc_buf_append(struct uc_buf *buf, const void *bytes, size_t len);
void uc_buf_append_str(struct uc_buf *buf, struct uc_str text);
void uc_buf_printf(struct uc_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drop `len` bytes from the front. */
void uc_buf_consume(struct uc_buf *buf, size_t len);

#ifdef __cplusplus
}
#endif
#endif
