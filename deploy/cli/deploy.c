/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "images.h"
#include "manifest.h"
#include "project.h"
#include "release.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct deploy_values {
    const char *out, *registry;
    int64_t replicas_max;
    bool plan, apply, no_systemd, no_build, force;
};

#define FIELD(name) offsetof(struct deploy_values, name)
static const struct cmd_option options[] = {
    {"out", 'o', CMD_TEXT, FIELD(out), "DIR", "the folder to write; otherwise PROJECT-TARGET here"},
    {"registry", 0, CMD_TEXT, FIELD(registry), "REF",
     "kubernetes and kubernetes-urunc: where the images are, such as registry.example/shop"},
    {"max-replicas", 0, CMD_NUMBER, FIELD(replicas_max), "N",
     "kubernetes and kubernetes-urunc: let a service grow to N machines, by processor time"},
    {"plan", 0, CMD_FLAG, FIELD(plan), NULL,
     "write and change nothing; print what would become of each file, and be done"},
    {"apply", 0, CMD_FLAG, FIELD(apply), NULL,
     "host and libvirt: run it, by systemd where it runs; what runs is replaced when the new version is ready, or not at "
     "all"},
    {"no-systemd", 0, CMD_FLAG, FIELD(no_systemd), NULL,
     "with --apply: run it without systemd, until the host starts again"},
    {"force", 0, CMD_FLAG, FIELD(force), NULL,
     "replace files that were edited since they were written"},
    {"no-build", 0, CMD_FLAG, FIELD(no_build), NULL,
     "take the images that were built last, whatever has changed since"},
    {0},
};

/* By our supervisor, whose machines are its own or libvirt's. */
static int deploy_host(struct cmd_project *project, const struct deploy_values *want, bool libvirt)
{
    project->compose.spec->libvirt |= libvirt;
    return cmd_release(project, &(struct cmd_release_options){
                                    .out = want->out,
                                    .plan = want->plan,
                                    .apply = want->apply,
                                    .systemd = !want->no_systemd});
}

static int check_target(const char *name, const struct deploy_values *want)
{
    bool host = !strcmp(name, "host");
    bool applies = host || !strcmp(name, "libvirt");

    const struct manifest_target *target = manifest_find(name);
    char known[256] = "host";
    size_t len = strlen(known);

    for (size_t i = 0; manifest_targets[i]; i++)
        len += (size_t)snprintf(known + len, sizeof(known) - len, ", %s", manifest_targets[i]->name);
    if (!host && !target)
        return cmd_misuse("deploy", "there is no target \"%s\"; there are %s", name, known);
    if (!applies && want->apply)
        return cmd_misuse("deploy",
                          "--apply is for the targets host and libvirt%s; the files of %s are run by "
                          "the commands that --plan prints",
                          strcmp(name, "systemd") ? "" : " (\"ucompose deploy host --apply\" has systemd keep the project, and swaps versions)",
                          name);
    if ((want->registry || want->replicas_max) && (host || !target->wants_registry))
        return cmd_misuse("deploy", "--registry and --max-replicas are for the targets kubernetes and kubernetes-urunc");
    if (want->no_systemd && !want->apply)
        return cmd_misuse("deploy", "--no-systemd says how --apply runs the project");
    if ((host || want->apply) && want->force)
        return cmd_misuse("deploy",
                          "--force is not for the target host and --apply, which replace their folder");
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
    if (!status && project.compose.spec->tls_dev)
        status = cmd_fail("certificates of a development authority (x-ucompose: { tls: dev }) are for this computer alone; "
                          "remove the key, and give the services their own");
    if (!status)
        status = cmd_images_of_spec(project.compose.spec, !want->no_build);
    if (!status && (!target || want->apply))
        status = deploy_host(&project, want, target != NULL);
    else if (!status)
        status = cmd_manifest(&project, target,
                              &(struct cmd_manifest_options){.out = want->out,
                                                             .registry = want->registry,
                                                             .replicas_max = (unsigned)want->replicas_max,
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
        "that has QEMU and ucompose; --apply runs it\n"
        "systemd      a hardened unit for each machine, which runs QEMU and nothing else, and a socket for each published port\n"
        "libvirt      a domain for each machine, which boots the image directly; with --apply what host does, its machines "
        "domains of your session\n"
        "libvirt-network  the same in a network of libvirt, with names and addresses\n"
        "compose      a Compose file for Docker, which runs each machine by QEMU in a container\n"
        "kubernetes   KubeVirt replica sets, Services, Secrets, probes, disruption budgets, autoscalers\n"
        "kubernetes-urunc  Deployments whose pods are machines, by the container runtime urunc\n"
        "nomad        a job for Nomad's QEMU driver, with Consul's checks\n"
        "firecracker  configurations of microVMs, and a script that starts them in jailers\n"
        "proxmox      a script for a node of Proxmox VE\n"
        "openstack    a script of the openstack command\n"
        "gcp          a script of the gcloud command for Google Compute Engine\n"
        "terraform    modules for the Google, OpenStack, libvirt and Hetzner providers",
    .options = options,
    .values_size = sizeof(struct deploy_values),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
