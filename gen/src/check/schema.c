/* SPDX-License-Identifier: MIT */
/*
 * One schema, one type. A schema node is turned into a type once; the memo also cuts the
 * circle of a recursive one, since it is filled before the members are looked at.
 */
#include "check/schema_internal.h"

#include <string.h>

/* References lead from schema to schema; this many deep is a mistake or an attack. */
#define DEPTH_MAX 200

struct gen_schema_memo {
    const struct gen_yaml_node *node;
    struct gen_use use;
};

static const struct gen_schema_memo *remembered(const struct gen_check *check,
                                                const struct gen_yaml_node *node)
{
    for (size_t i = 0; i < check->memo_count; i++)
        if (check->memos[i].node == node)
            return &check->memos[i];
    return NULL;
}

static void remember(struct gen_check *check, const struct gen_yaml_node *node, struct gen_use use)
{
    check->memos =
        gen_arena_grow(check->arena, check->memos, check->memo_count, sizeof(*check->memos));
    check->memos[check->memo_count++] = (struct gen_schema_memo){node, use};
}

void gen_check_add_type(struct gen_check *check, struct gen_type *type)
{
    struct gen_contract *contract = check->contract;

    contract->types =
        gen_arena_grow(check->arena, contract->types, contract->type_count, sizeof(type));
    contract->types[contract->type_count++] = type;
}

static const char *const *suffixes_of(enum gen_kind kind)
{
    static const char *const of_object[] = {"", "_new", "_read", "_write", NULL};
    static const char *const of_array[] = {"", "_add", "_read", "_write", NULL};
    static const char *const of_enum[] = {"", "_text", "_parse", "_read", "_write", NULL};
    static const char *const of_union[] = {"", "_kind", "_new", "_read", "_write", NULL};
    static const char *const of_map[] = {"", "_entry", "_get", "_set", "_read", "_write", NULL};

    return kind == GEN_OBJECT  ? of_object
           : kind == GEN_ARRAY ? of_array
           : kind == GEN_MAP   ? of_map
           : kind == GEN_UNION ? of_union
                               : of_enum;
}

/* A name that nothing has yet: that of the type, or with a number. */
static void find_name(struct gen_check *check, struct gen_type *type)
{
    const char *name = gen_scope_free(check->scope, check->arena, type->c_name, suffixes_of(type->kind), type->schema_name != NULL);

    if (name == type->c_name)
        return;
    if (!check->client)
        gen_messages_note(check->messages, type->mark, "%s is called %s in C: %s is taken",
                          type->schema_name ? gen_arena_printf(check->arena, "schema %s", type->schema_name)
                                            : "this inline schema",
                          name, type->c_name);
    type->c_name = name;
}

/* Names for everything that the emitter will write for a type, taken before anybody else does. */
void gen_check_take_names(struct gen_check *check, struct gen_type *type)
{
    const char *what = type->schema_name
                           ? gen_arena_printf(check->arena, "schema %s", type->schema_name)
                           : "this inline schema";

    find_name(check, type);
    for (const char *const *suffix = suffixes_of(type->kind); *suffix; suffix++)
        if (!gen_scope_take(check->scope, check->messages,
                            gen_arena_printf(check->arena, "%s%s", type->c_name, *suffix), what,
                            type->mark))
            return;
}

static void fill(struct gen_check *check, struct gen_yaml_node *node, struct gen_type *type)
{
    gen_check_schema_keys(check, node, type);
    type->description = gen_check_description(check, node);
    if (type->c_name)
        gen_check_take_names(check, type);
    if (type->kind == GEN_OBJECT)
        gen_check_object(check, node, type);
    if (type->kind == GEN_RAW && type->object)
        gen_check_free_object(check, node, type);
    if (type->kind == GEN_MAP)
        gen_check_map(check, node, type);
    if (type->kind == GEN_ARRAY)
        gen_check_array(check, node, type);
    gen_check_constraints(check, node, type);
    if (type->kind == GEN_RAW && type->object) /* its values are all that is compared */
        gen_check_fitting_values(check, type);
    if (type->c_name)
        gen_check_add_type(check, type);
}

static void describe_one(const struct gen_yaml_node *node, struct gen_use *use)
{
    struct gen_yaml_node *fallback = gen_yaml_get(node, "default");
    const struct gen_yaml_node *read_only = gen_yaml_get(node, "readOnly");
    const struct gen_yaml_node *write_only = gen_yaml_get(node, "writeOnly");
    bool flag;

    if (fallback)
        use->fallback = fallback;
    if (read_only && gen_yaml_to_bool(read_only, &flag) && flag)
        use->read_only = true;
    if (write_only && gen_yaml_to_bool(write_only, &flag) && flag)
        use->write_only = true;
}

/* What a schema says of the place where it stands, rather than of the type. */
static void describe(struct gen_check *check, const struct gen_yaml_node *node, struct gen_use *use)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "allOf");

    for (size_t i = 0; list && list->kind == GEN_YAML_SEQUENCE && i < list->count; i++) {
        gen_check_annotations(check, list->items[i]);
        describe_one(list->items[i], use);
    }
    describe_one(node, use);
}

/* `node` is what the user wrote, `whole` the same with its parts merged. */
static bool build(struct gen_check *check, const struct gen_yaml_node *node, struct gen_yaml_node *whole,
                  const char *c_name, const char *schema_name, struct gen_use *use)
{
    struct gen_type *type = gen_arena_alloc(check->arena, sizeof(*type));

    *use = (struct gen_use){.type = type};
    describe(check, whole, use);
    type->mark = node->mark;
    type->c_name = c_name;
    type->schema_name = schema_name;
    if (!gen_check_schema_kind(check, whole, type, &use->nullable))
        return false;
    if (type->kind != GEN_ENUM && type->kind <= GEN_RAW)
        type->c_name = NULL; /* the C type is not ours to name */
    if (type->kind == GEN_ENUM && type->c_name)
        find_name(check, type); /* its values are called after it */
    gen_check_enum(check, whole, type, &use->nullable);
    gen_check_not_null(check, whole, type->kind, &use->nullable);
    remember(check, node, *use);
    if (check->depth == DEPTH_MAX) {
        GEN_ERROR(check, node, "schemas refer to one another too deeply");
        return false;
    }
    check->depth++;
    fill(check, whole, type);
    check->depth--;
    return true;
}

static bool check_inner(struct gen_check *check, struct gen_yaml_node *node, const char *name, struct gen_use *use)
{
    bool ok;

    if (check->depth == DEPTH_MAX) {
        GEN_ERROR(check, node, "schemas refer to one another too deeply");
        return false;
    }
    check->depth++;
    ok = gen_check_schema(check, node, name, use);
    check->depth--;
    return ok;
}

/* anyOf: [X, {type: "null"}] is how 3.1 makes a reference nullable. */
static struct gen_yaml_node *nullable_choice(const struct gen_yaml_node *node)
{
    struct gen_yaml_node *list = gen_yaml_get(node, "anyOf");
    struct gen_yaml_node *found = NULL;
    unsigned nulls = 0;

    if (!list)
        list = gen_yaml_get(node, "oneOf");
    if (!list || list->kind != GEN_YAML_SEQUENCE || list->count != 2)
        return NULL;
    for (size_t i = 0; i < 2; i++) {
        const struct gen_yaml_node *type = gen_yaml_get(list->items[i], "type");

        if (list->items[i]->count == 1 && type && type->text && type->quoted &&
            !strcmp(type->text, "null"))
            nulls++;
        else
            found = list->items[i];
    }
    return nulls == 1 ? found : NULL;
}

static bool check_new(struct gen_check *check, struct gen_yaml_node *node, const char *name, const char *schema_name,
                      struct gen_use *use);

/* X of "X or null". Written within a component, it has the name of this one. */
static bool check_choice(struct gen_check *check, const struct gen_yaml_node *node, struct gen_yaml_node *choice,
                         const char *name, const char *schema_name, struct gen_use *use)
{
    bool own = schema_name && !gen_yaml_get(choice, "$ref") && !remembered(check, choice);
    bool ok = own ? check_new(check, choice, name, schema_name, use) : check_inner(check, choice, name, use);

    use->nullable = true;
    describe_one(node, use);
    return ok;
}

const char *gen_check_component_name(struct gen_check *check, const struct gen_yaml_node *at, const char *name)
{
    const char *snake = gen_snake(check->arena, name);

    if (!snake) {
        GEN_ERROR(check, at, "\"%s\" cannot be made a name in C; it needs a letter or digit", name);
        return NULL;
    }
    return gen_arena_printf(check->arena, "%s_%s", check->contract->prefix, snake);
}

/* A part, and beside it nothing that would make it another type. False: the parts must be merged. */
static bool check_only_part(struct gen_check *check, struct gen_yaml_node *node, const char *name, struct gen_use *use,
                            bool *ok)
{
    bool object;
    struct gen_yaml_node *only = gen_check_only_part(check, node, &object);

    if (!only)
        return false;
    *ok = check_inner(check, only, name, use);
    if (*ok && object && use->type->kind != GEN_OBJECT && use->type->kind != GEN_MAP && use->type->kind != GEN_UNION && !(use->type->kind == GEN_RAW && use->type->object))
        return false;
    if (*ok && object)
        use->nullable = false;
    if (*ok)
        describe(check, node, use);
    return true;
}

/* Several types: the memo comes first, since they may contain the choice. */
static bool build_union(struct gen_check *check, const struct gen_yaml_node *node, struct gen_yaml_node *whole,
                        const char *c_name, const char *schema_name, struct gen_use *use)
{
    struct gen_type *type = gen_arena_alloc(check->arena, sizeof(*type));
    struct gen_yaml_node *only;
    bool nullable = gen_check_lists_null(check, whole), ok;
    size_t memo = check->memo_count;

    type->kind = GEN_UNION;
    type->mark = node->mark;
    type->c_name = c_name;
    type->schema_name = schema_name;
    find_name(check, type);
    *use = (struct gen_use){.type = type, .nullable = nullable};
    describe(check, whole, use);
    remember(check, node, *use);
    if (check->depth == DEPTH_MAX) {
        GEN_ERROR(check, node, "schemas refer to one another too deeply");
        return false;
    }
    check->depth++;
    ok = gen_check_union(check, node, whole, type, &only, &nullable);
    use->nullable = check->memos[memo].use.nullable = nullable;
    if (ok && only) {
        struct gen_use inner;

        ok = gen_check_schema(check, only, c_name, &inner);
        if (ok) {
            use->type = inner.type;
            use->nullable |= inner.nullable;
            use->read_only |= inner.read_only;
            use->write_only |= inner.write_only;
            check->memos[memo].use = *use;
        }
    } else if (ok) {
        type->description = gen_check_description(check, whole);
        gen_check_take_names(check, type);
        gen_check_add_type(check, type);
    }
    check->depth--;
    return ok;
}

static bool has_parts(const struct gen_yaml_node *node)
{
    return gen_yaml_get(node, "allOf") || (gen_yaml_get(node, "$ref") && node->count > 1);
}

/* A schema that is no bare reference, and was not seen before. */
static bool check_new(struct gen_check *check, struct gen_yaml_node *node, const char *name, const char *schema_name,
                      struct gen_use *use)
{
    struct gen_yaml_node *whole, *choice;
    bool ok;

    gen_check_annotations(check, node);
    if (!gen_check_settle_mapping(check, node))
        return false;
    if (has_parts(node) && check_only_part(check, node, name, use, &ok)) {
        if (ok)
            remember(check, node, *use);
        return ok;
    }
    whole = gen_check_merge(check, node);
    if (!whole)
        return false;
    if (gen_check_is_alternatives(whole))
        return build(check, node, whole, name, schema_name, use);
    choice = gen_check_has_rest(whole) ? NULL : nullable_choice(whole);
    if (choice)
        return check_choice(check, whole, choice, name, schema_name, use);
    choice = gen_check_split(check, whole);
    if (choice || gen_check_is_choice(whole)) {
        check->quiet += choice != NULL;
        ok = build_union(check, node, choice ? choice : whole, name, schema_name, use);
        check->quiet -= choice != NULL;
        return ok;
    }
    return build(check, node, whole, name, schema_name, use);
}

bool gen_check_schema(struct gen_check *check, struct gen_yaml_node *node, const char *name,
                      struct gen_use *use)
{
    const struct gen_yaml_node *start = node;
    const struct gen_schema_memo *memo;
    const char *schema_name = NULL;

    gen_check_annotations(check, node);
    if (!has_parts(node))
        node = gen_check_deref(check, node, "schemas", &schema_name);
    if (!node)
        return false;
    if (schema_name)
        name = gen_check_component_name(check, start, schema_name);
    if (!name)
        return false;
    memo = remembered(check, node);
    if (memo) {
        *use = memo->use;
        return true;
    }
    return check_new(check, node, name, schema_name, use);
}

struct gen_yaml_node *gen_check_resolve(struct gen_check *check, struct gen_yaml_node *node, const char **name)
{
    *name = NULL;
    for (unsigned hops = 0; node && hops < DEPTH_MAX; hops++) {
        struct gen_yaml_node *only = NULL;
        bool object;

        if (!has_parts(node))
            node = gen_check_deref(check, node, "schemas", name);
        if (!node || !has_parts(node))
            return node;
        only = gen_check_only_part(check, node, &object);
        if (!only || object)
            return gen_check_merge(check, node);
        node = only;
    }
    return NULL;
}

void gen_check_component_schemas(struct gen_check *check)
{
    struct gen_yaml_node *schemas =
        gen_yaml_get(gen_yaml_get(check->document, "components"), "schemas");

    if (!schemas)
        return;
    if (schemas->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, schemas, "\"schemas\" must be a mapping, not %s", gen_yaml_what(schemas));
        return;
    }
    for (size_t i = 0; i < schemas->count; i++) {
        const char *snake = gen_snake(check->arena, schemas->pairs[i].key->text);

        if (snake)
            gen_scope_reserve(check->scope, check->arena,
                              gen_arena_printf(check->arena, "%s_%s", check->contract->prefix, snake));
    }
    for (size_t i = 0; i < schemas->count; i++) {
        const struct gen_yaml_node *key = schemas->pairs[i].key;
        struct gen_yaml_node *node = schemas->pairs[i].value;
        const char *name = gen_check_component_name(check, key, key->text);
        struct gen_use use;

        if (!name || remembered(check, node))
            continue;
        if (gen_yaml_get(node, "$ref") && !has_parts(node))
            gen_check_schema(check, node, name, &use);
        else
            check_new(check, node, name, key->text, &use);
    }
}
