/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include "trial/pattern.h"
#include "trial/whole.h"

#include <math.h>
#include <string.h>

#define DEPTH_MAX 12      /* of a sample: a schema that needs more of itself has none */
#define FULL_DEPTH_MAX 4  /* deeper, members that need not be there are not */
#define STEPS_MAX 1000    /* values made for one sample, and places varied in one */

/* A choice that is being made: within itself, at the same place, it says nothing new. */
struct chosen {
    const struct gen_yaml_node *list;
    const struct chosen *up;
};

struct maker {
    const struct trial_schemas *schemas;
    bool full;
    unsigned depth, steps;
    const struct chosen *chosen; /* at this place */
    const char *why;
};

static const struct trial_value *make(struct maker *m, const struct gen_yaml_node *schema);

static const struct trial_value *give_up(struct maker *m, const char *why)
{
    m->why = why;
    return NULL;
}

/* Of an item or a member. */
static const struct trial_value *make_inner(struct maker *m, const struct gen_yaml_node *schema)
{
    const struct chosen *chosen = m->chosen;
    const struct trial_value *value;

    m->chosen = NULL;
    value = make(m, schema);
    m->chosen = chosen;
    return value;
}

/* ---- scalars */

/* One that is short enough, where there is one. */
static const char *text_of_format(const struct gen_yaml_node *schema)
{
    static const char *const rows[][2] = {
        {"date-time", "2024-02-29T12:00:00Z"}, {"date", "2024-02-29"}, {"time", "12:00:00Z"}, {"duration", "P1D"},
        {"uuid", "123e4567-e89b-12d3-a456-426614174000"}, {"email", "a@example.org"}, {"uri", "https://example.org/a"},
        {"uri", "a:b"}, {"uri-reference", "/a"}, {"hostname", "example.org"}, {"ipv4", "192.0.2.1"}, {"ipv6", "2001:db8::1"},
        {"byte", "aGVsbG8="}};
    const struct gen_yaml_node *format = gen_yaml_get(schema, "format"), *max_node = gen_yaml_get(schema, "maxLength");
    const char *found = NULL;
    int64_t max;

    for (size_t i = 0; format && format->text && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i][0], format->text))
            continue;
        if (!max_node || !gen_yaml_to_int64(max_node, &max) || (int64_t)strlen(rows[i][1]) <= max)
            return rows[i][1];
        found = rows[i][1];
    }
    return found;
}

static int64_t integer_at(const struct gen_yaml_node *node, const char *key, int64_t fallback)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    int64_t integer;

    return value && gen_yaml_to_int64(value, &integer) ? integer : fallback;
}

/* A text of `length` characters, its beginning "text". */
static const char *text_of_length(struct gen_arena *arena, size_t length, const char *filler)
{
    static const char begin[] = "text";
    size_t width = strlen(filler), plain = length < 4 ? length : 4;
    char *text = gen_arena_alloc(arena, 4 + length * width + 1);

    memcpy(text, begin, plain);
    for (size_t i = plain; i < length; i++)
        memcpy(text + plain + (i - plain) * width, filler, width);
    return text;
}

/* NULL when there is none, or none is found. */
static const char *text_of_pattern(struct gen_arena *arena, const struct gen_pattern *pattern, int64_t min, int64_t max)
{
    if (min < 0 || max < min || min > TRIAL_LENGTH_MAX)
        return NULL;
    return gen_pattern_sample(arena, pattern, (size_t)min, (size_t)(max > TRIAL_LENGTH_MAX ? TRIAL_LENGTH_MAX : max));
}

static const struct trial_value *make_string(struct maker *m, const struct gen_yaml_node *schema)
{
    struct gen_arena *arena = m->schemas->arena;
    const struct gen_pattern *pattern = trial_pattern(m->schemas, schema);
    const char *text = text_of_format(schema);
    int64_t min = integer_at(schema, "minLength", 0), max = integer_at(schema, "maxLength", 4), length = 4;

    if (text && (!pattern || gen_pattern_matches(pattern, text, strlen(text))))
        return trial_json_string(arena, text);
    if (min > TRIAL_LENGTH_MAX)
        return give_up(m, "its texts are longer than what is made");
    if (max < 0)
        return give_up(m, "no text is that short");
    if (pattern) {
        text = text_of_pattern(arena, pattern, min, integer_at(schema, "maxLength", TRIAL_LENGTH_MAX));
        return text ? trial_json_string(arena, text) : give_up(m, "no text was found for its \"pattern\"; give an example");
    }
    length = length < min ? min : length > max ? max : length;
    return trial_json_string(arena, text_of_length(arena, (size_t)length, "x"));
}

static const char *moved(struct gen_arena *arena, const char *bound, int by)
{
    struct trial_number number = trial_json_number_of(bound);

    if (number.exact && (by < 0 ? number.integer > INT64_MIN : number.integer < INT64_MAX))
        return gen_arena_printf(arena, "%lld", (long long)(number.integer + by));
    return gen_arena_printf(arena, "%.17g", number.real + by);
}

static bool fitting(struct maker *m, const struct gen_yaml_node *schema, bool whole, double real, const struct trial_value **value)
{
    struct gen_arena *arena = m->schemas->arena;

    if (whole && (real < -9e15 || real > 9e15))
        return false;
    *value = trial_json_number(arena, whole ? gen_arena_printf(arena, "%lld", (long long)floor(real))
                                            : gen_arena_printf(arena, "%.15g", real));
    return !trial_schema_check(m->schemas, schema, *value);
}

/* The bound, what is beside it, and the multiples there, where a double would hold none of them. */
static const struct trial_value *make_large_number(struct maker *m, const struct gen_yaml_node *schema)
{
    static const char *const keys[] = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"};
    int64_t multiple = integer_at(schema, "multipleOf", 1), bound;

    for (unsigned i = 0; i < 4; i++) {
        const struct gen_yaml_node *node = gen_yaml_get(schema, keys[i]);

        if (!node || !gen_yaml_to_int64(node, &bound) || multiple < 1)
            continue;
        bound -= bound % multiple;
        for (int by = -1; by <= 1; by++) {
            const struct trial_value *value;
            int64_t moved;

            if (__builtin_add_overflow(bound, by * multiple, &moved))
                continue;
            value = trial_json_number(m->schemas->arena, gen_arena_printf(m->schemas->arena, "%lld", (long long)moved));
            if (!trial_schema_check(m->schemas, schema, value))
                return value;
        }
    }
    return give_up(m, "no number within its bounds was found; give an example");
}

/* One of these fits, or none is easily found: 1, 0, a bound, what is beside it or between two, and the multiples there. */
static const struct trial_value *make_number(struct maker *m, const struct gen_yaml_node *schema, bool whole)
{
    static const char *const keys[] = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"};
    double tries[20] = {1, 0}, bounds[4], multiple = 0;
    const struct gen_yaml_node *multiple_node = gen_yaml_get(schema, "multipleOf");
    const struct trial_value *value;
    unsigned count = 2, found = 0;

    for (unsigned i = 0; i < 4; i++) {
        const struct gen_yaml_node *bound = gen_yaml_get(schema, keys[i]);

        if (!bound || !gen_yaml_to_double(bound, &bounds[found]))
            continue;
        tries[count++] = bounds[found];
        tries[count++] = bounds[found] + (i < 2 ? 1 : -1);
        if (found)
            tries[count++] = (bounds[0] + bounds[found]) / 2;
        found++;
    }
    if (multiple_node && gen_yaml_to_double(multiple_node, &multiple) && multiple <= 0)
        multiple = 0;
    for (unsigned i = 0; i < count; i++) {
        if (fitting(m, schema, whole, tries[i], &value) ||
            (multiple > 0 && (fitting(m, schema, whole, floor(tries[i] / multiple) * multiple, &value) ||
                              fitting(m, schema, whole, ceil(tries[i] / multiple) * multiple, &value))))
            return value;
    }
    return make_large_number(m, schema);
}

/* ---- arrays and objects */

static const struct trial_value *make_array(struct maker *m, const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *items = gen_yaml_get(schema, "items"), *contains = gen_yaml_get(schema, "contains");
    struct trial_value *array = trial_json_container(m->schemas->arena, TRIAL_ARRAY);
    int64_t contained = contains ? integer_at(schema, "minContains", 1) : 0, count = integer_at(schema, "minItems", 0);

    if (count < contained)
        count = contained;
    if (count == 0 && m->full && m->depth <= FULL_DEPTH_MAX && integer_at(schema, "maxItems", 1) > 0)
        count = 1;
    if (count > TRIAL_ITEMS_MAX)
        return give_up(m, "its lists are longer than what is made");
    for (int64_t i = 0; i < count; i++) {
        const struct gen_yaml_node *of = i < contained ? contains : items;
        const struct trial_value *item =
            of ? make_inner(m, of) : trial_json_number(m->schemas->arena, gen_arena_printf(m->schemas->arena, "%d", (int)i));

        if (!item && i >= integer_at(schema, "minItems", 0) && i >= contained)
            break;
        if (!item)
            return NULL;
        trial_json_add(m->schemas->arena, array, NULL, item);
    }
    return array;
}

static bool is_required(const struct gen_yaml_node *schema, const char *name)
{
    const struct gen_yaml_node *required = trial_list(schema, "required");

    for (size_t i = 0; required && i < required->count; i++)
        if (required->items[i]->text && !strcmp(required->items[i]->text, name))
            return true;
    return false;
}

/* Not of a request, or not of an answer. */
static bool is_foreign(const struct maker *m, const struct gen_yaml_node *property)
{
    const char *key = m->schemas->request ? "readOnly" : "writeOnly";

    return trial_flag(property, key, false) || trial_flag(trial_resolve(m->schemas, property), key, false);
}

static bool add_members(struct maker *m, const struct gen_yaml_node *schema, struct trial_value *object)
{
    const struct gen_yaml_node *properties = gen_yaml_get(schema, "properties");

    for (size_t i = 0; properties && properties->kind == GEN_YAML_MAPPING && i < properties->count; i++) {
        const char *name = properties->pairs[i].key->text;
        const struct gen_yaml_node *property = properties->pairs[i].value;
        bool required = is_required(schema, name);
        const struct trial_value *member;

        if (is_foreign(m, property) || trial_json_get(object, name) ||
            (!required && (!m->full || m->depth > FULL_DEPTH_MAX)))
            continue;
        member = make_inner(m, property);
        if (member)
            trial_json_add(m->schemas->arena, object, name, member);
        else if (required)
            return false;
    }
    return true;
}

/* Members that no property describes: of a map, or required by name alone. */
static bool add_others(struct maker *m, const struct gen_yaml_node *schema, struct trial_value *object)
{
    const struct gen_yaml_node *required = trial_list(schema, "required"), *more = gen_yaml_get(schema, "additionalProperties");
    int64_t least = integer_at(schema, "minProperties", 0);
    struct gen_arena *arena = m->schemas->arena;
    bool ruled = gen_yaml_get(schema, "propertyNames") || gen_yaml_get(schema, "patternProperties"); /* names are not made */
    bool closed = ruled || (more && !trial_flag(schema, "additionalProperties", true)), map = more && more->kind == GEN_YAML_MAPPING;

    for (size_t i = 0; required && i < required->count; i++) {
        const char *name = required->items[i]->text;
        const struct trial_value *member;

        if (!name || trial_json_get(object, name) || gen_yaml_get(gen_yaml_get(schema, "properties"), name))
            continue;
        member = map ? make_inner(m, more) : trial_json_string(arena, "text");
        if (!member)
            return false;
        trial_json_add(arena, object, name, member);
    }
    if (map && m->full && m->depth <= FULL_DEPTH_MAX && least <= (int64_t)object->count)
        least = (int64_t)object->count + 1;
    for (unsigned i = 1; !closed && (int64_t)object->count < least && i <= TRIAL_ITEMS_MAX; i++) {
        const struct trial_value *member = map ? make_inner(m, more) : trial_json_string(arena, "text");

        if (!member)
            return least > integer_at(schema, "minProperties", 0);
        trial_json_add(arena, object, gen_arena_printf(arena, "key%u", i), member);
    }
    return true;
}

static const struct trial_value *make_object(struct maker *m, const struct gen_yaml_node *schema)
{
    struct trial_value *object = trial_json_container(m->schemas->arena, TRIAL_OBJECT);

    return add_members(m, schema, object) && add_others(m, schema, object) ? object : NULL;
}

/* ---- all together */

static const struct trial_value *make_typed(struct maker *m, const struct gen_yaml_node *schema)
{
    bool typed = gen_yaml_get(schema, "type") != NULL;

    if (typed ? trial_schema_allows(schema, "object")
              : gen_yaml_get(schema, "properties") || trial_list(schema, "required") || gen_yaml_get(schema, "additionalProperties"))
        return make_object(m, schema);
    if (typed ? trial_schema_allows(schema, "array") : gen_yaml_get(schema, "items") || gen_yaml_get(schema, "contains"))
        return make_array(m, schema);
    if (trial_schema_allows(schema, "string"))
        return make_string(m, schema);
    if (trial_schema_allows(schema, "integer"))
        return make_number(m, schema, true);
    if (trial_schema_allows(schema, "number"))
        return make_number(m, schema, false);
    if (trial_schema_allows(schema, "boolean"))
        return trial_json_literal(m->schemas->arena, TRIAL_BOOL, true);
    return trial_json_literal(m->schemas->arena, TRIAL_NULL, false);
}

static const struct trial_value *make_branch(struct maker *m, const struct gen_yaml_node *whole, size_t index)
{
    const struct trial_value *value = make(m, trial_with_choice(m->schemas, whole, index));

    return value && !trial_schema_check(m->schemas, whole, value) ? value : NULL;
}

static const struct trial_value *make_choice(struct maker *m, const struct gen_yaml_node *whole)
{
    struct chosen chosen = {gen_yaml_get(whole, trial_choice(whole)), m->chosen};
    const struct trial_value *value = NULL;
    bool full = m->full;

    for (const struct chosen *same = m->chosen; same; same = same->up)
        if (same->list == chosen.list)
            return make(m, trial_without_choice(m->schemas, whole));
    m->chosen = &chosen;
    for (size_t i = 0; !value && i < chosen.list->count; i++) {
        value = make_branch(m, whole, i);
        m->full = false; /* a member that need not be there may be another choice's */
        if (!value && full)
            value = make_branch(m, whole, i);
        m->full = full;
    }
    m->chosen = chosen.up;
    return value ? value : give_up(m, "no value was found for its \"oneOf\" or \"anyOf\"; give an example");
}

/* What the contract itself gives. */
static const struct trial_value *given(struct maker *m, const struct gen_yaml_node *whole, const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *examples = trial_list(whole, "examples"), *choices = trial_list(whole, "enum");
    const struct gen_yaml_node *nodes[] = {
        gen_yaml_get(whole, "example"),
        examples && examples->count ? examples->items[0] : NULL,
        gen_yaml_get(whole, "default"),
        gen_yaml_get(whole, "const"),
    };
    size_t own = sizeof(nodes) / sizeof(nodes[0]), count = own + (choices ? choices->count : 0);

    for (size_t i = 0; i < count; i++) {
        const struct gen_yaml_node *node = i < own ? nodes[i] : choices->items[i - own];
        const struct trial_value *value = node ? trial_json_of_yaml(m->schemas->arena, node) : NULL;

        if (value && !trial_schema_check(m->schemas, schema, value))
            return value;
    }
    return NULL;
}

static const struct trial_value *make(struct maker *m, const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *whole = trial_whole(m->schemas, schema);
    const struct trial_value *value;
    const char *wrong;
    bool flag;

    if (!whole)
        return give_up(m, "a reference in it is not followed: into another file, or to itself; give an example");
    if (gen_yaml_to_bool(whole, &flag))
        return flag ? trial_json_container(m->schemas->arena, TRIAL_OBJECT) : give_up(m, "nothing fits \"false\"");
    value = given(m, whole, schema);
    if (value)
        return value;
    if (m->depth == DEPTH_MAX || m->steps >= STEPS_MAX)
        return give_up(m, "its schema contains itself too often");
    m->steps++;
    m->depth++;
    value = trial_choice(whole) ? make_choice(m, whole) : make_typed(m, whole);
    m->depth--;
    wrong = value ? trial_schema_check(m->schemas, schema, value) : NULL;
    return wrong ? give_up(m, gen_arena_printf(m->schemas->arena, "what was made for it does not fit (%s); give an example", wrong))
                 : value;
}

const struct trial_value *trial_sample(const struct trial_schemas *schemas, const struct gen_yaml_node *schema, bool full,
                                       const char **why)
{
    struct maker maker = {.schemas = schemas, .full = full, .why = "nothing fits"};
    const struct trial_value *value = make(&maker, schema);

    *why = maker.why;
    return value;
}

/* ---- variants */

/* Where in the sample a variant differs: a chain from the place up to the root. */
struct place {
    const struct place *up;
    const struct trial_value *holder;
    size_t index;
};

struct varier {
    const struct trial_schemas *schemas;
    const struct gen_yaml_node *root;
    struct trial_variants *found;
    unsigned depth, steps;
};

static const char *pointer_of(struct gen_arena *arena, const struct place *place)
{
    const char *up;

    if (!place)
        return "";
    up = pointer_of(arena, place->up);
    if (place->holder->kind == TRIAL_OBJECT)
        return gen_arena_printf(arena, "%s/%s", up, place->holder->names[place->index]);
    return gen_arena_printf(arena, "%s/%zu", up, place->index);
}

/* A copy of the container with one item replaced; `item` NULL: left out. */
static const struct trial_value *with(struct gen_arena *arena, const struct trial_value *holder, size_t index,
                                      const struct trial_value *item)
{
    struct trial_value *copy = trial_json_container(arena, holder->kind);

    for (size_t i = 0; i < holder->count; i++)
        if (i != index || item)
            trial_json_add(arena, copy, holder->names[i], i == index ? item : holder->items[i]);
    return copy;
}

/* `value` stands at `place` now: is the whole as it should be? */
static void add(struct varier *v, const struct place *place, const struct trial_value *value, bool fits, bool typed,
                const char *what)
{
    struct gen_arena *arena = v->schemas->arena;
    struct trial_variants *found = v->found;
    const char *pointer = pointer_of(arena, place);

    for (const struct place *at = place; at; at = at->up)
        value = with(arena, at->holder, at->index, value);
    if (fits != !trial_schema_check(v->schemas, v->root, value))
        return;
    for (size_t i = 0; i < found->count; i++)
        if (trial_json_equal(found->items[i].value, value))
            return;
    if (found->count == TRIAL_VARIANTS_MAX) {
        found->dropped++;
        return;
    }
    found->items = gen_arena_grow(arena, found->items, found->count, sizeof(*found->items));
    found->items[found->count++] = (struct trial_variant){
        .label = gen_arena_printf(arena, "%s%s%s", pointer, *pointer ? ": " : "", what),
        .value = value, .fits = fits, .typed = typed};
}

static void vary_pattern(struct varier *v, const struct gen_yaml_node *schema, const struct place *place, int64_t min, int64_t max)
{
    static const char *const others[] = {"no such value?", "", "text", "?", "0", "\xC3\xA9"};
    const struct gen_pattern *pattern = trial_pattern(v->schemas, schema);
    struct gen_arena *arena = v->schemas->arena;
    const char *text;

    if (!pattern || text_of_format(schema))
        return;
    text = text_of_pattern(arena, pattern, min, max < 0 ? TRIAL_LENGTH_MAX : max);
    if (text)
        add(v, place, trial_json_string(arena, text), true, false, "the shortest of its pattern");
    text = max >= 0 ? text_of_pattern(arena, pattern, max, max) : NULL;
    if (text)
        add(v, place, trial_json_string(arena, text), true, false, "the longest of its pattern");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (!gen_pattern_matches(pattern, others[i], strlen(others[i]))) {
            add(v, place, trial_json_string(arena, others[i]), false, false, "not of its pattern");
            break;
        }
}

static void vary_string(struct varier *v, const struct gen_yaml_node *schema, const struct place *place)
{
    struct gen_arena *arena = v->schemas->arena;
    int64_t min = integer_at(schema, "minLength", 0), max = integer_at(schema, "maxLength", -1);
    bool free_text = !gen_yaml_get(schema, "pattern") && !text_of_format(schema);

    if (min > 0 && min <= TRIAL_LENGTH_MAX) {
        if (free_text)
            add(v, place, trial_json_string(arena, text_of_length(arena, (size_t)min, "x")), true, false, "as short as it may be");
        add(v, place, trial_json_string(arena, text_of_length(arena, (size_t)min - 1, "x")), false, false, "a character too short");
    }
    if (max >= 0 && max <= TRIAL_LENGTH_MAX) {
        if (free_text && max > 0) {
            add(v, place, trial_json_string(arena, text_of_length(arena, (size_t)max, "x")), true, false, "as long as it may be");
            add(v, place, trial_json_string(arena, text_of_length(arena, (size_t)max, "\xC3\xA9")), true, false,
                "as long as it may be, beyond ASCII");
        }
        add(v, place, trial_json_string(arena, text_of_length(arena, (size_t)max + 1, "x")), false, false, "a character too long");
    }
    vary_pattern(v, schema, place, min, max);
    if (free_text && min == 0)
        add(v, place, trial_json_string(arena, ""), true, false, "empty");
    if (trial_list(schema, "enum") || gen_yaml_get(schema, "const"))
        add(v, place, trial_json_string(arena, "no such value?"), false, false, "none of its values");
    else if (gen_yaml_get(schema, "format"))
        add(v, place, trial_json_string(arena, "no such value?"), false, false, "not of its format");
    add(v, place, trial_json_number(arena, "7"), false, true, "a number");
}

static void vary_number(struct varier *v, const struct gen_yaml_node *schema, const struct place *place)
{
    static const struct {
        const char *key;
        int inwards;
        const char *at, *beyond;
    } rows[] = {{"minimum", 1, "its least value", "below its least value"},
                {"maximum", -1, "its greatest value", "above its greatest value"},
                {"exclusiveMinimum", 1, "its least value", "its bound, which is excluded"},
                {"exclusiveMaximum", -1, "its greatest value", "its bound, which is excluded"}};
    struct gen_arena *arena = v->schemas->arena;
    const struct gen_yaml_node *format = gen_yaml_get(schema, "format");
    bool whole = !trial_schema_allows(schema, "number");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct gen_yaml_node *bound = gen_yaml_get(schema, rows[i].key);
        bool exclusive = i >= 2;

        if (!bound || !bound->text)
            continue;
        add(v, place, trial_json_number(arena, exclusive ? moved(arena, bound->text, rows[i].inwards) : bound->text), true, false,
            rows[i].at);
        add(v, place, trial_json_number(arena, exclusive ? bound->text : moved(arena, bound->text, -rows[i].inwards)), false,
            false, rows[i].beyond);
    }
    if (format && format->text && !strcmp(format->text, "int32")) {
        add(v, place, trial_json_number(arena, "2147483647"), true, false, "the greatest of 32 bits");
        add(v, place, trial_json_number(arena, "-2147483648"), true, false, "the least of 32 bits");
        add(v, place, trial_json_number(arena, "2147483648"), false, false, "beyond 32 bits");
    }
    if (format && format->text && !strcmp(format->text, "int64")) {
        add(v, place, trial_json_number(arena, "9223372036854775807"), true, false, "the greatest of 64 bits");
        add(v, place, trial_json_number(arena, "-9223372036854775808"), true, false, "the least of 64 bits");
        add(v, place, trial_json_number(arena, "9223372036854775808"), false, false, "beyond 64 bits");
    }
    if (gen_yaml_get(schema, "multipleOf")) {
        const char *multiple = gen_yaml_get(schema, "multipleOf")->text;

        add(v, place, trial_json_number(arena, moved(arena, multiple, 1)), false, false, "no multiple");
        if (!whole) /* of a fraction, one more is still a multiple */
            add(v, place, trial_json_number(arena, gen_arena_printf(arena, "%.15g", trial_json_number_of(multiple).real * 1.5)),
                false, false, "no multiple");
    }
    if (whole)
        add(v, place, trial_json_number(arena, "1.5"), false, false, "a fraction");
    add(v, place, trial_json_string(arena, "text"), false, false, "a text");
}

static void vary(struct varier *v, const struct gen_yaml_node *schema, const struct trial_value *sample, const struct place *place);

static void vary_array(struct varier *v, const struct gen_yaml_node *schema, const struct trial_value *sample,
                       const struct place *place)
{
    struct gen_arena *arena = v->schemas->arena;
    const struct gen_yaml_node *items = gen_yaml_get(schema, "items");
    int64_t sizes[] = {integer_at(schema, "minItems", 0), integer_at(schema, "minItems", 0) - 1,
                       integer_at(schema, "maxItems", -2), integer_at(schema, "maxItems", -2) + 1};
    static const char *const texts[] = {"as few items as it may have", "an item too few", "as many items as it may have",
                                        "an item too many"};
    const char *why;
    const struct trial_value *item = sample->count ? sample->items[0] : items ? trial_sample(v->schemas, items, false, &why) : NULL;

    for (unsigned i = 0; i < 4; i++) {
        struct trial_value *list = trial_json_container(arena, TRIAL_ARRAY);

        if (sizes[i] < 0 || sizes[i] > TRIAL_ITEMS_MAX || (sizes[i] > 0 && !item))
            continue;
        for (int64_t n = 0; n < sizes[i]; n++)
            trial_json_add(arena, list, NULL, item);
        add(v, place, list, i % 2 == 0, false, texts[i]);
    }
    if (trial_flag(schema, "uniqueItems", false) && item) {
        struct trial_value *twice = trial_json_container(arena, TRIAL_ARRAY);

        trial_json_add(arena, twice, NULL, item);
        trial_json_add(arena, twice, NULL, item);
        add(v, place, twice, false, false, "an item twice");
    }
    add(v, place, trial_json_container(arena, TRIAL_OBJECT), false, true, "an object");
    if (sample->count && items) {
        struct place here = {place, sample, 0};

        vary(v, items, sample->items[0], &here);
    }
}

static void vary_object(struct varier *v, const struct gen_yaml_node *schema, const struct trial_value *sample,
                        const struct place *place)
{
    struct gen_arena *arena = v->schemas->arena;
    const struct gen_yaml_node *properties = gen_yaml_get(schema, "properties"), *more = gen_yaml_get(schema, "additionalProperties");
    struct trial_value *wider = trial_json_container(arena, TRIAL_OBJECT);

    for (size_t i = 0; i < sample->count; i++) {
        bool required = is_required(schema, sample->names[i]);

        add(v, place, with(arena, sample, i, NULL), !required, false,
            gen_arena_printf(arena, "without \"%s\"", sample->names[i]));
        trial_json_add(arena, wider, sample->names[i], sample->items[i]);
    }
    trial_json_add(arena, wider, "no_such_member", trial_json_string(arena, "text"));
    add(v, place, wider, false, false, "with a member that nobody knows");
    add(v, place, trial_json_container(arena, TRIAL_ARRAY), false, true, "a list");
    for (size_t i = 0; i < sample->count; i++) {
        const struct gen_yaml_node *of = gen_yaml_get(properties, sample->names[i]);
        struct place here = {place, sample, i};

        if (of || (more && more->kind == GEN_YAML_MAPPING))
            vary(v, of ? of : more, sample->items[i], &here);
    }
}

static void vary_enum(struct varier *v, const struct gen_yaml_node *choices, const struct place *place)
{
    for (size_t i = 0; i < choices->count && i < 20; i++) {
        const struct trial_value *value = trial_json_of_yaml(v->schemas->arena, choices->items[i]);

        add(v, place, value, true, false, gen_arena_printf(v->schemas->arena, "%s", trial_json_text(v->schemas->arena, value)));
    }
}

/* Each part of `allOf` that is left, and each choice that `sample` fits, is varied within. */
static void vary_parts(struct varier *v, const struct gen_yaml_node *list, const struct trial_value *sample,
                       const struct place *place)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (!trial_schema_check(v->schemas, list->items[i], sample))
            vary(v, list->items[i], sample, place);
}

static void vary_choices(struct varier *v, const struct gen_yaml_node *whole, const struct trial_value *sample,
                         const struct place *place)
{
    const char *choice = trial_choice(whole), *member = trial_discriminator(whole);
    const struct gen_yaml_node *list = gen_yaml_get(whole, choice);

    for (size_t i = 0; i < list->count; i++) {
        const struct gen_yaml_node *branch = trial_with_choice(v->schemas, whole, i);
        const struct trial_value *other;
        const char *why;

        if (!trial_schema_check(v->schemas, branch, sample)) {
            vary(v, list->items[i], sample, place);
            continue;
        }
        other = trial_sample(v->schemas, branch, true, &why);
        if (other)
            add(v, place, other, true, false, gen_arena_printf(v->schemas->arena, "the choice %zu", i + 1));
    }
    for (size_t i = 0; member && sample->kind == TRIAL_OBJECT && i < sample->count; i++)
        if (!strcmp(sample->names[i], member))
            add(v, &(struct place){place, sample, i}, trial_json_string(v->schemas->arena, "no such value?"), false, false,
                "none of the choices");
}

static void vary(struct varier *v, const struct gen_yaml_node *schema, const struct trial_value *sample, const struct place *place)
{
    const struct gen_yaml_node *list;

    schema = trial_whole(v->schemas, schema);
    if (!schema || schema->kind != GEN_YAML_MAPPING || v->depth == DEPTH_MAX || v->steps == STEPS_MAX)
        return;
    v->steps++;
    v->depth++;
    if ((list = trial_list(schema, "enum")) != NULL)
        vary_enum(v, list, place);
    switch (sample->kind) {
    case TRIAL_STRING: vary_string(v, schema, place); break;
    case TRIAL_NUMBER: vary_number(v, schema, place); break;
    case TRIAL_ARRAY: vary_array(v, schema, sample, place); break;
    case TRIAL_OBJECT: vary_object(v, schema, sample, place); break;
    case TRIAL_BOOL:
        add(v, place, trial_json_literal(v->schemas->arena, TRIAL_BOOL, !sample->truth), true, false, "the other truth");
        add(v, place, trial_json_string(v->schemas->arena, "text"), false, false, "a text");
        break;
    case TRIAL_NULL: break;
    }
    add(v, place, trial_json_literal(v->schemas->arena, TRIAL_NULL, false), trial_schema_allows(schema, "null") &&
        gen_yaml_get(schema, "type"), true, "null");
    vary_parts(v, trial_list(schema, "allOf"), sample, place);
    if (trial_choice(schema))
        vary_choices(v, schema, sample, place);
    v->depth--;
}

struct trial_variants trial_variants(const struct trial_schemas *schemas, const struct gen_yaml_node *schema,
                                     const struct trial_value *sample)
{
    struct trial_variants found = {0};
    struct varier varier = {.schemas = schemas, .root = schema, .found = &found};

    vary(&varier, schema, sample, NULL);
    return found;
}
