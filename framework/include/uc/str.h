/* SPDX-License-Identifier: MIT */
/*
 * str.h - a run of bytes with its length.
 *
 * A value, copied freely; it owns nothing. Strings decoded from a request or made in an
 * arena have a NUL after their last byte, so that `data` also serves as a C string when
 * they hold no NUL themselves. An absent string has `data == NULL`.
 */
#ifndef UC_STR_H
#define UC_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uc_str {
    const char *data;
    size_t len; /* bytes, without the NUL */
};

/* A string literal as an initializer: `static const struct uc_str empty = UC_STR("");` */
#define UC_STR(literal) {(literal), sizeof(literal) - 1}

/* Borrow a C string (NULL becomes the absent string). */
static inline struct uc_str uc_str(const char *text)
{
    struct uc_str s = {text, text ? strlen(text) : 0};
    return s;
}

static inline struct uc_str uc_str_of(const char *data, size_t len)
{
    struct uc_str s = {data, len};
    return s;
}

static inline bool uc_str_eq(struct uc_str a, struct uc_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool uc_str_is(struct uc_str a, const char *text)
{
    return uc_str_eq(a, uc_str(text));
}

/* ASCII case ignored, as HTTP field names want (RFC 9110, section 5.1). */
bool uc_str_eq_nocase(struct uc_str a, struct uc_str b);

#ifdef __cplusplus
}
#endif
#endif
