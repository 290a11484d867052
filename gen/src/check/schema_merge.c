/* SPDX-License-Identifier: MIT */
/*
 * The parts of a schema as one schema that says the same. The nodes of keys and values stay those that the user wrote,
 * so that what is wrong is told at its place; where two parts cannot both hold, both places are named.
 */
#include "check/schema_internal.h"

#include <string.h>

/* Schemas that are made here, of one contract: parts of parts could multiply. */
#define MADE_MAX 20000

struct gen_schema_made {
    const struct gen_yaml_node *a, *b; /* of a pair; of a merged schema b is NULL */
    struct gen_yaml_node *node;
};

struct gen_schema_hint {
    const struct gen_yaml_node *node;
    const char *name;
};

static struct gen_yaml_node *made_of(const struct gen_check *check, const struct gen_yaml_node *a,
                                     const struct gen_yaml_node *b)
{
    for (size_t i = 0; i < check->made_count; i++)
        if (check->made[i].a == a && check->made[i].b == b)
            return check->made[i].node;
    return NULL;
}

static struct gen_yaml_node *make(struct gen_check *check, const struct gen_yaml_node *a, const struct gen_yaml_node *b)
{
    struct gen_yaml_node *node;

    if (check->made_count == MADE_MAX) {
        GEN_ERROR(check, a, "too many schemas are put together by \"allOf\"");
        return NULL;
    }
    node = gen_arena_alloc(check->arena, sizeof(*node));
    node->kind = GEN_YAML_MAPPING;
    node->mark = a->mark;
    check->made = gen_arena_grow(check->arena, check->made, check->made_count, sizeof(*check->made));
    check->made[check->made_count++] = (struct gen_schema_made){a, b, node};
    return node;
}

static struct gen_yaml_pair *put(struct gen_check *check, struct gen_yaml_node *mapping, struct gen_yaml_node *key,
                                 struct gen_yaml_node *value)
{
    mapping->pairs = gen_arena_grow(check->arena, mapping->pairs, mapping->count, sizeof(*mapping->pairs));
    mapping->pairs[mapping->count] = (struct gen_yaml_pair){key, value};
    return &mapping->pairs[mapping->count++];
}

struct gen_yaml_node *gen_check_both(struct gen_check *check, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *node = made_of(check, a, b), *list;

    if (node)
        return node;
    node = make(check, a, b);
    if (!node)
        return a;
    list = gen_arena_alloc(check->arena, sizeof(*list));
    list->kind = GEN_YAML_SEQUENCE;
    list->mark = a->mark;
    list->count = 2;
    list->items = gen_arena_array(check->arena, 2, sizeof(struct gen_yaml_node *));
    list->items[0] = a;
    list->items[1] = b;
    put(check, node, gen_yaml_new_text(check->arena, a->mark, "allOf"), list);
    return node;
}

static void say_conflict(struct gen_check *check, const char *key, const struct gen_yaml_node *a,
                         const struct gen_yaml_node *b)
{
    if (strcmp(a->mark.file, b->mark.file))
        GEN_ERROR(check, b, "\"%s\" cannot hold together with that in %s:%u", key, a->mark.file, a->mark.line);
    else
        GEN_ERROR(check, b, "\"%s\" cannot hold together with that in line %u", key, a->mark.line);
}

static bool same_scalar(const struct gen_yaml_node *a, const struct gen_yaml_node *b)
{
    bool left, right;

    if (gen_yaml_is_text(a) != gen_yaml_is_text(b) || gen_yaml_is_null(a) != gen_yaml_is_null(b))
        return false;
    if (gen_yaml_is_null(a))
        return true;
    if (gen_yaml_to_bool(a, &left) && gen_yaml_to_bool(b, &right))
        return left == right;
    return !strcmp(a->text, b->text) || gen_decimal_same(a, b);
}

bool gen_check_same(const struct gen_yaml_node *a, const struct gen_yaml_node *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == GEN_YAML_SCALAR)
        return same_scalar(a, b);
    for (size_t i = 0; i < a->count; i++) {
        const struct gen_yaml_node *other;

        if (a->kind == GEN_YAML_SEQUENCE) {
            if (!gen_check_same(a->items[i], b->items[i]))
                return false;
            continue;
        }
        other = gen_yaml_get(b, a->pairs[i].key->text);
        if (!other || !gen_check_same(a->pairs[i].value, other))
            return false;
    }
    return true;
}

/* ---- one keyword of two parts */

static bool is_one_of(const char *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (!strcmp(*keys, key))
            return true;
    return false;
}

static bool lists(const struct gen_yaml_node *list, const struct gen_yaml_node *value)
{
    for (size_t i = 0; i < list->count; i++)
        if (gen_check_same(list->items[i], value))
            return true;
    return false;
}

static struct gen_yaml_node *as_list(struct gen_check *check, struct gen_yaml_node *node)
{
    struct gen_yaml_node *list;

    if (node->kind == GEN_YAML_SEQUENCE)
        return node;
    list = gen_arena_alloc(check->arena, sizeof(*list));
    *list = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = node->mark, .count = 1};
    list->items = gen_arena_alloc(check->arena, sizeof(*list->items));
    list->items[0] = node;
    return list;
}

static void append(struct gen_check *check, struct gen_yaml_node *list, struct gen_yaml_node *value)
{
    list->items = gen_arena_grow(check->arena, list->items, list->count, sizeof(*list->items));
    list->items[list->count++] = value;
}

static struct gen_yaml_node *empty_list(struct gen_check *check, const struct gen_yaml_node *at)
{
    struct gen_yaml_node *list = gen_arena_alloc(check->arena, sizeof(*list));

    list->kind = GEN_YAML_SEQUENCE;
    list->mark = at->mark;
    return list;
}

static bool is_word(const struct gen_yaml_node *node, const char *word)
{
    return node->text && !strcmp(node->text, word);
}

/* What both lists have; of types "number" and "integer" the latter. NULL: nothing. */
static struct gen_yaml_node *common(struct gen_check *check, struct gen_yaml_node *a, struct gen_yaml_node *b, bool types)
{
    struct gen_yaml_node *list = empty_list(check, a);

    a = as_list(check, a);
    b = as_list(check, b);
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            struct gen_yaml_node *left = a->items[i], *right = b->items[j];

            if (types && is_word(left, "number") && is_word(right, "integer"))
                left = right;
            else if (!gen_check_same(left, right) && !(types && is_word(left, "integer") && is_word(right, "number")))
                continue;
            if (!lists(list, left))
                append(check, list, left);
        }
    return list->count ? list : NULL;
}

/* Names that one of them lists. */
static struct gen_yaml_node *united(struct gen_check *check, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *list = empty_list(check, a);

    if (a->kind != GEN_YAML_SEQUENCE || b->kind != GEN_YAML_SEQUENCE)
        return a->kind == GEN_YAML_SEQUENCE ? b : a; /* is told as wrong later */
    for (size_t i = 0; i < a->count; i++)
        append(check, list, a->items[i]);
    for (size_t i = 0; i < b->count; i++)
        if (!lists(list, b->items[i]))
            append(check, list, b->items[i]);
    return list;
}

static struct gen_yaml_node *tighter(struct gen_yaml_node *a, struct gen_yaml_node *b, bool larger)
{
    double left, right;

    if (!gen_yaml_to_double(a, &left) || !gen_yaml_to_double(b, &right))
        return gen_yaml_to_double(a, &left) ? b : a; /* is told as wrong later */
    return (left > right) == larger ? a : b;
}

static struct gen_yaml_node *either(struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    bool flag;

    return gen_yaml_to_bool(a, &flag) && !flag ? b : a;
}

/* A number that is a multiple of both. */
static struct gen_yaml_node *multiple(struct gen_check *check, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_decimal left, right, product;
    struct gen_yaml_node *node;

    if (!gen_decimal_read(a, &left) || !gen_decimal_read(b, &right) || !gen_decimal_common(left, right, &product))
        return NULL;
    node = gen_yaml_new_text(check->arena, b->mark, gen_decimal_text(check->arena, product));
    node->quoted = false;
    return node;
}

/* Not the one, not the other: {anyOf: [a, b]}, flat. */
static struct gen_yaml_node *neither(struct gen_check *check, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *node = gen_yaml_new_mapping(check->arena, b->mark), *list = empty_list(check, a);
    struct gen_yaml_node *const both[] = {a, b};

    for (size_t i = 0; i < 2; i++) {
        const struct gen_yaml_node *inner = gen_yaml_get(both[i], "anyOf");

        if (!inner || inner->kind != GEN_YAML_SEQUENCE || both[i]->count > 1)
            append(check, list, both[i]);
        else
            for (size_t k = 0; k < inner->count; k++)
                append(check, list, inner->items[k]);
    }
    put(check, node, gen_yaml_new_text(check->arena, b->mark, "anyOf"), list);
    return node;
}

/* Lists of names by a name, of which those of the same name are united. */
static struct gen_yaml_node *unite_lists(struct gen_check *check, const struct gen_yaml_node *a,
                                         const struct gen_yaml_node *b)
{
    struct gen_yaml_node *node = gen_yaml_new_mapping(check->arena, a->mark);

    for (size_t i = 0; i < a->count; i++)
        put(check, node, a->pairs[i].key, a->pairs[i].value);
    for (size_t i = 0; i < b->count; i++) {
        struct gen_yaml_pair *there = (struct gen_yaml_pair *)gen_yaml_pair(node, b->pairs[i].key->text);

        if (there)
            there->value = united(check, there->value, b->pairs[i].value);
        else
            put(check, node, b->pairs[i].key, b->pairs[i].value);
    }
    return node;
}

static void unite_properties(struct gen_check *check, struct gen_yaml_node *into, const struct gen_yaml_node *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct gen_yaml_pair *there = (struct gen_yaml_pair *)gen_yaml_pair(into, from->pairs[i].key->text);

        if (!there)
            put(check, into, from->pairs[i].key, from->pairs[i].value);
        else if (!gen_check_same(there->value, from->pairs[i].value))
            there->value = gen_check_both(check, there->value, from->pairs[i].value);
    }
}

static void hint_names(struct gen_check *check, const struct gen_yaml_node *properties, const char *name);

static bool is_zero(const struct gen_yaml_node *node)
{
    int64_t integer;

    return node && gen_yaml_to_int64(node, &integer) && integer == 0;
}

/* Of two "minContains" the larger one holds; but 0 beside none, which is 1, would be taken for the only one. */
static bool same_contains(const struct gen_yaml_node *into, const struct gen_yaml_node *part)
{
    return gen_check_same(gen_yaml_get(into, "contains"), gen_yaml_get(part, "contains")) &&
           !is_zero(gen_yaml_get(into, "minContains")) && !is_zero(gen_yaml_get(part, "minContains"));
}

static void merge_pair(struct gen_check *check, struct gen_yaml_node *into, const struct gen_part *part,
                       const struct gen_yaml_pair *pair)
{
    static const char *const larger[] = {"minimum",  "exclusiveMinimum", "minLength",
                                         "minItems", "minProperties",    "minContains", NULL};
    static const char *const smaller[] = {"maximum",  "exclusiveMaximum", "maxLength",
                                          "maxItems", "maxProperties",    "maxContains", NULL};
    static const char *const flags[] = {"readOnly", "writeOnly", "uniqueItems", "deprecated", NULL};
    static const char *const texts[] = {"title", "description", "summary", NULL};
    const char *key = pair->key->text;
    struct gen_yaml_pair *there = (struct gen_yaml_pair *)gen_yaml_pair(into, key);
    struct gen_yaml_node *value;

    if (!strcmp(key, "$ref") || !strcmp(key, "allOf") || !strcmp(key, "additionalProperties"))
        return;
    if (is_one_of(key, texts) && part->referred)
        return; /* it describes the part */
    if (!strcmp(key, "discriminator") && (part->chosen || !gen_check_is_choice(part->node)))
        return;
    if ((!strcmp(key, "minContains") || !strcmp(key, "maxContains")) && !gen_yaml_get(part->node, "contains"))
        return; /* they are about that of the same part */
    if (there && !strcmp(key, "contains")) {
        if (!same_contains(into, part->node))
            GEN_ERROR(check, pair->value, "two \"contains\" are not supported; check one in the handler");
        return;
    }
    if (part->chosen && (!strcmp(key, "oneOf") || !strcmp(key, "anyOf")))
        return;
    if (!strcmp(key, "properties") && pair->value->kind == GEN_YAML_MAPPING) {
        if (!there) {
            value = gen_arena_alloc(check->arena, sizeof(*value));
            value->kind = GEN_YAML_MAPPING;
            value->mark = pair->value->mark;
            there = put(check, into, pair->key, value);
        }
        if (part->name)
            hint_names(check, pair->value, part->name);
        if (there->value->kind == GEN_YAML_MAPPING)
            unite_properties(check, there->value, pair->value);
        return;
    }
    if (!there) {
        put(check, into, pair->key, pair->value);
        return;
    }
    if (gen_check_same(there->value, pair->value))
        return;
    if (is_one_of(key, larger) || is_one_of(key, smaller)) {
        there->value = tighter(there->value, pair->value, is_one_of(key, larger));
    } else if (is_one_of(key, flags)) {
        there->value = either(there->value, pair->value);
    } else if (gen_check_is_annotation(key)) {
        there->value = pair->value; /* the outer one describes the whole */
    } else if (!strcmp(key, "required")) {
        there->value = united(check, there->value, pair->value);
    } else if (!strcmp(key, "pattern")) {
        there->value = united(check, as_list(check, there->value), as_list(check, pair->value));
        there->value->quoted = true; /* made here: what the user writes is no list */
    } else if (!strcmp(key, "not")) {
        there->value = neither(check, there->value, pair->value);
    } else if (!strcmp(key, "dependentRequired") && there->value->kind == GEN_YAML_MAPPING &&
               pair->value->kind == GEN_YAML_MAPPING) {
        there->value = unite_lists(check, there->value, pair->value);
    } else if (!strcmp(key, "items")) {
        there->value = gen_check_both(check, there->value, pair->value);
    } else {
        value = !strcmp(key, "type")         ? common(check, there->value, pair->value, true)
                : !strcmp(key, "enum")       ? common(check, there->value, pair->value, false)
                : !strcmp(key, "multipleOf") ? multiple(check, there->value, pair->value)
                                             : NULL;
        if (!value)
            say_conflict(check, key, there->value, pair->value);
        else
            there->value = value;
    }
}

/* ---- additionalProperties: what one part does not name, another may */

/* The members that other parts name keep to this part's rule for those that it does not name. */
static void restrict_members(struct gen_check *check, struct gen_yaml_node *properties, const struct gen_part *part,
                             struct gen_yaml_node *rule)
{
    const struct gen_yaml_node *own = gen_yaml_get(part->node, "properties");
    bool allowed = true;

    for (size_t i = 0; properties && properties->kind == GEN_YAML_MAPPING && i < properties->count; i++) {
        struct gen_yaml_pair *pair = &properties->pairs[i];

        if (gen_yaml_get(own, pair->key->text))
            continue;
        if (!gen_yaml_to_bool(rule, &allowed))
            pair->value = gen_check_both(check, pair->value, rule);
        else if (!allowed)
            GEN_ERROR(check, rule, "\"additionalProperties\": false allows no \"%s\", which another part of \"allOf\" "
                      "has in line %u; use it in the schema that puts them together",
                      pair->key->text, pair->key->mark.line);
    }
}

static bool is_open_rule(const struct gen_yaml_node *rule)
{
    bool flag;

    return (gen_yaml_to_bool(rule, &flag) && flag) || (rule->kind == GEN_YAML_MAPPING && !rule->count);
}

static bool is_closed_rule(const struct gen_yaml_node *rule)
{
    bool flag;

    return gen_yaml_to_bool(rule, &flag) && !flag;
}

/* "additionalProperties" of a part is about what the patterns of the same part leave, and of no other. */
static void check_patterns(struct gen_check *check, const struct gen_parts *parts)
{
    const struct gen_yaml_pair *patterns = NULL;

    for (size_t i = 0; i < parts->count && !patterns; i++)
        patterns = gen_yaml_pair(parts->items[i].node, "patternProperties");
    for (size_t i = 0; patterns && i < parts->count; i++) {
        const struct gen_yaml_pair *rule = gen_yaml_pair(parts->items[i].node, "additionalProperties");

        if (rule && !is_open_rule(rule->value) && !gen_yaml_pair(parts->items[i].node, "patternProperties"))
            say_conflict(check, "additionalProperties", patterns->key, rule->key);
    }
}

static void merge_additional(struct gen_check *check, struct gen_yaml_node *into, const struct gen_parts *parts)
{
    struct gen_yaml_node *properties = gen_yaml_get(into, "properties");
    struct gen_yaml_pair *there;

    for (size_t i = 0; i < parts->count; i++) {
        const struct gen_yaml_pair *pair = gen_yaml_pair(parts->items[i].node, "additionalProperties");

        if (!pair || is_open_rule(pair->value))
            continue;
        restrict_members(check, properties, &parts->items[i], pair->value);
        there = (struct gen_yaml_pair *)gen_yaml_pair(into, "additionalProperties");
        if (!there)
            put(check, into, pair->key, pair->value);
        else if (is_closed_rule(pair->value))
            *there = *pair;
        else if (!is_closed_rule(there->value) && !gen_check_same(there->value, pair->value))
            there->value = gen_check_both(check, there->value, pair->value);
    }
}

/* ---- names of what is written in a part that has a name of its own */

static void hint_names(struct gen_check *check, const struct gen_yaml_node *properties, const char *name)
{
    for (size_t i = 0; i < properties->count; i++) {
        const struct gen_yaml_node *node = properties->pairs[i].value;
        const char *snake = gen_snake(check->arena, properties->pairs[i].key->text);

        if (gen_yaml_get(node, "$ref") || !snake || gen_check_hint(check, node))
            continue;
        check->hints = gen_arena_grow(check->arena, check->hints, check->hint_count, sizeof(*check->hints));
        check->hints[check->hint_count++] =
            (struct gen_schema_hint){node, gen_arena_printf(check->arena, "%s_%s", name, snake)};
    }
}

const char *gen_check_hint(const struct gen_check *check, const struct gen_yaml_node *node)
{
    for (size_t i = 0; i < check->hint_count; i++)
        if (check->hints[i].node == node)
            return check->hints[i].name;
    return NULL;
}

struct gen_yaml_node *gen_check_merge(struct gen_check *check, struct gen_yaml_node *node)
{
    struct gen_yaml_node *merged = made_of(check, node, NULL);
    struct gen_parts parts = {0};

    if (merged || (!gen_yaml_get(node, "allOf") && (!gen_yaml_get(node, "$ref") || node->count == 1)))
        return merged ? merged : node;
    if (!gen_check_parts(check, node, &parts))
        return NULL;
    merged = make(check, node, NULL);
    for (size_t i = 0; merged && i < parts.count; i++)
        for (size_t p = 0; p < parts.items[i].node->count; p++)
            merge_pair(check, merged, &parts.items[i], &parts.items[i].node->pairs[p]);
    if (merged)
        merge_additional(check, merged, &parts);
    check_patterns(check, &parts);
    return merged;
}
