/* SPDX-License-Identifier: MIT */
/*
 * option.h - one parser and one help text for the options of all verbs, from tables.
 *
 * A verb describes its options in rows that say where in its own struct a value goes. The
 * parser fills the struct; help.c prints the same rows. Texts point into argv and are borrowed.
 */
#ifndef DEPLOY_CLI_OPTION_H
#define DEPLOY_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cmd_option_kind {
    CMD_FLAG,    /* bool: set to true */
    CMD_TEXT,    /* const char *: the last one counts */
    CMD_ONCE,    /* the same, refused a second time: NULL until it is given */
    CMD_NUMBER,  /* int64_t, not negative */
    CMD_SECONDS, /* int64_t of milliseconds; "10" is seconds, "500ms" and "1m" are understood */
    CMD_LIST,    /* struct cmd_list: may be given again */
};

struct cmd_list {
    const char **items; /* with a NULL at the end */
    size_t count;
};

struct cmd_option {
    const char *name; /* without dashes; a table ends with NULL */
    char letter;      /* or 0 */
    enum cmd_option_kind kind;
    size_t offset;     /* of the value in the verb's struct */
    const char *value; /* what stands for the value in the help: "N", "SERVICE=N" */
    const char *help;
};

/* Where parsing stopped being right. */
struct cmd_usage_error {
    char text[512];
};

/*
 * Parse argv[0..argc), which holds no program or verb name. What is no option is collected in
 * `arguments`; with `stop_at_argument`, parsing ends there and *used tells how much was read.
 *
 * Returns 0, or -EINVAL with the reason and a hint in `error`.
 */
int cmd_option_parse(const struct cmd_option *options, void *values, int argc, char **argv,
                     bool stop_at_argument, struct cmd_list *arguments, int *used,
                     struct cmd_usage_error *error);

void cmd_list_add(struct cmd_list *list, const char *item);
void cmd_list_deinit(struct cmd_list *list);

#endif
