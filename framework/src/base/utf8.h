/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - one UTF-8 sequence at a time (RFC 3629: no overlong forms, no surrogates), and
 * eight bytes at a time of text that needs no care.
 */
#ifndef UC_UTF8_H
#define UC_UTF8_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A byte in each of the eight places of a word. */
#define UC_UTF8_EVERY(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * How many of the eight bytes at `at` come before a quote, a backslash, a control character or a
 * byte beyond ASCII. The subtractions borrow into bytes above such a one, never below, so
 * the lowest mark is true (bytes are in memory order: little-endian machines only).
 */
static inline size_t uc_utf8_plain(const char *at)
{
    uint64_t word, quote, escape, marks;

    memcpy(&word, at, sizeof(word));
    quote = word ^ UC_UTF8_EVERY('"');
    escape = word ^ UC_UTF8_EVERY('\\');
    marks = ((word - UC_UTF8_EVERY(0x20)) | (quote - UC_UTF8_EVERY(1)) |
             (escape - UC_UTF8_EVERY(1)) | word) & UC_UTF8_EVERY(0x80);
    return marks ? (size_t)__builtin_ctzll(marks) / 8 : 8;
}

/* Bytes of the well-formed sequence at `at`, 1 to 4; 0 when it is malformed or cut short. */
size_t uc_utf8_sequence(const char *at, const char *end);

/* Writes the 1 to 4 bytes of a code point (not a surrogate, at most 10FFFF); their count. */
size_t uc_utf8_put(char *out, uint32_t code_point);

#endif
