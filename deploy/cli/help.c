/* SPDX-License-Identifier: MIT */
#include "help.h"

#include "gen/message.h"

#include <stdio.h>
#include <string.h>

/* "-f, --file FILE" */
static const char *spelling(const struct cmd_option *option, char *text, size_t size)
{
    int len = option->letter ? snprintf(text, size, "-%c, --%s", option->letter, option->name)
                             : snprintf(text, size, "--%s", option->name);

    if (option->value)
        snprintf(text + len, size - (size_t)len, " %s", option->value);
    return text;
}

static void print_options(FILE *out, const struct cmd_option *options)
{
    char text[96];

    for (; options->name; options++)
        fprintf(out, "  %-26s %s\n", spelling(options, text, sizeof(text)), options->help);
}

void cmd_help_overview(FILE *out)
{
    fputs("Usage: ucompose [OPTIONS] VERB ...\n\n"
          "Microservices in C, compiled into unikernels: build them, and run them together on this "
          "computer.\n\n",
          out);
    for (size_t i = 0; cmd_verbs[i]; i++)
        fprintf(out, "  %-9s %s\n", cmd_verbs[i]->name, cmd_verbs[i]->summary);
    fputs("\nOptions:\n", out);
    print_options(out, cmd_global_options);
    fputs("\n\"ucompose help VERB\" tells more about a verb.\n", out);
}

static void print_usage(FILE *out, const struct cmd_verb *verb)
{
    fprintf(out, "ucompose %s%s%s%s", verb->name, verb->options->name ? " [OPTIONS]" : "",
            *verb->arguments ? " " : "", verb->arguments);
}

void cmd_help_print(FILE *out, const struct cmd_verb *verb)
{
    fputs("Usage: ", out);
    print_usage(out, verb);
    fprintf(out, "\n\n%s.\n", verb->summary);
    if (verb->detail)
        fprintf(out, "\n%s\n", verb->detail);
    if (verb->options->name) {
        fputs("\nOptions:\n", out);
        print_options(out, verb->options);
    }
}

static void markdown_options(FILE *out, const struct cmd_option *options)
{
    char text[96];

    if (!options->name)
        return;
    fputs("\n| option | meaning |\n| --- | --- |\n", out);
    for (; options->name; options++) {
        fputs("| `", out);
        for (const char *at = spelling(options, text, sizeof(text)); *at; at++)
            fprintf(out, "%s%c", *at == '|' ? "\\" : "", *at);
        fprintf(out, "` | %s |\n", options->help);
    }
}

void cmd_help_markdown(FILE *out)
{
    fputs("## Options before the verb\n", out);
    markdown_options(out, cmd_global_options);
    for (size_t i = 0; cmd_verbs[i]; i++) {
        const struct cmd_verb *verb = cmd_verbs[i];

        fprintf(out, "\n## ucompose %s\n\n`", verb->name);
        print_usage(out, verb);
        fprintf(out, "`\n\n%s.\n", verb->summary);
        if (verb->detail)
            fprintf(out, "\n%s\n", verb->detail);
        markdown_options(out, verb->options);
    }
}

struct help_values {
    bool markdown;
};

static const struct cmd_option help_options[] = {
    {"markdown", 0, CMD_FLAG, offsetof(struct help_values, markdown), NULL,
     "print the reference of docs/cli.md"},
    {0},
};

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct cmd_verb *verb;

    (void)globals;
    if (((struct help_values *)values)->markdown) {
        cmd_help_markdown(stdout);
        return CMD_OK;
    }
    if (!arguments->count) {
        cmd_help_overview(stdout);
        return CMD_OK;
    }
    verb = cmd_find_verb(arguments->items[0]);
    if (!verb)
        return cmd_misuse(NULL, "unknown verb \"%s\"", arguments->items[0]);
    cmd_help_print(stdout, verb);
    return CMD_OK;
}

const struct cmd_verb cmd_help_verb = {
    .name = "help",
    .arguments = "[VERB]",
    .summary = "Tell what there is, or more about one verb",
    .options = help_options,
    .values_size = sizeof(struct help_values),
    .arguments_max = 1,
    .run = run,
};
