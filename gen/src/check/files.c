/* SPDX-License-Identifier: MIT */
/* Files that a contract refers to: each is read once, and is an input of the build. */
#include <errno.h>
#include <string.h>

#include "check/check.h"
#include "read/file.h"

#define FILES_MAX 256

struct gen_check_file {
    const char *path;
    struct gen_yaml_node *root; /* NULL: it cannot be read, which was said */
};

void gen_check_add_input(struct gen_check *check, const char *path)
{
    struct gen_description *description = check->description;

    for (size_t i = 0; i < description->input_count; i++)
        if (!strcmp(description->inputs[i], path))
            return;
    description->inputs =
        gen_arena_grow(check->arena, description->inputs, description->input_count, sizeof(path));
    description->inputs[description->input_count++] = path;
}

/* A reference to another file fails at the place where it stands, not in that file. */
int gen_check_read_file(struct gen_check *check, struct gen_mark from, const char *path,
                        struct gen_yaml_node **root)
{
    struct gen_messages own;
    int err;

    if (check->no_files) {
        gen_messages_add(check->messages, from, "cannot read \"%s\": no files here", path);
        return -ENOENT;
    }
    gen_messages_init(&own, check->arena);
    gen_check_add_input(check, path);
    err = gen_yaml_read_file(check->arena, path, &own, root);
    for (size_t i = 0; i < own.count; i++) {
        if (own.items[i].mark.line)
            gen_messages_add(check->messages, own.items[i].mark, "%s", own.items[i].text);
        else
            gen_messages_add(check->messages, from, "cannot read \"%s\": %s", path,
                             own.items[i].text);
    }
    return err;
}

struct gen_yaml_node *gen_check_file(struct gen_check *check, struct gen_mark from, const char *path)
{
    struct gen_check_file *file;

    if (!strcmp(path, check->document->mark.file))
        return check->document;
    for (size_t i = 0; i < check->file_count; i++)
        if (!strcmp(check->files[i].path, path))
            return check->files[i].root;
    if (check->file_count == FILES_MAX) {
        gen_messages_add(check->messages, from, "a contract may have at most %d files", FILES_MAX);
        return NULL;
    }
    check->files = gen_arena_grow(check->arena, check->files, check->file_count, sizeof(*file));
    file = &check->files[check->file_count++];
    *file = (struct gen_check_file){path, NULL};
    if (gen_check_read_file(check, from, path, &file->root))
        return file->root = NULL;
    if (check->is_openapi30)
        gen_check_migrate(check, file->root);
    return file->root;
}
