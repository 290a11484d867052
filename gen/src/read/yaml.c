/* SPDX-License-Identifier: MIT */
/*
 * Build the tree from libyaml's events. One function a kind of node, calling each other to
 * the depth bound; the first thing that is wrong ends the reading, since what follows a
 * syntax error is guesswork.
 */
#include "gen/yaml.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "read/file.h"
#include "read/yaml_internal.h"

struct anchor {
    const char *name;
    struct gen_yaml_node *node;
    bool complete; /* false while its own children are being read */
};

struct reader {
    struct gen_arena *arena;
    struct gen_messages *messages;
    const char *file;
    yaml_parser_t parser;
    struct anchor *anchors;
    size_t anchor_count;
    unsigned depth;
    const char *bytes;
};

static struct gen_mark mark_of(const struct reader *reader, yaml_mark_t mark)
{
    return (struct gen_mark){reader->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* libyaml tells only the offset of bytes that are not UTF-8. */
static struct gen_mark mark_of_offset(const struct reader *reader, size_t offset)
{
    struct gen_mark mark = {reader->file, 1, 1};

    for (size_t i = 0; i < offset; i++) {
        bool end = reader->bytes[i] == '\n';

        mark.line += end;
        mark.column = end ? 1 : mark.column + 1;
    }
    return mark;
}

static int next_event(struct reader *reader, yaml_event_t *event)
{
    yaml_parser_t *parser = &reader->parser;
    struct gen_mark mark;

    if (yaml_parser_parse(parser, event))
        return 0;
    mark = parser->error == YAML_READER_ERROR ? mark_of_offset(reader, parser->problem_offset)
                                              : mark_of(reader, parser->problem_mark);
    gen_messages_add(reader->messages, mark, "not YAML: %s%s%s",
                     parser->problem ? parser->problem : "cannot be read",
                     parser->context ? ", " : "", parser->context ? parser->context : "");
    return -EINVAL;
}

static int refuse(struct reader *reader, struct gen_mark mark, const char *text)
{
    gen_messages_add(reader->messages, mark, "%s", text);
    return -EINVAL;
}

/* "!" and the core schema's own tags say nothing new but "text"; anything else is refused. */
static int check_tag(struct reader *reader, struct gen_mark mark, const char *tag, bool *text)
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

static void remember(struct reader *reader, const yaml_char_t *name, struct gen_yaml_node *node)
{
    struct anchor *anchor;

    if (!name)
        return;
    reader->anchors = gen_arena_grow(reader->arena, reader->anchors, reader->anchor_count,
                                     sizeof(*reader->anchors));
    anchor = &reader->anchors[reader->anchor_count++];
    anchor->name = gen_arena_text(reader->arena, (const char *)name);
    anchor->node = node;
}

static void complete(struct reader *reader, const struct gen_yaml_node *node)
{
    for (size_t i = 0; i < reader->anchor_count; i++)
        if (reader->anchors[i].node == node)
            reader->anchors[i].complete = true;
}

static int read_alias(struct reader *reader, const yaml_event_t *event, struct gen_yaml_node **out)
{
    const char *name = (const char *)event->data.alias.anchor;
    struct gen_mark mark = mark_of(reader, event->start_mark);

    for (size_t i = reader->anchor_count; i-- > 0;) {
        if (strcmp(reader->anchors[i].name, name))
            continue;
        if (!reader->anchors[i].complete)
            return refuse(reader, mark, "this alias stands inside its own anchor");
        *out = reader->anchors[i].node;
        return 0;
    }
    gen_messages_add(reader->messages, mark, "no anchor is called \"%s\"", name);
    return -EINVAL;
}

static struct gen_yaml_node *new_node(struct reader *reader, const yaml_event_t *event,
                                      enum gen_yaml_kind kind, const yaml_char_t *anchor)
{
    struct gen_yaml_node *node = gen_arena_alloc(reader->arena, sizeof(*node));

    node->kind = kind;
    node->mark = mark_of(reader, event->start_mark);
    node->weight = 1;
    remember(reader, anchor, node);
    return node;
}

static int read_scalar(struct reader *reader, const yaml_event_t *event, struct gen_yaml_node **out)
{
    struct gen_yaml_node *node = new_node(reader, event, GEN_YAML_SCALAR, event->data.scalar.anchor);
    const char *text = (const char *)event->data.scalar.value;
    bool tagged_text;
    int err;

    err = check_tag(reader, node->mark, (const char *)event->data.scalar.tag, &tagged_text);
    if (err)
        return err;
    if (strlen(text) != event->data.scalar.length)
        return refuse(reader, node->mark, "text with a NUL character is not supported");
    node->text = gen_arena_text(reader->arena, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || tagged_text;
    complete(reader, node);
    *out = node;
    return 0;
}

static int add_weight(struct reader *reader, struct gen_yaml_node *node,
                      const struct gen_yaml_node *child)
{
    node->weight += child->weight;
    if (node->weight > GEN_YAML_NODES_MAX)
        return refuse(reader, child->mark, "too many values in this file, aliases counted");
    return 0;
}

static int read_node(struct reader *reader, yaml_event_t *event, struct gen_yaml_node **out);

static int read_items(struct reader *reader, struct gen_yaml_node *node)
{
    for (;;) {
        struct gen_yaml_node *item = NULL;
        yaml_event_t event;
        int err = next_event(reader, &event);

        if (err)
            return err;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return 0;
        }
        err = read_node(reader, &event, &item);
        if (!err)
            err = add_weight(reader, node, item);
        if (err)
            return err;
        node->items = gen_arena_grow(reader->arena, node->items, node->count, sizeof(item));
        node->items[node->count++] = item;
    }
}

static int read_pair(struct reader *reader, struct gen_yaml_node *node,
                     struct gen_yaml_node *key)
{
    const struct gen_yaml_pair *earlier;
    struct gen_yaml_pair *pair;
    yaml_event_t event;
    int err;

    if (key->kind != GEN_YAML_SCALAR)
        return refuse(reader, key->mark, "a key must be a single word or text");
    earlier = gen_yaml_pair(node, key->text);
    if (earlier) {
        gen_messages_add(reader->messages, key->mark, "\"%s\" is given twice; first in line %u",
                         key->text, earlier->key->mark.line);
        return -EINVAL;
    }
    if (node->count == GEN_YAML_PAIRS_MAX)
        return refuse(reader, key->mark, "too many keys in one mapping");
    node->pairs = gen_arena_grow(reader->arena, node->pairs, node->count, sizeof(*pair));
    pair = &node->pairs[node->count];
    pair->key = key;
    err = next_event(reader, &event);
    if (!err)
        err = read_node(reader, &event, &pair->value);
    if (err)
        return err;
    node->count++;
    return add_weight(reader, node, pair->value);
}

static int read_pairs(struct reader *reader, struct gen_yaml_node *node)
{
    for (;;) {
        struct gen_yaml_node *key = NULL;
        yaml_event_t event;
        int err = next_event(reader, &event);

        if (err)
            return err;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return gen_yaml_merge(reader->arena, reader->messages, node);
        }
        err = read_node(reader, &event, &key);
        if (!err)
            err = read_pair(reader, node, key);
        if (err)
            return err;
    }
}

static int read_collection(struct reader *reader, const yaml_event_t *event, bool mapping,
                           struct gen_yaml_node **out)
{
    const yaml_char_t *anchor =
        mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    const yaml_char_t *tag = mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    struct gen_yaml_node *node =
        new_node(reader, event, mapping ? GEN_YAML_MAPPING : GEN_YAML_SEQUENCE, anchor);
    bool text;
    int err;

    err = check_tag(reader, node->mark, (const char *)tag, &text);
    if (err)
        return err;
    if (reader->depth == GEN_YAML_DEPTH_MAX)
        return refuse(reader, node->mark, "nested too deeply");
    reader->depth++;
    err = mapping ? read_pairs(reader, node) : read_items(reader, node);
    reader->depth--;
    if (err)
        return err;
    complete(reader, node);
    *out = node;
    return 0;
}

/* Takes ownership of the event. */
static int read_node(struct reader *reader, yaml_event_t *event, struct gen_yaml_node **out)
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
        err = refuse(reader, mark_of(reader, event->start_mark), "not YAML: a value is missing");
        break;
    }
    yaml_event_delete(event);
    return err;
}

static struct gen_yaml_node *empty_document(struct reader *reader)
{
    struct gen_yaml_node *node = gen_arena_alloc(reader->arena, sizeof(*node));

    node->kind = GEN_YAML_SCALAR;
    node->mark = (struct gen_mark){reader->file, 1, 1};
    node->text = "";
    node->weight = 1;
    return node;
}

static int read_stream(struct reader *reader, struct gen_yaml_node **root)
{
    *root = NULL;
    for (;;) {
        yaml_event_t event;
        yaml_event_type_t type;
        struct gen_mark mark;
        int err = next_event(reader, &event);

        if (err)
            return err;
        type = event.type;
        mark = mark_of(reader, event.start_mark);
        if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
            type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT) {
            err = read_node(reader, &event, root);
            if (err)
                return err;
            continue;
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            break;
        if (type == YAML_DOCUMENT_START_EVENT && *root)
            return refuse(reader, mark, "a second document in one file is not supported");
    }
    if (!*root)
        *root = empty_document(reader);
    return 0;
}

int gen_yaml_read_bytes(struct gen_arena *arena, const char *name, const char *bytes, size_t len,
                        struct gen_messages *messages, struct gen_yaml_node **root)
{
    struct reader reader = {.arena = arena, .messages = messages, .bytes = bytes};
    int err;

    reader.file = gen_arena_text(arena, name);
    if (len > GEN_YAML_BYTES_MAX)
        return refuse(&reader, (struct gen_mark){reader.file, 0, 0}, "larger than 4 MiB");
    if (!yaml_parser_initialize(&reader.parser))
        return refuse(&reader, (struct gen_mark){reader.file, 0, 0}, "out of memory");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, len);
    err = read_stream(&reader, root);
    yaml_parser_delete(&reader.parser);
    return err;
}

int gen_yaml_read_file(struct gen_arena *arena, const char *path, struct gen_messages *messages,
                       struct gen_yaml_node **root)
{
    const char *bytes;
    size_t len;
    int err;

    err = gen_file_read(arena, path, GEN_YAML_BYTES_MAX, &bytes, &len);
    if (err) {
        gen_messages_add(messages, (struct gen_mark){gen_arena_text(arena, path), 0, 0}, "%s",
                         err == -EFBIG ? "larger than 4 MiB" : strerror(-err));
        return err;
    }
    return gen_yaml_read_bytes(arena, path, bytes, len, messages, root);
}
