/* SPDX-License-Identifier: MIT */
/*
 * urunc.c - Deployments whose pods urunc starts as machines. It puts the environment on the kernel's command
 * line; what that cannot hold is refused. It stops a machine by a signal that ends QEMU at once, so a pod goes on for a while
 * after its Services have forgotten it.
 */
#include "kube.h"

#include <errno.h>
#include <string.h>

/* What QEMU hands on, less room for what urunc adds. */
#define ENVIRONMENT_BYTES_MAX 3500

#define ENDING_SECONDS 5 /* for QEMU and urunc to go, behind the time in which a pod answers what is under way */

static void print_environment(const struct manifest *manifest, const struct deploy_service *service,
                              enum manifest_part part, FILE *out)
{
    if (!manifest_has(service, part))
        return;
    kube_environment(manifest, service, part, out);
    for (size_t i = 0; i < service->environment_count; i++) {
        if (!manifest_is_of(&service->environment[i], part))
            continue;
        fprintf(out, "  %s: ", service->environment[i].name);
        manifest_quoted(out, service->environment[i].value);
        fputc('\n', out);
    }
}

static void print_references(const struct deploy_service *service, FILE *out)
{
    if (!service->environment_count)
        return;
    fputs("\n          envFrom:", out);
    if (manifest_has(service, MANIFEST_PUBLIC))
        fprintf(out, "\n            - configMapRef: { name: %s-environment }", service->name);
    if (manifest_has(service, MANIFEST_SECRET))
        fprintf(out, "\n            - secretRef: { name: %s-environment }", service->name);
}

static void print_container(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    unsigned long long mib = ((service->memory_bytes + MANIFEST_QEMU_BYTES) + (1 << 20) - 1) >> 20;
    char image[1024];

    kube_image(manifest, service, image, sizeof(image));
    fprintf(out, "        - name: %s\n          image: ", service->name);
    manifest_quoted(out, image);
    print_references(service, out);
    fprintf(out,
            "\n"
            "          # urunc makes the limit the machine's memory, and QEMU's own is counted against it, too.\n"
            "          resources: { requests: { cpu: 100m }, limits: { memory: %lluMi } }\n"
            "          # Nothing drains when urunc ends QEMU: so long the pod answers first, while no Service leads to it.\n"
            "          lifecycle: { preStop: { sleep: { seconds: %llu } } }\n",
            mib, kube_seconds(service->stop_grace_ms));
    if (service->health.disabled)
        return;
    kube_probe(out, 10, "readinessProbe", service->health.path, &service->health);
    kube_probe(out, 10, "livenessProbe", "/livez", &service->health);
}

static void print_all(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char version[MANIFEST_VERSION_MAX];

    manifest_environment_version(manifest, service, version);
    fputs("# Made by \"ucompose deploy kubernetes-urunc\" from compose.yaml; edit it freely or make it anew.\n", out);
    print_environment(manifest, service, MANIFEST_PUBLIC, out);
    print_environment(manifest, service, MANIFEST_SECRET, out);
    kube_spec(manifest, service, "apps/v1", "Deployment", "", out);
    kube_replicas(manifest, service, out);
    fputs("  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }\n  selector:\n", out);
    kube_labels(manifest, service, "    matchLabels", out);
    fputs("  template:\n    metadata:\n", out);
    kube_labels(manifest, service, "      labels", out);
    fprintf(out,
            "      # Changes with the environment, so that a new one replaces the pods: a ConfigMap or Secret alone does not.\n"
            "      annotations: { ucompose.org/environment: \"%s\" }\n"
            "    spec:\n"
            "      runtimeClassName: urunc\n"
            "      enableServiceLinks: false # they would fill the kernel's command line\n"
            "      terminationGracePeriodSeconds: %llu\n"
            "      containers:\n",
            version, kube_seconds(service->stop_grace_ms) + ENDING_SECONDS);
    print_container(manifest, service, out);
    kube_services(manifest, service, out);
    if (service->replicas > 1 || kube_grows(manifest, service))
        kube_budget(manifest, service, "maxUnavailable: 1", out);
    kube_autoscaler(manifest, service, "apps/v1", "Deployment", out);
}

/* The kernel's own word for the name servers, which urunc does not tell: dns=A.B.C.D[,A.B.C.D]. */
static bool is_name_server(const struct deploy_variable *variable)
{
    return !strcmp(variable->name, "dns") && *variable->value &&
           strspn(variable->value, "0123456789.,") == strlen(variable->value);
}

static int check_environment(const struct deploy_service *service, struct deploy_error *error)
{
    size_t bytes = 0;

    for (size_t i = 0; i < service->environment_count; i++) {
        const struct deploy_variable *variable = &service->environment[i];

        if (!is_name_server(variable) &&
            (strspn(variable->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(variable->name) ||
             strpbrk(variable->value, " \t\n")))
            return deploy_fail(error, -ENOTSUP,
                               "service %s: %s cannot be on a kernel's command line, where urunc puts it; give it a "
                               "name in capitals and a value without blanks, or use \"deploy kubernetes\"",
                               service->name, variable->name);
        bytes += strlen(variable->name) + strlen(variable->value) + 2;
    }
    if (bytes > ENVIRONMENT_BYTES_MAX)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: its environment has %zu bytes, and a kernel's command line holds %d of them; "
                           "give less, or use \"deploy kubernetes\"",
                           service->name, bytes, ENVIRONMENT_BYTES_MAX);
    return 0;
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = kube_check(manifest, "kubernetes-urunc", error);

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_environment(&manifest->spec->services[i], error);
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

const struct manifest_target manifest_urunc = {
    .name = "kubernetes-urunc",
    .summary = "Deployments whose pods are machines, by the container runtime urunc",
    .write = write_files,
    .commands = kube_commands,
    .formats = "oci",
    .wants_registry = true,
    .unheeded = {.stop_first = MANIFEST_READY_FIRST,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .ends = MANIFEST_ALWAYS_AGAIN},
    .permissions = "pushing to the registry, and creating Deployments, Services, ConfigMaps, Secrets, "
                   "HorizontalPodAutoscalers and PodDisruptionBudgets in the namespace, whose nodes have the RuntimeClass urunc",
};
