/* SPDX-License-Identifier: MIT */
/*
 * `default` of a member that may be absent: the reader puts it in its place. What a list or an
 * object leaves out takes its default in turn, so that they must come to an end.
 */
#include "check/schema_internal.h"

#define DEPTH_MAX 8     /* defaults that take defaults */
#define STEPS_MAX 10000 /* values that one default becomes */

struct walk {
    unsigned depth, steps;
    bool deep;
};

static bool ends(struct walk *walk, const struct gen_yaml_node *value, const struct gen_use *use);

/* NULL: the reader puts nothing in its place. */
static const struct gen_yaml_node *fallback_of(const struct gen_member *member)
{
    return member->required || member->unread ? NULL : member->use.fallback;
}

static bool member_ends(struct walk *walk, const struct gen_yaml_node *object,
                        const struct gen_member *member)
{
    const struct gen_yaml_node *own = gen_yaml_get(object, member->json_name),
                               *fallback = fallback_of(member);
    bool good;

    if (own || !fallback)
        return !own || ends(walk, own, &member->use);
    walk->depth++;
    good = ends(walk, fallback, &member->use);
    walk->depth--;
    return good;
}

static bool members_end(struct walk *walk, const struct gen_yaml_node *object,
                        const struct gen_type *type)
{
    const struct gen_type *map = type->kind == GEN_MAP ? type : type->extra;

    for (size_t i = 0; i < type->member_count; i++)
        if (!member_ends(walk, object, &type->members[i]))
            return false;
    for (size_t i = 0; map && i < object->count; i++)
        if (!ends(walk, object->pairs[i].value, &map->item))
            return false;
    return true;
}

static bool ends(struct walk *walk, const struct gen_yaml_node *value, const struct gen_use *use)
{
    const struct gen_type *type = use->type;

    if (!type) /* refused, as has been said */
        return true;
    walk->deep |= walk->depth > DEPTH_MAX;
    if (++walk->steps > STEPS_MAX || walk->deep)
        return false;
    for (size_t i = 0;
         type->kind == GEN_ARRAY && value->kind == GEN_YAML_SEQUENCE && i < value->count; i++)
        if (!ends(walk, value->items[i], &type->item))
            return false;
    for (size_t i = 0; type->kind == GEN_UNION && i < type->variant_count; i++)
        if (type->variants[i].use.type && gen_check_default_fits(value, type->variants[i].use.type) &&
            !ends(walk, value, &type->variants[i].use))
            return false;
    return value->kind != GEN_YAML_MAPPING || members_end(walk, value, type);
}

static void check_fallback(struct gen_check *check, struct gen_member *member)
{
    struct gen_yaml_node *value = member->use.fallback;
    struct walk walk = {0};

    if (!fallback_of(member) || !gen_check_depth(check, value) || (gen_yaml_is_null(value) && member->use.nullable))
        return;
    if (gen_yaml_is_null(value) && !gen_check_default_fits(value, member->use.type)) {
        GEN_NOTE(check, value, "this default has no effect: the schema does not allow null");
        member->use.fallback = NULL;
    } else if (!gen_check_default_fits(value, member->use.type)) {
        GEN_ERROR(check, value, "this default is not a value of the schema");
    } else if (!ends(&walk, value, &member->use) && !walk.deep) {
        GEN_ERROR(check, value, "this default becomes more than %d values; leave it out, and put them in the handler", STEPS_MAX);
    } else if (walk.deep) {
        GEN_ERROR(check, value,
                  "what this default leaves out has defaults in turn, without an end or more than %d deep; write their values here",
                  DEPTH_MAX);
    }
}

/* Of lists and objects the other keywords are told of when a value is read. */
static void note_values(struct gen_check *check, const struct gen_type *type)
{
    struct gen_type rest = *type;

    rest.choice_count = 0;
    for (size_t i = 0; type->kind > GEN_RAW && i < type->choice_count; i++)
        if (!gen_check_default_fits(type->choices[i], &rest))
            GEN_NOTE(check, type->choices[i], "this value says nothing: the rest of the schema does not allow it");
}

void gen_check_member_defaults(struct gen_check *check)
{
    for (size_t i = 0; i < check->contract->type_count; i++) {
        note_values(check, check->contract->types[i]);
        for (size_t m = 0; m < check->contract->types[i]->member_count; m++)
            check_fallback(check, &check->contract->types[i]->members[m]);
    }
}
