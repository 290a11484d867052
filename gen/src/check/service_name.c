/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "check/service_internal.h"

#define NAME_MAX_BYTES 40

/* NAME.h must not hide a system header, and NAME_... must not meet a library's names. */
static const char *const taken[] = {
    "alloca",    "assert",  "complex",  "ctype",   "dirent",   "elf",      "endian",
    "errno",     "fcntl",   "features", "fenv",    "float",    "fnmatch",  "ftw",
    "getopt",    "glob",    "grp",      "iconv",   "ifaddrs",  "inttypes", "iso646",
    "langinfo",  "libgen",  "limits",   "link",    "locale",   "malloc",   "math",
    "memory",    "mntent",  "monetary", "mqueue",  "netdb",    "paths",    "poll",
    "pthread",   "pty",     "pwd",      "regex",   "resolv",   "sched",    "search",
    "semaphore", "setjmp",  "shadow",   "signal",  "spawn",    "stdalign", "stdarg",
    "stdatomic", "stdbool", "stddef",   "stdint",  "stdio",    "stdlib",   "stdnoreturn",
    "string",    "strings", "stropts",  "syscall", "syslog",   "tar",      "termios",
    "tgmath",    "threads", "time",     "uchar",   "ucontext", "ulimit",   "unistd",
    "utime",     "utmp",    "values",   "wait",    "wchar",    "wctype",   "wordexp",
    "br",        "cjson",   "gen",      "http",    "k",        "lwip",     "main",
    "read",      "serve",   "str",      "sys",     "uc",       "uv",       "write",
};

bool gen_name_taken(const char *name)
{
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (!strcmp(taken[i], name))
            return true;
    return false;
}

const char *gen_check_prefix(struct gen_check *check, const struct gen_yaml_node *at,
                             const char *name)
{
    const char *prefix = gen_snake(check->arena, name);

    if (!prefix || *prefix < 'a' || *prefix > 'z' || strlen(prefix) > NAME_MAX_BYTES) {
        GEN_ERROR(check, at,
                  "\"%s\" cannot name a service; it must begin with a letter and have "
                  "at most %d of them",
                  name, NAME_MAX_BYTES);
        return NULL;
    }
    if (gen_name_taken(prefix)) {
        GEN_ERROR(check, at,
                  "the name \"%s\" is taken by the C library or one below; "
                  "\"%s_service\" would do",
                  prefix, prefix);
        return NULL;
    }
    return prefix;
}

bool gen_name_ok(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || len > NAME_MAX_BYTES || *name < 'a' || *name > 'z' || name[len - 1] == '-' ||
        strstr(name, "--") || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
        return false;
    return !gen_name_taken(name);
}
