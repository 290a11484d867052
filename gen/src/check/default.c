/* SPDX-License-Identifier: MIT */
/* Whether a `default` is a value of its schema. */
#include <stdio.h>
#include <string.h>

#include "check/schema_internal.h"
#include "uc/format.h"

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

static bool format_fits(const char *text, const struct gen_type *type)
{
    static const struct {
        const char *name;
        bool (*fits)(struct uc_str text);
    } rows[] = {
        {"date_time", uc_is_date_time}, {"date", uc_is_date}, {"uuid", uc_is_uuid}, {"email", uc_is_email},
        {"uri", uc_is_uri},             {"ipv4", uc_is_ipv4}, {"ipv6", uc_is_ipv6}, {"byte", uc_is_byte},
    };

    for (size_t i = 0; type->format && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!strcmp(type->format, rows[i].name))
            return rows[i].fits(uc_str(text));
    return true;
}

static bool is_choice(const struct gen_yaml_node *value, const struct gen_type *type)
{
    for (size_t i = 0; i < type->choice_count; i++)
        if (gen_check_same(value, type->choices[i]))
            return true;
    return !type->choice_count;
}

static bool is_forbidden(const struct gen_yaml_node *value, const struct gen_type *type)
{
    const struct gen_type forbidden = {.choices = type->forbidden, .choice_count = type->forbidden_count};

    return type->forbidden_count && is_choice(value, &forbidden);
}

static bool has_all(const struct gen_yaml_node *value, const struct gen_alternative *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (!gen_yaml_get(value, group->members[i]->json_name))
            return false;
    return true;
}

/* Members that are there together. */
static bool groups_fit(const struct gen_yaml_node *value, const struct gen_type *type)
{
    size_t alternatives = 0;

    for (size_t i = 0; i < type->alternative_count; i++)
        alternatives += has_all(value, &type->alternatives[i]);
    if (type->alternative_count && (alternatives == 0 || (type->one_alternative && alternatives > 1)))
        return false;
    for (size_t i = 0; i < type->excluded_count; i++)
        if (has_all(value, &type->excluded[i]))
            return false;
    for (size_t i = 0; i < type->dependent_count; i++)
        if (gen_yaml_get(value, type->dependent[i].members[0]->json_name) && !has_all(value, &type->dependent[i]))
            return false;
    return true;
}

/* Elements of a list, members of an object. */
static bool count_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    return !(type->min_length.set && (int64_t)value->count < type->min_length.integer) &&
           !(type->max_length.set && (int64_t)value->count > type->max_length.integer);
}

static bool use_fits(const struct gen_yaml_node *value, const struct gen_use *use)
{
    return !use->type || (use->nullable && gen_yaml_is_null(value)) || gen_check_default_fits(value, use->type);
}

static bool has_twice(const struct gen_yaml_node *list)
{
    for (size_t i = 1; i < list->count; i++)
        for (size_t j = 0; j < i; j++)
            if (gen_check_same(list->items[i], list->items[j]))
                return true;
    return false;
}

static bool list_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    int64_t contained = 0;

    if (value->kind != GEN_YAML_SEQUENCE || !count_fits(value, type) || (type->unique && has_twice(value)))
        return false;
    for (size_t i = 0; i < value->count; i++) {
        if (!use_fits(value->items[i], &type->item))
            return false;
        contained += type->contains.type && use_fits(value->items[i], &type->contains);
    }
    return !type->contains.type || (contained >= type->min_contains.integer &&
                                    !(type->max_contains.set && contained > type->max_contains.integer));
}

static bool is_member(const struct gen_type *type, const char *name)
{
    for (size_t i = 0; i < type->member_count; i++)
        if (!strcmp(type->members[i].json_name, name))
            return true;
    return false;
}

static bool entry_fits(const struct gen_yaml_pair *pair, const struct gen_type *map)
{
    const struct gen_yaml_node name = {.quoted = true, .text = pair->key->text};

    if (map->names_type && !gen_check_default_fits(&name, map->names_type))
        return false;
    if (map->names_pattern && !gen_pattern_matches(&map->names_pattern->pattern, name.text, strlen(name.text)))
        return !map->closed;
    return use_fits(pair->value, &map->item);
}

/* Of an object, a map, or an object that is kept as its text. */
static bool object_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    const struct gen_type *map = type->kind == GEN_MAP ? type : type->extra;

    if (value->kind != GEN_YAML_MAPPING || !count_fits(value, type))
        return false;
    for (size_t i = 0; i < type->name_count; i++)
        if (!gen_yaml_get(value, type->names[i]))
            return false;
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_member *member = &type->members[i];
        const struct gen_yaml_node *own = gen_yaml_get(value, member->json_name);

        if (!member->unread && (own ? !use_fits(own, &member->use) : member->required))
            return false;
    }
    for (size_t i = 0; i < value->count; i++)
        if (!is_member(type, value->pairs[i].key->text) &&
            !(map ? entry_fits(&value->pairs[i], map) : !type->closed))
            return false;
    return groups_fit(value, type);
}

static bool has_tag(const struct gen_yaml_node *value, const struct gen_type *type, const struct gen_variant *variant)
{
    const struct gen_yaml_node *tag = variant->tag_count ? gen_yaml_get(value, type->tag) : NULL;

    for (size_t i = 0; tag && tag->text && i < variant->tag_count; i++)
        if (!strcmp(tag->text, variant->tags[i]))
            return true;
    return !variant->tag_count;
}

static bool union_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    for (size_t i = 0; i < type->variant_count; i++)
        if (has_tag(value, type, &type->variants[i]) && use_fits(value, &type->variants[i].use))
            return true;
    return false;
}

static bool is_multiple(const struct gen_yaml_node *value, struct gen_decimal divisor)
{
    char text[24]; /* YAML writes integers in other ways, too */
    int64_t integer;

    if (!gen_yaml_to_int64(value, &integer))
        return gen_decimal_divides(divisor, value->text);
    snprintf(text, sizeof(text), "%lld", (long long)integer);
    return gen_decimal_divides(divisor, text);
}

bool gen_check_default_fits(const struct gen_yaml_node *value, const struct gen_type *type)
{
    const struct gen_bound *min = &type->min, *max = &type->max;
    int64_t integer;
    double number;
    bool flag;

    if (!is_choice(value, type) || is_forbidden(value, type))
        return false;
    switch (type->kind) {
    case GEN_STRING:
        return gen_yaml_is_text(value) && length_fits(value->text, type) && pattern_fits(value->text, type) &&
               format_fits(value->text, type);
    case GEN_ENUM:
        for (size_t i = 0; i < type->enumerator_count && value->text; i++)
            if (!strcmp(type->enumerators[i].value, value->text))
                return true;
        return false;
    case GEN_ARRAY:
        return list_fits(value, type);
    case GEN_OBJECT:
    case GEN_MAP:
        return object_fits(value, type);
    case GEN_UNION:
        return union_fits(value, type);
    case GEN_RAW:
        return !type->object || object_fits(value, type);
    case GEN_BOOL:
        return gen_yaml_to_bool(value, &flag);
    case GEN_DOUBLE:
        return gen_yaml_to_double(value, &number) &&
               !(type->multiple_of.set && !is_multiple(value, type->decimal)) &&
               !(min->set && (number < min->number || (min->exclusive && number == min->number))) &&
               !(max->set && (number > max->number || (max->exclusive && number == max->number)));
    default:
        return gen_yaml_to_whole(value, &integer) &&
               !(type->multiple_of.integer > 0 && integer % type->multiple_of.integer != 0) &&
               !(type->kind == GEN_INT32 && (int32_t)integer != integer) &&
               !(min->set &&
                 (integer < min->integer || (min->exclusive && integer == min->integer))) &&
               !(max->set &&
                 (integer > max->integer || (max->exclusive && integer == max->integer)));
    }
}
