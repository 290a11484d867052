/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - one UTF-8 sequence at a time (RFC 3629: no overlong forms, no surrogates).
 */
#ifndef UC_UTF8_H
#define UC_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed sequence at `at`, 1 to 4; 0 when it is malformed or cut short. */
size_t uc_utf8_sequence(const char *at, const char *end);

/* Writes the 1 to 4 bytes of a code point (not a surrogate, at most 10FFFF); their count. */
size_t uc_utf8_put(char *out, uint32_t code_point);

#endif
