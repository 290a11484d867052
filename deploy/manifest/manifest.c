/* SPDX-License-Identifier: MIT */
/*
 * manifest.c - the targets by name, and the list of files that one writes.
 */
#include "manifest_internal.h"

#include "plan/hash.h"
#include "plan/memory.h"

#include <errno.h>
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

static int check_environment(const struct deploy_service *service, struct deploy_error *error)
{
    for (size_t i = 0; i < service->environment_count; i++) {
        const struct deploy_variable *variable = &service->environment[i];

        if (!manifest_is_utf8(variable->name) || !manifest_is_utf8(variable->value))
            return deploy_fail(error, -ENOTSUP,
                               "service %s: the value of %s is not UTF-8, and the files of a deployment can say nothing else; "
                               "give it as UTF-8, or in digits (base64)",
                               service->name, manifest_is_utf8(variable->name) ? variable->name : "a variable");
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "api-1" with 22 machines, and port 22 of "api", have names that meet. */
static int check_names(const struct manifest *manifest, struct deploy_error *error)
{
    char **names = deploy_memory_array(manifest->file_count, sizeof(*names));
    int err = 0;

    for (size_t i = 0; i < manifest->file_count; i++)
        names[i] = manifest->files[i].name;
    qsort(names, manifest->file_count, sizeof(*names), by_name);
    for (size_t i = 1; !err && i < manifest->file_count; i++)
        if (!strcmp(names[i - 1], names[i]))
            err = deploy_fail(error, -ENOTSUP, "%s would be written twice; give a service another name", names[i]);
    free(names);
    return err;
}

int manifest_write(const struct manifest_target *target, struct manifest *manifest, struct deploy_error *error)
{
    int err = 0;

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_environment(&manifest->spec->services[i], error);
    if (!err)
        err = target->write(manifest, error);
    return err ? err : check_names(manifest, error);
}

int manifest_image_name(const struct manifest_target *target, const struct deploy_service *service, const char *suffix,
                        char *name, size_t size)
{
    const char *version = target->images_by_content ? service->config_hash + DEPLOY_HASH_HALF : ""; /* from '-' on */
    int len = snprintf(name, size, "images/%s%s.%s", service->name, version, suffix);

    return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

FILE *manifest_page(char **text, size_t *len)
{
    FILE *out = open_memstream(text, len);

    if (!out) {
        fputs("ucompose: out of memory\n", stderr);
        exit(70);
    }
    return out;
}

FILE *manifest_begin(struct manifest *manifest, const char *name, unsigned mode)
{
    struct manifest_file *file;

    manifest->files =
        deploy_memory_grow(manifest->files, manifest->file_count, sizeof(*manifest->files));
    file = &manifest->files[manifest->file_count++];
    file->name = deploy_memory_text(name);
    file->mode = mode;
    return manifest_page(&manifest->page, &manifest->page_bytes);
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
