/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "check/operation_internal.h"
#include "check/schema_internal.h"

static const char *const known[] = {"name",       "in",      "description", "required",
                                    "deprecated", "schema",  "example",     "examples",
                                    "style",      "explode", "allowReserved", "content",
                                    "allowEmptyValue", NULL};

const char *gen_parameter_name(struct gen_check *check, const char *c_name)
{
    static const char *const in_call[] = {"request", "arena", "app", "service",
                                          "clients", "body",  "content", "accept", "auth", NULL};
    static const char *const in_client[] = {"client",  "options", "body",    "done",    "arg",
                                            "request", "target",  "headers", "content", "writer", "w", "form",
                                            "pending", "query",   "error",   "free",
                                            "malloc",  "memset",  "int64_t", "int32_t", NULL};
    const char *const *ours = check->calls ? in_client : in_call;

    for (; *ours; ours++)
        if (!strcmp(*ours, c_name))
            return gen_arena_printf(check->arena, "%s_", c_name);
    if (check->calls && (!strncmp(c_name, "uc_", 3) || !strncmp(c_name, "failed_", 7) || !strncmp(c_name, "answered_", 9)))
        return gen_arena_printf(check->arena, "%s_", c_name);
    return c_name;
}

bool gen_check_parameter_keys(struct gen_check *check, const struct gen_yaml_node *node)
{
    return gen_check_keys(check, node, "a parameter", known, NULL, true);
}

bool gen_is_field_name(const char *text)
{
    return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789!#$%&'*+-.^_`|~")] == '\0';
}

static bool header_name_ok(struct gen_check *check, const struct gen_yaml_node *name)
{
    if (!gen_is_field_name(name->text)) {
        GEN_ERROR(check, name, "\"%s\" cannot be the name of a header field", name->text);
        return false;
    }
    return true;
}

static bool cookie_name_ok(struct gen_check *check, const struct gen_yaml_node *name)
{
    if (!gen_is_field_name(name->text))
        GEN_ERROR(check, name, "\"%s\" cannot be the name of a cookie", name->text);
    return gen_is_field_name(name->text);
}

static bool read_place(struct gen_check *check, const struct gen_yaml_node *node,
                       const struct gen_yaml_node *name, const struct gen_operation *op,
                       struct gen_parameter *parameter)
{
    static const char *const places[] = {"path", "query", "header", "cookie", NULL};
    const struct gen_yaml_node *in = gen_yaml_get(node, "in");
    const char *meant;
    int index;

    for (unsigned i = 0; places[i]; i++) {
        if (strcmp(places[i], in->text))
            continue;
        parameter->place = (enum gen_place)i;
        if (parameter->place == GEN_IN_HEADER)
            return header_name_ok(check, name);
        if (parameter->place == GEN_IN_COOKIE)
            return cookie_name_ok(check, name);
        if (parameter->place == GEN_IN_QUERY)
            return true;
        if (op->called) {
            GEN_ERROR(check, name, "the URL of a callback has no parameters in its path; write \"query\", \"header\" or \"cookie\"");
            return false;
        }
        index = gen_path_index(op->path, name->text);
        if (index < 0)
            GEN_ERROR(check, name, "the path \"%s\" has no {%s}", op->path, name->text);
        parameter->index = (unsigned)index;
        return index >= 0;
    }
    meant = gen_suggest(in->text, places);
    GEN_ERROR(check, in, "\"in\" must be path, query, header or cookie%s%s%s",
              meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
    return false;
}

/* The schema, beside the parameter or under its one media type, which is JSON. NULL after a message. */
static struct gen_yaml_node *schema_of(struct gen_check *check, const struct gen_yaml_node *node,
                                       struct gen_parameter *parameter)
{
    static const char *const known_of_media[] = {"schema", "example", "examples", NULL};
    struct gen_yaml_node *schema = gen_yaml_get(node, "schema"), *content = gen_yaml_get(node, "content");

    if (content && !schema && content->kind == GEN_YAML_MAPPING && content->count == 1) {
        const struct gen_yaml_pair *media = &content->pairs[0];

        if (strcmp(media->key->text, "application/json")) {
            GEN_ERROR(check, media->key, "a parameter's content may be \"application/json\"; for text use \"schema\"");
            return NULL;
        }
        if (!gen_check_keys(check, media->value, "a media type", known_of_media, NULL, true))
            return NULL;
        gen_check_examples(check, media->value);
        schema = gen_yaml_get(media->value, "schema");
        parameter->style = "UC_STYLE_JSON";
    } else if (content) {
        GEN_ERROR(check, content, "\"content\" of a parameter has one media type, and no \"schema\" beside it");
        return NULL;
    }
    if (!schema)
        GEN_ERROR(check, node, "parameter \"%s\" needs a \"schema\"", parameter->name);
    return schema;
}

static bool read_type(struct gen_check *check, const struct gen_yaml_node *node,
                      const struct gen_operation *op, struct gen_parameter *parameter)
{
    struct gen_yaml_node *schema = schema_of(check, node, parameter);
    const char *name = gen_arena_printf(check->arena, "%s_%s", op->c_name,
                                        gen_snake(check->arena, parameter->name));
    struct gen_use use;
    bool ok;

    if (!schema)
        return false;
    ok = gen_check_schema(check, schema, name, &use);
    if (!ok)
        return false;
    gen_check_no_direction(check, schema, &use, "a parameter");
    parameter->type = use.type;
    parameter->nullable = use.nullable && parameter->style; /* of JSON: text is never null */
    if (!gen_check_style(check, node, schema, parameter))
        return false;
    parameter->fallback = use.fallback;
    if (!parameter->fallback)
        return true;
    if (!gen_check_depth(check, parameter->fallback))
        return false;
    if (!(parameter->nullable && gen_yaml_is_null(parameter->fallback)) &&
        !gen_check_default_fits(parameter->fallback, use.type))
        GEN_ERROR(check, parameter->fallback, "this default is not a value of the schema");
    if (parameter->required)
        parameter->fallback = NULL; /* it is never absent */
    return true;
}

static bool read_parameter(struct gen_check *check, const struct gen_yaml_node *node,
                           const struct gen_operation *op, struct gen_parameter *parameter)
{
    const struct gen_yaml_node *name = gen_yaml_get(node, "name");
    const char *c_name;

    if (!gen_check_parameter_keys(check, node))
        return false;
    if (gen_check_flag(check, node, "allowReserved", false))
        GEN_NOTE(check, gen_yaml_pair(node, "allowReserved")->key,
                 "\"allowReserved\" has no effect: reserved characters are read either way, and sent percent-encoded");
    if (gen_yaml_get(node, "allowEmptyValue"))
        GEN_NOTE(check, gen_yaml_pair(node, "allowEmptyValue")->key,
                 "\"allowEmptyValue\" has no effect: an empty text is a value where the schema allows one");
    if (!gen_check_text(check, node, "name") || !gen_check_text(check, node, "in")) {
        GEN_ERROR(check, node, "a parameter needs \"name\" and \"in\"");
        return false;
    }
    parameter->name = name->text;
    parameter->mark = node->mark;
    parameter->description = gen_check_description(check, node);
    c_name = gen_member_name(check->arena, name->text);
    if (!c_name) {
        GEN_ERROR(check, name, "\"%s\" cannot be made a name in C; it needs a letter or digit",
                  name->text);
        return false;
    }
    parameter->c_name = gen_parameter_name(check, c_name);
    if (!read_place(check, node, name, op, parameter))
        return false;
    gen_check_flag(check, node, "deprecated", false);
    gen_check_examples(check, node);
    parameter->required = gen_check_flag(check, node, "required", false);
    if (parameter->place == GEN_IN_PATH && !parameter->required)
        GEN_ERROR(check, name, "a path parameter needs \"required: true\"");
    return read_type(check, node, op, parameter);
}

static struct gen_parameter *same_parameter(struct gen_operation *op,
                                            const struct gen_parameter *wanted)
{
    for (size_t i = 0; i < op->parameter_count; i++) {
        struct gen_parameter *other = &op->parameters[i];
        bool header = wanted->place == GEN_IN_HEADER;

        if (other->place == wanted->place &&
            !(header ? strcasecmp(other->name, wanted->name) : strcmp(other->name, wanted->name)))
            return other;
    }
    return NULL;
}

static void add(struct gen_check *check, struct gen_operation *op,
                const struct gen_parameter *parameter, size_t inherited)
{
    struct gen_parameter *same = same_parameter(op, parameter);

    if (same && same < op->parameters + inherited) {
        *same = *parameter;
        return;
    }
    if (same) {
        gen_messages_add(check->messages, parameter->mark, "parameter \"%s\" is given twice",
                         parameter->name);
        return;
    }
    op->parameters =
        gen_arena_grow(check->arena, op->parameters, op->parameter_count, sizeof(*parameter));
    op->parameters[op->parameter_count++] = *parameter;
}

/* Header fields that other parts of a contract describe (OpenAPI 3.1, 4.8.12.2.1), or HTTP itself takes. */
static bool is_of_http(struct gen_check *check, const struct gen_yaml_node *node)
{
    static const char *const fields[] = {"Accept", "Authorization", "Content-Type",     "Host",
                                         "Content-Length", "Connection", "Transfer-Encoding"};
    const struct gen_yaml_node *name = gen_yaml_get(node, "name"), *in = gen_yaml_get(node, "in");

    if (!name || !name->text || !in || !in->text || strcmp(in->text, "header"))
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcasecmp(name->text, fields[i]))
            continue;
        GEN_NOTE(check, name, "the header %s is no parameter: HTTP itself uses it", fields[i]);
        return true;
    }
    return false;
}

static void read_list(struct gen_check *check, const struct gen_yaml_node *holder,
                      struct gen_operation *op)
{
    struct gen_yaml_node *list = gen_yaml_get(holder, "parameters");
    size_t inherited = op->parameter_count;

    if (!list)
        return;
    if (list->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, list, "\"parameters\" must be a list, not %s", gen_yaml_what(list));
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct gen_parameter parameter = {0};
        const char *component;
        struct gen_yaml_node *node =
            gen_check_deref(check, list->items[i], "parameters", &component);

        if (node && !is_of_http(check, node) && read_parameter(check, node, op, &parameter))
            add(check, op, &parameter, inherited);
    }
}

static bool is_called(const struct gen_operation *op, size_t before, const char *c_name)
{
    for (size_t i = 0; i < op->url_part_count; i++)
        if (op->url_parts[i].argument && !strcmp(op->url_parts[i].argument, c_name))
            return true;
    for (size_t i = 0; i < before; i++)
        if (!strcmp(op->parameters[i].c_name, c_name))
            return true;
    return false;
}

/* "maxResults" and "max_results", or one name in two places: the later one gets a number. */
static void name_apart(struct gen_check *check, struct gen_operation *op)
{
    for (size_t i = 0; i < op->parameter_count; i++) {
        struct gen_parameter *parameter = &op->parameters[i];
        const char *name = parameter->c_name;

        for (unsigned number = 2; is_called(op, i, parameter->c_name); number++)
            parameter->c_name = gen_arena_printf(check->arena, "%s_%u", name, number);
        if (parameter->c_name != name && !check->client)
            gen_messages_note(check->messages, parameter->mark, "parameter \"%s\" is called %s in C: %s is taken",
                              parameter->name, parameter->c_name, name);
    }
}

/* It stands there, and was refused for something else. */
static bool is_listed(struct gen_check *check, const struct gen_yaml_node *holder, const char *name)
{
    const struct gen_yaml_node *list = gen_yaml_get(holder, "parameters");

    for (size_t i = 0; list && list->kind == GEN_YAML_SEQUENCE && i < list->count; i++) {
        const char *component;
        const struct gen_yaml_node *node = gen_check_deref(check, list->items[i], "parameters", &component);
        const struct gen_yaml_node *own = gen_yaml_get(node, "name"), *in = gen_yaml_get(node, "in");

        if (!node || (own && own->text && !strcmp(own->text, name) && in && in->text && !strcmp(in->text, "path")))
            return true;
    }
    return false;
}

/* "?x=1" of an object whose members are parameters, and of another one. */
static bool is_spread(const struct gen_parameter *parameter)
{
    return parameter->place == GEN_IN_QUERY && parameter->explode && parameter->type && parameter->type->kind == GEN_OBJECT &&
           parameter->style && !strcmp(parameter->style, "UC_STYLE_COMMAS");
}

static bool takes(const struct gen_parameter *parameter, const char *name)
{
    if (!is_spread(parameter))
        return parameter->place == GEN_IN_QUERY && !strcmp(parameter->name, name);
    for (size_t i = 0; i < parameter->type->member_count; i++)
        if (!strcmp(parameter->type->members[i].json_name, name))
            return true;
    return false;
}

static void check_spread(struct gen_check *check, const struct gen_operation *op, size_t index)
{
    const struct gen_parameter *object = &op->parameters[index];

    for (size_t m = 0; is_spread(object) && m < object->type->member_count; m++)
        for (size_t i = 0; i < op->parameter_count; i++)
            if (i != index && !(is_spread(&op->parameters[i]) && i > index) &&
                takes(&op->parameters[i], object->type->members[m].json_name))
                gen_messages_add(check->messages, object->mark,
                                 "the member \"%s\" of the parameter \"%s\" would be written as that of line %u is; rename "
                                 "one, or write \"explode: false\"",
                                 object->type->members[m].json_name, object->name, op->parameters[i].mark.line);
}

void gen_check_parameters(struct gen_check *check, const struct gen_yaml_node *path_item,
                          const struct gen_yaml_node *operation, struct gen_operation *op)
{
    const char *name;

    read_list(check, path_item, op);
    read_list(check, operation, op);
    name_apart(check, op);
    for (size_t i = 0; i < op->parameter_count; i++)
        check_spread(check, op, i);
    for (unsigned i = 0; (name = gen_path_name(check->arena, op->path, i)); i++) {
        struct gen_parameter wanted = {.name = name, .place = GEN_IN_PATH};

        if (gen_path_index(op->path, name) != (int)i)
            gen_messages_add(check->messages, op->mark, "the path \"%s\" has {%s} twice", op->path,
                             name);
        if (!same_parameter(op, &wanted) && !is_listed(check, path_item, name) && !is_listed(check, operation, name))
            gen_messages_add(check->messages, op->mark,
                             "{%s} of the path \"%s\" is not among the parameters", name, op->path);
    }
}
