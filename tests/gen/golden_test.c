/* SPDX-License-Identifier: MIT */
/*
 * Each folder of cases/ holds a service and, in expected/, what is generated from it, byte for
 * byte. With --update the expected files are written instead; look at the diff before you commit.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "gen/gen.h"
#include "tap.h"

static bool update;

static bool same(const char *name, const struct gen_file *file)
{
    char path[512];
    char *expected;
    size_t len = 0;
    bool equal;

    snprintf(path, sizeof(path), "%s/expected/%s", name, file->path);
    if (update) {
        file_write(path, file->bytes, file->len);
        return true;
    }
    expected = file_read(path, &len);
    equal = expected && len == file->len && !memcmp(expected, file->bytes, len);
    if (!equal)
        tap_note("%s differs; tests/gen/update writes what is generated now", path);
    free(expected);
    return equal;
}

static size_t count_files(const char *name)
{
    char path[512];
    struct dirent *entry;
    size_t count = 0;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/expected", name);
    dir = opendir(path);
    while (dir && (entry = readdir(dir)))
        count += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}

static void try_case(const char *name)
{
    struct gen_arena arena;
    struct gen_messages messages;
    struct gen_service *service;
    struct gen_files first, second;
    char line[256];
    bool equal = true;

    gen_arena_init(&arena);
    gen_messages_init(&messages, &arena);
    snprintf(line, sizeof(line), "%s is generated as expected", name);
    if (gen_load(&arena, name, &messages, &service)) {
        gen_messages_print(&messages, stdout);
        tap_ok(false, line);
        gen_arena_deinit(&arena);
        return;
    }
    first = gen_emit(service);
    second = gen_emit(service);
    if (update) {
        char path[512];

        snprintf(path, sizeof(path), "%s/expected", name);
        mkdir(path, 0755);
    }
    for (size_t i = 0; i < first.count; i++)
        equal &= same(name, &first.items[i]) & (first.items[i].len == second.items[i].len) &
                 !memcmp(first.items[i].bytes, second.items[i].bytes, first.items[i].len);
    if (count_files(name) != first.count) {
        tap_note("%s/expected has %zu files, %zu are generated", name, count_files(name),
                 first.count);
        equal = false;
    }
    tap_ok(equal, line);
    gen_arena_deinit(&arena);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int count;

    update = argc > 1 && !strcmp(argv[1], "--update");
    if (chdir(UC_TEST_DIR "/cases"))
        return 1;
    count = scandir(".", &entries, visible, alphasort);
    for (int i = 0; i < count; i++) {
        try_case(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return tap_done();
}
