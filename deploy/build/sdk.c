/* SPDX-License-Identifier: MIT */
#include "sdk.h"

#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

void build_words_add(struct gen_arena *arena, struct build_words *words, const char *word)
{
    /* One place more than words, for the final NULL. */
    const char **items = gen_arena_grow(arena, words->items, words->count, sizeof(*items));

    items[words->count++] = word;
    words->items = gen_arena_grow(arena, items, words->count, sizeof(*items));
    words->items[words->count] = NULL;
}

void build_words_add_all(struct gen_arena *arena, struct build_words *words,
                         const char *const *more)
{
    for (; more && *more; more++)
        build_words_add(arena, words, *more);
}

/* "-I@SDK@/include" -> "-I/opt/.../include" */
static const char *expand(struct gen_arena *arena, const char *word, const char *dir)
{
    const char *mark = strstr(word, "@SDK@");

    if (!mark)
        return word;
    return gen_arena_printf(arena, "%.*s%s%s", (int)(mark - word), word, dir, mark + 5);
}

static int load_words(struct gen_arena *arena, const struct build_sdk *sdk, const char *name,
                      struct build_words *words, struct deploy_error *error)
{
    const char *path = gen_arena_printf(arena, "%s/flags/%s", sdk->dir, name);
    char *text;
    char *save = NULL;
    int err = build_file_read(arena, path, &text, NULL);

    if (err)
        return deploy_fail(error, err, "no SDK to build with: cannot read %s: %s. "
                           "Run ./ucompose in the clone again, or install the tree anew.",
                           path, strerror(-err));
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        build_words_add(arena, words, expand(arena, line, sdk->dir));
    return 0;
}

/* The files of lib/ and the linker script. */
static int list_files(struct gen_arena *arena, struct build_sdk *sdk, struct deploy_error *error)
{
    const char *lib = gen_arena_printf(arena, "%s/lib", sdk->dir);
    DIR *dir = opendir(lib);

    if (!dir)
        return deploy_fail(error, -errno, "cannot read the SDK's folder %s: %s", lib,
                           strerror(errno));
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] != '.')
            build_words_add(arena, &sdk->files, gen_arena_printf(arena, "%s/%s", lib, entry->d_name));
    }
    closedir(dir);
    if (sdk->target == DEPLOY_TARGET_UNIKERNEL)
        build_words_add(arena, &sdk->files, gen_arena_printf(arena, "%s/image.ld", sdk->dir));
    return 0;
}

int build_sdk_load(struct gen_arena *arena, const char *sdk_dir, enum deploy_target target,
                   struct build_sdk *sdk, struct deploy_error *error)
{
    int err;

    *sdk = (struct build_sdk){.target = target};
    sdk->dir = gen_arena_printf(arena, "%s/%s", sdk_dir,
                                target == DEPLOY_TARGET_LINUX ? "linux" : "unikernel");
    err = load_words(arena, sdk, "cflags", &sdk->cflags, error);
    if (!err)
        err = load_words(arena, sdk, "ldflags", &sdk->ldflags, error);
    if (!err)
        err = list_files(arena, sdk, error);
    return err;
}

/* "@OUTPUT@" in a word is the file that the linker writes. */
static const char *with_output(struct gen_arena *arena, const char *word, const char *output)
{
    static const char name[] = "@OUTPUT@";
    const char *at = strstr(word, name);

    return at ? gen_arena_printf(arena, "%.*s%s%s", (int)(at - word), word, output, at + sizeof(name) - 1)
              : word;
}

struct build_words build_sdk_link_line(struct gen_arena *arena, const struct build_sdk *sdk,
                                       const struct build_words *objects, const char *output)
{
    struct build_words line = {0};

    build_words_add(arena, &line, "gcc");
    for (size_t i = 0; i < sdk->ldflags.count; i++) {
        const char *word = sdk->ldflags.items[i];

        if (!strcmp(word, "@OBJECTS@"))
            build_words_add_all(arena, &line, objects->items);
        else
            build_words_add(arena, &line, with_output(arena, word, output));
    }
    return line;
}
