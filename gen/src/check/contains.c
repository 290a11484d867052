/* SPDX-License-Identifier: MIT */
/*
 * `contains`: how many elements of a list keep to a schema of their own. Each element is read once more by that schema, so
 * the schema may not hold another `contains`: lists in lists would be read 2, 4, 8 times.
 */
#include <string.h>

#include "check/schema_internal.h"

static bool is_integer(const struct gen_type *type)
{
    return type->kind == GEN_INT32 || type->kind == GEN_INT64;
}

static bool is_number(const struct gen_type *type)
{
    return is_integer(type) || type->kind == GEN_DOUBLE;
}

static bool is_text(const struct gen_type *type)
{
    return type->kind == GEN_STRING || type->kind == GEN_ENUM;
}

/*
 * A type that was taken refuses values of others, which JSON Schema lets through. So fewer elements are found than there
 * are, and more lists would keep to a "maxContains".
 */
static bool finds_all(struct gen_check *check, struct gen_yaml_node *schema, const struct gen_type *type)
{
    const struct gen_type *wanted = type->contains.type, *item = type->item.type;
    const struct gen_yaml_node *whole;
    const char *name;

    whole = gen_check_resolve(check, schema, &name);
    if (!whole || gen_check_values(check, whole))
        return true;
    if (wanted->kind > GEN_RAW)
        return false; /* of what is inside */
    if (wanted->format ||
        (is_integer(wanted) && wanted->kind != item->kind && !(wanted->kind == GEN_INT64 && item->kind == GEN_INT32)))
        return false; /* it takes some texts, or integers up to a width, and JSON Schema counts the others, too */
    return gen_yaml_get(whole, "type") || (wanted->kind == GEN_RAW && !wanted->object) ||
           (!type->item.nullable && ((is_number(wanted) && is_number(item)) || (is_text(wanted) && is_text(item))));
}

void gen_check_contains(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    struct gen_yaml_node *schema = gen_yaml_get(node, "contains");
    int64_t min, max;

    if (!schema)
        return;
    if (!gen_check_schema(check, schema, gen_arena_printf(check->arena, "%s_contains", type->c_name), &type->contains)) {
        type->contains.type = NULL;
        return;
    }
    min = gen_check_integer(check, node, "minContains", 0, INT32_MAX, 1);
    max = gen_check_integer(check, node, "maxContains", 0, INT32_MAX, -1);
    type->min_contains = (struct gen_bound){.set = min > 0, .integer = min};
    type->max_contains = (struct gen_bound){.set = max >= 0, .integer = max};
    if (max >= 0 && min > max)
        GEN_ERROR(check, node, "\"minContains\" is above \"maxContains\"");
    else if (max >= 0 && !finds_all(check, schema, type))
        GEN_ERROR(check, gen_yaml_get(node, "maxContains"), "\"maxContains\" is supported where \"contains\" has a \"type\" and no "
                  "\"properties\", \"items\" or \"format\", an integer only among integers as wide, or a \"const\" or \"enum\"; "
                  "check the list in the handler");
}

/* ---- what it costs */

static bool leads_to_another(const struct gen_type *type, unsigned walk);

static bool any_leads(struct gen_type *type, unsigned walk)
{
    if (!type || type->walk == walk)
        return false;
    type->walk = walk;
    return type->contains.type || leads_to_another(type, walk);
}

static bool leads_to_another(const struct gen_type *type, unsigned walk)
{
    for (size_t i = 0; i < type->member_count; i++)
        if (any_leads(type->members[i].use.type, walk))
            return true;
    for (size_t i = 0; i < type->variant_count; i++)
        if (any_leads(type->variants[i].use.type, walk))
            return true;
    return any_leads(type->item.type, walk) || any_leads(type->extra, walk);
}

void gen_check_contains_ends(struct gen_check *check)
{
    for (size_t i = 0; i < check->contract->type_count; i++) {
        struct gen_type *type = check->contract->types[i];

        if (type->contains.type && any_leads(type->contains.type, (unsigned)i + 1))
            gen_messages_add(check->messages, type->mark, "the schema of \"contains\" may not lead to another \"contains\"; check "
                             "the list in the handler");
    }
}
