/* SPDX-License-Identifier: MIT */
#include "proto/http1_chunk.h"

#include <errno.h>
#include <string.h>

#include "base/hex.h"

/*
 *   SIZE_FIRST -> SIZE --CR--> SIZE_LF --> DATA -> DATA_CR -> DATA_LF -> SIZE_FIRST
 *                  \--;--> NAME_FIRST -> NAME --=--> EXT_VALUE_FIRST -> VALUE | QUOTED   (then ; or CR)
 *   SIZE_LF of a zero --> TRAILERS
 */
enum state {
    SIZE_FIRST, SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF,
    NAME_FIRST, NAME, VALUE_FIRST, VALUE, QUOTED, QUOTED_PAIR, QUOTED_END, TRAILERS,
};

void uc_http1_chunks_init(struct uc_http1_chunks *chunks, uint32_t spare_bytes)
{
    *chunks = (struct uc_http1_chunks){.state = SIZE_FIRST, .spare_bytes = spare_bytes};
}

/* What may follow a size, an extension's name or its value. -1: nothing of that. */
static int after_word(char c)
{
    if (c == ';')
        return NAME_FIRST;
    return c == '\r' ? SIZE_LF : -1;
}

static int size_step(struct uc_http1_chunks *chunks, char c)
{
    int digit = uc_hex_digit(c);

    if (digit < 0)
        return chunks->state == SIZE ? after_word(c) : -1;
    if (chunks->state == SIZE_FIRST)
        chunks->left = 0;
    if (chunks->left >> 60)
        return -1;
    chunks->left = chunks->left << 4 | (unsigned)digit;
    return SIZE;
}

/* One byte of framing; the next state or -1. */
static int step(struct uc_http1_chunks *chunks, char c)
{
    switch ((enum state)chunks->state) {
    case SIZE_FIRST:
    case SIZE: return size_step(chunks, c);
    case SIZE_LF:
        if (c != '\n')
            return -1;
        if (chunks->left)
            return DATA;
        uc_http1_scan_init_trailers(&chunks->trailers);
        return TRAILERS;
    case DATA_CR: return c == '\r' ? DATA_LF : -1;
    case DATA_LF: return c == '\n' ? SIZE_FIRST : -1;
    case NAME_FIRST: return uc_http1_is_token(&c, 1) ? NAME : -1;
    case NAME:
        if (uc_http1_is_token(&c, 1))
            return NAME;
        return c == '=' ? VALUE_FIRST : after_word(c);
    case VALUE_FIRST:
        if (c == '"')
            return QUOTED;
        return uc_http1_is_token(&c, 1) ? VALUE : -1;
    case VALUE: return uc_http1_is_token(&c, 1) ? VALUE : after_word(c);
    case QUOTED:
        if (c == '"')
            return QUOTED_END;
        if (c == '\\')
            return QUOTED_PAIR;
        return uc_http1_is_field_value(&c, 1) ? QUOTED : -1;
    case QUOTED_PAIR: return uc_http1_is_field_value(&c, 1) ? QUOTED : -1;
    case QUOTED_END: return after_word(c);
    default: return -1;
    }
}

static int refuse(struct uc_http1_chunks *chunks, const char *detail)
{
    chunks->detail = detail;
    return -EBADMSG;
}

/* The framing that nobody needs is bounded: it is not counted by the body's limit. */
static bool spend(struct uc_http1_chunks *chunks, size_t bytes)
{
    if (bytes > chunks->spare_bytes)
        return false;
    chunks->spare_bytes -= (uint32_t)bytes;
    return true;
}

static int read_trailers(struct uc_http1_chunks *chunks, const char *bytes, size_t len, size_t *used)
{
    int err = uc_http1_scan(&chunks->trailers, bytes, len, used);

    if (err < 0)
        return refuse(chunks, "malformed trailer section");
    return spend(chunks, *used) ? err : refuse(chunks, "the trailer section is too long");
}

static int read_framing(struct uc_http1_chunks *chunks, char c)
{
    bool was_extension = chunks->state >= NAME_FIRST;
    int next = step(chunks, c);

    if (next < 0)
        return refuse(chunks, "malformed chunk");
    if (was_extension && !spend(chunks, 1))
        return refuse(chunks, "chunk extensions are too long");
    chunks->state = (uint8_t)next;
    return 0;
}

int uc_http1_chunks_read(struct uc_http1_chunks *chunks, const char *bytes, size_t len, char *body, size_t room,
                         size_t *used, size_t *got)
{
    size_t at = 0;
    int err = 0;

    *got = 0;
    while (err == 0 && at < len) {
        if (chunks->state == DATA) {
            size_t n = len - at < chunks->left ? len - at : (size_t)chunks->left;

            memmove(body + *got, bytes + at, n);
            *got += n;
            at += n;
            chunks->left -= n;
            if (chunks->left == 0)
                chunks->state = DATA_CR;
        } else if (chunks->state == TRAILERS) {
            size_t n;

            err = read_trailers(chunks, bytes + at, len - at, &n);
            at += n;
        } else {
            err = read_framing(chunks, bytes[at++]);
            if (err == 0 && chunks->state == DATA && chunks->left > room - *got)
                err = -EMSGSIZE; /* told before its first byte */
        }
    }
    *used = at;
    return err;
}
