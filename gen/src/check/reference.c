/* SPDX-License-Identifier: MIT */
/* $ref: local ones, to a named part of `components`. */
#include <string.h>

#include "check/check.h"

/* A chain of references longer than this is a circle. */
#define HOPS_MAX 16

static const char *const siblings[] = {"$ref", "description", "summary", NULL};

static struct gen_yaml_node *components(struct gen_check *check, const char *section)
{
    return gen_yaml_get(gen_yaml_get(check->document, "components"), section);
}

static void say_unknown(struct gen_check *check, const struct gen_yaml_node *at,
                        const char *section, const char *name)
{
    const struct gen_yaml_node *parts = components(check, section);
    const char *known[65] = {NULL};
    const char *meant;

    for (size_t i = 0; parts && parts->kind == GEN_YAML_MAPPING && i < parts->count && i < 64; i++)
        known[i] = parts->pairs[i].key->text;
    meant = gen_suggest(name, known);
    GEN_ERROR(check, at, "components.%s has no \"%s\"%s%s%s", section, name,
              meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
}

static struct gen_yaml_node *follow(struct gen_check *check, struct gen_yaml_node *node,
                                    const char *section, const char **name)
{
    struct gen_yaml_node *ref = gen_yaml_get(node, "$ref");
    const char *prefix = gen_arena_printf(check->arena, "#/components/%s/", section);
    struct gen_yaml_node *target;

    gen_check_keys(check, node, "a reference", siblings, NULL, false);
    if (!gen_yaml_is_text(ref)) {
        GEN_ERROR(check, ref, "\"$ref\" must be text, not %s", gen_yaml_what(ref));
        return NULL;
    }
    if (strncmp(ref->text, prefix, strlen(prefix)) || strchr(ref->text + strlen(prefix), '/')) {
        GEN_ERROR(check, ref, "the reference \"%s\" is not supported; here it must be \"%sNAME\"",
                  ref->text, prefix);
        return NULL;
    }
    *name = ref->text + strlen(prefix);
    target = gen_yaml_get(components(check, section), *name);
    if (!target)
        say_unknown(check, ref, section, *name);
    return target;
}

struct gen_yaml_node *gen_check_deref(struct gen_check *check, struct gen_yaml_node *node,
                                      const char *section, const char **name)
{
    struct gen_yaml_node *start = node;

    *name = NULL;
    for (unsigned hops = 0; gen_yaml_get(node, "$ref"); hops++) {
        if (hops == HOPS_MAX) {
            GEN_ERROR(check, start, "this reference leads in a circle");
            return NULL;
        }
        node = follow(check, node, section, name);
        if (!node)
            return NULL;
    }
    return node;
}
