/* SPDX-License-Identifier: MIT */
/*
 * json_internal.h - what the files of the JSON reader share.
 *
 *   json_reader.c   values and structure
 *   json_text.c     strings: the scan, and escapes decoded
 *   json_members.c  member names: the search for duplicates
 *   json_place.c    JSON Pointers and violations
 *   json_number.c   numbers
 *   json_canon.c    equal values as equal bytes
 */
#ifndef UC_JSON_INTERNAL_H
#define UC_JSON_INTERNAL_H

#include "uc/json.h"

/* Ends the reading; the first failure is kept. Always false. */
bool uc_json_fail(struct uc_json_reader *r, int error, const char *text);

/*
 * r->at is at a quote. Passes over the string and checks it; *raw is what stands between
 * the quotes. False: failed.
 */
bool uc_json_text_scan(struct uc_json_reader *r, struct uc_str *raw, bool *escaped);

/* A checked raw string into the arena. False: failed, out of memory. */
bool uc_json_text_decode(struct uc_json_reader *r, struct uc_str raw, struct uc_str *value);

/* Order of two checked raw strings (up to their quotes) by the bytes that they stand for. */
int uc_json_text_compare(const char *a, const char *b);

/* Note a name of the innermost object. False: failed, it is there twice. */
bool uc_json_members_add(struct uc_json_reader *r, struct uc_str key, const char *raw);

/* The innermost object is complete. False: failed, a name was there twice. */
bool uc_json_members_end(struct uc_json_reader *r);

/* "must be ..." at the current place, then pass over the value. Always false. */
bool uc_json_refuse(struct uc_json_reader *r, const char *what);

/*
 * The elements of an array that was read without an error, `list`, each in a form of which the bytes are equal when the
 * values are: numbers by value, also beyond what a double can hold, members in any order. In the arena. 0 or -ENOMEM.
 */
int uc_json_canon(struct uc_arena *arena, struct uc_str list, struct uc_str **elements, size_t *count);
/* The same of one value. */
int uc_json_canon_value(struct uc_arena *arena, struct uc_str text, struct uc_str *form);

/* The same of a short scalar, in memory of the caller's. False: it is long, a list, an object, or has escapes. */
#define UC_JSON_CANON_SHORT 256
bool uc_json_canon_short(struct uc_str text, char out[UC_JSON_CANON_SHORT], struct uc_str *form);

/*
 * What an arena needs for them. For each byte of the text: 6 for the forms of the elements, 8 for their places, 6 for the
 * names of members (JSON's reader doubles their list and leaves the old one), 4 for texts with escapes.
 */
#define UC_JSON_CANON_ROOM(bytes) ((bytes) * 32 + 65536)

/* Of struct uc_str by their bytes, for qsort(). */
int uc_json_canon_compare(const void *a, const void *b);

#endif
