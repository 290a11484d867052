/* SPDX-License-Identifier: MIT */
/* encode.h - values as parameters and as bodies that are not JSON. All texts live in the arena. */
#ifndef DEPLOY_TRIAL_ENCODE_H
#define DEPLOY_TRIAL_ENCODE_H

#include "schema.h"

enum trial_place { TRIAL_PATH, TRIAL_QUERY, TRIAL_HEADER, TRIAL_COOKIE };

/* All but RFC 3986's unreserved characters as "%41". */
const char *trial_percent(struct gen_arena *arena, const char *text, size_t len);

/* A number, a boolean or a text as it is; of others their JSON. */
const char *trial_plain(struct gen_arena *arena, const struct trial_value *value);

/* "name=1&name=2", "1,2", ... as the parameter's style has it; NULL, and *why, when this style is not made. */
const char *trial_parameter(struct gen_arena *arena, const struct gen_yaml_node *parameter, enum trial_place place,
                            const struct trial_value *value, const char **why);

/* application/x-www-form-urlencoded, of an object. */
const char *trial_form(struct gen_arena *arena, const struct trial_value *object);

#define TRIAL_BOUNDARY "ucompose-trial-7d1f0c"
/* multipart/form-data with TRIAL_BOUNDARY, of an object; what the schema says is a file is sent as one. */
const char *trial_multipart(const struct trial_schemas *schemas, const struct gen_yaml_node *schema,
                            const struct gen_yaml_node *encoding, const struct trial_value *object);

#endif
