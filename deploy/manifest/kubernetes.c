/* SPDX-License-Identifier: MIT */
/*
 * kubernetes.c - KubeVirt: a replica set of machines for each service, which boot the image straight out of a
 * container image. The environment is a Secret, which the machine reads as the user data of a NoCloud disk.
 */
#include "kube.h"

#include <stdlib.h>

#define MACHINES "kubevirt.io/v1", "VirtualMachineInstanceReplicaSet"

static void print_secret(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char *text = NULL;
    size_t len;
    FILE *page = open_memstream(&text, &len);

    kube_head(manifest, service, "v1", "Secret", "-environment", out);
    fputs("stringData:\n  userdata: ", out);
    if (page) {
        manifest_print_user_data(service, page);
        fclose(page);
        manifest_quoted(out, text);
    }
    free(text);
    fputc('\n', out);
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
            "          disks: [{ name: environment, disk: { bus: virtio } }]\n"
            "          interfaces: [{ name: default, model: virtio, masquerade: {} }]\n"
            "      networks: [{ name: default, pod: {} }]\n"
            "      volumes:\n"
            "        - { name: environment, cloudInitNoCloud: { secretRef: { name: %s-environment } } }\n",
            service->name, service->name);
    if (service->health.disabled)
        return;
    kube_probe(out, 6, "readinessProbe", service->health.path, &service->health);
    kube_probe(out, 6, "livenessProbe", "/livez", &service->health);
}

static void print_all(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    fputs("# Made by \"ucompose deploy kubernetes\" from compose.yaml; edit it freely or make it anew.\n", out);
    print_secret(manifest, service, out);
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
    .summary = "KubeVirt replica sets, Services, Secrets, probes, autoscalers and disruption budgets",
    .write = write_files,
    .commands = kube_commands,
    .formats = "oci",
    .wants_registry = true,
    .permissions = "pushing to the registry, and creating KubeVirt replica sets, Services, Secrets, "
                   "HorizontalPodAutoscalers and PodDisruptionBudgets in the namespace",
};
