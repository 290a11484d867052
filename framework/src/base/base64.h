/* SPDX-License-Identifier: MIT */
/*
 * base64.h - base64 as tokens and credentials carry it (RFC 4648, sections 4 and 5).
 *
 * Strict: no white space, no bits behind the last byte; what has two spellings in lenient decoders is refused in one.
 */
#ifndef UC_BASE64_H
#define UC_BASE64_H

#include <sys/types.h>

#include "uc/buf.h"

/* Bytes that `len` characters decode to at most. */
#define UC_BASE64_BYTES(len) ((len) / 4 * 3 + 3)

/* Into `out`, which has room for UC_BASE64_BYTES(text.len). The number of bytes, or -EINVAL. */
ssize_t uc_base64_decode(unsigned char *out, struct uc_str text);    /* '+' and '/', with its padding */
ssize_t uc_base64url_decode(unsigned char *out, struct uc_str text); /* '-' and '_', without */

/* Append, with padding. */
void uc_base64_encode(struct uc_buf *out, struct uc_str bytes);

#endif
