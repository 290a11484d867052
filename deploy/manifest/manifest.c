/* SPDX-License-Identifier: MIT */
/*
 * manifest.c - the targets by name, and the list of files that one writes.
 */
#include "manifest_internal.h"

#include "plan/memory.h"

#include <stdlib.h>
#include <string.h>

#define ROW(name) &manifest_##name,
const struct manifest_target *const manifest_targets[] = {MANIFEST_TARGETS(ROW) NULL};
#undef ROW

const struct manifest_target *manifest_find(const char *name)
{
    for (size_t i = 0; manifest_targets[i]; i++)
        if (!strcmp(manifest_targets[i]->name, name))
            return manifest_targets[i];
    return NULL;
}

FILE *manifest_begin(struct manifest *manifest, const char *name, unsigned mode)
{
    struct manifest_file *file;
    FILE *out;

    manifest->files =
        deploy_memory_grow(manifest->files, manifest->file_count, sizeof(*manifest->files));
    file = &manifest->files[manifest->file_count++];
    file->name = deploy_memory_text(name);
    file->mode = mode;
    out = open_memstream(&manifest->page, &manifest->page_bytes);
    if (!out) {
        fputs("ucompose: out of memory\n", stderr);
        exit(70);
    }
    return out;
}

void manifest_end(struct manifest *manifest, FILE *out)
{
    fclose(out);
    manifest->files[manifest->file_count - 1].text = manifest->page;
    manifest->page = NULL;
}

void manifest_deinit(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->file_count; i++) {
        free(manifest->files[i].name);
        free(manifest->files[i].text);
    }
    free(manifest->files);
    manifest->files = NULL;
    manifest->file_count = 0;
}
