/* SPDX-License-Identifier: MIT */
/*
 * Any text as a schema, and any bytes as what a service answers (behind the first line that is empty): nothing that
 * is made may contradict the judge, and JSON that was read is written as the same value.
 */
#include <stdlib.h>

#include "trial/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t schema_length(const char *text, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++)
        if (text[i] == '\n' && text[i + 1] == '\n')
            return i;
    return size;
}

static void check_json(struct gen_arena *arena, const struct trial_value *value)
{
    const char *text = trial_json_text(arena, value);
    const struct trial_value *again;
    size_t len = 0;

    while (text[len])
        len++;
    if (trial_json_read(arena, text, len, &again) || !trial_json_equal(value, again))
        abort();
}

static void check_samples(const struct trial_schemas *schemas, const struct gen_yaml_node *schema)
{
    for (int full = 0; full < 2; full++) {
        const char *why;
        const struct trial_value *sample = trial_sample(schemas, schema, full, &why);
        struct trial_variants variants;

        if (!sample)
            continue;
        if (trial_schema_check(schemas, schema, sample))
            abort();
        check_json(schemas->arena, sample);
        variants = trial_variants(schemas, schema, sample);
        for (size_t i = 0; i < variants.count; i++)
            if (variants.items[i].fits != !trial_schema_check(schemas, schema, variants.items[i].value))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t len = schema_length(text, size);
    struct gen_yaml_node *schema;
    struct gen_messages messages;
    struct gen_arena arena;
    const struct trial_value *value;

    if (size > 4096)
        return 0;
    gen_arena_init(&arena);
    gen_messages_init(&messages, &arena);
    if (!gen_yaml_read_bytes(&arena, "schema", text, len, &messages, &schema)) {
        struct trial_pattern *patterns = NULL;
        struct trial_schemas schemas = {.arena = &arena, .patterns = &patterns, .document = schema, .request = true};

        check_samples(&schemas, schema);
        if (len < size && !trial_json_read(&arena, text + len, size - len, &value))
            trial_schema_check(&schemas, schema, value);
    }
    gen_arena_deinit(&arena);
    return 0;
}
