/* SPDX-License-Identifier: MIT */
/* Members of objects, elements of arrays. */
#include "check/schema_internal.h"

#include <string.h>

static struct gen_member *member_named(struct gen_type *type, const char *json_name)
{
    for (size_t i = 0; i < type->member_count; i++)
        if (!strcmp(type->members[i].json_name, json_name))
            return &type->members[i];
    return NULL;
}

static bool is_called(const struct gen_type *type, const char *c_name)
{
    for (size_t i = 0; i < type->member_count; i++)
        if (!strcmp(type->members[i].c_name, c_name))
            return true;
    return false;
}

/* "last_name" and "last-name": the later one gets a number. */
static const char *free_name(struct gen_check *check, const struct gen_yaml_node *key, const struct gen_type *type,
                             const char *name)
{
    const char *found = name;

    for (unsigned number = 2; is_called(type, found); number++)
        found = gen_arena_printf(check->arena, "%s_%u", name, number);
    if (found != name)
        GEN_NOTE(check, key, "the member \"%s\" is called %s in C: %s is taken", key->text, found, name);
    return found;
}

static void add_member(struct gen_check *check, const struct gen_yaml_node *key,
                       struct gen_yaml_node *schema, struct gen_type *type)
{
    const char *c_name = gen_member_name(check->arena, key->text);
    struct gen_member *member;
    struct gen_use use;
    const char *inner;

    if (!c_name) {
        GEN_ERROR(check, key, "\"%s\" cannot be made a name in C; it needs a letter or digit",
                  key->text);
        return;
    }
    c_name = free_name(check, key, type, c_name);
    inner = gen_check_hint(check, schema);
    if (!inner)
        inner = gen_arena_printf(check->arena, "%s_%s", type->c_name, gen_snake(check->arena, key->text));
    if (!gen_check_schema(check, schema, inner, &use))
        return;
    type->members =
        gen_arena_grow(check->arena, type->members, type->member_count, sizeof(*member));
    member = &type->members[type->member_count++];
    member->json_name = key->text;
    member->c_name = c_name;
    member->use = use;
    member->description =
        schema->kind == GEN_YAML_MAPPING ? gen_check_description(check, schema) : NULL;
}

static bool matches(struct gen_check *check, const struct gen_yaml_pair *pattern, const char *name)
{
    const struct gen_named_pattern *named = pattern ? gen_check_pattern(check, pattern->key) : NULL;

    return named && gen_pattern_matches(&named->pattern, name, strlen(name));
}

/* A member that must be there, and has the schema of its pattern or of all others; unless it looks like a slip. */
static void require_other(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_pair *pattern,
                          const struct gen_yaml_node *name, struct gen_type *type)
{
    bool ruled = matches(check, pattern, name->text);
    struct gen_yaml_node *schema = ruled ? pattern->value : gen_check_extra(node);
    const char **known = gen_arena_array(check->arena, type->member_count + 1, sizeof(*known));
    size_t count = type->member_count;
    const char *meant;

    for (size_t i = 0; i < count; i++)
        known[i] = type->members[i].json_name;
    meant = gen_suggest(name->text, known);
    if (!ruled && (meant || type->closed)) {
        GEN_ERROR(check, name, "\"required\" names \"%s\", which is not in \"properties\"%s%s%s", name->text,
                  meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
        return;
    }
    add_member(check, name, schema ? schema : gen_yaml_new_mapping(check->arena, name->mark), type);
    if (type->member_count > count)
        type->members[count].required = true;
}

static void read_required(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_pair *pattern,
                          struct gen_type *type)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "required");
    const struct gen_yaml_node *properties = gen_yaml_get(node, "properties");

    if (!list)
        return;
    if (list->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, list, "\"required\" of an object must be a list of member names, not %s",
                  gen_yaml_what(list));
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct gen_yaml_node *name = list->items[i];
        struct gen_member *member = name->text ? member_named(type, name->text) : NULL;

        if (member && member->required)
            GEN_ERROR(check, name, "\"%s\" is listed twice", name->text);
        else if (member)
            member->required = true;
        else if (!name->text)
            GEN_ERROR(check, name, "\"required\" is a list of member names, not of %s", gen_yaml_what(name));
        else if (!gen_yaml_get(properties, name->text))
            require_other(check, node, pattern, name, type);
    }
}

static void say_no_schema(struct gen_check *check, const struct gen_yaml_node *value)
{
    GEN_ERROR(check, value, "\"additionalProperties\" must be true, false or a schema, not %s", gen_yaml_what(value));
}

static void read_closed(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, "additionalProperties");
    bool allowed = true;

    if (value && gen_yaml_to_bool(value, &allowed))
        type->closed = !allowed;
    else if (value && value->kind != GEN_YAML_MAPPING)
        say_no_schema(check, value);
}

/* Of members that have no place in the struct. */
static void read_additional(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    bool named = gen_yaml_get(node, "propertyNames") != NULL;

    if (gen_check_extra(node) || gen_yaml_get(node, "patternProperties") || (named && !type->closed))
        gen_check_extra_map(check, node, type);
    else if (named)
        gen_check_known_names(check, node, type);
}

/* What is read in a service comes from a client, and the other way round. */
static void take_direction(struct gen_check *check, const struct gen_yaml_node *properties, struct gen_mark mark,
                           struct gen_member *member)
{
    const struct gen_yaml_pair *pair = gen_yaml_pair(properties, member->json_name);

    if (member->use.read_only && member->use.write_only)
        gen_messages_add(check->messages, pair ? pair->key->mark : mark, "\"%s\" is \"readOnly\" and \"writeOnly\": nobody could send it",
                  member->json_name);
    member->unread = check->client ? member->use.write_only : member->use.read_only;
    member->unwritten = check->client ? member->use.read_only : member->use.write_only;
}

/* Names of the small functions that set and clear members. */
static void take_setters(struct gen_check *check, const struct gen_yaml_node *properties,
                         const struct gen_type *type)
{
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_member *member = &type->members[i];
        const struct gen_yaml_pair *pair = gen_yaml_pair(properties, member->json_name);
        struct gen_mark mark = pair ? pair->key->mark : type->mark;
        const char *what = gen_arena_printf(check->arena, "member \"%s\"", member->json_name);
        const char *c = member->c_name;

        if (member->required && !member->use.nullable)
            continue;
        gen_scope_take(check->scope, check->messages,
                       gen_arena_printf(check->arena, "%s_set_%s", type->c_name, c), what, mark);
        if (!member->required)
            gen_scope_take(check->scope, check->messages,
                           gen_arena_printf(check->arena, "%s_clear_%s", type->c_name, c), what, mark);
        if (member->use.nullable)
            gen_scope_take(check->scope, check->messages,
                           gen_arena_printf(check->arena, "%s_set_%s_null", type->c_name, c), what, mark);
    }
}

/* A member that has a schema of its own keeps to that of its pattern, too. */
static struct gen_yaml_node *with_pattern(struct gen_check *check, const struct gen_yaml_pair *property,
                                          const struct gen_yaml_pair *pattern)
{
    if (!matches(check, pattern, property->key->text))
        return property->value;
    return gen_check_both(check, property->value, pattern->value);
}

void gen_check_object(struct gen_check *check, const struct gen_yaml_node *node,
                      struct gen_type *type)
{
    const struct gen_yaml_node *properties = gen_yaml_get(node, "properties");
    const struct gen_yaml_pair *pattern;

    if (properties->kind != GEN_YAML_MAPPING || properties->count == 0) {
        GEN_ERROR(check, properties,
                  "\"properties\" must name at least one member; leave it out "
                  "for a free-form object");
        return;
    }
    pattern = gen_check_pattern_pair(check, node);
    for (size_t i = 0; i < properties->count; i++)
        add_member(check, properties->pairs[i].key, with_pattern(check, &properties->pairs[i], pattern), type);
    read_closed(check, node, type);
    read_required(check, node, pattern, type);
    read_additional(check, node, type);
    take_setters(check, properties, type);
    for (size_t i = 0; i < type->member_count; i++)
        take_direction(check, properties, type->mark, &type->members[i]);
    gen_check_alternatives(check, node, type);
    gen_check_dependent(check, node, type);
}

void gen_check_free_object(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_node *additional = gen_yaml_get(node, "additionalProperties");
    bool open = true;

    if (additional && !gen_yaml_to_bool(additional, &open) && additional->kind != GEN_YAML_MAPPING)
        say_no_schema(check, additional);
    if (!open)
        type->max_length = (struct gen_bound){.set = true};
    gen_check_required_names(check, node, type);
    if (!open && type->name_count)
        GEN_ERROR(check, gen_yaml_get(node, "required"), "no member is allowed here, and \"required\" asks for some");
}

void gen_check_array(struct gen_check *check, const struct gen_yaml_node *node,
                     struct gen_type *type)
{
    struct gen_yaml_node *items = gen_yaml_get(node, "items");
    char *inner = gen_arena_printf(check->arena, "%s_item", type->c_name);

    if (!items) {
        items = gen_arena_alloc(check->arena, sizeof(*items)); /* elements of any kind */
        items->kind = GEN_YAML_MAPPING;
        items->mark = node->mark;
    }
    if (!gen_check_schema(check, items, inner, &type->item)) {
        type->item.type = gen_arena_alloc(check->arena, sizeof(*type->item.type));
        type->item.type->kind = GEN_STRING; /* so that the rest can be checked, too */
        return;
    }
    gen_check_no_direction(check, items, &type->item, "an element of a list");
    gen_check_contains(check, node, type);
    if (type->item.nullable) /* a struct of its own holds the state */
        gen_scope_take(check->scope, check->messages, gen_arena_printf(check->arena, "%s_element", type->c_name),
                       "an element", node->mark);
}
