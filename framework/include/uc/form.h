/* SPDX-License-Identifier: MIT */
/*
 * form.h - forms (application/x-www-form-urlencoded) as JSON objects, and back.
 *
 * A form carries text alone; what a field means, the contract says. So a form becomes the JSON object
 * that the schema describes, and is then decoded and validated by the same code as any JSON body, with
 * the same violations and pointers. Made for generated code.
 */
#ifndef UC_FORM_H
#define UC_FORM_H

#include "uc/arena.h"
#include "uc/buf.h"
#include "uc/violation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What stands for itself in JSON, as bits: of a choice several. Anything else is a string, which the schema may refuse. */
enum uc_form_kind {
    UC_FORM_TEXT = 0,
    UC_FORM_NUMBER = 1,
    UC_FORM_BOOL = 2,
    UC_FORM_BARE = 3, /* a number, true or false */
    UC_FORM_OBJECT = 4,
    UC_FORM_ARRAY = 8,
    UC_FORM_JSON = 31, /* all, null and strings in quotes, too */
};

struct uc_form_field {
    const char *name;
    enum uc_form_kind kind; /* of each element, in a list */
    bool list;              /* may be there several times: always an array */
};

struct uc_form_schema {
    const struct uc_form_field *fields;
    size_t count;
    bool closed; /* a field that is not among them is a violation, rather than passed over */
};

/*
 * The form as JSON, in the arena; empty text when that is full. A field that is there twice and is no
 * list, an unknown one of a closed schema, and text that is not UTF-8 are violations.
 */
struct uc_str uc_form_json(struct uc_arena *arena, struct uc_violations *violations, struct uc_str form,
                           const struct uc_form_schema *schema);

/*
 * Append a JSON object as a form: arrays as repeated fields, null not at all, an object
 * inside it as its JSON text. 0, -EINVAL: `json` is no object; -ENOMEM, -ENOBUFS.
 */
int uc_form_write(struct uc_buf *out, struct uc_str json);

#ifdef __cplusplus
}
#endif
#endif
