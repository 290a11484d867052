/* SPDX-License-Identifier: MIT */
/*
 * The first line is a pattern, the rest a text. Whatever the pattern, it is compiled or refused, within bounds; what the
 * generator says of a text and what the framework says of it is the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pattern/pattern.h"
#include "uc/pattern.h"
#include "uc/violation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool matches(const struct gen_pattern *pattern, struct uc_str text)
{
    for (size_t i = 0; i < pattern->program_count; i++) {
        const struct gen_pattern_program *program = &pattern->programs[i];
        struct uc_pattern_program tables = {program->ascii,
                                            program->starts,
                                            program->kinds,
                                            program->next,
                                            (uint16_t)program->range_count,
                                            (uint16_t)program->kind_count,
                                            program->wanted};
        struct uc_pattern one = {&tables, 1};

        if (!uc_pattern_matches(&one, text))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = memchr(data, '\n', size);
    size_t len = line ? (size_t)(line - data) : size;
    size_t rest = line ? size - len - 1 : 0;
    struct gen_pattern pattern;
    struct gen_arena arena;
    char *text, *copy;

    gen_arena_init(&arena);
    text = gen_arena_bytes(&arena, (const char *)data, len);
    copy = malloc(rest ? rest : 1); /* of its own, so that a byte read behind it is seen */
    if (copy && rest)
        memcpy(copy, line + 1, rest);
    if (copy && uc_utf8_valid(uc_str(text)) && !gen_pattern_compile(&arena, text, &pattern, NULL))
        if (matches(&pattern, uc_str_of(copy, rest)) != gen_pattern_matches(&pattern, copy, rest))
            abort();
    free(copy);
    gen_arena_deinit(&arena);
    return 0;
}
