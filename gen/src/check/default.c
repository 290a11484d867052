/* SPDX-License-Identifier: MIT */
/* Whether a `default` is a value of its schema. A format is not looked at. */
#include <string.h>

#include "check/check.h"

/* Bytes that begin a character; the file is known to be UTF-8. */
static int64_t characters(const char *text)
{
    int64_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static bool length_fits(const char *text, const struct gen_type *type)
{
    int64_t length = characters(text);

    return !(type->min_length.set && length < type->min_length.integer) &&
           !(type->max_length.set && length > type->max_length.integer);
}

static bool pattern_fits(const char *text, const struct gen_type *type)
{
    for (size_t i = 0; i < type->pattern_count; i++)
        if (!gen_pattern_matches(&type->patterns[i]->pattern, text, strlen(text)))
            return false;
    return true;
}

static bool is_choice(const struct gen_yaml_node *value, const struct gen_type *type)
{
    double number, other;

    for (size_t i = 0; i < type->choice_count; i++) {
        const struct gen_yaml_node *choice = type->choices[i];
        bool both = gen_yaml_to_double(value, &number) && gen_yaml_to_double(choice, &other);

        if (value->text && (both ? number == other : !strcmp(value->text, choice->text)))
            return true;
    }
    return !type->choice_count;
}

static bool list_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    if (value->kind != GEN_YAML_SEQUENCE ||
        (type->min_length.set && (int64_t)value->count < type->min_length.integer) ||
        (type->max_length.set && (int64_t)value->count > type->max_length.integer))
        return false;
    for (size_t i = 0; i < value->count; i++)
        if (!gen_check_default_fits(value->items[i], type->item.type))
            return false;
    return true;
}

bool gen_check_default_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    const struct gen_bound *min = &type->min, *max = &type->max;
    int64_t integer;
    double number;
    bool flag;

    if (!is_choice(value, type))
        return false;
    switch (type->kind) {
    case GEN_STRING:
        return gen_yaml_is_text(value) && length_fits(value->text, type) && pattern_fits(value->text, type);
    case GEN_ENUM:
        for (size_t i = 0; i < type->enumerator_count && value->text; i++)
            if (!strcmp(type->enumerators[i].value, value->text))
                return true;
        return false;
    case GEN_ARRAY:
        return list_fits(value, type);
    case GEN_OBJECT:
    case GEN_RAW:
        return false;
    case GEN_BOOL:
        return gen_yaml_to_bool(value, &flag);
    case GEN_DOUBLE:
        return gen_yaml_to_double(value, &number) &&
               !(min->set && (number < min->number || (min->exclusive && number == min->number))) &&
               !(max->set && (number > max->number || (max->exclusive && number == max->number)));
    default:
        return gen_yaml_to_int64(value, &integer) &&
               !(type->multiple_of.integer > 0 && integer % type->multiple_of.integer != 0) &&
               !(type->kind == GEN_INT32 && (int32_t)integer != integer) &&
               !(min->set &&
                 (integer < min->integer || (min->exclusive && integer == min->integer))) &&
               !(max->set &&
                 (integer > max->integer || (max->exclusive && integer == max->integer)));
    }
}
