/* SPDX-License-Identifier: MIT */
/*
 * What a form says of its fields. It carries text alone: of a choice with text, what is a number or a boolean is read as
 * one where the others of the choice are. So a text that looks like one of them could never come.
 */
#include <string.h>

#include "check/operation_internal.h"

/* What may stand for itself beside text. */
struct others {
    bool number, boolean, object, array;
};

static bool looks_like(const char *text, struct others others)
{
    const struct gen_yaml_node plain = {.text = text};
    const char *first = text + strspn(text, " \t\n\r");
    double number;

    return (others.number && gen_yaml_to_double(&plain, &number)) ||
           (others.boolean && (!strcmp(text, "true") || !strcmp(text, "false"))) || (others.object && *first == '{') ||
           (others.array && *first == '[');
}

static struct others others_of(const struct gen_type *type)
{
    struct others others = {0};
    double number;
    bool flag;

    for (size_t i = 0; i < type->choice_count; i++) {
        others.number |= gen_yaml_to_double(type->choices[i], &number);
        others.boolean |= gen_yaml_to_bool(type->choices[i], &flag);
        others.object |= type->choices[i]->kind == GEN_YAML_MAPPING;
        others.array |= type->choices[i]->kind == GEN_YAML_SEQUENCE;
    }
    for (size_t i = 0; i < type->variant_count; i++) {
        const struct gen_type *variant = type->variants[i].use.type;

        if (!variant) /* refused, as has been said */
            continue;
        others.number |= variant->kind == GEN_INT32 || variant->kind == GEN_INT64 || variant->kind == GEN_DOUBLE;
        others.boolean |= variant->kind == GEN_BOOL;
        others.object |= variant->kind == GEN_RAW || variant->kind == GEN_OBJECT || variant->kind == GEN_MAP;
        others.array |= variant->kind == GEN_ARRAY;
    }
    return others;
}

static const char *lost_text(const struct gen_type *type, struct others others)
{
    const char *found = NULL;

    for (size_t i = 0; i < type->choice_count && !found; i++)
        if (gen_yaml_is_text(type->choices[i]) && looks_like(type->choices[i]->text, others))
            found = type->choices[i]->text;
    for (size_t i = 0; i < type->variant_count && !found; i++)
        found = type->variants[i].use.type ? lost_text(type->variants[i].use.type, others) : NULL;
    return found;
}

bool gen_check_form_fields(struct gen_check *check, const struct gen_yaml_node *at, const struct gen_type *form)
{
    bool good = true;

    for (size_t i = 0; i < form->member_count; i++) {
        const struct gen_type *type = form->members[i].use.type;
        const char *lost;

        if (type && type->kind == GEN_ARRAY)
            type = type->item.type;
        if (!type) /* refused, as has been said */
            continue;
        if (type->kind != GEN_RAW && type->kind != GEN_UNION)
            continue;
        lost = lost_text(type, others_of(type));
        if (!lost)
            continue;
        GEN_ERROR(check, at, "the field \"%s\" of a form cannot be the text \"%s\": a form has no quotes, and what looks "
                             "like another value of the choice is read as that; leave one of them out",
                  form->members[i].json_name, lost);
        good = false;
    }
    return good;
}

/* ---- encoding */

bool gen_check_encoding(struct gen_check *check, const struct gen_yaml_pair *pair, const char *const *fields,
                        const char **type)
{
    static const char *const known[] = {"contentType", "style", "explode", NULL};
    static const struct gen_refusal refused[] = {
        {"headers", "a field of a form has none"}, {"allowReserved", "leave it out"}, {NULL, NULL}};
    const char *meant = gen_suggest(pair->key->text, fields), *style;
    bool found = false;

    for (size_t i = 0; fields[i]; i++)
        found |= !strcmp(fields[i], pair->key->text);
    if (!found)
        GEN_ERROR(check, pair->key, "\"encoding\" names \"%s\", which is no field of this form%s%s%s", pair->key->text,
                  meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
    if (!found || !gen_check_keys(check, pair->value, "an encoding", known, refused, true))
        return false;
    *type = gen_check_text(check, pair->value, "contentType");
    style = gen_check_text(check, pair->value, "style");
    if ((style && strcmp(style, "form")) || !gen_check_flag(check, pair->value, "explode", true)) {
        GEN_ERROR(check, pair->value, "a field of a form is encoded by \"style: form\" and \"explode: true\" alone; an "
                                      "object is JSON text");
        return false;
    }
    return true;
}

bool gen_check_is_encoding(struct gen_check *check, const struct gen_yaml_node *encoding)
{
    if (encoding && encoding->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, encoding, "\"encoding\" must be a mapping from fields to how each is written, not %s",
                  gen_yaml_what(encoding));
    return encoding && encoding->kind == GEN_YAML_MAPPING;
}

static bool check_field(struct gen_check *check, const struct gen_yaml_pair *pair, const char *const *fields)
{
    const char *type;

    if (!gen_check_encoding(check, pair, fields, &type))
        return false;
    if (!type || !strcmp(type, "application/json") || !strcmp(type, "text/plain"))
        return true;
    GEN_ERROR(check, gen_yaml_get(pair->value, "contentType"),
              "a field of this form is text, or JSON where it is an object; write it as a file of multipart/form-data, or "
              "leave \"contentType\" out");
    return false;
}

bool gen_check_field_encodings(struct gen_check *check, const struct gen_yaml_node *encoding, const struct gen_type *form)
{
    const char **fields = gen_arena_array(check->arena, form->member_count + 1, sizeof(*fields));
    bool good = true;

    for (size_t i = 0; i < form->member_count; i++)
        fields[i] = form->members[i].json_name;
    for (size_t i = 0; gen_check_is_encoding(check, encoding) && i < encoding->count; i++)
        good &= check_field(check, &encoding->pairs[i], fields);
    return good;
}
