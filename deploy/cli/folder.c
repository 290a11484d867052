/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One part further: through a link where there is one; by name where there is nothing yet. */
static int enter(char folder[PATH_MAX], const char *part, size_t len)
{
    char next[PATH_MAX], real[PATH_MAX];

    if (!len || (len == 1 && *part == '.'))
        return 0;
    if (len == 2 && !memcmp(part, "..", 2)) {
        char *last = strrchr(folder, '/');

        last[last == folder] = '\0';
        return 0;
    }
    if (snprintf(next, sizeof(next), "%s/%.*s", strcmp(folder, "/") ? folder : "", (int)len, part) >= PATH_MAX)
        return -ENAMETOOLONG;
    strcpy(folder, realpath(next, real) ? real : next);
    return 0;
}

int cmd_folder(const char *name, char folder[PATH_MAX])
{
    const char *part = name;
    int err = 0;

    if (*name == '/')
        strcpy(folder, "/");
    else if (!getcwd(folder, PATH_MAX))
        return cmd_fail("cannot tell where this folder is: %s", strerror(errno));
    while (!err && *part) {
        size_t len = strcspn(part, "/");

        err = enter(folder, part, len);
        part += len + (part[len] == '/');
    }
    if (err)
        return cmd_fail("%s: the path is too long", name);
    if (strpbrk(folder, "\n\r"))
        return cmd_fail("the folder's path has a line break; choose another with --out");
    return CMD_OK;
}
