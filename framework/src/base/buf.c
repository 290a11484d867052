/* SPDX-License-Identifier: MIT */
#include "uc/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BYTES 256
#define PRINT_GUESS_BYTES 32

void uc_buf_init(struct uc_buf *buf, size_t max_bytes)
{
    *buf = (struct uc_buf){.max = max_bytes};
}

void uc_buf_deinit(struct uc_buf *buf)
{
    free(buf->data);
    *buf = (struct uc_buf){.max = buf->max};
}

void uc_buf_clear(struct uc_buf *buf)
{
    buf->len = 0;
    buf->error = 0;
}

static char *grow(struct uc_buf *buf, size_t bytes)
{
    size_t cap = buf->cap ? buf->cap : FIRST_BYTES;
    char *data;

    if (bytes > buf->max - buf->len) {
        buf->error = -ENOBUFS;
        return NULL;
    }
    while (cap < buf->len + bytes)
        cap = cap > buf->max / 2 ? buf->max : cap * 2;
    if (cap > buf->max)
        cap = buf->max;
    data = realloc(buf->data, cap);
    if (!data) {
        buf->error = -ENOMEM;
        return NULL;
    }
    buf->data = data;
    buf->cap = cap;
    return data + buf->len;
}

char *uc_buf_reserve(struct uc_buf *buf, size_t bytes)
{
    if (buf->error)
        return NULL;
    if (buf->data && bytes <= buf->cap - buf->len)
        return buf->data + buf->len;
    return grow(buf, bytes);
}

void uc_buf_append(struct uc_buf *buf, const void *bytes, size_t len)
{
    char *room = uc_buf_reserve(buf, len);

    if (!room || len == 0)
        return;
    memcpy(room, bytes, len);
    buf->len += len;
}

void uc_buf_append_str(struct uc_buf *buf, struct uc_str text)
{
    uc_buf_append(buf, text.data, text.len);
}

/* Bytes that it takes; stored only when they fit, with the NUL behind that vsnprintf wants. */
static size_t try_print(struct uc_buf *buf, const char *format, va_list args)
{
    size_t guess = buf->max - buf->len < PRINT_GUESS_BYTES ? buf->max - buf->len : PRINT_GUESS_BYTES;
    char *room = uc_buf_reserve(buf, guess);
    int len = room ? vsnprintf(room, buf->cap - buf->len, format, args) : 0;

    return len < 0 ? 0 : (size_t)len;
}

void uc_buf_printf(struct uc_buf *buf, const char *format, ...)
{
    va_list args, again;
    size_t len;

    va_start(args, format);
    va_copy(again, args);
    len = try_print(buf, format, args);
    if (!buf->error && len >= buf->cap - buf->len && uc_buf_reserve(buf, len + 1))
        len = try_print(buf, format, again);
    if (!buf->error)
        buf->len += len;
    va_end(again);
    va_end(args);
}

void uc_buf_consume(struct uc_buf *buf, size_t len)
{
    buf->len -= len;
    if (buf->len)
        memmove(buf->data, buf->data + len, buf->len);
}
