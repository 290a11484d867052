/* SPDX-License-Identifier: MIT */
#include "images.h"
#include "project.h"

#include "plan/memory.h"

#include <stdlib.h>
#include <string.h>

struct build_values {
    bool linux_process;
    bool verbose;
};

static const struct cmd_option options[] = {
    {"linux", 0, CMD_FLAG, offsetof(struct build_values, linux_process), NULL,
     "build ordinary Linux programs instead of images"},
    {"verbose", 0, CMD_FLAG, offsetof(struct build_values, verbose), NULL,
     "print each compiler command"},
    {0},
};

static int build_folders(const struct cmd_list *folders, const struct build_values *want)
{
    struct cmd_image *images = deploy_memory_array(folders->count, sizeof(*images));
    int status;

    for (size_t i = 0; i < folders->count; i++)
        images[i].dir = folders->items[i];
    status = cmd_images_build(
        images, folders->count,
        &(struct cmd_images_options){
            .target = want->linux_process ? DEPLOY_TARGET_LINUX : DEPLOY_TARGET_UNIKERNEL,
            .verbose = want->verbose,
        });
    cmd_images_deinit(images, folders->count);
    free(images);
    return status;
}

/* All services of the compose file, or the folders of those that are named. */
static int add_services(struct cmd_project *project, const struct cmd_globals *globals,
                        const struct cmd_list *names, struct cmd_list *folders)
{
    int status = cmd_project_open(project, globals, names, false);

    for (size_t i = 0; !status && i < project->compose.spec->service_count; i++) {
        struct deploy_service *service = &project->compose.spec->services[i];

        if (service->build_dir && cmd_names_mean(names, service->name, ""))
            cmd_list_add(folders, service->build_dir);
    }
    return status;
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct cmd_project project = {0};
    struct cmd_list folders = {0}, names = {0};
    int status = CMD_OK;

    for (size_t i = 0; i < arguments->count; i++)
        cmd_list_add(cmd_images_is_folder(arguments->items[i]) ? &folders : &names, arguments->items[i]);
    if (!arguments->count && !globals->file && cmd_images_is_service("."))
        cmd_list_add(&folders, ".");
    if (names.count || !folders.count)
        status = add_services(&project, globals, &names, &folders);
    if (!status)
        status = build_folders(&folders, values);
    cmd_list_deinit(&folders);
    cmd_list_deinit(&names);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_build_verb = {
    .name = "build",
    .arguments = "[DIR|SERVICE...]",
    .summary =
        "Build images: of these folders, of the folder here, or of the compose file's services",
    .detail = "Nothing is written into a service's folder. The last line of each build tells the "
              "image and its size.",
    .options = options,
    .values_size = sizeof(struct build_values),
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
