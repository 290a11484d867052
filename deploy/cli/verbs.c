/* SPDX-License-Identifier: MIT */
/*
 * verbs.c - the list of verbs, and the options that stand before them.
 */
#include "command.h"

#include <string.h>

#define GLOBAL(field) offsetof(struct cmd_globals, field)
const struct cmd_option cmd_global_options[] = {
    {"file", 'f', CMD_ONCE, GLOBAL(file), "FILE",
     "the compose file; otherwise compose.yaml here or in a folder above"},
    {"project-name", 'p', CMD_TEXT, GLOBAL(project_name), "NAME",
     "the project's name; otherwise `name:` of the file, or the folder's name"},
    {"project-directory", 0, CMD_TEXT, GLOBAL(project_directory), "DIR",
     "where relative paths begin; otherwise the file's folder"},
    {"profile", 0, CMD_LIST, GLOBAL(profiles), "NAME",
     "enable a profile, \"*\" all; may be given again"},
    {"env-file", 0, CMD_LIST, GLOBAL(env_files), "FILE",
     "variables for the compose file instead of .env; may be given again"},
    {"help", 'h', CMD_FLAG, GLOBAL(help), NULL, "show help"},
    {"version", 'v', CMD_FLAG, GLOBAL(version), NULL, "show the version"},
    {0},
};

#define ROW(name) &cmd_##name##_verb,
const struct cmd_verb *const cmd_verbs[] = {CMD_VERBS(ROW) NULL};
#undef ROW

const struct cmd_verb *cmd_find_verb(const char *name)
{
    for (size_t i = 0; cmd_verbs[i]; i++)
        if (!strcmp(cmd_verbs[i]->name, name))
            return cmd_verbs[i];
    return NULL;
}
