/* SPDX-License-Identifier: MIT */
/*
 * kubernetes.c - KubeVirt: a replica set of machines for each service, which boot the image straight out of a
 * container image. What of the environment may lie open is a ConfigMap, which the machine reads as a disk labelled
 * ucompose; the rest is a Secret, which it reads as the user data of a NoCloud disk.
 */
#include "kube.h"

#include <stdlib.h>

#define MACHINES "kubevirt.io/v1", "VirtualMachineInstanceReplicaSet"

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

static void print_all(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    fputs("# Made by \"ucompose deploy kubernetes\" from compose.yaml; edit it freely or make it anew.\n", out);
    print_environment(manifest, service, MANIFEST_PUBLIC, "environment", out);
    print_environment(manifest, service, MANIFEST_SECRET, "userdata", out);
    kube_spec(manifest, service, MACHINES, "", out);
    fprintf(out, "  replicas: %u\n  selector:\n", service->replicas);
    kube_labels(manifest, service, "    matchLabels", out);
    fputs("  # Of new machines. Those that run stay as they are until they are deleted:\n"
          "  # kubectl get vmi, then kubectl delete vmi NAME, one after the other.\n"
          "  template:\n    metadata:\n",
          out);
    kube_labels(manifest, service, "      labels", out);
    fputs("    spec:\n", out);
    print_machine(manifest, service, out);
    kube_services(manifest, service, out);
    kube_scaling(manifest, service, MACHINES, out);
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
    return err;
}

const struct manifest_target manifest_kubernetes = {
    .name = "kubernetes",
    .summary = "KubeVirt replica sets, Services, ConfigMaps, Secrets, probes, autoscalers and disruption budgets",
    .write = write_files,
    .commands = kube_commands,
    .formats = "oci",
    .wants_registry = true,
    .permissions = "pushing to the registry, and creating KubeVirt replica sets, Services, ConfigMaps, Secrets, "
                   "HorizontalPodAutoscalers and PodDisruptionBudgets in the namespace",
};
