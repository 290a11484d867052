/* SPDX-License-Identifier: MIT */
/*
 * json.h - read and write JSON (RFC 8259) without a tree.
 *
 * The reader walks over complete text in memory and hands out one value at a time; the
 * caller, usually generated code, asks for what its schema says comes next:
 *
 *     if (!uc_json_object_begin(r)) return;       // not an object: violation added, skipped
 *     while (uc_json_object_next(r, &key)) {
 *         if (uc_str_is(key, "id")) uc_json_int64(r, &order->id);
 *         else uc_json_skip(r);
 *     }
 *
 * Two kinds of failure. Broken *syntax* (also: bad UTF-8, a lone surrogate, a duplicate
 * key, nesting beyond UC_JSON_DEPTH_MAX) is final: `error` is set, every call from then on returns
 * false. A value of the wrong *type or range* is a violation, noted with its JSON
 * Pointer; the value is passed over, the call returns false, and reading goes on.
 * After a syntax error nothing more is noted.
 *
 * Duplicate keys are found by the reader itself, also in skipped values: at once in an
 * object of up to UC_JSON_MEMBERS_INLINE members, at the end of a larger one (one sort;
 * no choice of keys makes this slower than n log n).
 *
 * Strings without escapes borrow the input (and then have no NUL behind them); others are
 * decoded into the arena. All calls on one reader or writer are made by one thread.
 */
#ifndef UC_JSON_H
#define UC_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "uc/arena.h"
#include "uc/buf.h"
#include "uc/violation.h"

#ifdef __cplusplus
extern "C" {
#endif

#define UC_JSON_DEPTH_MAX 64

enum uc_json_kind {
    UC_JSON_NONE, /* end of text, or an error */
    UC_JSON_NULL,
    UC_JSON_BOOL,
    UC_JSON_NUMBER,
    UC_JSON_STRING,
    UC_JSON_ARRAY,
    UC_JSON_OBJECT,
};

struct uc_json_member { /* a member name of an object that is still open */
    uint32_t signature; /* of the decoded name */
    uint32_t offset;    /* of the raw name in the text */
};

struct uc_json_step { /* one level of the current path; the reader's own */
    struct uc_str key; /* decoded; data == NULL in an array and before the first member */
    size_t index;      /* position in the array */
    uint64_t seen;     /* which signatures occurred, six bits of each */
    uint32_t members;  /* where this object's names begin in the reader's list */
    bool object, first;
};

#define UC_JSON_MEMBERS_INLINE 32

struct uc_json_reader {
    const char *start, *at, *end;
    struct uc_arena *arena;             /* borrowed */
    struct uc_violations *violations;   /* borrowed */
    struct uc_str number;               /* text of the number that uc_json_double() read last */
    int error;                          /* 0, or -EBADMSG (syntax), -E2BIG (depth), -ENOMEM */
    const char *error_text;             /* static; what was wrong with the syntax */
    unsigned depth;
    struct uc_json_member *members; /* names in all open objects, outermost first */
    uint32_t member_count, member_room;
    struct uc_json_member members_inline[UC_JSON_MEMBERS_INLINE];
    struct uc_json_step path[UC_JSON_DEPTH_MAX];
};

/* Borrows text, arena and violations until the caller is done. */
void uc_json_reader_init(struct uc_json_reader *r, struct uc_str text, struct uc_arena *arena,
                         struct uc_violations *violations);

/* Kind of the value that comes next; consumes nothing but white space. */
enum uc_json_kind uc_json_peek(struct uc_json_reader *r);

bool uc_json_object_begin(struct uc_json_reader *r);
bool uc_json_object_next(struct uc_json_reader *r, struct uc_str *key); /* false: end or error */
bool uc_json_array_begin(struct uc_json_reader *r);
bool uc_json_array_next(struct uc_json_reader *r); /* true: a value comes; false: end or error */

bool uc_json_string(struct uc_json_reader *r, struct uc_str *value);
bool uc_json_int64(struct uc_json_reader *r, int64_t *value); /* exact; 1.0 and 1e2 are integers too */
bool uc_json_int32(struct uc_json_reader *r, int32_t *value);
bool uc_json_double(struct uc_json_reader *r, double *value);
bool uc_json_bool(struct uc_json_reader *r, bool *value);
bool uc_json_null(struct uc_json_reader *r); /* true: it was null, consumed; false: nothing consumed */

bool uc_json_skip(struct uc_json_reader *r);                     /* any value, syntax checked */
bool uc_json_raw(struct uc_json_reader *r, struct uc_str *value); /* its bytes, syntax checked */

/* What an object that is kept as its bytes must hold (JSON Schema 2020-12 Validation, 6.5). */
struct uc_json_object_rule {
    const char *const *required; /* names of members */
    size_t required_count;
    size_t min, max; /* members */
};

/* The bytes of an object, syntax checked; borrows `rule`, which may be NULL, for the call. */
bool uc_json_raw_object(struct uc_json_reader *r, struct uc_str *value, const struct uc_json_object_rule *rule);

/*
 * The bytes of a value that is one of those in `choices`; `text` is the violation of any other. Values are compared as
 * JSON Schema has it: 1.0 is 1, and members may come in any order.
 *
 * The generator writes `choices`: one form behind the other, shorter ones first and equally long ones in the order of
 * their bytes, each ended by a zero byte. A form: `t`, `f`, `n`; digits without zeros at either end and a power of ten,
 * `-15e-1;`, or `0;`; the length of a text and its bytes, `"2:ab`; `[` elements `]`; `{` members, each its name as a text
 * and its value, in the order of their bytes, `}`.
 */
bool uc_json_raw_choice(struct uc_json_reader *r, struct uc_str *value, struct uc_str choices, const char *text);
/* The same behind a value that was read already, without an error; `start` is where it began. */
bool uc_json_choice_check(struct uc_json_reader *r, const char *start, struct uc_str choices, const char *text);

/*
 * The text of a member of the object that comes next, of which nothing is consumed; the members before it are passed
 * over to find it. False: it is not there, or no text, which is a violation, and the object is passed over.
 */
bool uc_json_tag(struct uc_json_reader *r, const char *member, struct uc_str *tag);
/* Pass over the object that comes next, with a violation of the member. Always false. */
bool uc_json_tag_refuse(struct uc_json_reader *r, const char *member, const char *text);

/*
 * Read `text`, which is not what comes next, by the reader of a type: what the contract holds in place of something that
 * did not come (`default`), or an element once more by another schema (`contains`). True: it was a value of the type;
 * violations are not noted. May set r->error to -ENOMEM.
 */
bool uc_json_aside(struct uc_json_reader *r, struct uc_str text,
                   bool (*read)(struct uc_json_reader *r, void *value), void *value);

/* After the outermost value: nothing but white space may follow. 0 or r->error. */
int uc_json_finish(struct uc_json_reader *r);

/*
 * Note a violation at the current place (the value read last), or at a member of it:
 * after uc_json_object_next() has returned false the place is the object itself.
 */
void uc_json_violation(struct uc_json_reader *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void uc_json_missing(struct uc_json_reader *r, const char *member);
void uc_json_violation_in(struct uc_json_reader *r, struct uc_str member, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "must have at least ... members", of an object that has `count`. */
void uc_json_count_check(struct uc_json_reader *r, size_t count, size_t min, size_t max);
/*
 * True when the text of a number is a multiple of units * 10^exponent (`multipleOf`; JSON Schema 2020-12 Validation,
 * 6.2.1). It is taken as written, not as the double that it is near to: 0.3 is a multiple of 0.1. `units` is below 10^18.
 */
bool uc_json_is_multiple(struct uc_str number, uint64_t units, int exponent);
/* What the elements of a list are in C: struct uc_str, int32_t (also an enum), ... */
enum uc_json_item {
    UC_JSON_ITEM_STR,
    UC_JSON_ITEM_INT32,
    UC_JSON_ITEM_INT64,
    UC_JSON_ITEM_DOUBLE,
    UC_JSON_ITEM_BOOL,
};
/* "must not have an element twice", in n log n; may set r->error to -ENOMEM. */
void uc_json_unique_check(struct uc_json_reader *r, const void *items, size_t count, enum uc_json_item kind);
/*
 * The same for elements of any kind, by value: objects are equal when their members are, in any order, unknown ones
 * included. To be called behind an array that keeps to its schema; `list` is where its bracket was. Sorts the elements:
 * at most n log n comparisons, each of no more bytes than the shorter of the two has.
 */
void uc_json_unique_values(struct uc_json_reader *r, const char *list);
void uc_json_unknown(struct uc_json_reader *r, struct uc_str member);

/*
 * The writer appends to a buffer and sets commas by itself. Errors are the buffer's.
 */
struct uc_json_writer {
    struct uc_buf *out; /* borrowed */
    bool comma;         /* the next value or key needs one before it */
    bool strict;        /* a number that is infinite, or none, is the error -EINVAL */
};

void uc_json_writer_init(struct uc_json_writer *w, struct uc_buf *out); /* such a number is null */
void uc_json_writer_init_strict(struct uc_json_writer *w, struct uc_buf *out);
void uc_json_write_object_begin(struct uc_json_writer *w);
void uc_json_write_object_end(struct uc_json_writer *w);
void uc_json_write_array_begin(struct uc_json_writer *w);
void uc_json_write_array_end(struct uc_json_writer *w);
/* `quoted` is a key ready to send, with its colon: "\"id\":". For generated code. */
void uc_json_write_key_quoted(struct uc_json_writer *w, const char *quoted, size_t len);
#define UC_JSON_KEY(w, literal) uc_json_write_key_quoted((w), "\"" literal "\":", sizeof(literal) + 2)
void uc_json_write_key(struct uc_json_writer *w, struct uc_str key);
void uc_json_write_string(struct uc_json_writer *w, struct uc_str value);
void uc_json_write_int64(struct uc_json_writer *w, int64_t value);
void uc_json_write_double(struct uc_json_writer *w, double value); /* shortest exact; NaN, Inf: above */
/* The same text outside of JSON, in a header or a URL: in the caller's room, with its NUL. */
#define UC_JSON_NUMBER_TEXT 32
const char *uc_json_double_text(char text[UC_JSON_NUMBER_TEXT], double value);
void uc_json_write_bool(struct uc_json_writer *w, bool value);
void uc_json_write_null(struct uc_json_writer *w);
void uc_json_write_raw(struct uc_json_writer *w, struct uc_str json); /* valid JSON, not checked */

#ifdef __cplusplus
}
#endif
#endif
