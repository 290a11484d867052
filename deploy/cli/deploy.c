/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "images.h"
#include "manifest.h"
#include "project.h"
#include "release.h"

#include <stddef.h>
#include <string.h>

struct deploy_values {
    const char *out, *registry;
    bool plan, apply, no_build, force;
};

#define FIELD(name) offsetof(struct deploy_values, name)
static const struct cmd_option options[] = {
    {"out", 'o', CMD_TEXT, FIELD(out), "DIR", "the folder to write; otherwise PROJECT-TARGET here"},
    {"registry", 0, CMD_TEXT, FIELD(registry), "REF",
     "kubernetes only: where the images are, such as registry.example/shop"},
    {"plan", 0, CMD_FLAG, FIELD(plan), NULL,
     "write and change nothing; print what would be written and done"},
    {"apply", 0, CMD_FLAG, FIELD(apply), NULL,
     "host only: then run it; what runs is replaced when the new version is ready, or not at all"},
    {"force", 0, CMD_FLAG, FIELD(force), NULL,
     "replace files that were edited since they were written"},
    {"no-build", 0, CMD_FLAG, FIELD(no_build), NULL,
     "take the images that were built last, whatever has changed since"},
    {0},
};

static int deploy_host(struct cmd_project *project, const struct deploy_values *want)
{
    return cmd_release(project, &(struct cmd_release_options){
                                    .out = want->out, .plan = want->plan, .apply = want->apply});
}

static int check_target(const char *name, const struct deploy_values *want)
{
    bool host = !strcmp(name, "host");

    if (!host && !manifest_find(name))
        return cmd_misuse(
            "deploy",
            "there is no target \"%s\"; there are host, systemd, libvirt, compose, kubernetes",
            name);
    if (!host && want->apply)
        return cmd_misuse("deploy",
                          "--apply is for the target host; the files of %s are run by "
                          "the commands that --plan prints",
                          name);
    if (want->registry && strcmp(name, "kubernetes") != 0)
        return cmd_misuse("deploy", "--registry is for the target kubernetes");
    if (host && want->force)
        return cmd_misuse("deploy",
                          "--force is not for the target host, which replaces its folder");
    return CMD_OK;
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct deploy_values *want = values;
    const char *name = arguments->items[0];
    const struct manifest_target *target = manifest_find(name);
    struct cmd_project project;
    int status = check_target(name, want);

    if (status)
        return status;
    status = cmd_project_open(&project, globals, NULL, false);
    if (!status)
        status = cmd_images_of_spec(project.compose.spec, !want->no_build);
    if (!status && !target)
        status = deploy_host(&project, want);
    else if (!status)
        status = cmd_manifest(&project, target,
                              &(struct cmd_manifest_options){.out = want->out,
                                                             .registry = want->registry,
                                                             .plan = want->plan,
                                                             .force = want->force});
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_deploy_verb = {
    .name = "deploy",
    .arguments = "TARGET",
    .summary = "Write what another place needs to run the project, and run it there",
    .detail =
        "host         a folder with images, a compose file and a systemd unit, for a Linux host "
        "that has QEMU and ucompose\n"
        "systemd      a hardened unit for each machine, which runs QEMU and nothing else\n"
        "libvirt      a domain for each machine, which boots the image directly\n"
        "compose      a Compose file for Docker, which runs each machine by QEMU in a container\n"
        "kubernetes   KubeVirt replica sets, Services, probes and disruption budgets",
    .options = options,
    .values_size = sizeof(struct deploy_values),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
