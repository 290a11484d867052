/* SPDX-License-Identifier: MIT */
/* How a parameter's value is written (OpenAPI 3.1, 4.8.12.3, "Style Values"). */
#include <string.h>

#include "check/operation_internal.h"

enum { FOR_SCALAR = 1, FOR_LIST = 2, FOR_OBJECT = 4 };

#define BIT(place) (1u << (place))

static const struct {
    const char *name;
    unsigned places; /* bits */
    unsigned forms;
    const char *c_name;
} styles[] = {
    {"form", BIT(GEN_IN_QUERY) | BIT(GEN_IN_COOKIE), FOR_SCALAR | FOR_LIST | FOR_OBJECT, "UC_STYLE_COMMAS"},
    {"simple", BIT(GEN_IN_PATH) | BIT(GEN_IN_HEADER), FOR_SCALAR | FOR_LIST | FOR_OBJECT, "UC_STYLE_COMMAS"},
    {"spaceDelimited", BIT(GEN_IN_QUERY), FOR_LIST, "UC_STYLE_SPACES"},
    {"pipeDelimited", BIT(GEN_IN_QUERY), FOR_LIST, "UC_STYLE_PIPES"},
    {"deepObject", BIT(GEN_IN_QUERY), FOR_OBJECT, "UC_STYLE_DEEP"},
};

#define STYLES (sizeof(styles) / sizeof(styles[0]))

static bool is_scalar(const struct gen_type *type)
{
    return type->kind < GEN_RAW;
}

static int find_style(struct gen_check *check, const struct gen_yaml_node *node, enum gen_place place)
{
    const char *style = gen_check_text(check, node, "style");
    const char *usual = place == GEN_IN_QUERY || place == GEN_IN_COOKIE ? "form" : "simple";

    for (size_t i = 0; i < STYLES; i++)
        if (!strcmp(styles[i].name, style ? style : usual) && styles[i].places & BIT(place))
            return (int)i;
    GEN_ERROR(check, gen_yaml_get(node, "style"), "the style \"%s\" is not supported here; %s", style,
              place == GEN_IN_QUERY ? "form, spaceDelimited, pipeDelimited and deepObject are"
                                    : gen_arena_printf(check->arena, "only %s is", usual));
    return -1;
}

static bool list_ok(struct gen_check *check, const struct gen_yaml_node *schema, const struct gen_parameter *parameter)
{
    const struct gen_use *item = &parameter->type->item;

    if (!is_scalar(item->type) || item->nullable) {
        GEN_ERROR(check, schema, "the elements of a list in a parameter are strings, numbers, booleans or enums; use "
                                 "\"content\" with application/json, or the body");
        return false;
    }
    if (parameter->place == GEN_IN_COOKIE && parameter->explode) {
        GEN_ERROR(check, schema, "a list in a cookie needs \"explode: false\"");
        return false;
    }
    return true;
}

/* Members are text, too: no objects; lists where each member has a name of its own. */
static bool object_ok(struct gen_check *check, const struct gen_yaml_node *schema, const struct gen_parameter *parameter)
{
    bool lists = parameter->place == GEN_IN_QUERY && (parameter->explode || !strcmp(parameter->style, "UC_STYLE_DEEP"));

    if (parameter->place == GEN_IN_COOKIE && parameter->explode) {
        GEN_ERROR(check, schema, "an object in a cookie needs \"explode: false\"");
        return false;
    }
    if (parameter->type->extra) {
        GEN_ERROR(check, schema, "an object in a parameter has the members that \"properties\" names: no "
                                 "\"additionalProperties\" with a schema");
        return false;
    }
    for (size_t i = 0; i < parameter->type->member_count; i++) {
        const struct gen_type *member = parameter->type->members[i].use.type;

        if (is_scalar(member) || (lists && member->kind == GEN_ARRAY && is_scalar(member->item.type)))
            continue;
        GEN_ERROR(check, schema, "the member \"%s\" of an object in a parameter is neither text nor a number nor a boolean; use "
                                 "\"content\" with application/json, or the body",
                  parameter->type->members[i].json_name);
        return false;
    }
    return true;
}

bool gen_check_style(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_node *schema,
                     struct gen_parameter *parameter)
{
    const struct gen_type *type = parameter->type;
    unsigned form = is_scalar(type)           ? FOR_SCALAR
                    : type->kind == GEN_ARRAY ? FOR_LIST
                    : type->kind == GEN_OBJECT ? FOR_OBJECT
                                              : 0;
    int style;

    if (parameter->style) /* JSON */
        return true;
    style = find_style(check, node, parameter->place);
    if (style < 0)
        return false;
    parameter->explode = gen_check_flag(check, node, "explode", !strcmp(styles[style].name, "form"));
    if (type->kind == GEN_MAP) {
        GEN_ERROR(check, schema, "an object in a parameter has the members that \"properties\" names; use \"content\" with "
                                 "application/json, or the body, for a map");
        return false;
    }
    if (!form) {
        GEN_ERROR(check, schema, "a parameter must be a string, an integer, a number, a boolean, an enum, or a list or object "
                                 "of these");
        return false;
    }
    if (!(styles[style].forms & form)) {
        GEN_ERROR(check, gen_yaml_get(node, "style"), "the style \"%s\" is for %s", styles[style].name,
                  styles[style].forms & FOR_LIST ? "lists" : "objects");
        return false;
    }
    if (form == FOR_SCALAR)
        return true;
    parameter->style = styles[style].c_name;
    return form == FOR_LIST ? list_ok(check, schema, parameter) : object_ok(check, schema, parameter);
}
