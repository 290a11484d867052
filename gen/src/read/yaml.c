/* SPDX-License-Identifier: MIT */
/* libyaml and its stream of events; what they say becomes a tree in yaml_node.c. */
#include <errno.h>
#include <string.h>

#include "read/file.h"
#include "read/yaml_internal.h"

struct gen_mark gen_yaml_mark_of(const struct gen_yaml_reader *reader, yaml_mark_t mark)
{
    return (struct gen_mark){reader->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* libyaml tells only the offset of bytes that are not UTF-8. */
static struct gen_mark mark_of_offset(const struct gen_yaml_reader *reader, size_t offset)
{
    struct gen_mark mark = {reader->file, 1, 1};

    for (size_t i = 0; i < offset; i++) {
        bool end = reader->bytes[i] == '\n';

        mark.line += end;
        mark.column = end ? 1 : mark.column + 1;
    }
    return mark;
}

/* Does a tab stand in the white space that a line begins with? Lines count from 0. */
static bool tab_indents(const struct gen_yaml_reader *reader, size_t line)
{
    size_t at = 0;

    for (; at < reader->len && line > 0; at++)
        line -= reader->bytes[at] == '\n';
    while (at < reader->len && reader->bytes[at] == ' ')
        at++;
    return at < reader->len && reader->bytes[at] == '\t';
}

int gen_yaml_next_event(struct gen_yaml_reader *reader, yaml_event_t *event)
{
    yaml_parser_t *parser = &reader->parser;
    struct gen_mark mark;

    if (yaml_parser_parse(parser, event))
        return 0;
    mark = parser->error == YAML_READER_ERROR ? mark_of_offset(reader, parser->problem_offset)
                                              : gen_yaml_mark_of(reader, parser->problem_mark);
    if (parser->error == YAML_SCANNER_ERROR && tab_indents(reader, parser->problem_mark.line))
        return gen_yaml_refuse(reader, mark, "a tab cannot indent in YAML; use spaces");
    gen_messages_add(reader->messages, mark, "not YAML: %s%s%s",
                     parser->problem ? parser->problem : "cannot be read",
                     parser->context ? ", " : "", parser->context ? parser->context : "");
    return -EINVAL;
}

int gen_yaml_refuse(struct gen_yaml_reader *reader, struct gen_mark mark, const char *text)
{
    gen_messages_add(reader->messages, mark, "%s", text);
    return -EINVAL;
}

static struct gen_yaml_node *empty_document(struct gen_yaml_reader *reader)
{
    struct gen_yaml_node *node = gen_arena_alloc(reader->arena, sizeof(*node));

    node->kind = GEN_YAML_SCALAR;
    node->mark = (struct gen_mark){reader->file, 1, 1};
    node->text = "";
    node->weight = 1;
    return node;
}

static int read_stream(struct gen_yaml_reader *reader, struct gen_yaml_node **root)
{
    *root = NULL;
    for (;;) {
        yaml_event_t event;
        yaml_event_type_t type;
        struct gen_mark mark;
        int err = gen_yaml_next_event(reader, &event);

        if (err)
            return err;
        type = event.type;
        mark = gen_yaml_mark_of(reader, event.start_mark);
        if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
            type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT) {
            err = gen_yaml_read_node(reader, &event, root);
            if (err)
                return err;
            continue;
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            break;
        if (type == YAML_DOCUMENT_START_EVENT && *root)
            return gen_yaml_refuse(reader, mark, "a second document in one file is not supported");
    }
    if (!*root)
        *root = empty_document(reader);
    return 0;
}

int gen_yaml_read_bytes(struct gen_arena *arena, const char *name, const char *bytes, size_t len,
                        struct gen_messages *messages, struct gen_yaml_node **root)
{
    struct gen_yaml_reader reader = {.arena = arena, .messages = messages, .bytes = bytes, .len = len};
    int err;

    reader.file = gen_arena_text(arena, name);
    if (len > GEN_YAML_BYTES_MAX)
        return gen_yaml_refuse(&reader, (struct gen_mark){reader.file, 0, 0}, "larger than 4 MiB");
    if (!yaml_parser_initialize(&reader.parser))
        return gen_yaml_refuse(&reader, (struct gen_mark){reader.file, 0, 0}, "out of memory");
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
