/* SPDX-License-Identifier: MIT */
#include "prefix.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *cmd_prefix_sdk(char path[PATH_MAX])
{
    const char *given = getenv("UCOMPOSE_SDK");
    char exe[PATH_MAX];
    ssize_t len;

    if (given && *given) {
        snprintf(path, PATH_MAX, "%s", given);
        return path;
    }
    len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    exe[len > 0 ? len : 0] = '\0';
    snprintf(path, PATH_MAX, "%.*s/lib/ucompose/sdk", PATH_MAX - 32, dirname(dirname(exe)));
    return path;
}
