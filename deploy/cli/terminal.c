/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include "command.h"
#include "plan/memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool colour_out, colour_err;

void cmd_terminal_init(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool allowed = !(no_colour && *no_colour) && !(term && !strcmp(term, "dumb"));

    colour_out = allowed && isatty(STDOUT_FILENO);
    colour_err = allowed && isatty(STDERR_FILENO);
}

void cmd_terminal_no_colour(void)
{
    colour_out = colour_err = false;
}

bool cmd_terminal_has_colour(FILE *stream)
{
    return stream == stderr ? colour_err : colour_out;
}

const char *cmd_colour(FILE *stream, enum cmd_colour colour)
{
    static const char *const sequences[] = {
        [CMD_PLAIN] = "",          [CMD_RED] = "\033[31m", [CMD_GREEN] = "\033[32m",
        [CMD_YELLOW] = "\033[33m", [CMD_DIM] = "\033[2m",  [CMD_BOLD] = "\033[1m",
    };

    return cmd_terminal_has_colour(stream) ? sequences[colour] : "";
}

const char *cmd_colour_of(FILE *stream, size_t index)
{
    static const char *const sequences[] = {"\033[36m", "\033[33m", "\033[32m", "\033[35m",
                                            "\033[34m", "\033[96m", "\033[93m", "\033[92m",
                                            "\033[95m", "\033[94m"};

    return cmd_terminal_has_colour(stream) ? sequences[index % 10] : "";
}

const char *cmd_colour_end(FILE *stream)
{
    return cmd_terminal_has_colour(stream) ? "\033[0m" : "";
}

static void say(const char *kind, enum cmd_colour colour, const char *format, va_list args)
{
    fflush(stdout);
    fprintf(stderr, "%sucompose: %s%s", cmd_colour(stderr, colour), kind, cmd_colour_end(stderr));
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

int cmd_fail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say("", CMD_RED, format, args);
    va_end(args);
    return CMD_FAILED;
}

int cmd_misuse(const char *verb, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say("", CMD_RED, format, args);
    va_end(args);
    fprintf(stderr, "See \"ucompose help%s%s\".\n", verb ? " " : "", verb ? verb : "");
    return CMD_USAGE;
}

void cmd_warn(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say("warning: ", CMD_YELLOW, format, args);
    va_end(args);
}

void cmd_table_add(struct cmd_table *table, const char *format, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = deploy_memory_text("?");
    va_end(args);
    table->cells = deploy_memory_grow(table->cells, table->count, sizeof(*table->cells));
    table->cells[table->count++] = text;
}

/* Columns on the screen: bytes that do not continue a UTF-8 character. */
static size_t text_width(const char *text)
{
    size_t columns = 0;

    for (; *text; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

static size_t column_width(const struct cmd_table *table, size_t column)
{
    size_t width = 0;

    for (size_t i = column; i < table->count; i += table->columns)
        if (text_width(table->cells[i]) > width)
            width = text_width(table->cells[i]);
    return width;
}

void cmd_table_print(struct cmd_table *table, FILE *out)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        bool last = column + 1 == table->columns || i + 1 == table->count;
        size_t pad = last ? 0 : column_width(table, column) - text_width(table->cells[i]) + 2;

        if (i == 0)
            fputs(cmd_colour(out, CMD_BOLD), out);
        fprintf(out, "%s%*s", table->cells[i], (int)pad, "");
        if (i + 1 == table->columns)
            fputs(cmd_colour_end(out), out);
        if (last)
            fputc('\n', out);
    }
}

void cmd_table_deinit(struct cmd_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    *table = (struct cmd_table){0};
}

const char *cmd_bytes(uint64_t bytes, char *text, size_t size)
{
    if (bytes >= 1ull << 20 && bytes % (1ull << 20) == 0)
        snprintf(text, size, "%llu MiB", (unsigned long long)(bytes >> 20));
    else if (bytes >= 10ull << 20)
        snprintf(text, size, "%.1f MiB", (double)bytes / (1 << 20));
    else
        snprintf(text, size, "%llu KiB", (unsigned long long)((bytes + 1023) >> 10));
    return text;
}
