/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "images.h"
#include "project.h"
#include "release.h"

#include <stddef.h>
#include <string.h>

struct deploy_values {
    const char *out;
    bool plan, apply, no_build;
};

#define FIELD(name) offsetof(struct deploy_values, name)
static const struct cmd_option options[] = {
    {"out", 'o', CMD_TEXT, FIELD(out), "DIR", "the folder to write; otherwise PROJECT-TARGET here"},
    {"plan", 0, CMD_FLAG, FIELD(plan), NULL,
     "write and change nothing; print what would be written and done"},
    {"apply", 0, CMD_FLAG, FIELD(apply), NULL,
     "then run it: what runs is replaced when the new version is ready, or not at all"},
    {"no-build", 0, CMD_FLAG, FIELD(no_build), NULL,
     "take the images that were built last, whatever has changed since"},
    {0},
};

static int deploy_host(struct cmd_project *project, const struct deploy_values *want)
{
    return cmd_release(project, &(struct cmd_release_options){
                                    .out = want->out, .plan = want->plan, .apply = want->apply});
}

static const struct {
    const char *name;
    int (*run)(struct cmd_project *project, const struct deploy_values *want);
} targets[] = {
    {"host", deploy_host},
};
#define TARGETS (sizeof(targets) / sizeof(targets[0]))

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct deploy_values *want = values;
    struct cmd_project project;
    size_t target = 0;
    int status;

    while (target < TARGETS && strcmp(targets[target].name, arguments->items[0]) != 0)
        target++;
    if (target == TARGETS)
        return cmd_misuse("deploy", "there is no target \"%s\"; there is \"host\"",
                          arguments->items[0]);
    status = cmd_project_open(&project, globals, NULL, false);
    if (!status)
        status = cmd_images_of_spec(project.compose.spec, !want->no_build);
    if (!status)
        status = targets[target].run(&project, want);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_deploy_verb = {
    .name = "deploy",
    .arguments = "TARGET",
    .summary = "Write what another place needs to run the project, and run it there",
    .detail = "host   a folder with images, a compose file and a systemd unit, for a Linux host "
              "that has QEMU and ucompose",
    .options = options,
    .values_size = sizeof(struct deploy_values),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
