/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "check/check.h"

static bool used(const struct gen_type *type, const char *value)
{
    for (size_t i = 0; i < type->enumerator_count; i++)
        if (!strcmp(type->enumerators[i].value, value))
            return true;
    return false;
}

static void add_enumerator(struct gen_check *check, const struct gen_yaml_node *value,
                           struct gen_type *type)
{
    const char *snake = *value->text ? gen_snake(check->arena, value->text) : "empty";
    struct gen_enumerator *enumerator;
    const char *what;

    if (used(type, value->text)) {
        GEN_ERROR(check, value, "\"%s\" is listed twice", value->text);
        return;
    }
    if (!snake) {
        GEN_ERROR(check, value, "\"%s\" cannot be made a name in C; it needs a letter or digit",
                  value->text);
        return;
    }
    type->enumerators = gen_arena_grow(check->arena, type->enumerators, type->enumerator_count,
                                       sizeof(*enumerator));
    enumerator = &type->enumerators[type->enumerator_count++];
    enumerator->value = value->text;
    enumerator->c_name =
        gen_upper(check->arena, gen_arena_printf(check->arena, "%s_%s", type->c_name, snake));
    what = gen_arena_printf(check->arena, "the value \"%s\"", value->text);
    gen_scope_take(check->scope, check->messages, enumerator->c_name, what, value->mark);
}

void gen_check_enum(struct gen_check *check, const struct gen_yaml_node *node,
                    struct gen_type *type, bool nullable)
{
    struct gen_yaml_node *list = gen_yaml_get(node, "enum");
    bool has_null = false;

    if (list->kind != GEN_YAML_SEQUENCE || list->count == 0) {
        GEN_ERROR(check, list, "\"enum\" must be a list of at least one text");
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct gen_yaml_node *value = list->items[i];

        if (nullable && gen_yaml_is_null(value))
            has_null = true;
        else if (gen_yaml_is_text(value))
            add_enumerator(check, value, type);
        else
            GEN_ERROR(check, value, "a value of this \"enum\" must be text, not %s%s",
                      gen_yaml_what(value),
                      value->kind == GEN_YAML_SCALAR ? "; put it in quotes" : "");
    }
    if (nullable && !has_null)
        GEN_ERROR(check, list, "the type allows null, but this \"enum\" does not list it: "
                               "add null, or take it from the type");
}
