/* SPDX-License-Identifier: MIT */
/*
 * command.h - what a verb of the command is, and what all verbs share.
 *
 * Each verb is one file that defines one `const struct cmd_verb cmd_NAME_verb`; the list of them
 * is CMD_VERBS. Dispatch, help, docs/cli.md and "did you mean" all read it.
 */
#ifndef DEPLOY_CLI_COMMAND_H
#define DEPLOY_CLI_COMMAND_H

#include "option.h"

/* In the order of the help text. */
#define CMD_VERBS(X) \
    X(new)           \
    X(build)         \
    X(up)            \
    X(down)          \
    X(ps)            \
    X(logs)          \
    X(start)         \
    X(stop)          \
    X(restart)       \
    X(kill)          \
    X(port)          \
    X(config)        \
    X(image)         \
    X(verify)        \
    X(deploy)        \
    X(run)           \
    X(test)          \
    X(doctor)        \
    X(version)       \
    X(help)

/* Exit statuses; docs/cli.md tells them to users. */
enum cmd_exit {
    CMD_OK = 0,
    CMD_FAILED = 1, /* what was asked for could not be done */
    CMD_USAGE = 2,  /* not understood: verb, option, argument, service's name */
};

/* Options that stand before the verb, for all of them. */
struct cmd_globals {
    const char *file;
    const char *project_name;
    const char *project_directory;
    struct cmd_list profiles;
    struct cmd_list env_files;
    bool help;
    bool version;
};

extern const struct cmd_option cmd_global_options[];

struct cmd_verb {
    const char *name;
    const char *arguments; /* as in the help: "[SERVICE...]" */
    const char *summary;   /* one line, imperative */
    const char *detail;    /* more lines for "help VERB", or NULL */
    const struct cmd_option *options;
    size_t values_size;   /* of the struct that the options fill */
    const void *defaults; /* its first content, or NULL: zeros */
    unsigned arguments_min, arguments_max;
    /* Returns an exit status, or a negative errno after it has said why: CMD_FAILED. */
    int (*run)(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments);
};

#define CMD_DECLARE(name) extern const struct cmd_verb cmd_##name##_verb;
CMD_VERBS(CMD_DECLARE)
#undef CMD_DECLARE

extern const struct cmd_verb *const cmd_verbs[]; /* ends with NULL */

const struct cmd_verb *cmd_find_verb(const char *name);

/* "ucompose: text" on standard error, in red on a terminal; more lines are indented. Returns
 * CMD_FAILED, so that a verb can leave with `return cmd_fail(...)`. */
int cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for what the user wrote; adds where help is found. Returns CMD_USAGE. */
int cmd_misuse(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "ucompose: warning: text". */
void cmd_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define CMD_ALL_ARGUMENTS 1000

#endif
