/* SPDX-License-Identifier: MIT */
#include "service.h"

#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_in(const char *name, const char *suffix)
{
    size_t len = strlen(name), suffix_len = strlen(suffix);

    return len > suffix_len && !strcmp(name + len - suffix_len, suffix);
}

static void add(struct gen_arena *arena, struct build_source **sources, size_t *count,
                struct build_source source)
{
    *sources = gen_arena_grow(arena, *sources, *count, sizeof(**sources));
    (*sources)[(*count)++] = source;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct build_source *)a)->path, ((const struct build_source *)b)->path);
}

/* *.c of one folder, not of those below it; an absent folder has none. */
static int add_folder(struct gen_arena *arena, const char *dir, const char *object_prefix,
                      struct build_source **sources, size_t *count)
{
    DIR *stream = opendir(dir);

    if (!stream)
        return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
    for (struct dirent *entry; (entry = readdir(stream));) {
        const char *name = entry->d_name;

        if (name[0] == '.' || !ends_in(name, ".c"))
            continue;
        add(arena, sources, count,
            (struct build_source){gen_arena_printf(arena, "%s/%s", dir, name),
                                  gen_arena_printf(arena, "%s%s.o", object_prefix, name)});
    }
    closedir(stream);
    return 0;
}

int build_user_sources(struct gen_arena *arena, const char *service_dir,
                       struct build_source **sources, size_t *count)
{
    size_t before = *count;
    int err = add_folder(arena, service_dir, "user-", sources, count);

    if (!err)
        err = add_folder(arena, gen_arena_printf(arena, "%s/src", service_dir), "user-src-",
                         sources, count);
    if (!err && *count > before)
        qsort(*sources + before, *count - before, sizeof(**sources), by_path);
    return err;
}

static bool is_generated(const struct gen_files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++) {
        if (!strcmp(files->items[i].path, name))
            return true;
    }
    return false;
}

/* A client that is gone must not be found by #include. */
static void remove_others(struct gen_arena *arena, const char *dir, const struct gen_files *files)
{
    DIR *stream = opendir(dir);

    if (!stream)
        return;
    for (struct dirent *entry; (entry = readdir(stream));) {
        if (entry->d_name[0] != '.' && !is_generated(files, entry->d_name))
            unlink(gen_arena_printf(arena, "%s/%s", dir, entry->d_name));
    }
    closedir(stream);
}

int build_write_generated(struct gen_arena *arena, const char *dir, const struct gen_files *files,
                          struct build_source **sources, size_t *count)
{
    int err = build_mkdirs(dir);

    if (err)
        return err;
    for (size_t i = 0; i < files->count; i++) {
        const struct gen_file *file = &files->items[i];
        const char *path = gen_arena_printf(arena, "%s/%s", dir, file->path);

        err = build_file_update(path, file->bytes, file->len);
        if (err)
            return err;
        if (ends_in(file->path, ".c"))
            add(arena, sources, count,
                (struct build_source){path, gen_arena_printf(arena, "gen-%s.o", file->path)});
    }
    remove_others(arena, dir, files);
    return 0;
}
