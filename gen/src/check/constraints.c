/* SPDX-License-Identifier: MIT */
/* The keywords that bound a value: each is stored so that the emitter can compare. */
#include <string.h>

#include "check/schema_internal.h"

static bool whole_bound(struct gen_check *check, const struct gen_yaml_node *value, const char *key,
                        const struct gen_type *type, struct gen_bound *bound)
{
    if (!gen_yaml_to_whole(value, &bound->integer)) {
        GEN_ERROR(check, value, "\"%s\" of an integer must be a whole number", key);
        return false;
    }
    if (type->kind == GEN_INT32 && (int32_t)bound->integer != bound->integer) {
        GEN_ERROR(check, value, "\"%s\" is beyond what format int32 can hold", key);
        return false;
    }
    bound->text = gen_arena_printf(check->arena, "%lld", (long long)bound->integer);
    return true;
}

void gen_check_note_no_double(struct gen_check *check, const struct gen_yaml_node *value)
{
    int64_t whole;
    double number;

    if (gen_yaml_to_int64(value, &whole) && gen_yaml_to_double(value, &number) && (number >= 0x1p63 || (int64_t)number != whole))
        GEN_NOTE(check, value, "a number is a double in C, and none is %s: values are compared with %.0f; an integer is exact",
                 value->text, number);
}

static bool real_bound(struct gen_check *check, const struct gen_yaml_node *value, const char *key,
                       struct gen_bound *bound)
{
    if (!gen_yaml_to_double(value, &bound->number)) {
        GEN_ERROR(check, value, "\"%s\" must be a number", key);
        return false;
    }
    gen_check_note_no_double(check, value);
    bound->text = gen_arena_printf(check->arena, "%.17g", bound->number);
    if (strlen(bound->text) > 15) /* 0.1 rather than 0.10000000000000001 */
        bound->text = value->text;
    return true;
}

static void read_bound(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                       bool exclusive, const struct gen_type *type, struct gen_bound *bound)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    bool flag;

    if (!value)
        return;
    if (exclusive && gen_yaml_to_bool(value, &flag)) {
        GEN_ERROR(check, value, "\"%s\" takes the bound itself (OpenAPI 3.1), not true or false",
                  key);
        return;
    }
    bound->exclusive = exclusive;
    bound->set = type->kind == GEN_DOUBLE ? real_bound(check, value, key, bound)
                                          : whole_bound(check, value, key, type, bound);
}

/* Of both forms of a bound the tighter one. */
static struct gen_bound read_end(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                                 const char *exclusive_key, const struct gen_type *type)
{
    struct gen_bound inclusive = {0}, exclusive = {0};
    bool lower = !strcmp(key, "minimum"), above, equal;

    read_bound(check, node, key, false, type, &inclusive);
    read_bound(check, node, exclusive_key, true, type, &exclusive);
    if (!inclusive.set || !exclusive.set)
        return inclusive.set ? inclusive : exclusive;
    above = type->kind == GEN_DOUBLE ? exclusive.number > inclusive.number : exclusive.integer > inclusive.integer;
    equal = type->kind == GEN_DOUBLE ? exclusive.number == inclusive.number : exclusive.integer == inclusive.integer;
    return equal || above == lower ? exclusive : inclusive;
}

static bool empty_range(const struct gen_type *type)
{
    const struct gen_bound *min = &type->min;
    const struct gen_bound *max = &type->max;
    bool open = min->exclusive || max->exclusive;

    if (!min->set || !max->set)
        return false;
    if (type->kind == GEN_DOUBLE)
        return min->number > max->number || (min->number == max->number && open);
    return min->integer > max->integer || (min->integer == max->integer && open);
}

/* Of an integer what is a multiple of 1, too: of 0.5 that is 1, of 1.5 it is 3. */
static void read_multiple(struct gen_check *check, const struct gen_yaml_node *value, struct gen_type *type)
{
    static const struct gen_decimal one = {1, 0};
    struct gen_bound *bound = &type->multiple_of;
    double number;

    if (!gen_yaml_to_double(value, &number)) {
        GEN_ERROR(check, value, "\"multipleOf\" must be a number");
        return;
    }
    if (number <= 0) {
        GEN_ERROR(check, value, "\"multipleOf\" must be above 0");
        return;
    }
    bound->set = gen_decimal_read(value, &type->decimal) &&
                 (type->kind == GEN_DOUBLE || gen_decimal_common(type->decimal, one, &type->decimal));
    if (!bound->set) {
        GEN_ERROR(check, value, "\"multipleOf\" has more digits than are supported: 18");
        return;
    }
    bound->text = gen_decimal_text(check->arena, type->decimal);
    if (type->kind == GEN_DOUBLE)
        return;
    if (!gen_yaml_to_int64(&(struct gen_yaml_node){.text = bound->text}, &bound->integer)) {
        GEN_ERROR(check, value, "\"multipleOf\" is beyond what an integer can hold");
        bound->set = false;
    }
}

static void read_range(struct gen_check *check, const struct gen_yaml_node *node,
                       struct gen_type *type)
{
    const struct gen_yaml_node *multiple = gen_yaml_get(node, "multipleOf");

    type->min = read_end(check, node, "minimum", "exclusiveMinimum", type);
    type->max = read_end(check, node, "maximum", "exclusiveMaximum", type);
    if (empty_range(type))
        GEN_ERROR(check, node, "no value can be within these bounds");
    if (multiple)
        read_multiple(check, multiple, type);
}

static void read_lengths(struct gen_check *check, const struct gen_yaml_node *node,
                         const char *min_key, const char *max_key, struct gen_type *type)
{
    int64_t min = gen_check_integer(check, node, min_key, 0, INT32_MAX, 0);
    int64_t max = gen_check_integer(check, node, max_key, 0, INT32_MAX, -1);

    type->min_length = (struct gen_bound){.set = min > 0, .integer = min};
    type->max_length = (struct gen_bound){.set = max >= 0, .integer = max};
    if (max >= 0 && min > max)
        GEN_ERROR(check, node, "\"%s\" is above \"%s\"", min_key, max_key);
}

/* A free-form object; one that is closed has no member at all. */
static void read_members(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    bool closed = type->max_length.set;

    read_lengths(check, node, "minProperties", "maxProperties", type);
    if (closed && type->min_length.set)
        GEN_ERROR(check, node, "no member is allowed here, and \"minProperties\" asks for some");
    if (closed)
        type->max_length = (struct gen_bound){.set = true};
}

/* Of JSON Schema or OpenAPI's registry of formats, or widely used: not checked, as both allow, and no slip either. */
static bool is_other_format(const char *format)
{
    static const char *const others[] = {
        "base64url", "char",      "decimal",       "duration",     "hostname", "html",    "idn-email", "idn-hostname",
        "int8",      "int16",     "uint8",         "uint16",       "uint32",   "uint64",  "iri",       "iri-reference",
        "regex",     "date-only", "uri-reference", "uri-template", "url",      "time",    "ip",        "decimal128",
        "unixtime",  "date-time-local", "time-local", "double-int", "guid",    "uuid4",   "timestamp", "datetime-local",
        "json-pointer", "relative-json-pointer", "commonmark", "http-date", "media-range"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (!strcmp(others[i], format))
            return true;
    return false;
}

/* A format that nobody knows is a note (JSON Schema 2020-12, 7.2.1); a slip of one that is known is none. */
static const char *read_format(struct gen_check *check, const struct gen_yaml_node *node, const char *const *known,
                               const char *what)
{
    const char *format = gen_check_text(check, node, "format");
    const char *meant;

    if (!format)
        return NULL;
    for (size_t i = 0; known[i]; i++)
        if (!strcmp(known[i], format))
            return format;
    if (is_other_format(format))
        return NULL;
    meant = gen_suggest(format, known);
    if (meant)
        GEN_ERROR(check, gen_yaml_get(node, "format"), "unknown format \"%s\" of %s; did you mean \"%s\"?", format, what,
                  meant);
    else
        GEN_NOTE(check, gen_yaml_get(node, "format"), "the format \"%s\" of %s is not known, and not checked", format, what);
    return NULL;
}

static void read_string_format(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    static const char *const known[] = {"password", "binary", "date-time", "date", "uuid", "email",
                                        "uri",      "ipv4",   "ipv6",      "byte", NULL};
    static const struct {
        const char *name, *check, *text;
    } rows[] = {
        {"date-time", "date_time", "a date and time (RFC 3339)"},
        {"date", "date", "a date (RFC 3339)"},
        {"uuid", "uuid", "a UUID"},
        {"email", "email", "an e-mail address"},
        {"uri", "uri", "a URI"},
        {"ipv4", "ipv4", "an IPv4 address"},
        {"ipv6", "ipv6", "an IPv6 address"},
        {"byte", "byte", "base64"},
    };
    const char *format = read_format(check, node, known, "a string");

    for (size_t i = 0; format && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!strcmp(format, rows[i].name)) {
            type->format = rows[i].check;
            type->format_text = rows[i].text;
        }
}

const struct gen_named_pattern *gen_check_pattern(struct gen_check *check, const struct gen_yaml_node *value)
{
    struct gen_contract *contract = check->contract;
    struct gen_named_pattern *named;
    const char *error;
    size_t at = 0;

    for (size_t i = 0; i < contract->pattern_count; i++)
        if (!strcmp(contract->patterns[i]->pattern.text, value->text))
            return contract->patterns[i];
    named = gen_arena_alloc(check->arena, sizeof(*named));
    error = gen_pattern_compile(check->arena, value->text, &named->pattern, &at);
    if (error) {
        GEN_ERROR(check, value, "the pattern \"%s\": %s (at character %zu)", value->text, error, at);
        return NULL;
    }
    named->c_name = gen_arena_printf(check->arena, "%s_pattern_%zu", contract->prefix, contract->pattern_count + 1);
    if (!gen_scope_take(check->scope, check->messages, named->c_name, "a pattern", value->mark))
        return NULL;
    contract->patterns =
        gen_arena_grow(check->arena, contract->patterns, contract->pattern_count, sizeof(struct gen_named_pattern *));
    contract->patterns[contract->pattern_count++] = named;
    return named;
}

static void read_pattern(struct gen_check *check, const struct gen_yaml_node *value, struct gen_type *type)
{
    const struct gen_named_pattern *named;

    if (!gen_yaml_is_text(value)) {
        GEN_ERROR(check, value, "\"pattern\" must be text, not %s", gen_yaml_what(value));
        return;
    }
    named = gen_check_pattern(check, value);
    if (!named)
        return;
    type->patterns =
        gen_arena_grow(check->arena, (void *)type->patterns, type->pattern_count, sizeof(struct gen_named_pattern *));
    type->patterns[type->pattern_count++] = named;
}

/* One, or the list that gen_check_merge() makes of those of several parts. */
static void read_patterns(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, "pattern");

    if (value && value->kind == GEN_YAML_SEQUENCE && value->quoted)
        for (size_t i = 0; i < value->count; i++)
            read_pattern(check, value->items[i], type);
    else if (value)
        read_pattern(check, value, type);
}

void gen_check_constraints(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type)
{
    static const char *const of_integer[] = {"int32", "int64", NULL};
    static const char *const of_number[] = {"double", "float", NULL};
    const struct gen_yaml_node *format = gen_yaml_get(node, "format");

    switch (type->kind) {
    case GEN_STRING:
        read_string_format(check, node, type);
        read_lengths(check, node, "minLength", "maxLength", type);
        read_patterns(check, node, type);
        break;
    case GEN_INT32:
    case GEN_INT64:
        read_format(check, node, of_integer, "an integer");
        read_range(check, node, type);
        break;
    case GEN_DOUBLE:
        read_format(check, node, of_number, "a number");
        read_range(check, node, type);
        break;
    case GEN_OBJECT:
    case GEN_MAP:
        read_lengths(check, node, "minProperties", "maxProperties", type);
        break;
    case GEN_RAW:
        if (!type->object && format && !(format->text && !strcmp(format->text, "binary")))
            GEN_NOTE(check, format, "\"format\" is not checked without a \"type\" beside it");
        if (type->object)
            read_members(check, node, type);
        break;
    case GEN_ARRAY:
        read_lengths(check, node, "minItems", "maxItems", type);
        type->unique = gen_check_flag(check, node, "uniqueItems", false);
        break;
    default:
        break;
    }
    gen_check_not(check, node, type);
}
