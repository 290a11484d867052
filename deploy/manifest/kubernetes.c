/* SPDX-License-Identifier: MIT */
/*
 * kubernetes.c - KubeVirt: a replica set of machines for each service, which boot the image
 * straight out of a container image, and a Service that leads to them.
 *
 * The environment is on the kernel's command line, since KubeVirt passes no other text to a
 * machine without a disk; what that cannot hold is refused.
 */
#include "manifest_internal.h"

#include "plan/hash.h"

#include <errno.h>
#include <string.h>

/* What QEMU hands on, less room for the rest of the line. */
#define ENVIRONMENT_BYTES_MAX 3800

static void image_reference(const struct manifest *manifest, const struct deploy_service *service,
                            char *out, size_t size)
{
    snprintf(out, size, "%s/%s:%s", manifest->registry, service->name,
             service->config_hash + DEPLOY_HASH_HALF + 1);
}

static void print_arguments(FILE *out, const struct deploy_service *service)
{
    char line[4096];
    size_t len = (size_t)snprintf(line, sizeof(line), "host=%s", service->name);

    for (size_t i = 0; i < service->environment_count; i++)
        len += (size_t)snprintf(line + len, sizeof(line) - len, " %s=%s",
                                service->environment[i].name, service->environment[i].value);
    manifest_quoted(out, line);
}

/* Kubernetes counts in whole seconds, from one. */
static unsigned long long seconds(uint64_t ms)
{
    return ms <= 1000 ? 1 : (ms + 999) / 1000;
}

static void print_probe(FILE *out, const char *name, const char *path,
                        const struct deploy_health *health)
{
    fprintf(out, "      %s:\n        httpGet: { path: ", name);
    manifest_quoted(out, path);
    fprintf(out,
            ", port: %u }\n"
            "        initialDelaySeconds: %llu\n"
            "        periodSeconds: %llu\n"
            "        timeoutSeconds: %llu\n"
            "        failureThreshold: %u\n",
            health->port, strcmp(name, "readinessProbe") ? seconds(health->start_period_ms) : 1,
            seconds(health->interval_ms), seconds(health->timeout_ms), health->retries);
}

static void print_machine(const struct manifest *manifest, const struct deploy_service *service,
                          FILE *out)
{
    char image[1024];

    image_reference(manifest, service, image, sizeof(image));
    fprintf(out,
            "      terminationGracePeriodSeconds: %llu\n"
            "      domain:\n"
            "        memory: { guest: %lluKi }\n"
            "        firmware:\n"
            "          kernelBoot:\n"
            "            container:\n"
            "              kernelPath: /image.elf\n"
            "              image: ",
            seconds(service->stop_grace_ms), (unsigned long long)(service->memory_bytes >> 10));
    manifest_quoted(out, image);
    fputs("\n            kernelArgs: ", out);
    print_arguments(out, service);
    fputs("\n        devices:\n"
          "          autoattachGraphicsDevice: false\n"
          "          autoattachMemBalloon: false\n"
          "          rng: {}\n"
          "          interfaces: [{ name: default, model: virtio, masquerade: {} }]\n"
          "      networks: [{ name: default, pod: {} }]\n",
          out);
    if (service->health.disabled)
        return;
    print_probe(out, "readinessProbe", service->health.path, &service->health);
    print_probe(out, "livenessProbe", "/livez", &service->health);
}

static void print_head(const struct manifest *manifest, const struct deploy_service *service,
                       const char *version, const char *kind, const char *suffix, FILE *out)
{
    fprintf(out,
            "---\n"
            "apiVersion: %s\n"
            "kind: %s\n"
            "metadata:\n"
            "  name: %s%s\n"
            "  labels: { app.kubernetes.io/name: %s, app.kubernetes.io/part-of: %s }\n"
            "spec:\n",
            version, kind, service->name, suffix, service->name, manifest->spec->project);
}

static void print_labels(const struct manifest *manifest, const struct deploy_service *service,
                         const char *key, FILE *out)
{
    fprintf(out, "%s: { app.kubernetes.io/name: %s, app.kubernetes.io/part-of: %s }\n", key,
            service->name, manifest->spec->project);
}

static void print_services(const struct manifest *manifest, const struct deploy_service *service,
                           FILE *out)
{
    if (service->listen_port) {
        print_head(manifest, service, "v1", "Service", "", out);
        print_labels(manifest, service, "  selector", out);
        fprintf(out, "  ports: [{ name: service, port: %u, targetPort: %u }]\n",
                service->listen_port, service->listen_port);
    }
    if (!service->port_count)
        return;
    print_head(manifest, service, "v1", "Service", "-public", out);
    print_labels(manifest, service, "  selector", out);
    fputs("  type: LoadBalancer\n  ports:\n", out);
    for (size_t i = 0; i < service->port_count; i++)
        fprintf(out, "    - { name: port-%u, port: %u, targetPort: %u }\n",
                service->ports[i].host_port, service->ports[i].host_port,
                service->ports[i].guest_port);
}

static void print_all(const struct manifest *manifest, const struct deploy_service *service,
                      FILE *out)
{
    fputs("# Made by \"ucompose deploy kubernetes\" from compose.yaml; edit it freely or make it "
          "anew.\n",
          out);
    print_head(manifest, service, "kubevirt.io/v1", "VirtualMachineInstanceReplicaSet", "", out);
    fprintf(out, "  replicas: %u\n  selector:\n", service->replicas);
    print_labels(manifest, service, "    matchLabels", out);
    fputs("  template:\n    metadata:\n", out);
    print_labels(manifest, service, "      labels", out);
    fputs("    spec:\n", out);
    print_machine(manifest, service, out);
    print_services(manifest, service, out);
    if (service->replicas > 1) {
        print_head(manifest, service, "policy/v1", "PodDisruptionBudget", "", out);
        fputs("  maxUnavailable: 1\n  selector:\n", out);
        print_labels(manifest, service, "    matchLabels", out);
    }
}

static int check_variable(const struct deploy_service *service,
                          const struct deploy_variable *variable, struct deploy_error *error)
{
    if (strspn(variable->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(variable->name) ||
        strpbrk(variable->value, " \t\n"))
        return deploy_fail(error, -ENOTSUP,
                           "service %s: %s cannot be on a kernel's command line, which \"deploy "
                           "kubernetes\" needs; give it a name in capitals and a value without "
                           "blanks",
                           service->name, variable->name);
    return 0;
}

static int check(const struct deploy_service *service, struct deploy_error *error)
{
    size_t bytes = 0;
    int err = 0;

    if (service->name[0] < 'a' || service->name[0] > 'z')
        return deploy_fail(error, -ENOTSUP,
                           "service %s: a Service of Kubernetes begins with a letter; give it "
                           "another name",
                           service->name);
    if (service->restart.policy == DEPLOY_RESTART_NO ||
        service->restart.policy == DEPLOY_RESTART_ON_FAILURE)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: Kubernetes replaces every machine that ends; set restart: "
                           "always",
                           service->name);
    if (service->depends_on_count)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: it depends on %s, and Kubernetes starts in no order; "
                           "remove depends_on, and let the service be unready until it answers",
                           service->name, service->depends_on[0].service);
    for (size_t i = 0; i < service->port_count; i++)
        if (!service->ports[i].host_port || strcmp(service->ports[i].host_ip, "0.0.0.0") != 0)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: a load balancer publishes port %u on no address of a "
                               "host; write ports: [\"80:%u\"] with its port alone",
                               service->name, service->ports[i].guest_port,
                               service->ports[i].guest_port);
    for (size_t i = 0; !err && i < service->environment_count; i++) {
        err = check_variable(service, &service->environment[i], error);
        bytes += strlen(service->environment[i].name) + strlen(service->environment[i].value) + 2;
    }
    if (!err && bytes > ENVIRONMENT_BYTES_MAX)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: its environment has %zu bytes, and a kernel's command line "
                           "holds %d of them; give less",
                           service->name, bytes, ENVIRONMENT_BYTES_MAX);
    return err;
}

static void add_files(struct manifest *manifest, const struct deploy_service *service)
{
    char name[MANIFEST_NAME_MAX], image[MANIFEST_NAME_MAX];
    FILE *out;

    snprintf(name, sizeof(name), "%s.yaml", service->name);
    out = manifest_begin(manifest, name, 0600);
    print_all(manifest, service, out);
    manifest_end(manifest, out);
    manifest_image(service, image);
    snprintf(name, sizeof(name), "%s.Dockerfile", service->name);
    out = manifest_begin(manifest, name, 0644);
    fprintf(out,
            "# Made by \"ucompose deploy kubernetes\"; 107 is KubeVirt's user.\n"
            "FROM scratch\nCOPY --chown=107:107 %s /image.elf\n",
            image);
    manifest_end(manifest, out);
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = 0;

    if (!manifest->registry || !*manifest->registry || strlen(manifest->registry) > 512)
        return deploy_fail(error, -ENOTSUP,
                           "\"deploy kubernetes\" needs to know where the images will be; add "
                           "--registry registry.example/%s",
                           manifest->spec->project);
    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check(&manifest->spec->services[i], error);
    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        add_files(manifest, &manifest->spec->services[i]);
    return err;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];
        char image[1024];

        image_reference(manifest, service, image, sizeof(image));
        fprintf(out, "docker build -f %s.Dockerfile -t %s .\n", service->name, image);
        fprintf(out, "docker push %s\n", image);
        fprintf(out, "kubectl apply -f %s.yaml\n", service->name);
    }
}

const struct manifest_target manifest_kubernetes = {
    .name = "kubernetes",
    .summary = "KubeVirt replica sets, Services, probes and disruption budgets",
    .write = write_files,
    .commands = print_commands,
    .permissions = "pushing to the registry, and creating KubeVirt replica sets, Services and "
                   "PodDisruptionBudgets in the namespace",
};
