/* SPDX-License-Identifier: MIT */
#include "gen/message.h"

#include <stdlib.h>
#include <string.h>

void gen_messages_init(struct gen_messages *messages, struct gen_arena *arena)
{
    *messages = (struct gen_messages){.arena = arena};
}

static bool same_place(struct gen_mark a, struct gen_mark b)
{
    return a.line == b.line && a.column == b.column && !strcmp(a.file, b.file);
}

static bool already_said(const struct gen_message *items, size_t count, struct gen_mark mark, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (same_place(items[i].mark, mark) && !strcmp(items[i].text, text))
            return true;
    return false;
}

/* To one of the two lists. */
static void add(struct gen_arena *arena, struct gen_message **items, size_t *count, struct gen_mark mark,
                const char *text)
{
    if (!mark.file)
        mark.file = "";
    if (*count > GEN_MESSAGES_MAX || already_said(*items, *count, mark, text))
        return;
    if (*count == GEN_MESSAGES_MAX) {
        text = gen_arena_text(arena, "and more; the rest is not shown");
        mark.line = mark.column = 0;
    }
    *items = gen_arena_grow(arena, *items, *count, sizeof(**items));
    (*items)[(*count)++] = (struct gen_message){mark, text};
}

void gen_messages_add(struct gen_messages *messages, struct gen_mark mark, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(messages->arena, &messages->items, &messages->count, mark,
        gen_arena_vprintf(messages->arena, format, args));
    va_end(args);
}

void gen_messages_note(struct gen_messages *messages, struct gen_mark mark, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(messages->arena, &messages->notes, &messages->note_count, mark,
        gen_arena_vprintf(messages->arena, format, args));
    va_end(args);
}

void gen_messages_join(struct gen_messages *messages, const struct gen_messages *from)
{
    for (size_t i = 0; i < from->count; i++)
        add(messages->arena, &messages->items, &messages->count, from->items[i].mark, from->items[i].text);
    for (size_t i = 0; i < from->note_count; i++)
        add(messages->arena, &messages->notes, &messages->note_count, from->notes[i].mark, from->notes[i].text);
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

static void print(struct gen_message *items, size_t count, const char *kind, FILE *out)
{
    if (count)
        qsort(items, count, sizeof(*items), by_place);
    for (size_t i = 0; i < count; i++) {
        const struct gen_message *message = &items[i];

        if (message->mark.line)
            fprintf(out, "%s:%u:%u: ", message->mark.file, message->mark.line, message->mark.column);
        else if (message->mark.file[0])
            fprintf(out, "%s: ", message->mark.file);
        fprintf(out, "%s%s\n", kind, message->text);
    }
}

void gen_messages_print(struct gen_messages *messages, FILE *out)
{
    print(messages->notes, messages->note_count, "note: ", out);
    print(messages->items, messages->count, "", out);
}
