/* SPDX-License-Identifier: MIT */
/*
 *   SIZE -> [EXTENSION] -> SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE ...
 *                             `- size 0 -> TRAILER -> [TRAILER_LINE -> TRAILER_LF -> TRAILER ...] -> END_LF
 *
 * Extensions and trailers are passed over: nothing here asks for them.
 */
#include <errno.h>

#include "base/hex.h"
#include "http1_response_internal.h"

#define FRAMING_MAX 4096 /* bytes of extensions and trailers in one answer */

static bool is_text(char c)
{
    return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7F);
}

static int take_size(struct uc_http1_response *response, char c)
{
    int digit = uc_hex_digit(c);

    if (digit >= 0) {
        if (++response->digits > 15)
            return -EBADMSG;
        response->left = response->left << 4 | (uint64_t)digit;
        return 0;
    }
    if (response->digits == 0)
        return -EBADMSG;
    if (c == ';' || c == '\r') {
        response->chunk_state = c == ';' ? UC_CHUNK_EXTENSION : UC_CHUNK_SIZE_LF;
        return 0;
    }
    return -EBADMSG;
}

/* One byte of anything but chunk data. */
static int take_framing(struct uc_http1_response *response, char c)
{
    switch (response->chunk_state) {
    case UC_CHUNK_SIZE:
        return take_size(response, c);
    case UC_CHUNK_EXTENSION:
    case UC_CHUNK_TRAILER_LINE:
        if (++response->framing_bytes > FRAMING_MAX)
            return -EMSGSIZE;
        if (c != '\r')
            return is_text(c) ? 0 : -EBADMSG;
        response->chunk_state = response->chunk_state == UC_CHUNK_EXTENSION ? UC_CHUNK_SIZE_LF
                                                                            : UC_CHUNK_TRAILER_LF;
        return 0;
    case UC_CHUNK_SIZE_LF:
        response->chunk_state = response->left ? UC_CHUNK_DATA : UC_CHUNK_TRAILER;
        return c == '\n' ? 0 : -EBADMSG;
    case UC_CHUNK_DATA_CR:
        response->chunk_state = UC_CHUNK_DATA_LF;
        return c == '\r' ? 0 : -EBADMSG;
    case UC_CHUNK_DATA_LF:
        response->chunk_state = UC_CHUNK_SIZE;
        response->left = response->digits = 0;
        return c == '\n' ? 0 : -EBADMSG;
    case UC_CHUNK_TRAILER:
        if (++response->framing_bytes > FRAMING_MAX)
            return -EMSGSIZE;
        response->chunk_state = c == '\r' ? UC_CHUNK_END_LF : UC_CHUNK_TRAILER_LINE;
        return c == '\r' || (is_text(c) && c != ' ' && c != '\t') ? 0 : -EBADMSG;
    case UC_CHUNK_TRAILER_LF:
        response->chunk_state = UC_CHUNK_TRAILER;
        return c == '\n' ? 0 : -EBADMSG;
    case UC_CHUNK_END_LF:
        response->state = UC_RESPONSE_DONE;
        return c == '\n' ? 0 : -EBADMSG;
    default:
        return -EBADMSG;
    }
}

ssize_t uc_http1_response_chunks(struct uc_http1_response *response, const char *bytes, size_t len)
{
    size_t used = 0;

    while (used < len && response->state == UC_RESPONSE_CHUNKS) {
        if (response->chunk_state == UC_CHUNK_DATA) {
            size_t part = len - used < response->left ? len - used : (size_t)response->left;

            uc_buf_append(&response->body, bytes + used, part);
            if (response->body.error)
                return response->body.error == -ENOBUFS ? -EMSGSIZE : response->body.error;
            used += part;
            response->left -= part;
            if (response->left == 0)
                response->chunk_state = UC_CHUNK_DATA_CR;
        } else {
            int err = take_framing(response, bytes[used]);

            if (err)
                return err;
            used++;
        }
    }
    return (ssize_t)used;
}
