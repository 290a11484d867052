/* SPDX-License-Identifier: MIT */
/*
 * Events into nodes: one function a kind of node, calling each other to the depth bound. The
 * first thing that is wrong ends the reading, since what follows is guesswork.
 */
#include <errno.h>
#include <string.h>

#include "read/yaml_internal.h"

/* "!" and the core schema's own tags say nothing new but "text"; anything else is refused. */
static int check_tag(struct gen_yaml_reader *reader, struct gen_mark mark, const char *tag,
                     bool *text)
{
    static const char *const core[] = {"null", "bool", "int", "float", "seq", "map"};
    const char *prefix = "tag:yaml.org,2002:";

    *text = false;
    if (!tag)
        return 0;
    if (!strcmp(tag, "!") || !strcmp(tag, "tag:yaml.org,2002:str")) {
        *text = true;
        return 0;
    }
    if (!strncmp(tag, prefix, strlen(prefix)))
        for (size_t i = 0; i < sizeof(core) / sizeof(core[0]); i++)
            if (!strcmp(tag + strlen(prefix), core[i]))
                return 0;
    gen_messages_add(reader->messages, mark, "the tag \"%s\" is not supported", tag);
    return -EINVAL;
}

static void remember(struct gen_yaml_reader *reader, const yaml_char_t *name,
                     struct gen_yaml_node *node)
{
    struct gen_yaml_anchor *anchor;

    if (!name)
        return;
    reader->anchors = gen_arena_grow(reader->arena, reader->anchors, reader->anchor_count,
                                     sizeof(*reader->anchors));
    anchor = &reader->anchors[reader->anchor_count++];
    anchor->name = gen_arena_text(reader->arena, (const char *)name);
    anchor->node = node;
}

/* All anchors are looked through again and again. */
static int check_anchors(struct gen_yaml_reader *reader, struct gen_mark mark)
{
    if (reader->anchor_count > GEN_YAML_ANCHORS_MAX)
        return gen_yaml_refuse(reader, mark, "too many anchors in this file");
    return 0;
}

static void complete(struct gen_yaml_reader *reader, const struct gen_yaml_node *node)
{
    for (size_t i = 0; i < reader->anchor_count; i++)
        if (reader->anchors[i].node == node)
            reader->anchors[i].complete = true;
}

static int read_alias(struct gen_yaml_reader *reader, const yaml_event_t *event,
                      struct gen_yaml_node **out)
{
    const char *name = (const char *)event->data.alias.anchor;
    struct gen_mark mark = gen_yaml_mark_of(reader, event->start_mark);

    for (size_t i = reader->anchor_count; i-- > 0;) {
        if (strcmp(reader->anchors[i].name, name))
            continue;
        if (!reader->anchors[i].complete)
            return gen_yaml_refuse(reader, mark, "this alias stands inside its own anchor");
        *out = reader->anchors[i].node;
        return 0;
    }
    gen_messages_add(reader->messages, mark, "no anchor is called \"%s\"", name);
    return -EINVAL;
}

static struct gen_yaml_node *new_node(struct gen_yaml_reader *reader, const yaml_event_t *event,
                                      enum gen_yaml_kind kind, const yaml_char_t *anchor)
{
    struct gen_yaml_node *node = gen_arena_alloc(reader->arena, sizeof(*node));

    node->kind = kind;
    node->mark = gen_yaml_mark_of(reader, event->start_mark);
    node->weight = 1;
    remember(reader, anchor, node);
    return node;
}

static int read_scalar(struct gen_yaml_reader *reader, const yaml_event_t *event,
                       struct gen_yaml_node **out)
{
    struct gen_yaml_node *node =
        new_node(reader, event, GEN_YAML_SCALAR, event->data.scalar.anchor);
    const char *text = (const char *)event->data.scalar.value;
    bool tagged_text;
    int err;

    err = check_tag(reader, node->mark, (const char *)event->data.scalar.tag, &tagged_text);
    if (!err)
        err = check_anchors(reader, node->mark);
    if (err)
        return err;
    if (strlen(text) != event->data.scalar.length)
        return gen_yaml_refuse(reader, node->mark, "text with a NUL character is not supported");
    node->text = gen_arena_text(reader->arena, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || tagged_text;
    complete(reader, node);
    *out = node;
    return 0;
}

static int add_weight(struct gen_yaml_reader *reader, struct gen_yaml_node *node,
                      const struct gen_yaml_node *child)
{
    node->weight += child->weight;
    if (node->weight > GEN_YAML_NODES_MAX)
        return gen_yaml_refuse(reader, child->mark,
                               "too many values in this file, aliases counted");
    return 0;
}

static int read_items(struct gen_yaml_reader *reader, struct gen_yaml_node *node)
{
    for (;;) {
        struct gen_yaml_node *item = NULL;
        yaml_event_t event;
        int err = gen_yaml_next_event(reader, &event);

        if (err)
            return err;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return 0;
        }
        err = gen_yaml_read_node(reader, &event, &item);
        if (!err)
            err = add_weight(reader, node, item);
        if (err)
            return err;
        node->items = gen_arena_grow(reader->arena, node->items, node->count, sizeof(item));
        node->items[node->count++] = item;
    }
}

static int read_pair(struct gen_yaml_reader *reader, struct gen_yaml_node *node,
                     struct gen_yaml_node *key)
{
    const struct gen_yaml_pair *earlier;
    struct gen_yaml_pair *pair;
    yaml_event_t event;
    int err;

    if (key->kind != GEN_YAML_SCALAR)
        return gen_yaml_refuse(reader, key->mark, "a key must be a single word or text");
    earlier = gen_yaml_pair(node, key->text);
    if (earlier) {
        gen_messages_add(reader->messages, key->mark, "\"%s\" is given twice; first in line %u",
                         key->text, earlier->key->mark.line);
        return -EINVAL;
    }
    if (node->count == GEN_YAML_PAIRS_MAX)
        return gen_yaml_refuse(reader, key->mark, "too many keys in one mapping");
    node->pairs = gen_arena_grow(reader->arena, node->pairs, node->count, sizeof(*pair));
    pair = &node->pairs[node->count];
    pair->key = key;
    err = gen_yaml_next_event(reader, &event);
    if (!err)
        err = gen_yaml_read_node(reader, &event, &pair->value);
    if (err)
        return err;
    node->count++;
    return add_weight(reader, node, pair->value);
}

static int read_pairs(struct gen_yaml_reader *reader, struct gen_yaml_node *node)
{
    for (;;) {
        struct gen_yaml_node *key = NULL;
        yaml_event_t event;
        int err = gen_yaml_next_event(reader, &event);

        if (err)
            return err;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return gen_yaml_merge(reader->arena, reader->messages, node);
        }
        err = gen_yaml_read_node(reader, &event, &key);
        if (!err)
            err = read_pair(reader, node, key);
        if (err)
            return err;
    }
}

static int read_collection(struct gen_yaml_reader *reader, const yaml_event_t *event, bool mapping,
                           struct gen_yaml_node **out)
{
    const yaml_char_t *anchor =
        mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    const yaml_char_t *tag =
        mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    struct gen_yaml_node *node =
        new_node(reader, event, mapping ? GEN_YAML_MAPPING : GEN_YAML_SEQUENCE, anchor);
    bool text;
    int err;

    err = check_tag(reader, node->mark, (const char *)tag, &text);
    if (!err)
        err = check_anchors(reader, node->mark);
    if (err)
        return err;
    if (reader->depth == GEN_YAML_DEPTH_MAX)
        return gen_yaml_refuse(reader, node->mark, "nested too deeply");
    reader->depth++;
    err = mapping ? read_pairs(reader, node) : read_items(reader, node);
    reader->depth--;
    if (err)
        return err;
    complete(reader, node);
    *out = node;
    return 0;
}

int gen_yaml_read_node(struct gen_yaml_reader *reader, yaml_event_t *event,
                       struct gen_yaml_node **out)
{
    int err;

    switch (event->type) {
    case YAML_ALIAS_EVENT:
        err = read_alias(reader, event, out);
        break;
    case YAML_SCALAR_EVENT:
        err = read_scalar(reader, event, out);
        break;
    case YAML_SEQUENCE_START_EVENT:
        err = read_collection(reader, event, false, out);
        break;
    case YAML_MAPPING_START_EVENT:
        err = read_collection(reader, event, true, out);
        break;
    default:
        err = gen_yaml_refuse(reader, gen_yaml_mark_of(reader, event->start_mark),
                              "not YAML: a value is missing");
        break;
    }
    yaml_event_delete(event);
    return err;
}
