/* SPDX-License-Identifier: MIT */
/* `anyOf` and `oneOf` of nothing but `required`, beside the properties of an object: which members it must have. */
#include "check/schema_internal.h"

#include <string.h>

static bool is_alternative(const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *required = gen_yaml_get(node, "required");

    for (size_t i = 0; node->kind == GEN_YAML_MAPPING && i < node->count; i++) {
        const char *key = node->pairs[i].key->text;

        if (strcmp(key, "required") && strcmp(key, "type") && !gen_check_is_annotation(key))
            return false;
    }
    return required && required->kind == GEN_YAML_SEQUENCE && required->count;
}

static const struct gen_yaml_node *alternatives_of(const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "oneOf");

    return list ? list : gen_yaml_get(node, "anyOf");
}

bool gen_check_is_alternatives(const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *list = alternatives_of(node);

    if (!list || list->kind != GEN_YAML_SEQUENCE || !list->count || !gen_yaml_get(node, "properties") ||
        (gen_yaml_get(node, "oneOf") && gen_yaml_get(node, "anyOf")))
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (!is_alternative(list->items[i]))
            return false;
    return true;
}

static struct gen_member *find_member(struct gen_type *type, const struct gen_yaml_node *name)
{
    for (size_t i = 0; name->text && i < type->member_count; i++)
        if (!strcmp(type->members[i].json_name, name->text))
            return &type->members[i];
    return NULL;
}

static void read_alternative(struct gen_check *check, const struct gen_yaml_node *names, struct gen_type *type,
                             struct gen_alternative *alternative)
{
    alternative->members = gen_arena_array(check->arena, names->count, sizeof(struct gen_member *));
    for (size_t i = 0; i < names->count; i++) {
        struct gen_member *member = find_member(type, names->items[i]);

        if (!member) {
            GEN_ERROR(check, names->items[i], "\"required\" names \"%s\", which is not in \"properties\"",
                      names->items[i]->text ? names->items[i]->text : gen_yaml_what(names->items[i]));
            return;
        }
        if (member->unread)
            continue; /* the other side does not send it */
        member->asked = true;
        alternative->members[alternative->count++] = member;
    }
}

void gen_check_alternatives(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_node *list = alternatives_of(node);

    if (!gen_check_is_alternatives(node))
        return;
    type->alternatives = gen_arena_array(check->arena, list->count, sizeof(*type->alternatives));
    type->alternative_count = list->count;
    type->one_alternative = gen_yaml_get(node, "oneOf") != NULL;
    for (size_t i = 0; i < list->count; i++) {
        read_alternative(check, gen_yaml_get(list->items[i], "required"), type, &type->alternatives[i]);
        if (!type->alternatives[i].count)
            type->alternative_count = 0; /* what nobody sends cannot be asked for */
        if (!type->alternative_count)
            return;
    }
}
