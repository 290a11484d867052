/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include "gen/decimal.h"
#include "trial/pattern.h"

#include "uc/format.h"

#include <string.h>

#define DEPTH_MAX 200
#define HOPS_MAX  16
/* Some schemas ask for ever more: so many are looked at for a whole value, and for one place in it. */
#define STEPS_MAX      2000000
#define PLACE_STEPS_MAX 200

/* A choice that is being judged: within itself, at the same place, it says nothing new. */
struct judged {
    const struct gen_yaml_node *list;
    const struct judged *up;
};

struct walk {
    const struct trial_schemas *schemas;
    unsigned depth, steps, here;
    const struct judged *judged; /* at this place */
};

static const char *check(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value, const char *at);

const struct gen_yaml_node *trial_list(const struct gen_yaml_node *node, const char *key)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, key);

    return list && list->kind == GEN_YAML_SEQUENCE ? list : NULL;
}

bool trial_flag(const struct gen_yaml_node *node, const char *key, bool fallback)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    bool flag;

    return value && gen_yaml_to_bool(value, &flag) ? flag : fallback;
}

size_t trial_length(const char *text, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* ---- references */

/* One step of a JSON Pointer (RFC 6901): "~1" is a slash, "~0" a tilde. */
static const struct gen_yaml_node *step(const struct trial_schemas *schemas, const struct gen_yaml_node *node,
                                        const char *name, size_t len)
{
    char *key = gen_arena_bytes(schemas->arena, name, len), *out = key;

    for (const char *in = key; *in; in++) {
        if (in[0] == '~' && (in[1] == '0' || in[1] == '1'))
            *out++ = *++in == '1' ? '/' : '~';
        else
            *out++ = *in;
    }
    *out = '\0';
    return gen_yaml_get(node, key);
}

static const struct gen_yaml_node *follow(const struct trial_schemas *schemas, const char *ref)
{
    const struct gen_yaml_node *node = schemas->document;

    if (*ref++ != '#')
        return NULL;
    while (node && *ref == '/') {
        size_t len = strcspn(ref + 1, "/");

        node = step(schemas, node, ref + 1, len);
        ref += 1 + len;
    }
    return *ref ? NULL : node;
}

const struct gen_yaml_node *trial_follow(const struct trial_schemas *schemas, const struct gen_yaml_node *ref)
{
    return ref->text ? follow(schemas, ref->text) : NULL;
}

const struct gen_yaml_node *trial_resolve(const struct trial_schemas *schemas, const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *ref;

    for (unsigned hops = 0; (ref = gen_yaml_get(node, "$ref")) != NULL; hops++) {
        if (hops == HOPS_MAX)
            return NULL;
        node = trial_follow(schemas, ref);
    }
    return node;
}

/* ---- types */

static bool is_type(const struct trial_value *value, const char *type)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};

    if (value->kind == TRIAL_NUMBER && !strcmp(type, "integer"))
        return trial_json_number_of(value->text).whole;
    return !strcmp(names[value->kind], type);
}

bool trial_schema_allows(const struct gen_yaml_node *schema, const char *type)
{
    const struct gen_yaml_node *declared = gen_yaml_get(schema, "type");

    if (!declared)
        return true;
    if (declared->kind == GEN_YAML_SCALAR)
        return declared->text && !strcmp(declared->text, type);
    for (size_t i = 0; declared->kind == GEN_YAML_SEQUENCE && i < declared->count; i++)
        if (declared->items[i]->text && !strcmp(declared->items[i]->text, type))
            return true;
    return false;
}

static const char *check_type(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                              const char *at)
{
    static const char *const types[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
    const struct gen_yaml_node *declared = gen_yaml_get(schema, "type");

    if (!declared)
        return NULL;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (trial_schema_allows(schema, types[i]) && is_type(value, types[i]))
            return NULL;
    return gen_arena_printf(w->schemas->arena, "%s: is not of type %s", at,
                            declared->text ? declared->text : "that the schema allows");
}

static const char *check_choice(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                const char *at)
{
    const struct gen_yaml_node *list = trial_list(schema, "enum"), *constant = gen_yaml_get(schema, "const");
    struct gen_arena *arena = w->schemas->arena;
    bool found = !list;

    if (constant && !trial_json_equal(value, trial_json_of_yaml(arena, constant)))
        return gen_arena_printf(arena, "%s: is not the constant", at);
    for (size_t i = 0; list && i < list->count; i++)
        found = found || trial_json_equal(value, trial_json_of_yaml(arena, list->items[i]));
    return found ? NULL : gen_arena_printf(arena, "%s: is none of the values of \"enum\"", at);
}

/* ---- scalars */

/* -1, 0, 1 as the value is below, at or above the bound; 0 too when one of them is no number. */
static int compare(const struct trial_number *value, const struct gen_yaml_node *bound)
{
    struct trial_number other = {0};

    if (gen_yaml_to_int64(bound, &other.integer) && value->exact)
        return value->integer < other.integer ? -1 : value->integer > other.integer;
    if (!gen_yaml_to_double(bound, &other.real))
        return 0;
    return value->real < other.real ? -1 : value->real > other.real;
}

/* Of a number as it was written. */
static bool is_multiple(const char *number, const struct gen_yaml_node *node)
{
    struct gen_decimal divisor;

    return !gen_decimal_read(node, &divisor) || gen_decimal_divides(divisor, number);
}

static const char *check_number(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                const char *at)
{
    static const struct {
        const char *key;
        int wrong;
        bool exclusive;
        const char *text;
    } rows[] = {{"minimum", -1, false, "is below"},
                {"maximum", 1, false, "is above"},
                {"exclusiveMinimum", -1, true, "is not above"},
                {"exclusiveMaximum", 1, true, "is not below"}};
    struct trial_number number = trial_json_number_of(value->text);
    const struct gen_yaml_node *format = gen_yaml_get(schema, "format"), *node;
    struct gen_arena *arena = w->schemas->arena;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int order;

        if (!(node = gen_yaml_get(schema, rows[i].key)) || !node->text)
            continue;
        order = compare(&number, node);
        if (order == rows[i].wrong || (order == 0 && rows[i].exclusive))
            return gen_arena_printf(arena, "%s: %s %s", at, rows[i].text, node->text);
    }
    if ((node = gen_yaml_get(schema, "multipleOf")) && !is_multiple(value->text, node))
        return gen_arena_printf(arena, "%s: is no multiple of %s", at, node->text ? node->text : "it");
    if (!format || !format->text || !trial_schema_allows(schema, "integer"))
        return NULL;
    if (!strcmp(format->text, "int32") &&
        (!number.exact || number.integer < INT32_MIN || number.integer > INT32_MAX))
        return gen_arena_printf(arena, "%s: is not of 32 bits", at);
    if (!strcmp(format->text, "int64") && !number.exact)
        return gen_arena_printf(arena, "%s: is not of 64 bits", at);
    return NULL;
}

static bool fits_format(const char *format, struct uc_str text)
{
    static const struct {
        const char *name;
        bool (*is)(struct uc_str text);
    } rows[] = {{"date-time", uc_is_date_time}, {"date", uc_is_date}, {"uuid", uc_is_uuid}, {"email", uc_is_email},
                {"uri", uc_is_uri}, {"ipv4", uc_is_ipv4}, {"ipv6", uc_is_ipv6}, {"byte", uc_is_byte}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!strcmp(rows[i].name, format))
            return rows[i].is(text);
    return true;
}

static const char *check_size(struct walk *w, const struct gen_yaml_node *schema, const char *min_key, const char *max_key,
                              size_t size, const char *what, const char *at)
{
    const struct gen_yaml_node *min = gen_yaml_get(schema, min_key), *max = gen_yaml_get(schema, max_key);
    int64_t bound;

    if (min && gen_yaml_to_int64(min, &bound) && (int64_t)size < bound)
        return gen_arena_printf(w->schemas->arena, "%s: has fewer than %s %s", at, min->text, what);
    if (max && gen_yaml_to_int64(max, &bound) && (int64_t)size > bound)
        return gen_arena_printf(w->schemas->arena, "%s: has more than %s %s", at, max->text, what);
    return NULL;
}

static const char *check_string(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                const char *at)
{
    const struct gen_yaml_node *format = gen_yaml_get(schema, "format");
    const struct gen_pattern *pattern = trial_pattern(w->schemas, schema);

    if (pattern && !gen_pattern_matches(pattern, value->text, value->len))
        return gen_arena_printf(w->schemas->arena, "%s: does not match the pattern %s", at, pattern->text);
    if (format && format->text && !fits_format(format->text, uc_str_of(value->text, value->len)))
        return gen_arena_printf(w->schemas->arena, "%s: is not of format %s", at, format->text);
    return check_size(w, schema, "minLength", "maxLength", trial_length(value->text, value->len), "characters", at);
}

/* ---- arrays and objects */

static const char *check_inner(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value, const char *at)
{
    unsigned here = w->here;
    const struct judged *judged = w->judged;
    const char *wrong;

    w->here = 0;
    w->judged = NULL;
    wrong = check(w, schema, value, at);
    w->here = here;
    w->judged = judged;
    return wrong;
}

/* How many elements keep to `contains`. */
static const char *check_contains(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                  const char *at)
{
    const struct gen_yaml_node *contains = gen_yaml_get(schema, "contains"), *min = gen_yaml_get(schema, "minContains"),
                               *max = gen_yaml_get(schema, "maxContains");
    int64_t count = 0, bound = 1;

    if (!contains)
        return NULL;
    for (size_t i = 0; i < value->count; i++)
        count += !check_inner(w, contains, value->items[i], at);
    if (min)
        gen_yaml_to_int64(min, &bound);
    if (count < bound)
        return gen_arena_printf(w->schemas->arena, "%s: has fewer than %lld items of \"contains\"", at, (long long)bound);
    if (max && gen_yaml_to_int64(max, &bound) && count > bound)
        return gen_arena_printf(w->schemas->arena, "%s: has more than %lld items of \"contains\"", at, (long long)bound);
    return NULL;
}

static const char *check_array(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                               const char *at)
{
    const struct gen_yaml_node *prefix = trial_list(schema, "prefixItems"), *items = gen_yaml_get(schema, "items");
    struct gen_arena *arena = w->schemas->arena;
    const char *wrong = check_size(w, schema, "minItems", "maxItems", value->count, "items", at);

    if (!wrong)
        wrong = check_contains(w, schema, value, at);
    for (size_t i = 0; !wrong && i < value->count; i++) {
        const char *here = gen_arena_printf(arena, "%s/%zu", at, i);
        const struct gen_yaml_node *of = prefix && i < prefix->count ? prefix->items[i] : items;

        if (of)
            wrong = check_inner(w, of, value->items[i], here);
        for (size_t j = 0; !wrong && j < i && trial_flag(schema, "uniqueItems", false); j++)
            if (trial_json_equal(value->items[i], value->items[j]))
                wrong = gen_arena_printf(arena, "%s: is there twice", here);
    }
    return wrong;
}

static const char *check_required(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                  const char *at)
{
    const struct gen_yaml_node *required = trial_list(schema, "required"), *properties = gen_yaml_get(schema, "properties");

    for (size_t i = 0; required && i < required->count; i++) {
        const char *name = required->items[i]->text;
        const struct gen_yaml_node *property = name ? gen_yaml_get(properties, name) : NULL;
        const struct gen_yaml_node *target = property ? trial_resolve(w->schemas, property) : NULL;
        const char *exempt = w->schemas->request ? "readOnly" : "writeOnly";

        if (name && !trial_json_get(value, name) && !trial_flag(property, exempt, false) && !trial_flag(target, exempt, false))
            return gen_arena_printf(w->schemas->arena, "%s/%s: is missing", at, name);
    }
    return NULL;
}

/* What is said of names, and of members that need others. */
static const char *check_names(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                               const char *at)
{
    const struct gen_yaml_node *names = gen_yaml_get(schema, "propertyNames"),
                               *dependent = gen_yaml_get(schema, "dependentRequired");
    struct gen_arena *arena = w->schemas->arena;

    for (size_t i = 0; names && i < value->count; i++)
        if (check_inner(w, names, trial_json_string(arena, value->names[i]), at))
            return gen_arena_printf(arena, "%s/%s: is no name that \"propertyNames\" allows", at, value->names[i]);
    for (size_t i = 0; dependent && dependent->kind == GEN_YAML_MAPPING && i < dependent->count; i++) {
        const struct gen_yaml_node *needed = dependent->pairs[i].value;

        for (size_t n = 0; trial_json_get(value, dependent->pairs[i].key->text) && n < needed->count; n++)
            if (needed->kind == GEN_YAML_SEQUENCE && needed->items[n]->text && !trial_json_get(value, needed->items[n]->text))
                return gen_arena_printf(arena, "%s/%s: is missing", at, needed->items[n]->text);
    }
    return NULL;
}

static const char *check_object(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                const char *at)
{
    const struct gen_yaml_node *properties = gen_yaml_get(schema, "properties"), *more = gen_yaml_get(schema, "additionalProperties");
    struct gen_arena *arena = w->schemas->arena;
    const char *wrong = check_required(w, schema, value, at);
    bool flag;

    if (!wrong)
        wrong = check_names(w, schema, value, at);
    if (!wrong)
        wrong = check_size(w, schema, "minProperties", "maxProperties", value->count, "members", at);
    for (size_t i = 0; !wrong && i < value->count; i++) {
        const char *here = gen_arena_printf(arena, "%s/%s", at, value->names[i]);
        const struct gen_yaml_node *of = gen_yaml_get(properties, value->names[i]);

        if (of)
            wrong = check_inner(w, of, value->items[i], here);
        else if (more && !gen_yaml_get(schema, "patternProperties"))
            wrong = gen_yaml_to_bool(more, &flag)
                        ? flag ? NULL : gen_arena_printf(arena, "%s: is not known to the schema", here)
                        : check_inner(w, more, value->items[i], here);
    }
    return wrong;
}

/* ---- combinations */

static unsigned count_fits(struct walk *w, const struct gen_yaml_node *list, const struct trial_value *value, const char *at,
                           const char **why)
{
    unsigned fits = 0;

    for (size_t i = 0; i < list->count; i++) {
        const char *wrong = check(w, list->items[i], value, at);

        fits += !wrong;
        if (wrong)
            *why = *wrong == ':' ? wrong + 2 : wrong;
    }
    return fits;
}

/* ---- a discriminator (OpenAPI 3.1, 4.8.25) */

const char *trial_discriminator(const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *member = gen_yaml_get(gen_yaml_get(schema, "discriminator"), "propertyName");

    return member ? member->text : NULL;
}

static const char *own_name(const struct gen_yaml_node *branch)
{
    const struct gen_yaml_node *ref = gen_yaml_get(branch, "$ref");
    const char *slash = ref && ref->text ? strrchr(ref->text, '/') : NULL;

    return slash ? slash + 1 : ref ? ref->text : NULL;
}

/* By the mapping's pair: its value is the schema's name, or a reference to it. */
static const char *mapped_name(const struct gen_yaml_pair *pair, const struct gen_yaml_node *branch)
{
    const char *to = pair->value->text, *name = own_name(branch);

    return to && name && (!strcmp(to, name) || !strcmp(to, gen_yaml_get(branch, "$ref")->text)) ? pair->key->text : NULL;
}

static const struct gen_yaml_node *mapping_of(const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *mapping = gen_yaml_get(gen_yaml_get(schema, "discriminator"), "mapping");

    return mapping && mapping->kind == GEN_YAML_MAPPING ? mapping : NULL;
}

const char *trial_branch_name(const struct gen_yaml_node *schema, const struct gen_yaml_node *branch)
{
    const struct gen_yaml_node *mapping = mapping_of(schema);

    for (size_t i = 0; mapping && i < mapping->count; i++)
        if (mapped_name(&mapping->pairs[i], branch))
            return mapping->pairs[i].key->text;
    return own_name(branch);
}

static bool is_named(const struct gen_yaml_node *schema, const struct gen_yaml_node *branch, const char *text)
{
    const struct gen_yaml_node *mapping = mapping_of(schema);
    const char *name = trial_branch_name(schema, branch);

    for (size_t i = 0; mapping && i < mapping->count; i++)
        if (mapped_name(&mapping->pairs[i], branch) && !strcmp(mapping->pairs[i].key->text, text))
            return true;
    return name && !strcmp(name, text);
}

/* The choice that an object names; NULL: none. */
static const struct gen_yaml_node *named_branch(const struct gen_yaml_node *schema, const struct gen_yaml_node *list,
                                                const struct trial_value *name)
{
    for (size_t i = 0; name && name->kind == TRIAL_STRING && i < list->count; i++)
        if (is_named(schema, list->items[i], name->text))
            return list->items[i];
    return NULL;
}

/* ---- choices */

static const char *check_listed(struct walk *w, const struct gen_yaml_node *schema, const char *key,
                                const struct gen_yaml_node *list, const struct trial_value *value, const char *at)
{
    const char *why = "", *member = trial_discriminator(schema);
    struct gen_arena *arena = w->schemas->arena;
    unsigned fits;

    if (member && value->kind == TRIAL_OBJECT) {
        const struct gen_yaml_node *branch = named_branch(schema, list, trial_json_get(value, member));

        return branch ? check(w, branch, value, at) : gen_arena_printf(arena, "%s/%s: names nothing of \"%s\"", at, member, key);
    }
    fits = count_fits(w, list, value, at, &why);
    if (fits == 0)
        return gen_arena_printf(arena, "%s: fits nothing of \"%s\" (%s)", at, key, why);
    return fits > 1 && !strcmp(key, "oneOf") ? gen_arena_printf(arena, "%s: fits more than one of \"oneOf\"", at) : NULL;
}

static const char *check_choices(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                 const char *at)
{
    static const char *const keys[] = {"anyOf", "oneOf"};
    const char *wrong = NULL;

    for (size_t i = 0; !wrong && i < 2; i++) {
        struct judged judged = {trial_list(schema, keys[i]), w->judged};
        const struct judged *same = w->judged;

        while (same && same->list != judged.list)
            same = same->up;
        if (!judged.list || same)
            continue;
        w->judged = &judged;
        wrong = check_listed(w, schema, keys[i], judged.list, value, at);
        w->judged = judged.up;
    }
    return wrong;
}

static const char *check_combined(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                                  const char *at)
{
    const struct gen_yaml_node *all = trial_list(schema, "allOf"), *not = gen_yaml_get(schema, "not"),
                               *condition = gen_yaml_get(schema, "if"), *branch;
    struct gen_arena *arena = w->schemas->arena;
    const char *why = "", *wrong;

    if (all && count_fits(w, all, value, at, &why) != all->count)
        return why;
    if ((wrong = check_choices(w, schema, value, at)) != NULL)
        return wrong;
    if (not && !check(w, not, value, at))
        return gen_arena_printf(arena, "%s: fits what \"not\" excludes", at);
    if (!condition)
        return NULL;
    branch = gen_yaml_get(schema, check(w, condition, value, at) ? "else" : "then");
    return branch ? check(w, branch, value, at) : NULL;
}

static const char *check_kind(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value,
                              const char *at)
{
    switch (value->kind) {
    case TRIAL_NUMBER: return check_number(w, schema, value, at);
    case TRIAL_STRING: return check_string(w, schema, value, at);
    case TRIAL_ARRAY: return check_array(w, schema, value, at);
    case TRIAL_OBJECT: return check_object(w, schema, value, at);
    default: return NULL;
    }
}

static const char *check(struct walk *w, const struct gen_yaml_node *schema, const struct trial_value *value, const char *at)
{
    const char *wrong;
    bool flag;

    if (gen_yaml_to_bool(schema, &flag))
        return flag ? NULL : gen_arena_printf(w->schemas->arena, "%s: must not be there", at);
    if (w->depth == DEPTH_MAX || w->steps == STEPS_MAX || w->here == PLACE_STEPS_MAX)
        return NULL;
    w->steps++;
    w->here++;
    w->depth++;
    wrong = NULL;
    if (gen_yaml_get(schema, "$ref")) {
        const struct gen_yaml_node *target = trial_resolve(w->schemas, schema);

        wrong = target ? check(w, target, value, at) : NULL;
    }
    if (!wrong)
        wrong = check_type(w, schema, value, at);
    if (!wrong)
        wrong = check_choice(w, schema, value, at);
    if (!wrong)
        wrong = check_kind(w, schema, value, at);
    if (!wrong)
        wrong = check_combined(w, schema, value, at);
    w->depth--;
    return wrong;
}

const char *trial_schema_check(const struct trial_schemas *schemas, const struct gen_yaml_node *schema,
                               const struct trial_value *value)
{
    struct walk walk = {.schemas = schemas};
    const char *wrong = check(&walk, schema, value, "");

    return wrong && *wrong == ':' ? wrong + 2 : wrong;
}
