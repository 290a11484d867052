/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "gen/gen.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct cmd_option options[] = {{0}};

/* An existing file is never touched: O_EXCL by "x". */
static int write_file(const char *dir, const struct gen_file *file)
{
    char path[PATH_MAX];
    FILE *out;
    bool good;

    if (snprintf(path, sizeof(path), "%s/%s", dir, file->path) >= PATH_MAX)
        return cmd_fail("the path %s/%s is too long", dir, file->path);
    out = fopen(path, "wxe");
    if (!out)
        return cmd_fail("%s cannot be created: %s", path, strerror(errno));
    good = fwrite(file->bytes, 1, file->len, out) == file->len;
    good = !fclose(out) && good;
    return good ? CMD_OK : cmd_fail("%s cannot be written: %s", path, strerror(errno));
}

static int create(const char *dir, const char *name)
{
    struct gen_arena arena;
    struct gen_files files;
    int status = CMD_OK;

    if (mkdir(dir, 0777)) {
        if (errno == EEXIST)
            return cmd_fail(
                "\"%s\" exists already, and nothing is overwritten; choose another name", dir);
        return cmd_fail("the folder \"%s\" cannot be made: %s", dir, strerror(errno));
    }
    gen_arena_init(&arena);
    files = gen_new_service(&arena, name);
    for (size_t i = 0; !status && i < files.count; i++)
        status = write_file(dir, &files.items[i]);
    gen_arena_deinit(&arena);
    return status;
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    char dir[PATH_MAX], copy[PATH_MAX];
    const char *name;
    size_t len;
    int status;

    if (snprintf(dir, sizeof(dir), "%s", arguments->items[0]) >= PATH_MAX)
        return cmd_fail("the path is too long");
    for (len = strlen(dir); len > 1 && dir[len - 1] == '/'; len--)
        dir[len - 1] = '\0';
    strcpy(copy, dir);
    name = basename(copy);
    if (gen_name_taken(name))
        return cmd_misuse("new",
                          "\"%s\" cannot be a service's name: the C library or one below has it; "
                          "\"%s-service\" would do",
                          name, name);
    if (!gen_name_ok(name))
        return cmd_misuse(
            "new",
            "\"%s\" cannot be a service's name: begin with a lower-case letter, then up to 39 "
            "lower-case letters, digits or single \"-\"",
            name);
    status = create(dir, name);
    if (!status)
        printf("Created %s: service.yaml is its contract, handlers.c its code.\n"
               "Build and run it with \"ucompose run %s%s\".\n",
               dir, strchr(dir, '/') ? "" : "./", dir);
    return status;
}

const struct cmd_verb cmd_new_verb = {
    .name = "new",
    .arguments = "NAME|DIR",
    .summary = "Create a folder with a service that builds and runs as it stands",
    .detail = "The last part of a path is the service's name. Nothing that exists is overwritten.",
    .options = options,
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
