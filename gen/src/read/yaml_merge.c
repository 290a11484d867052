/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "read/yaml_internal.h"

static int merge_from(struct gen_arena *arena, struct gen_messages *messages,
                      struct gen_yaml_node *node, const struct gen_yaml_node *source)
{
    if (source->kind != GEN_YAML_MAPPING) {
        gen_messages_add(messages, source->mark, "\"<<\" takes a mapping or a list of mappings");
        return -EINVAL;
    }
    for (size_t i = 0; i < source->count; i++) {
        if (gen_yaml_pair(node, source->pairs[i].key->text))
            continue;
        node->pairs = gen_arena_grow(arena, node->pairs, node->count, sizeof(*node->pairs));
        node->pairs[node->count++] = source->pairs[i];
    }
    return 0;
}

static struct gen_yaml_node *take_merge_key(struct gen_yaml_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        struct gen_yaml_node *value = node->pairs[i].value;

        if (node->pairs[i].key->quoted || strcmp(node->pairs[i].key->text, "<<"))
            continue;
        memmove(&node->pairs[i], &node->pairs[i + 1], (node->count - i - 1) * sizeof(*node->pairs));
        node->count--;
        return value;
    }
    return NULL;
}

int gen_yaml_merge(struct gen_arena *arena, struct gen_messages *messages,
                   struct gen_yaml_node *node)
{
    struct gen_yaml_node *source = take_merge_key(node);

    if (!source)
        return 0;
    /* A fresh array: `grow` copies only at powers of two, and the count just went down. */
    struct gen_yaml_pair *pairs = NULL;
    for (size_t i = 0; i < node->count; i++) {
        pairs = gen_arena_grow(arena, pairs, i, sizeof(*pairs));
        pairs[i] = node->pairs[i];
    }
    node->pairs = pairs;
    if (source->kind != GEN_YAML_SEQUENCE)
        return merge_from(arena, messages, node, source);
    for (size_t i = 0; i < source->count; i++) {
        int err = merge_from(arena, messages, node, source->items[i]);

        if (err)
            return err;
    }
    return 0;
}
