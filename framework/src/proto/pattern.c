/* SPDX-License-Identifier: MIT */
#include "uc/pattern.h"

enum { DEAD, MATCH, START };

/* As far as the text goes: of a sequence that is cut short, what is there. */
static uint32_t next_character(const char **at, const char *end)
{
    uint32_t value = (unsigned char)*(*at)++;
    unsigned more = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : value >= 0xC0 ? 1 : 0;

    value &= more ? 0x3Fu >> more : 0x7F;
    for (; more && *at < end; more--)
        value = value << 6 | ((unsigned char)*(*at)++ & 0x3F);
    return value;
}

static uint8_t kind_of(const struct uc_pattern_program *program, uint32_t character)
{
    size_t low = 0, high = program->range_count;

    if (character < 128)
        return program->ascii[character];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (program->starts[middle] <= character)
            low = middle;
        else
            high = middle;
    }
    return program->range_kinds[low];
}

static bool run(const struct uc_pattern_program *program, struct uc_str text)
{
    const char *at = text.data, *end = at + text.len;
    size_t columns = (size_t)program->kinds + 1;
    uint16_t state = START;

    while (at < end && state > MATCH)
        state = program->next[state * columns + kind_of(program, next_character(&at, end))];
    return program->next[state * columns + program->kinds];
}

bool uc_pattern_matches(const struct uc_pattern *pattern, struct uc_str text)
{
    size_t i;

    for (i = 0; i < pattern->count; i++) {
        if (run(&pattern->programs[i], text) != pattern->programs[i].wanted)
            return false;
    }
    return true;
}
