/* SPDX-License-Identifier: MIT */
#include "service.h"

#include "plan/fnv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *set_in_environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

int deploy_home(char *path, size_t size)
{
    const char *home = set_in_environment("UCOMPOSE_HOME");
    const char *below = "";
    int len;

    if (!home && (home = set_in_environment("XDG_CACHE_HOME")))
        below = "/ucompose";
    if (!home && (home = set_in_environment("HOME")))
        below = "/.cache/ucompose";
    if (!home || home[0] != '/')
        return -EINVAL;
    len = snprintf(path, size, "%s%s", home, below);
    return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

const char *build_cache_dir(struct gen_arena *arena, const char *home, const char *service_dir)
{
    const char *last = strrchr(service_dir, '/');

    return gen_arena_printf(arena, "%s/build/%s-%08x", home, last ? last + 1 : service_dir, deploy_fnv_short(service_dir));
}
