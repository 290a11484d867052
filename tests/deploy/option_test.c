/* SPDX-License-Identifier: MIT */
/* Options of the command line: every spelling, and every mistake with its hint. */
#include "cli/option.h"
#include "tap.h"

#include <errno.h>

struct values {
    bool all, follow;
    const char *file;
    int64_t count, timeout_ms;
    struct cmd_list names;
    const char *only;
};

static const struct cmd_option options[] = {
    {"all", 'a', CMD_FLAG, offsetof(struct values, all), NULL, ""},
    {"follow", 'f', CMD_FLAG, offsetof(struct values, follow), NULL, ""},
    {"file", 'o', CMD_TEXT, offsetof(struct values, file), "FILE", ""},
    {"count", 'n', CMD_NUMBER, offsetof(struct values, count), "N", ""},
    {"timeout", 't', CMD_SECONDS, offsetof(struct values, timeout_ms), "SECONDS", ""},
    {"name", 0, CMD_LIST, offsetof(struct values, names), "NAME", ""},
    {"only", 0, CMD_ONCE, offsetof(struct values, only), "FILE", ""},
    {0},
};

static const struct {
    const char *name, *words, *want;
} rows[] = {
    {"nothing is fine", "", "|"},
    {"arguments are collected", "b c", "| b c"},
    {"flags have long and short names", "--all -f", "all follow |"},
    {"short flags stand together", "-af", "all follow |"},
    {"a flag can be told its value", "--all=false --follow=true", "follow |"},
    {"a value follows as the next word", "--file x", "file=x |"},
    {"a value follows after an equals sign", "--file=x=y", "file=x=y |"},
    {"a short option's value follows at once or next", "-ox -n 5", "file=x n=5 |"},
    {"a short option's value may follow flags", "-afn5", "all follow n=5 |"},
    {"an empty value is a value", "--file=", "file= |"},
    {"seconds are seconds", "-t 10", "t=10000 |"},
    {"seconds may have a unit", "--timeout 500ms", "t=500 |"},
    {"a list grows", "--name a --name=b", "name=a name=b |"},
    {"options may stand after arguments", "x -a y", "all | x y"},
    {"two dashes end the options", "-a -- -f --file", "all | -f --file"},
    {"one dash is an argument", "-", "| -"},
    {"the last value wins", "--file a --file b", "file=b |"},
    {"but not where only one can count", "--only a --only=b",
     "option \"--only\" is given twice, \"a\" and \"b\", and they are not merged; give one"},
    {"an unknown long option is suggested", "--folow", "unknown option \"--folow\"; did you mean \"--follow\"?"},
    {"an unknown long option without a neighbour", "--zzzzzz", "unknown option \"--zzzzzz\""},
    {"an unknown short option", "-z", "unknown option \"-z\""},
    {"an unknown short option among known ones", "-az", "unknown option \"-z\""},
    {"a missing value is asked for", "--file", "option \"--file\" needs a value: FILE"},
    {"a missing short value is asked for", "-n", "option \"--count\" needs a value: N"},
    {"a number must be one", "-n x", "option \"--count\" needs a number, not \"x\""},
    {"a number has no sign", "--count=-1", "option \"--count\" needs a number, not \"-1\""},
    {"a number has a bound", "--count=99999999999999999999", "option \"--count\" needs a number, not \"99999999999999999999\""},
    {"a time must be one", "-t soon", "option \"--timeout\" needs seconds, or a time such as 500ms or 1m, not \"soon\""},
    {"a flag takes no value", "--all=x", "option \"--all\" takes no value"},
};

static int split(char *words, char **argv)
{
    char *rest = NULL;
    int argc = 0;

    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    return argc;
}

static void show(const struct values *values, const struct cmd_list *arguments, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");

    fputs(values->all ? "all " : "", out);
    fputs(values->follow ? "follow " : "", out);
    if (values->file)
        fprintf(out, "file=%s ", values->file);
    if (values->count)
        fprintf(out, "n=%lld ", (long long)values->count);
    if (values->timeout_ms)
        fprintf(out, "t=%lld ", (long long)values->timeout_ms);
    for (size_t i = 0; i < values->names.count; i++)
        fprintf(out, "name=%s ", values->names.items[i]);
    fputc('|', out);
    for (size_t i = 0; i < arguments->count; i++)
        fprintf(out, " %s", arguments->items[i]);
    fclose(out);
}

static void check(size_t row)
{
    struct cmd_usage_error error = {""};
    struct cmd_list arguments = {0};
    struct values values = {0};
    char words[128], text[256] = "";
    char *argv[16];
    int argc, err;

    snprintf(words, sizeof(words), "%s", rows[row].words);
    argc = split(words, argv);
    err = cmd_option_parse(options, &values, argc, argv, false, &arguments, NULL, &error);
    show(&values, &arguments, text, sizeof(text));
    tap_text(rows[row].name, err ? error.text : text, rows[row].want);
    cmd_list_deinit(&arguments);
    cmd_list_deinit(&values.names);
}

static void parsing_stops_at_the_verb(void)
{
    struct cmd_usage_error error;
    struct values values = {0};
    char *argv[] = {(char[]){"-a"}, (char[]){"up"}, (char[]){"-f"}};
    int used = 0;

    tap_ok(!cmd_option_parse(options, &values, 3, argv, true, NULL, &used, &error) && used == 1 && values.all && !values.follow,
           "global options end where the verb stands");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check(i);
    parsing_stops_at_the_verb();
    return tap_end();
}
