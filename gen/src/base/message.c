/* SPDX-License-Identifier: MIT */
#include "gen/message.h"

#include <stdlib.h>
#include <string.h>

void gen_messages_init(struct gen_messages *messages, struct gen_arena *arena)
{
    messages->arena = arena;
    messages->items = NULL;
    messages->count = 0;
}

static bool same_place(struct gen_mark a, struct gen_mark b)
{
    return a.line == b.line && a.column == b.column && !strcmp(a.file, b.file);
}

static bool already_said(const struct gen_messages *messages, struct gen_mark mark,
                         const char *text)
{
    for (size_t i = 0; i < messages->count; i++)
        if (same_place(messages->items[i].mark, mark) && !strcmp(messages->items[i].text, text))
            return true;
    return false;
}

void gen_messages_add(struct gen_messages *messages, struct gen_mark mark, const char *format, ...)
{
    struct gen_message *message;
    va_list args;
    char *text;

    if (messages->count > GEN_MESSAGES_MAX)
        return;
    if (!mark.file)
        mark.file = "";
    va_start(args, format);
    text = gen_arena_vprintf(messages->arena, format, args);
    va_end(args);
    if (already_said(messages, mark, text))
        return;
    if (messages->count == GEN_MESSAGES_MAX) {
        text = gen_arena_text(messages->arena, "and more; the rest is not shown");
        mark.line = mark.column = 0;
    }
    messages->items =
        gen_arena_grow(messages->arena, messages->items, messages->count, sizeof(*messages->items));
    message = &messages->items[messages->count++];
    message->mark = mark;
    message->text = text;
}

static int by_place(const void *left, const void *right)
{
    const struct gen_message *a = left;
    const struct gen_message *b = right;
    int files = strcmp(a->mark.file, b->mark.file);

    if (files)
        return files;
    if (!a->mark.line != !b->mark.line)
        return a->mark.line ? -1 : 1;
    if (a->mark.line != b->mark.line)
        return a->mark.line < b->mark.line ? -1 : 1;
    if (a->mark.column != b->mark.column)
        return a->mark.column < b->mark.column ? -1 : 1;
    return strcmp(a->text, b->text);
}

void gen_messages_print(struct gen_messages *messages, FILE *out)
{
    if (messages->count)
        qsort(messages->items, messages->count, sizeof(*messages->items), by_place);
    for (size_t i = 0; i < messages->count; i++) {
        const struct gen_message *message = &messages->items[i];

        if (message->mark.line)
            fprintf(out, "%s:%u:%u: %s\n", message->mark.file, message->mark.line,
                    message->mark.column, message->text);
        else if (message->mark.file[0])
            fprintf(out, "%s: %s\n", message->mark.file, message->text);
        else
            fprintf(out, "%s\n", message->text);
    }
}
