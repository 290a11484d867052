/* SPDX-License-Identifier: MIT */
#include "release_plan.h"

#include "launch.h"

#include "build/files.h"
#include "deploy/plan.h"
#include "plan/hash.h"
#include "plan/memory.h"
#include "plan/release.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int cmd_release_plan_file(const char *path, const char *text)
{
    struct gen_arena arena;
    char *bytes;
    size_t len;
    int err;

    gen_arena_init(&arena);
    err = build_file_read(&arena, path, &bytes, &len);
    if (!err || err == -ENOENT)
        printf("%-9s %s\n", err ? "new" : len == strlen(text) && !memcmp(bytes, text, len) ? "unchanged" : "changed", path);
    gen_arena_deinit(&arena);
    return err && err != -ENOENT ? cmd_fail("cannot read %s: %s", path, strerror(-err)) : CMD_OK;
}

/* The spec as the release's file says it: its images are elsewhere, under names of their content. */
static struct deploy_spec moved(const struct deploy_spec *spec, const char *images)
{
    struct deploy_spec release = *spec;

    release.services = deploy_memory_array(spec->service_count, sizeof(*release.services));
    for (size_t i = 0; i < spec->service_count; i++) {
        char name[DEPLOY_RELEASE_NAME_MAX];
        char *image;

        release.services[i] = spec->services[i];
        deploy_release_image_name(&spec->services[i], name);
        image = deploy_memory_printf("%s/%s", images, name);
        release.services[i].config_hash = deploy_hash_moved(spec, &spec->services[i], image);
        free(image);
    }
    return release;
}

static void free_moved(struct deploy_spec *release)
{
    for (size_t i = 0; i < release->service_count; i++)
        free(release->services[i].config_hash);
    free(release->services);
}

int cmd_release_plan(const struct deploy_spec *spec, const char *compose, const char *images)
{
    struct deploy_error error = {""};
    struct cluster_state now = {0};
    struct cluster_paths paths;
    struct deploy_spec release;
    struct deploy_plan *plan;
    int err = cluster_paths_init(&paths, spec->project, compose, &error);
    bool runs;

    if (!err)
        err = cluster_ps(&paths, &now, &error);
    if (err && err != -ESRCH)
        return cmd_fail("%s", error.text);
    runs = !err;
    release = moved(spec, images);
    plan = deploy_plan_make(&release, runs ? &now : NULL, &(struct deploy_plan_options){.remove_orphans = true});
    cmd_launch_print(plan);
    deploy_plan_free(plan);
    free_moved(&release);
    if (runs)
        cluster_state_free(&now);
    return CMD_OK;
}
