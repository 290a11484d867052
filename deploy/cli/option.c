/* SPDX-License-Identifier: MIT */
#include "option.h"

#include "gen/message.h"
#include "plan/memory.h"
#include "plan/value.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const struct cmd_option *options;
    char *values;
    int argc;
    char **argv;
    int at;
    struct cmd_usage_error *error;
};

static __attribute__((format(printf, 2, 3))) int fail(struct parser *parser, const char *format,
                                                      ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(parser->error->text, sizeof(parser->error->text), format, args);
    va_end(args);
    return -EINVAL;
}

void cmd_list_add(struct cmd_list *list, const char *item)
{
    if (!list->items)
        list->items = deploy_memory_array(1, sizeof(*list->items));
    list->items = deploy_memory_grow(list->items, list->count + 1, sizeof(*list->items));
    list->items[list->count++] = item;
}

void cmd_list_deinit(struct cmd_list *list)
{
    free(list->items);
    *list = (struct cmd_list){0};
}

static const struct cmd_option *find_name(const struct parser *parser, const char *name, size_t len)
{
    for (const struct cmd_option *option = parser->options; option->name; option++)
        if (strlen(option->name) == len && !strncmp(option->name, name, len))
            return option;
    return NULL;
}

static const struct cmd_option *find_letter(const struct parser *parser, char letter)
{
    for (const struct cmd_option *option = parser->options; option->name; option++)
        if (option->letter == letter)
            return option;
    return NULL;
}

static int unknown_name(struct parser *parser, const char *name)
{
    const char *known[64];
    size_t count = 0;
    const char *meant;
    char hint[80] = "";

    for (const struct cmd_option *option = parser->options; option->name && count < 62; option++)
        known[count++] = option->name;
    known[count++] = "help";
    known[count] = NULL;
    meant = gen_suggest(name, known);
    if (meant)
        snprintf(hint, sizeof(hint), "; did you mean \"--%s\"?", meant);
    return fail(parser, "unknown option \"--%s\"%s", name, hint);
}

static int store(struct parser *parser, const struct cmd_option *option, const char *text)
{
    void *value = parser->values + option->offset;
    uint64_t number = 0;

    switch (option->kind) {
    case CMD_FLAG:
        *(bool *)value = true;
        return 0;
    case CMD_ONCE:
        if (*(const char **)value)
            return fail(parser, "option \"--%s\" is given twice, \"%s\" and \"%s\", and they are not merged; give one", option->name,
                        *(const char **)value, text);
        /* fall through */
    case CMD_TEXT:
        *(const char **)value = text;
        return 0;
    case CMD_LIST:
        cmd_list_add(value, text);
        return 0;
    case CMD_NUMBER:
        if (deploy_value_number(text, 0, 1000000000, &number))
            return fail(parser, "option \"--%s\" needs a number, not \"%s\"", option->name, text);
        break;
    case CMD_SECONDS:
        if (!deploy_value_number(text, 0, 1000000000, &number))
            number *= 1000;
        else if (deploy_value_duration(text, &number))
            return fail(parser,
                        "option \"--%s\" needs seconds, or a time such as 500ms or 1m, not \"%s\"",
                        option->name, text);
        break;
    }
    *(int64_t *)value = (int64_t)number;
    return 0;
}

/* The value behind a long or short option: the rest of its own word, else the next word. */
static int take_value(struct parser *parser, const struct cmd_option *option, const char *rest)
{
    if (rest)
        return store(parser, option, rest);
    if (parser->at >= parser->argc)
        return fail(parser, "option \"--%s\" needs a value: %s", option->name, option->value);
    return store(parser, option, parser->argv[parser->at++]);
}

static int parse_long(struct parser *parser, const char *word)
{
    size_t len = strcspn(word, "=");
    const struct cmd_option *option = find_name(parser, word, len);
    const char *value = word[len] ? word + len + 1 : NULL;
    char name[64];

    snprintf(name, sizeof(name), "%.*s", (int)(len < 60 ? len : 60), word);
    if (!option)
        return unknown_name(parser, name);
    if (option->kind == CMD_FLAG && value) {
        bool on;

        if (deploy_value_bool(value, &on))
            return fail(parser, "option \"--%s\" takes no value", name);
        *(bool *)(parser->values + option->offset) = on;
        return 0;
    }
    return option->kind == CMD_FLAG ? store(parser, option, NULL)
                                    : take_value(parser, option, value);
}

/* "-d", "-af", "-n5", "-n 5". */
static int parse_short(struct parser *parser, const char *word)
{
    for (; *word; word++) {
        const struct cmd_option *option = find_letter(parser, *word);
        int err;

        if (!option)
            return fail(parser, "unknown option \"-%c\"", *word);
        if (option->kind != CMD_FLAG)
            return take_value(parser, option, word[1] ? word + 1 : NULL);
        err = store(parser, option, NULL);
        if (err)
            return err;
    }
    return 0;
}

int cmd_option_parse(const struct cmd_option *options, void *values, int argc, char **argv,
                     bool stop_at_argument, struct cmd_list *arguments, int *used,
                     struct cmd_usage_error *error)
{
    struct parser parser = {options, values, argc, argv, 0, error};
    bool only_arguments = false;
    int err = 0;

    while (!err && parser.at < argc) {
        char *word = argv[parser.at];

        if (only_arguments || *word != '-' || !word[1]) {
            if (stop_at_argument)
                break;
            cmd_list_add(arguments, word);
            parser.at++;
            continue;
        }
        parser.at++;
        if (!strcmp(word, "--"))
            only_arguments = true;
        else
            err = word[1] == '-' ? parse_long(&parser, word + 2) : parse_short(&parser, word + 1);
    }
    if (used)
        *used = parser.at;
    return err;
}
