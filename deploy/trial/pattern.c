/* SPDX-License-Identifier: MIT */
#include "trial/pattern.h"

#include <string.h>

struct trial_pattern {
    struct trial_pattern *next;
    const char *text;
    const struct gen_pattern *pattern; /* NULL: refused */
};

const struct gen_pattern *trial_pattern(const struct trial_schemas *schemas, const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *node = gen_yaml_get(schema, "pattern");
    struct trial_pattern *known;
    struct gen_pattern *pattern;

    if (!node || !gen_yaml_is_text(node))
        return NULL;
    for (known = *schemas->patterns; known; known = known->next)
        if (!strcmp(known->text, node->text))
            return known->pattern;
    known = gen_arena_alloc(schemas->arena, sizeof(*known));
    pattern = gen_arena_alloc(schemas->arena, sizeof(*pattern));
    known->text = node->text;
    known->pattern = gen_pattern_compile(schemas->arena, node->text, pattern, NULL) ? NULL : pattern;
    known->next = *schemas->patterns;
    *schemas->patterns = known;
    return known->pattern;
}
