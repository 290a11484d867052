/* SPDX-License-Identifier: MIT */
/*
 * `oneOf` and `anyOf`: a value that is one of several, and tells which: by its kind in JSON, or, among objects, by a
 * member whose text no two of them share (a discriminator, or a `const` or `enum` that each requires).
 */
#include "check/schema_internal.h"

#include <string.h>

#define REFERENCE "#/components/schemas/"
#define NESTED_MAX  4 /* choices in choices */
#define OPTIONS_MAX 200

/* A list of choices, perhaps one within another. */
struct level {
    const char *word; /* "oneOf" */
    size_t outer;     /* which of the levels it is in; the first is in none */
    unsigned nulls;   /* how many of it allow null */
    const struct gen_yaml_node *last; /* the last of these */
};

struct choice {
    struct gen_check *check;
    const struct gen_yaml_node *node; /* the schema with its parts merged */
    const struct gen_yaml_node *origin; /* as the user wrote it */
    struct gen_yaml_node *list;
    const char *word; /* "oneOf" */
    struct gen_yaml_node *rest; /* what stands beside the choice and holds for each; or NULL */
    struct gen_type *type;
    struct level *levels;
    size_t level_count;
    bool split; /* {type: [string, integer]} is among the list: what means nothing for one type may for the other */
};

/* One of the list, followed to where it says something. */
struct option {
    size_t level;
    struct gen_yaml_node *node;  /* as it stands in the list */
    struct gen_yaml_node *whole; /* followed, merged */
    const char *schema_name;     /* of a reference, or NULL */
    enum gen_kind kind;
    bool dead; /* none of the values that stand beside the choice is of its kind */
};

bool gen_check_is_choice(const struct gen_yaml_node *node)
{
    return gen_yaml_get(node, "oneOf") || gen_yaml_get(node, "anyOf");
}

/* ---- what stands beside */

static bool is_beside(const struct gen_yaml_pair *pair)
{
    static const char *const own[] = {"oneOf", "anyOf", "discriminator"};
    const char *key = pair->key->text;

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (!strcmp(own[i], key))
            return false;
    if (!strcmp(key, "type") && pair->value->text && !strcmp(pair->value->text, "object"))
        return false; /* each is told to be one */
    return !gen_check_is_annotation(key);
}

static struct gen_yaml_node *rest_of(struct gen_check *check, const struct gen_yaml_node *node)
{
    struct gen_yaml_node *rest = gen_arena_alloc(check->arena, sizeof(*rest));

    rest->kind = GEN_YAML_MAPPING;
    rest->mark = node->mark;
    rest->pairs = gen_arena_array(check->arena, node->count + 1, sizeof(*rest->pairs));
    for (size_t i = 0; i < node->count; i++) {
        if (!is_beside(&node->pairs[i]))
            continue;
        rest->pairs[rest->count++] = node->pairs[i];
        if (!strcmp(node->pairs[i].key->text, "not"))
            gen_check_share_not(node->pairs[i].value);
    }
    return rest->count ? rest : NULL;
}

bool gen_check_has_rest(const struct gen_yaml_node *node)
{
    for (size_t i = 0; node->kind == GEN_YAML_MAPPING && i < node->count; i++)
        if (is_beside(&node->pairs[i]))
            return true;
    return false;
}

/* An option that is put together from the choice itself has all that stands beside it already. */
static bool holds_origin(const struct choice *choice, struct gen_yaml_node *node)
{
    struct gen_parts parts = {0};

    if (!gen_check_parts(choice->check, node, &parts))
        return false;
    for (size_t i = 0; i < parts.count; i++)
        if (parts.items[i].node == choice->origin)
            return true;
    return false;
}

/* ---- several types are a choice, too */

static bool is_word(const struct gen_yaml_node *node, const char *word)
{
    return node->text && !strcmp(node->text, word);
}

static bool lists_number(const struct gen_yaml_node *types)
{
    for (size_t i = 0; i < types->count; i++)
        if (is_word(types->items[i], "number"))
            return true;
    return false;
}

static struct gen_yaml_node *with_type(struct gen_check *check, const struct gen_yaml_node *node,
                                       struct gen_yaml_node *type)
{
    struct gen_yaml_node *copy = gen_arena_alloc(check->arena, sizeof(*copy));

    *copy = *node;
    copy->count = 0;
    copy->pairs = gen_arena_array(check->arena, node->count, sizeof(*copy->pairs));
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->pairs[i].key->text;

        if (gen_check_is_annotation(key))
            continue; /* they stay with the choice */
        copy->pairs[copy->count] = node->pairs[i];
        if (!strcmp(key, "type"))
            copy->pairs[copy->count].value = type;
        copy->count++;
    }
    return copy;
}

struct gen_yaml_node *gen_check_split(struct gen_check *check, const struct gen_yaml_node *node)
{
    const struct gen_yaml_pair *types = gen_yaml_pair(node, "type");
    struct gen_yaml_node *split, *list;
    size_t count = 0;

    if (!types || types->value->kind != GEN_YAML_SEQUENCE || gen_check_values(check, node) || gen_check_is_choice(node))
        return NULL;
    list = gen_arena_alloc(check->arena, sizeof(*list));
    *list = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = types->value->mark};
    list->items = gen_arena_array(check->arena, types->value->count + 1, sizeof(*list->items));
    for (size_t i = 0; i < types->value->count; i++) {
        struct gen_yaml_node *type = types->value->items[i];
        bool twice = false;

        for (size_t j = 0; j < i && type->text; j++)
            twice |= is_word(types->value->items[j], type->text);
        if (twice) {
            gen_check_say_twice(check, type);
            continue;
        }
        count += gen_yaml_is_text(type) && !is_word(type, "null");
        if (is_word(type, "null") && gen_check_excludes_null(check, node))
            continue;
        if (gen_yaml_is_text(type) && !(is_word(type, "integer") && lists_number(types->value)))
            list->items[list->count++] = with_type(check, node, type);
    }
    split = gen_yaml_new_mapping(check->arena, node->mark);
    split->pairs = gen_arena_array(check->arena, node->count + 1, sizeof(*split->pairs));
    for (size_t i = 0; i < node->count; i++)
        if (gen_check_is_annotation(node->pairs[i].key->text))
            split->pairs[split->count++] = node->pairs[i];
    split->pairs[split->count++] =
        (struct gen_yaml_pair){gen_yaml_new_text(check->arena, types->key->mark, "oneOf"), list};
    return count > 1 ? split : NULL;
}

/* ---- options */

static bool is_null(struct gen_check *check, struct gen_yaml_node *node)
{
    const struct gen_yaml_node *whole;
    const char *name;

    whole = gen_check_resolve(check, node, &name);
    return whole && gen_check_only_null(check, whole);
}

/* *left: how many more are looked at, since a choice may list itself. */
static bool lists_null(struct gen_check *check, const struct gen_yaml_node *node, unsigned depth, unsigned *left);

/* {type: [string, "null"]}, a choice of null, or a reference to one of these. */
static bool has_null(struct gen_check *check, struct gen_yaml_node *node, unsigned depth, unsigned *left)
{
    const struct gen_yaml_node *whole, *types, *values;
    const char *name;
    bool found = false, listed = false;

    whole = gen_check_resolve(check, node, &name);
    types = gen_yaml_get(whole, "type");
    values = whole ? gen_check_values(check, whole) : NULL;
    if (whole && gen_check_is_choice(whole))
        return depth < NESTED_MAX && lists_null(check, whole, depth + 1, left);
    if (whole && gen_check_excludes_null(check, whole))
        return false;
    if (values)
        gen_check_values_type(values, &listed);
    for (size_t i = 0; types && types->kind == GEN_YAML_SEQUENCE && i < types->count; i++)
        found |= is_word(types->items[i], "null");
    return values ? listed && (found || !types) : found;
}

static bool lists_null(struct gen_check *check, const struct gen_yaml_node *node, unsigned depth, unsigned *left)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "oneOf");

    if (!list)
        list = gen_yaml_get(node, "anyOf");
    if (gen_check_excludes_null(check, node))
        return false;
    for (size_t i = 0; list && list->kind == GEN_YAML_SEQUENCE && i < list->count && *left; i++) {
        --*left;
        if (is_null(check, list->items[i]) || has_null(check, list->items[i], depth, left))
            return true;
    }
    return false;
}

bool gen_check_lists_null(struct gen_check *check, const struct gen_yaml_node *node)
{
    unsigned left = OPTIONS_MAX;

    return lists_null(check, node, 0, &left);
}

/* The kinds of JSON value: a letter for each. */
static const char *json_kind(enum gen_kind kind)
{
    switch (kind) {
    case GEN_STRING:
    case GEN_ENUM:
        return "string";
    case GEN_INT32:
    case GEN_INT64:
    case GEN_DOUBLE:
        return "number";
    case GEN_BOOL:
        return "boolean";
    case GEN_OBJECT:
    case GEN_MAP:
        return "object";
    case GEN_ARRAY:
        return "array";
    default:
        return NULL;
    }
}

/* The values that an option of this kind may have; null where it allows null. */
static struct gen_yaml_node *values_of_kind(const struct choice *choice, const struct gen_yaml_node *list, enum gen_kind kind,
                                            bool nullable)
{
    bool whole = kind == GEN_INT32 || kind == GEN_INT64;
    struct gen_yaml_node *kept = gen_yaml_new_mapping(choice->check->arena, list->mark);

    kept->kind = GEN_YAML_SEQUENCE;
    kept->items = gen_arena_array(choice->check->arena, list->count + 1, sizeof(*kept->items));
    for (size_t i = 0; i < list->count; i++) {
        struct gen_yaml_node *value = list->items[i];

        if (gen_yaml_is_null(value) ? nullable
                                    : gen_check_value_is(gen_check_whole(choice->check, value), whole ? "integer" : json_kind(kind)))
            kept->items[kept->count++] = value;
    }
    return kept;
}

static bool has_value(const struct gen_yaml_node *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!gen_yaml_is_null(list->items[i]))
            return true;
    return false;
}

/* What stands beside the choice, as it is about this option. */
static struct gen_yaml_node *rest_for(const struct choice *choice, struct option *option)
{
    struct gen_yaml_node *values = gen_check_values(choice->check, choice->rest), *rest;
    unsigned left = OPTIONS_MAX;
    bool nullable;

    if (!values || values->kind != GEN_YAML_SEQUENCE || !json_kind(option->kind))
        return choice->rest;
    nullable = has_null(choice->check, option->node, 0, &left);
    option->dead = !has_value(values_of_kind(choice, values, option->kind, nullable));
    rest = gen_yaml_new_mapping(choice->check->arena, choice->rest->mark);
    rest->pairs = gen_arena_array(choice->check->arena, choice->rest->count, sizeof(*rest->pairs));
    rest->count = choice->rest->count;
    for (size_t i = 0; i < rest->count; i++) {
        rest->pairs[i] = choice->rest->pairs[i];
        if (!strcmp(rest->pairs[i].key->text, "enum") && rest->pairs[i].value->kind == GEN_YAML_SEQUENCE)
            rest->pairs[i].value = values_of_kind(choice, rest->pairs[i].value, option->kind, nullable);
    }
    return rest;
}

static bool follow(const struct choice *choice, struct option *option)
{
    struct gen_check *check = choice->check;
    struct gen_type probe = {0};
    bool nullable = false;
    const char *name;

    option->whole = gen_check_resolve(check, option->node, &name);
    if (gen_yaml_get(option->node, "$ref"))
        gen_check_deref(check, gen_check_bare_reference(check, option->node), "schemas", &option->schema_name);
    if (!option->whole)
        return false;
    if (gen_check_is_choice(option->whole) && !gen_check_is_alternatives(option->whole)) {
        GEN_ERROR(check, option->node, "a choice within a choice is not supported when it has a discriminator, or "
                  "something beside it; list all in one \"%s\"", choice->word);
        return false;
    }
    if (!gen_check_schema_kind(check, option->whole, &probe, &nullable))
        return false;
    option->kind = probe.kind == GEN_RAW && probe.object ? GEN_MAP : probe.kind;
    if (choice->rest && !holds_origin(choice, option->node))
        option->node = gen_check_both(check, option->node, rest_for(choice, option));
    return true;
}

static size_t count_of(const struct option *options, size_t count, const char *kind)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += json_kind(options[i].kind) && !strcmp(json_kind(options[i].kind), kind);
    return found;
}

/* ---- the texts that tell an object */

static const struct gen_yaml_node *texts_of(struct gen_check *check, const struct option *option, const char *member)
{
    struct gen_yaml_node *property = gen_yaml_get(gen_yaml_get(option->whole, "properties"), member);
    const struct gen_yaml_node *values;
    const char *name;
    bool nullable = false;

    property = property ? gen_check_resolve(check, property, &name) : NULL;
    values = property ? gen_check_values(check, property) : NULL;
    if (!values || values->kind != GEN_YAML_SEQUENCE || strcmp(gen_check_values_type(values, &nullable), "string") ||
        nullable)
        return NULL;
    return values;
}

static bool requires(const struct option *option, const char *member)
{
    const struct gen_yaml_node *required = gen_yaml_get(option->whole, "required");

    for (size_t i = 0; required && required->kind == GEN_YAML_SEQUENCE && i < required->count; i++)
        if (required->items[i]->text && !strcmp(required->items[i]->text, member))
            return true;
    return false;
}

static void add_tag(struct gen_check *check, struct gen_variant *variant, const char *text)
{
    variant->tags = gen_arena_grow(check->arena, variant->tags, variant->tag_count, sizeof(*variant->tags));
    variant->tags[variant->tag_count++] = text;
}

static bool has_tag(const struct gen_variant *variant, const char *text)
{
    for (size_t i = 0; i < variant->tag_count; i++)
        if (!strcmp(variant->tags[i], text))
            return true;
    return false;
}

/* Every object requires this member, and no two have one of its texts in common. */
static bool tells_apart(struct choice *choice, const struct option *options, const char *member)
{
    struct gen_type *type = choice->type;

    for (size_t i = 0; i < type->variant_count; i++)
        type->variants[i].tag_count = 0;
    for (size_t i = 0; i < type->variant_count; i++) {
        const struct gen_yaml_node *texts;

        if (options[i].kind != GEN_OBJECT)
            continue;
        texts = requires(&options[i], member) ? texts_of(choice->check, &options[i], member) : NULL;
        if (!texts)
            return false;
        for (size_t t = 0; t < texts->count; t++) {
            for (size_t j = 0; j < i; j++)
                if (has_tag(&type->variants[j], texts->items[t]->text))
                    return false;
            add_tag(choice->check, &type->variants[i], texts->items[t]->text);
        }
    }
    return true;
}

static bool find_tag(struct choice *choice, const struct option *options)
{
    const struct gen_yaml_node *properties = NULL;

    for (size_t i = 0; i < choice->type->variant_count && !properties; i++)
        if (options[i].kind == GEN_OBJECT)
            properties = gen_yaml_get(options[i].whole, "properties");
    for (size_t i = 0; properties && properties->kind == GEN_YAML_MAPPING && i < properties->count; i++) {
        choice->type->tag = properties->pairs[i].key->text;
        if (tells_apart(choice, options, choice->type->tag))
            return true;
    }
    GEN_ERROR(choice->check, choice->list,
              "nothing tells these objects apart; give them a \"discriminator\", or a required member with a \"const\" each");
    return false;
}

/* ---- a discriminator */

static bool names_schema(const char *text, const char *name)
{
    size_t len = strlen(REFERENCE);

    return name && (!strcmp(text, name) || (!strncmp(text, REFERENCE, len) && !strcmp(text + len, name)));
}

static bool take_mapping(struct choice *choice, const struct option *options, const struct gen_yaml_node *mapping)
{
    for (size_t i = 0; mapping && mapping->kind == GEN_YAML_MAPPING && i < mapping->count; i++) {
        const struct gen_yaml_pair *pair = &mapping->pairs[i];
        bool found = false;

        if (gen_yaml_is_text(pair->value) && !gen_check_settle_schema(choice->check, pair->value))
            return false;
        for (size_t v = 0; v < choice->type->variant_count; v++)
            if (pair->value->text && names_schema(pair->value->text, options[v].schema_name)) {
                add_tag(choice->check, &choice->type->variants[v], pair->key->text);
                found = true;
            }
        if (!found)
            GEN_NOTE(choice->check, pair->value, "this mapping says nothing: \"%s\" is not in \"%s\"",
                     pair->value->text ? pair->value->text : "it", choice->word);
    }
    return true;
}

/* What tells one of them may not tell another, too. */
static bool tags_differ(const struct choice *choice, const struct option *options)
{
    const struct gen_type *type = choice->type;

    for (size_t i = 0; i < type->variant_count; i++)
        for (size_t j = 0; j < i; j++)
            for (size_t t = 0; t < type->variants[i].tag_count; t++)
                if (has_tag(&type->variants[j], type->variants[i].tags[t])) {
                    GEN_ERROR(choice->check, options[i].node,
                              "\"%s\" would tell two of \"%s\", this one and that in line %u; list both in \"mapping\"",
                              type->variants[i].tags[t], choice->word, options[j].node->mark.line);
                    return false;
                }
    return true;
}

static bool read_discriminator(struct choice *choice, const struct option *options,
                               const struct gen_yaml_node *discriminator)
{
    static const char *const known[] = {"propertyName", "mapping", NULL};
    struct gen_check *check = choice->check;
    bool good = true;

    if (!gen_check_keys(check, discriminator, "a discriminator", known, NULL, true))
        return false;
    choice->type->tag = gen_check_text(check, discriminator, "propertyName");
    if (!choice->type->tag) {
        GEN_ERROR(check, discriminator, "a discriminator needs \"propertyName\"");
        return false;
    }
    if (!take_mapping(choice, options, gen_yaml_get(discriminator, "mapping")))
        return false;
    for (size_t i = 0; i < choice->type->variant_count; i++) {
        struct gen_variant *variant = &choice->type->variants[i];

        if (options[i].kind != GEN_OBJECT || (!variant->tag_count && !options[i].schema_name) ||
            !gen_yaml_get(gen_yaml_get(options[i].whole, "properties"), choice->type->tag)) {
            GEN_ERROR(check, options[i].node, "with a discriminator this must be a reference to an object that has \"%s\"",
                      choice->type->tag);
            good = false;
        } else if (!variant->tag_count) {
            add_tag(check, variant, options[i].schema_name);
        }
    }
    return good && tags_differ(choice, options);
}

/* ---- names */

static const char *variant_name(struct choice *choice, const struct option *option, size_t index)
{
    struct gen_check *check = choice->check;
    const struct gen_variant *variant = &choice->type->variants[index];
    const char *kind = json_kind(option->kind);
    const char *name = option->schema_name ? option->schema_name
                       : variant->tag_count && *variant->tags[0] ? variant->tags[0]
                       : !strcmp(kind, "number") && option->kind != GEN_DOUBLE ? "integer"
                                                                              : kind;

    return gen_member_name(check->arena, name);
}

static bool name_variants(struct choice *choice, const struct option *options)
{
    struct gen_check *check = choice->check;
    struct gen_type *type = choice->type;

    for (size_t i = 0; i < type->variant_count; i++) {
        struct gen_variant *variant = &type->variants[i];

        variant->c_name = variant_name(choice, &options[i], i);
        if (!variant->c_name) {
            GEN_ERROR(check, options[i].node, "this choice cannot be made a name in C; make it a schema of its own");
            return false;
        }
        for (size_t j = 0; j < i; j++)
            if (!strcmp(type->variants[j].c_name, variant->c_name)) {
                GEN_ERROR(check, options[i].node, "two of these would be called %s in C; make them schemas of their own",
                          variant->c_name);
                return false;
            }
        variant->enumerator = gen_upper(check->arena, gen_arena_printf(check->arena, "%s_%s", type->c_name,
                                                                       variant->c_name));
        gen_scope_take(check->scope, check->messages, variant->enumerator, "a choice", options[i].node->mark);
        gen_scope_take(check->scope, check->messages,
                       gen_arena_printf(check->arena, "%s_set_%s", type->c_name, variant->c_name), "a choice",
                       options[i].node->mark);
    }
    return true;
}

/* ---- all together */

/* Kinds of JSON value that several have: only objects may, and only if something tells them apart. */
static bool check_kinds(struct choice *choice, const struct option *options, size_t count)
{
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        const char *kind = json_kind(options[i].kind);

        if (!kind) {
            GEN_ERROR(choice->check, options[i].node, "a choice of anything is not supported: give it a type");
            good = false;
        } else if (strcmp(kind, "object") && count_of(options, count, kind) > 1) {
            GEN_ERROR(choice->check, options[i].node,
                      "nothing tells this from the other %s of \"%s\"; only objects may be there several times", kind,
                      choice->word);
            return false;
        } else if (!strcmp(kind, "object") && count_of(options, count, kind) > 1 && options[i].kind != GEN_OBJECT) {
            GEN_ERROR(choice->check, options[i].node, "nothing tells this from the other objects of \"%s\"; name its "
                                                      "members in \"properties\"", choice->word);
            good = false;
        }
    }
    return good;
}

static void allow_null(struct choice *choice, size_t level, const struct gen_yaml_node *node)
{
    choice->levels[level].nulls++;
    choice->levels[level].last = node;
}

/* Null of one of them is null of the choice; "oneOf" means exactly one. From the inner lists to the outermost. */
static bool take_nulls(struct choice *choice, const struct option *options, size_t count, bool *nullable)
{
    for (size_t i = 0; i < count; i++)
        if (choice->type->variants[i].use.nullable)
            allow_null(choice, options[i].level, options[i].node);
    for (size_t i = choice->level_count; i-- > 0;) {
        const struct level *level = &choice->levels[i];

        if (level->nulls > 1 && !strcmp(level->word, "oneOf")) {
            GEN_ERROR(choice->check, level->last,
                      "null is valid for two of \"oneOf\", and so for none: let only one of them allow it");
            return false;
        }
        if (level->nulls && i > 0)
            allow_null(choice, level->outer, level->last);
    }
    *nullable |= choice->levels[0].nulls > 0;
    return true;
}

static bool read_options(struct choice *choice, struct option *options, size_t count, bool *nullable)
{
    const struct gen_yaml_node *discriminator = gen_yaml_get(choice->node, "discriminator");
    struct gen_type *type = choice->type;
    struct gen_check *check = choice->check;
    bool good = true;

    if (!check_kinds(choice, options, count))
        return false;
    type->variants = gen_arena_array(check->arena, count, sizeof(*type->variants));
    type->variant_count = count;
    if (discriminator)
        good = read_discriminator(choice, options, discriminator);
    else if (count_of(options, count, "object") > 1)
        good = find_tag(choice, options);
    if (!good || !name_variants(choice, options))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (gen_check_schema(check, options[i].node,
                             gen_arena_printf(check->arena, "%s_%s", type->c_name, type->variants[i].c_name),
                             &type->variants[i].use))
            gen_check_no_direction(check, options[i].node, &type->variants[i].use, "one of a choice");
        else
            good = false;
    }
    return good && take_nulls(choice, options, count, nullable);
}

/* Both are in a list of anyOf, at whatever depth of it. */
static bool stand_in_any(const struct choice *choice, const struct option *a, const struct option *b)
{
    return !strcmp(choice->word, "anyOf") || (a->level == b->level && !strcmp(choice->levels[a->level].word, "anyOf"));
}

/* A plain string, number or boolean takes in all others of its kind that stand beside it under anyOf. */
static size_t drop_included(struct choice *choice, struct option *options, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        const char *kind = json_kind(options[i].kind);
        unsigned left = OPTIONS_MAX;
        bool included = false;

        for (size_t j = 0; j < count && kind; j++) {
            const struct gen_yaml_node *other = options[j].whole;
            size_t plain = 0;

            for (size_t k = 0; k < other->count; k++)
                plain += !strcmp(other->pairs[k].key->text, "type") || gen_check_is_annotation(other->pairs[k].key->text);
            included |= i != j && stand_in_any(choice, &options[i], &options[j]) && options[j].kind != GEN_RAW && options[j].kind < GEN_RAW && plain == other->count &&
                        json_kind(options[j].kind) && !strcmp(json_kind(options[j].kind), kind) &&
                        (options[j].kind != GEN_INT64 || options[i].kind != GEN_DOUBLE) &&
                        !(gen_check_same(other, options[i].whole) && i < j);
        }
        if (!included) {
            options[kept++] = options[i];
            continue;
        }
        if (has_null(choice->check, options[i].node, 0, &left))
            allow_null(choice, options[i].level, options[i].node);
        GEN_NOTE(choice->check, options[i].node, "this choice says nothing: another one allows every %s", kind);
    }
    return kept;
}

struct options {
    struct option *items;
    size_t count, visited;
    bool good;
};

static size_t add_level(struct choice *choice, const char *word, size_t outer)
{
    choice->levels =
        gen_arena_grow(choice->check->arena, choice->levels, choice->level_count, sizeof(*choice->levels));
    choice->levels[choice->level_count] = (struct level){.word = word, .outer = outer};
    return choice->level_count++;
}

/* The list of a choice that is nothing but one (also {type: [string, integer]}), or NULL. */
static const struct gen_yaml_node *plain_choice(struct choice *choice, struct gen_yaml_node *node, const char **word)
{
    struct gen_check *check = choice->check;
    const struct gen_yaml_node *whole, *split, *list;
    const char *name;

    whole = gen_check_resolve(check, node, &name);
    split = whole && whole->kind == GEN_YAML_MAPPING ? gen_check_split(check, whole) : NULL;
    choice->split |= split != NULL;
    if (split)
        whole = split;
    if (!whole || gen_yaml_get(whole, "discriminator") || gen_check_has_rest(whole))
        return NULL;
    list = gen_yaml_get(whole, "oneOf");
    if (list && gen_yaml_get(whole, "anyOf"))
        return NULL;
    *word = list ? "oneOf" : "anyOf";
    if (!list)
        list = gen_yaml_get(whole, "anyOf");
    return list && list->kind == GEN_YAML_SEQUENCE ? list : NULL;
}

/* A choice in the list has no value of its own: what it says of members is lost. */
static void say_no_direction(struct gen_check *check, const struct gen_yaml_node *node)
{
    struct gen_use use = {0};

    gen_yaml_to_bool(gen_yaml_get(node, "readOnly"), &use.read_only);
    gen_yaml_to_bool(gen_yaml_get(node, "writeOnly"), &use.write_only);
    gen_check_no_direction(check, node, &use, "one of a choice");
}

static void drop_dead(struct choice *choice, const struct option *option)
{
    unsigned left = OPTIONS_MAX;

    if (has_null(choice->check, option->node, 0, &left))
        allow_null(choice, option->level, option->node);
    else
        GEN_NOTE(choice->check, option->node, "this choice says nothing: none of the values beside it is of its type");
}

/* All of the list, and of the choices in it: a choice of choices is one of all that they list. */
static void list_options(struct choice *choice, const struct gen_yaml_node *list, size_t level, unsigned depth,
                         struct options *options)
{
    for (size_t i = 0; i < list->count; i++) {
        struct option option = {.node = list->items[i], .level = level};
        const struct gen_yaml_node *inner;
        const char *word;

        if (++options->visited > OPTIONS_MAX)
            return;
        if (is_null(choice->check, option.node)) {
            if (!gen_check_excludes_null(choice->check, choice->rest))
                allow_null(choice, level, option.node);
            continue;
        }
        inner = depth < NESTED_MAX ? plain_choice(choice, option.node, &word) : NULL;
        if (inner) {
            say_no_direction(choice->check, option.node);
            list_options(choice, inner, add_level(choice, word, level), depth + 1, options);
        } else if (!follow(choice, &option)) {
            options->good = false;
        } else if (option.dead) {
            drop_dead(choice, &option);
        } else {
            options->items =
                gen_arena_grow(choice->check->arena, options->items, options->count, sizeof(*options->items));
            options->items[options->count++] = option;
        }
    }
}

static struct gen_yaml_node *null_schema(struct gen_check *check, struct gen_mark mark)
{
    struct gen_yaml_node *schema = gen_yaml_new_mapping(check->arena, mark);

    schema->pairs = gen_arena_array(check->arena, 1, sizeof(*schema->pairs));
    schema->pairs[schema->count++] = (struct gen_yaml_pair){gen_yaml_new_text(check->arena, mark, "type"),
                                                            gen_yaml_new_text(check->arena, mark, "null")};
    return schema;
}

bool gen_check_union(struct gen_check *check, const struct gen_yaml_node *origin, struct gen_yaml_node *node,
                     struct gen_type *type, struct gen_yaml_node **only, bool *nullable)
{
    struct choice choice = {.check = check, .node = node, .origin = origin, .type = type};
    struct gen_yaml_node *one = gen_yaml_get(node, "oneOf"), *any = gen_yaml_get(node, "anyOf");
    struct options options = {.good = true};
    size_t count;

    *nullable = false;
    *only = NULL;
    choice.list = one ? one : any;
    choice.word = one ? "oneOf" : "anyOf";
    if (one && any) {
        GEN_ERROR(check, any, "\"anyOf\" beside \"oneOf\" is not supported");
        return false;
    }
    if (choice.list->kind != GEN_YAML_SEQUENCE || !choice.list->count) {
        GEN_ERROR(check, choice.list, "\"%s\" must be a list of at least one schema", choice.word);
        return false;
    }
    choice.rest = rest_of(check, node);
    add_level(&choice, choice.word, 0);
    list_options(&choice, choice.list, 0, 0, &options);
    if (options.visited > OPTIONS_MAX)
        GEN_ERROR(check, choice.list, "more than %d choices are not supported", OPTIONS_MAX);
    if (!options.good || options.visited > OPTIONS_MAX)
        return false;
    count = drop_included(&choice, options.items, options.count);
    if (count > 1) {
        check->quiet += choice.split;
        options.good = read_options(&choice, options.items, count, nullable);
        check->quiet -= choice.split;
        return options.good;
    }
    if (!take_nulls(&choice, NULL, 0, nullable))
        return false;
    if (count == 1) {
        *only = options.items[0].node;
    } else if (*nullable) { /* and nothing else */
        *only = null_schema(check, node->mark);
        *nullable = false;
    } else {
        GEN_ERROR(check, choice.list, "no value is left: what stands beside this choice allows none of it");
    }
    return *only != NULL;
}
