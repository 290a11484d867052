/* SPDX-License-Identifier: MIT */
/*
 * violation.h - what a request did against its contract, gathered to be told at once.
 *
 * Decoding goes on after a violation so that a client learns of several in one answer;
 * the first UC_VIOLATIONS_MAX are kept, the rest counted. All text lives in the arena.
 */
#ifndef UC_VIOLATION_H
#define UC_VIOLATION_H

#include <stddef.h>
#include <stdint.h>

#include "uc/format.h"
#include "uc/arena.h"
#include "uc/pattern.h"
#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

#define UC_VIOLATIONS_MAX 16

enum uc_place { UC_IN_BODY, UC_IN_PATH, UC_IN_QUERY, UC_IN_HEADER, UC_IN_COOKIE };

struct uc_violation {
    enum uc_place place;
    struct uc_str where;  /* body: a JSON Pointer (RFC 6901); else the parameter's name, and a pointer into it */
    struct uc_str detail; /* "must be at least 1" */
};

struct uc_violations {
    struct uc_arena *arena; /* borrowed */
    size_t count;           /* all, also those not kept */
    const char *parameter;  /* NULL, or the one that JSON is read from: see uc_violations_enter() */
    enum uc_place place;    /* of it */
    struct uc_violation kept[UC_VIOLATIONS_MAX];
};

void uc_violations_init(struct uc_violations *violations, struct uc_arena *arena);

/* Between these what is noted of a body is of that parameter: its pointers begin with the name, which is borrowed. */
void uc_violations_enter(struct uc_violations *violations, enum uc_place place, const char *parameter);
void uc_violations_leave(struct uc_violations *violations);

/* `where` and the formatted detail are copied into the arena. */
void uc_violation_add(struct uc_violations *violations, enum uc_place place, struct uc_str where,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Strings as parameters carry them, into values. False: a violation was added. */
bool uc_parse_int64(struct uc_violations *violations, enum uc_place place, const char *name,
                    struct uc_str text, int64_t *value);
bool uc_parse_int32(struct uc_violations *violations, enum uc_place place, const char *name,
                    struct uc_str text, int32_t *value);
bool uc_parse_double(struct uc_violations *violations, enum uc_place place, const char *name,
                     struct uc_str text, double *value);
bool uc_parse_bool(struct uc_violations *violations, enum uc_place place, const char *name,
                   struct uc_str text, bool *value);

/* Length of UTF-8 text in code points (minLength and maxLength count these). */
size_t uc_utf8_length(struct uc_str text);
bool uc_utf8_valid(struct uc_str text);

#ifdef __cplusplus
}
#endif
#endif
