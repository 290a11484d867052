/* SPDX-License-Identifier: MIT */
/*
 * percent.h - decode percent-encoding (RFC 3986, section 2.1).
 */
#ifndef UC_PERCENT_H
#define UC_PERCENT_H

#include "uc/arena.h"

/*
 * Decode `text` into `out`, which holds text.len bytes at least. With `plus`, '+' is a space
 * (query strings, as forms write them). A '%' without two hex digits stays. Returns the length.
 */
size_t uc_percent_decode(char *out, struct uc_str text, bool plus);

/* The same, into the arena, with a NUL behind. */
struct uc_str uc_percent_decode_copy(struct uc_arena *arena, struct uc_str text, bool plus);

/* Is `text`, decoded, the same bytes as `plain`? */
bool uc_percent_eq(struct uc_str text, struct uc_str plain, bool plus);

/* Stands for itself in any part of a URL (RFC 3986, section 2.3). */
bool uc_percent_is_unreserved(unsigned char c);

#endif
