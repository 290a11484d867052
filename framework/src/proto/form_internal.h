/* SPDX-License-Identifier: MIT */
/* form_internal.h - what the readers of both kinds of forms share. */
#ifndef UC_FORM_INTERNAL_H
#define UC_FORM_INTERNAL_H

#include "uc/form.h"

struct uc_form_pair {
    struct uc_str name, value; /* decoded */
    bool done;                 /* an earlier field of a list has taken it along */
};

/* Decoded fields into the JSON object of the schema; see uc_form_json(). `done` is written. */
struct uc_str uc_form_pairs_json(struct uc_arena *arena, struct uc_violations *violations,
                                 struct uc_form_pair *pairs, size_t count, const struct uc_form_schema *schema);

/* Decoded values, whose names do not matter, as a JSON array of that kind. */
struct uc_str uc_form_list_json(struct uc_arena *arena, struct uc_violations *violations,
                                const struct uc_form_pair *elements, size_t count, enum uc_form_kind kind);

bool uc_form_is_json(struct uc_arena *arena, struct uc_str text);

#endif
