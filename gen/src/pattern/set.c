/* SPDX-License-Identifier: MIT */
#include "pattern/set.h"

#include <stdlib.h>
#include <string.h>

#include "pattern/categories.h"

void set_add(struct gen_arena *arena, struct set *set, uint32_t first, uint32_t last)
{
    set->ranges = gen_arena_grow(arena, set->ranges, set->count, sizeof(*set->ranges));
    set->ranges[set->count++] = (struct range){first, last};
}

void set_add_all(struct gen_arena *arena, struct set *set, const struct set *other)
{
    for (size_t i = 0; i < other->count; i++)
        set_add(arena, set, other->ranges[i].first, other->ranges[i].last);
}

static int by_first(const void *a, const void *b)
{
    const struct range *left = a, *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

void set_close(struct set *set)
{
    size_t kept = 0;

    if (set->count)
        qsort(set->ranges, set->count, sizeof(*set->ranges), by_first);
    for (size_t i = 0; i < set->count; i++) {
        struct range range = set->ranges[i];

        if (kept && range.first <= set->ranges[kept - 1].last + 1) {
            if (range.last > set->ranges[kept - 1].last)
                set->ranges[kept - 1].last = range.last;
        } else {
            set->ranges[kept++] = range;
        }
    }
    set->count = kept;
}

struct set set_inverted(struct gen_arena *arena, const struct set *set)
{
    struct set inverted = {0};
    uint32_t from = 0;

    for (size_t i = 0; i < set->count; i++) {
        if (set->ranges[i].first > from)
            set_add(arena, &inverted, from, set->ranges[i].first - 1);
        from = set->ranges[i].last + 1;
    }
    if (from <= CHARACTER_MAX)
        set_add(arena, &inverted, from, CHARACTER_MAX);
    return inverted;
}

bool set_has(const struct set *set, uint32_t character)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (set->ranges[middle].last < character)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->ranges[low].first <= character;
}

struct set set_of_escape(struct gen_arena *arena, char letter)
{
    static const struct range digits[] = {{'0', '9'}};
    static const struct range word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    static const struct range space[] = {{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680},
                                         {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                                         {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
    static const struct range line_ends[] = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
    const struct range *ranges = letter == 'd' ? digits : letter == 'w' ? word : letter == 's' ? space : line_ends;
    size_t count = letter == 'd'   ? 1
                   : letter == 'w' ? sizeof(word) / sizeof(*word)
                   : letter == 's' ? sizeof(space) / sizeof(*space)
                                   : sizeof(line_ends) / sizeof(*line_ends);
    struct set set = {0};

    for (size_t i = 0; i < count; i++)
        set_add(arena, &set, ranges[i].first, ranges[i].last);
    return letter == '.' ? set_inverted(arena, &set) : set;
}

/* The long names of UAX #44, table 12. */
static const char *short_name(const char *name)
{
    static const char *const names[][2] = {
        {"Letter", "L"},           {"Uppercase_Letter", "Lu"}, {"Lowercase_Letter", "Ll"},
        {"Titlecase_Letter", "Lt"}, {"Modifier_Letter", "Lm"},  {"Other_Letter", "Lo"},
        {"Mark", "M"},             {"Number", "N"},            {"Decimal_Number", "Nd"},
        {"Letter_Number", "Nl"},   {"Other_Number", "No"},     {"Punctuation", "P"},
        {"Symbol", "S"},           {"Math_Symbol", "Sm"},      {"Currency_Symbol", "Sc"},
        {"Separator", "Z"},        {"Space_Separator", "Zs"},  {"Other", "C"},
        {"Control", "Cc"},         {"Format", "Cf"},
    };

    if (!strncmp(name, "gc=", 3))
        name += 3;
    if (!strncmp(name, "General_Category=", 17))
        name += 17;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(names[i][0], name))
            return names[i][1];
    return name;
}

bool set_of_property(struct gen_arena *arena, const char *name, struct set *set)
{
    size_t len;

    name = short_name(name);
    len = strlen(name);
    if (!strcmp(name, "Any")) {
        set_add(arena, set, 0, CHARACTER_MAX);
        return true;
    }
    if (!strcmp(name, "ASCII")) {
        set_add(arena, set, 0, 127);
        return true;
    }
    if (len < 1 || len > 2)
        return false;
    for (size_t i = 0; i < gen_category_count; i++)
        if (!strncmp(gen_categories[i].name, name, len))
            set_add(arena, set, gen_categories[i].first,
                    i + 1 < gen_category_count ? gen_categories[i + 1].first - 1 : CHARACTER_MAX);
    set_close(set);
    return set->count > 0;
}
