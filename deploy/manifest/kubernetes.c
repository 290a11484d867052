/* SPDX-License-Identifier: MIT */
/*
 * kubernetes.c - KubeVirt: a replica set of machines for each service, which boot the image straight out of a
 * container image. What of the environment may lie open is a ConfigMap, which the machine reads as a disk labelled
 * ucompose; the rest is a Secret, which it reads as the user data of a NoCloud disk.
 */
#include "kube.h"

#include <stdlib.h>

#define MACHINES "kubevirt.io/v1", "VirtualMachineInstanceReplicaSet"
#define VERSION_LABEL "ucompose.org/version"

/* `key` is the name of a file on the disk that KubeVirt makes of it, or what KubeVirt looks for. */
static void print_environment(const struct manifest *manifest, const struct deploy_service *service,
                              enum manifest_part part, const char *key, FILE *out)
{
    char *text = NULL;
    size_t len;
    FILE *page;

    if (!manifest_has(service, part))
        return;
    kube_environment(manifest, service, part, out);
    fprintf(out, "  %s: ", key);
    page = open_memstream(&text, &len);
    if (page) {
        manifest_print_user_data(service, part, page);
        fclose(page);
        manifest_block(out, 4, text);
    }
    free(text);
}

/* A disk for each part of the environment that there is. */
static void print_disks(const struct deploy_service *service, FILE *out)
{
    if (!service->environment_count)
        return;
    fputs("          disks:\n", out);
    if (manifest_has(service, MANIFEST_PUBLIC))
        fputs("            - { name: environment, disk: { bus: virtio } }\n", out);
    if (manifest_has(service, MANIFEST_SECRET))
        fputs("            - { name: secrets, disk: { bus: virtio } }\n", out);
}

static void print_volumes(const struct deploy_service *service, FILE *out)
{
    if (!service->environment_count)
        return;
    fputs("      volumes:\n", out);
    if (manifest_has(service, MANIFEST_PUBLIC))
        fprintf(out, "        - { name: environment, configMap: { name: %s-environment, volumeLabel: ucompose } }\n",
                service->name);
    if (manifest_has(service, MANIFEST_SECRET))
        fprintf(out, "        - { name: secrets, cloudInitNoCloud: { secretRef: { name: %s-environment } } }\n",
                service->name);
}

static void print_machine(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char image[1024];

    kube_image(manifest, service, image, sizeof(image));
    fprintf(out,
            "      terminationGracePeriodSeconds: %llu\n"
            "      domain:\n"
            "        memory: { guest: %lluKi }\n"
            "        resources: { requests: { cpu: 100m } }\n"
            "        firmware:\n"
            "          kernelBoot:\n"
            "            container:\n"
            "              kernelPath: /boot/service.elf\n"
            "              image: ",
            kube_seconds(service->stop_grace_ms), (unsigned long long)(service->memory_bytes >> 10));
    manifest_quoted(out, image);
    fprintf(out,
            "\n"
            "            kernelArgs: \"host=%s\"\n"
            "        devices:\n"
            "          autoattachGraphicsDevice: false\n"
            "          autoattachMemBalloon: false\n"
            "          rng: {}\n"
            "          interfaces: [{ name: default, model: virtio, masquerade: {} }]\n",
            service->name);
    print_disks(service, out);
    fputs("      networks: [{ name: default, pod: {} }]\n", out);
    print_volumes(service, out);
    if (service->health.disabled)
        return;
    kube_probe(out, 6, "readinessProbe", service->health.path, &service->health);
    kube_probe(out, 6, "livenessProbe", "/livez", &service->health);
}

/* Of all that a machine is made of: one that was made of something else is of another version. */
static void find_version(const struct manifest *manifest, const struct deploy_service *service,
                         char version[MANIFEST_VERSION_MAX])
{
    char *text = NULL;
    size_t len;
    FILE *page = manifest_page(&text, &len);

    print_machine(manifest, service, page);
    manifest_print_user_data(service, MANIFEST_WHOLE, page);
    manifest_version(manifest, page, &text, version);
}

/* A number that must stay: what "maxUnavailable" is of would be asked of a machine, which has no scale. */
static void print_budget(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char rule[32];

    if (service->replicas < 2)
        return;
    snprintf(rule, sizeof(rule), "minAvailable: %u", service->replicas - 1);
    kube_budget(manifest, service, rule, out);
}

static void print_all(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char version[MANIFEST_VERSION_MAX];

    find_version(manifest, service, version);
    fputs("# Made by \"ucompose deploy kubernetes\" from compose.yaml; edit it freely or make it anew.\n", out);
    print_environment(manifest, service, MANIFEST_PUBLIC, "environment", out);
    print_environment(manifest, service, MANIFEST_SECRET, "userdata", out);
    kube_spec(manifest, service, MACHINES, "", out);
    kube_replicas(manifest, service, out);
    fputs("  selector:\n", out);
    kube_labels(manifest, service, "    matchLabels", out);
    fprintf(out,
            "  # Of new machines. Those that run stay as they are, until replace.sh replaces those of another version.\n"
            "  template:\n"
            "    metadata:\n"
            "      labels:\n"
            "        app.kubernetes.io/name: %s\n"
            "        app.kubernetes.io/part-of: %s\n"
            "        " VERSION_LABEL ": \"%s\"\n"
            "    spec:\n",
            service->name, manifest->spec->project, version);
    print_machine(manifest, service, out);
    kube_services(manifest, service, out);
    print_budget(manifest, service, out);
    kube_autoscaler(manifest, service, MACHINES, out);
}

static const char replacing[] =
    "#!/bin/sh\n"
    "# Made by \"ucompose deploy kubernetes\" from compose.yaml; edit it freely or make it anew.\n"
    "# After kubectl apply: machines of another version are replaced, one after the other. There is one machine more\n"
    "# meanwhile, and an old one goes only when as many new ones are ready as there shall be by then.\n"
    "set -eu\n"
    "service= # in whose replica set there is a place more\n"
    "\n"
    "of_service() { # SERVICE: the labels of its machines; another project may have a service of that name\n"
    "    echo \"app.kubernetes.io/name=$1,app.kubernetes.io/part-of=$project\"\n"
    "}\n"
    "\n"
    "replicas() { # SERVICE: how many machines it shall have; nothing, where nobody has said so yet\n"
    "    kubectl get vmirs \"$1\" -o 'jsonpath={.spec.replicas}'\n"
    "}\n"
    "\n"
    "# An autoscaler cannot begin where there is no number. Later ones are its own.\n"
    "begin() { # SERVICE COUNT\n"
    "    replicas=$(replicas \"$1\")\n"
    "    [ -n \"$replicas\" ] || kubectl patch vmirs \"$1\" --type merge --patch \"{\\\"spec\\\":{\\\"replicas\\\":$2}}\"\n"
    "}\n"
    "\n"
    "replace() { # SERVICE VERSION\n"
    "    old=$(kubectl get vmi -l \"$(of_service \"$1\")," VERSION_LABEL "!=$2\" -o name)\n"
    "    [ -n \"$old\" ] || return 0\n"
    "    replicas=$(replicas \"$1\")\n"
    "    left=$(echo \"$old\" | wc -l)\n"
    "    service=$1\n"
    "    version=$2\n"
    "    kubectl scale vmirs \"$1\" --replicas \"$((replicas + 1))\"\n"
    "    for machine in $old; do\n"
    "        wait_ready \"$1\" \"$2\" \"$((replicas + 1 - left))\"\n"
    "        kubectl delete \"$machine\" --ignore-not-found # and wait until it has drained\n"
    "        left=$((left - 1))\n"
    "    done\n"
    "    wait_ready \"$1\" \"$2\" \"$((replicas + 1))\"\n"
    "    kubectl scale vmirs \"$1\" --replicas \"$replicas\"\n"
    "    service=\n"
    "}\n"
    "\n"
    "machines() { # SERVICE VERSION: its name, and True if it is ready, a line\n"
    "    kubectl get vmi -l \"$(of_service \"$1\")," VERSION_LABEL "=$2\" -o \\\n"
    "        'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type==\"Ready\")].status}{\"\\n\"}{end}'\n"
    "}\n"
    "\n"
    "wait_ready() { # SERVICE VERSION COUNT\n"
    "    waited=0\n"
    "    until [ \"$(machines \"$1\" \"$2\" | grep -c ' True$')\" -ge \"$3\" ]; do\n"
    "        [ $waited -lt \"${PATIENCE:-300}\" ] || give_up \"$1\"\n"
    "        sleep 3\n"
    "        waited=$((waited + 3))\n"
    "    done\n"
    "}\n"
    "\n"
    "give_up() { # SERVICE\n"
    "    echo \"$0: $1: the new version does not get ready; what was not replaced goes on. To go back, check out the version\" >&2\n"
    "    echo \"before, deploy it, apply its files, and run its replace.sh.\" >&2\n"
    "    exit 1\n"
    "}\n"
    "\n"
    "# However the script ends early: what is not ready of the new version goes, and so does the place for one machine more. The\n"
    "# replica set is paused for it, since it would choose by itself what goes; it is not left so, whatever fails.\n"
    "put_back() {\n"
    "    [ -n \"$service\" ] || return 0\n"
    "    set +e\n"
    "    trap '' INT TERM HUP\n"
    "    kubectl patch vmirs \"$service\" --type merge --patch '{\"spec\":{\"paused\":true}}'\n"
    "    for machine in $(machines \"$service\" \"$version\" | sed -n '/ True$/!s/ .*//p'); do\n"
    "        kubectl delete vmi \"$machine\" --ignore-not-found\n"
    "    done\n"
    "    kubectl scale vmirs \"$service\" --replicas \"$replicas\" ||\n"
    "        echo \"$0: $service has a place too many: kubectl scale vmirs $service --replicas $replicas\" >&2\n"
    "    kubectl patch vmirs \"$service\" --type merge --patch '{\"spec\":{\"paused\":false}}' ||\n"
    "        echo \"$0: $service may be paused: kubectl patch vmirs $service --type merge --patch '{\\\"spec\\\":{\\\"paused\\\":false}}'\" >&2\n"
    "}\n"
    "trap put_back EXIT\n"
    "trap 'exit 130' INT\n"
    "trap 'exit 143' TERM HUP\n"
    "\n";

static void write_replacing(struct manifest *manifest)
{
    FILE *out = manifest_begin(manifest, "replace.sh", 0755);

    fprintf(out, "%sproject='%s'\n", replacing, manifest->spec->project);
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        char version[MANIFEST_VERSION_MAX];

        const struct deploy_service *service = &manifest->spec->services[i];

        find_version(manifest, service, version);
        if (kube_grows(manifest, service))
            fprintf(out, "begin '%s' %u\n", service->name, service->replicas);
        fprintf(out, "replace '%s' %s\n", service->name, version);
    }
    manifest_end(manifest, out);
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = kube_check(manifest, "kubernetes", error);

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++) {
        char name[MANIFEST_NAME_MAX];
        FILE *out;

        snprintf(name, sizeof(name), "%s.yaml", manifest->spec->services[i].name);
        out = manifest_begin(manifest, name, 0600);
        print_all(manifest, &manifest->spec->services[i], out);
        manifest_end(manifest, out);
    }
    if (!err)
        write_replacing(manifest);
    return err;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    kube_commands(manifest, out);
    fputs("./replace.sh\n", out);
}

const struct manifest_target manifest_kubernetes = {
    .name = "kubernetes",
    .summary = "KubeVirt replica sets, Services, ConfigMaps, Secrets, probes, autoscalers and disruption budgets",
    .write = write_files,
    .commands = print_commands,
    .formats = "oci",
    .wants_registry = true,
    .unheeded = {.stop_first = MANIFEST_READY_FIRST,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .ends = MANIFEST_ALWAYS_AGAIN},
    .permissions = "pushing to the registry, and creating KubeVirt replica sets, Services, ConfigMaps, Secrets, "
                   "HorizontalPodAutoscalers and PodDisruptionBudgets in the namespace; scaling replica sets and deleting "
                   "machines to replace those of another version",
};
