/* SPDX-License-Identifier: MIT */
/*
 * main.c - the ucompose command: global options, then a verb.
 */
#include "command.h"
#include "help.h"
#include "terminal.h"

#include "gen/message.h"
#include "plan/memory.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unknown_verb(const char *name)
{
    const char *known[64];
    const char *meant;
    size_t count = 0;

    for (; cmd_verbs[count]; count++)
        known[count] = cmd_verbs[count]->name;
    known[count] = NULL;
    meant = gen_suggest(name, known);
    return meant ? cmd_misuse(NULL, "unknown verb \"%s\"; did you mean \"%s\"?", name, meant)
                 : cmd_misuse(NULL, "unknown verb \"%s\"", name);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strcmp(argv[i], "--help"))
            return true;
    return false;
}

/* "up --file x": right option, wrong place. */
static const char *misplaced_global(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        for (const struct cmd_option *option = cmd_global_options; option->name; option++) {
            size_t len = strlen(option->name);

            if (!strncmp(argv[i], "--", 2) && !strncmp(argv[i] + 2, option->name, len) &&
                (!argv[i][2 + len] || argv[i][2 + len] == '='))
                return option->name;
        }
    return NULL;
}

static int check_count(const struct cmd_verb *verb, const struct cmd_list *arguments)
{
    if (arguments->count < verb->arguments_min)
        return cmd_misuse(verb->name, "\"%s\" needs %s", verb->name, verb->arguments);
    if (arguments->count > verb->arguments_max)
        return verb->arguments_max
                   ? cmd_misuse(verb->name, "\"%s\" takes %s, and \"%s\" is too much", verb->name,
                                verb->arguments, arguments->items[verb->arguments_max])
                   : cmd_misuse(verb->name, "\"%s\" takes no argument such as \"%s\"", verb->name,
                                arguments->items[0]);
    return CMD_OK;
}

static int run_verb(const struct cmd_verb *verb, const struct cmd_globals *globals, int argc,
                    char **argv)
{
    struct cmd_usage_error error;
    struct cmd_list arguments = {0};
    void *values = deploy_memory_array(1, verb->values_size + 1);
    int status;

    if (verb->defaults)
        memcpy(values, verb->defaults, verb->values_size);
    if (cmd_option_parse(verb->options, values, argc, argv, false, &arguments, NULL, &error)) {
        const char *global = misplaced_global(argc, argv);

        status = global ? cmd_misuse(verb->name,
                                     "option \"--%s\" goes before the verb: ucompose --%s ... %s",
                                     global, global, verb->name)
                        : cmd_misuse(verb->name, "%s", error.text);
    } else {
        status = check_count(verb, &arguments);
        if (!status)
            status = verb->run(globals, values, &arguments);
    }
    cmd_list_deinit(&arguments);
    free(values);
    return status < 0 ? CMD_FAILED : status;
}

static int dispatch(const struct cmd_globals *globals, int argc, char **argv)
{
    const struct cmd_verb *verb;

    if (globals->version)
        return run_verb(&cmd_version_verb, globals, 0, NULL);
    if (argc == 0) {
        cmd_help_overview(globals->help ? stdout : stderr);
        return globals->help ? CMD_OK : CMD_USAGE;
    }
    verb = cmd_find_verb(argv[0]);
    if (!verb)
        return unknown_verb(argv[0]);
    if (globals->help || asks_for_help(argc - 1, argv + 1)) {
        cmd_help_print(stdout, verb);
        return CMD_OK;
    }
    return run_verb(verb, globals, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    struct cmd_globals globals = {0};
    struct cmd_usage_error error;
    int used = 0, status;

    signal(SIGPIPE, SIG_IGN); /* a closed socket or pipe is an error code */
    cmd_terminal_init();
    if (cmd_option_parse(cmd_global_options, &globals, argc - 1, argv + 1, true, NULL, &used,
                         &error))
        status = cmd_misuse(NULL, "%s", error.text);
    else
        status = dispatch(&globals, argc - 1 - used, argv + 1 + used);
    cmd_list_deinit(&globals.profiles);
    cmd_list_deinit(&globals.env_files);
    if (fflush(stdout) && status == CMD_OK)
        status = CMD_FAILED;
    return status;
}
