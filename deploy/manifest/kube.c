/* SPDX-License-Identifier: MIT */
#include "kube.h"

#include "plan/hash.h"
#include "registry.h"

#include <errno.h>
#include <string.h>

#define PROCESSOR_PERCENT 70 /* of what is asked for, on average: more, and there will be more machines */

void kube_image(const struct manifest *manifest, const struct deploy_service *service, char *out, size_t size)
{
    snprintf(out, size, "%s/%s:%s", manifest->registry, service->name,
             service->config_hash + DEPLOY_HASH_HALF + 1);
}

unsigned long long kube_seconds(uint64_t ms)
{
    return ms <= 1000 ? 1 : (ms + 999) / 1000;
}

void kube_head(const struct manifest *manifest, const struct deploy_service *service, const char *version,
               const char *kind, const char *suffix, FILE *out)
{
    fprintf(out,
            "---\n"
            "apiVersion: %s\n"
            "kind: %s\n"
            "metadata:\n"
            "  name: %s%s\n"
            "  labels: { app.kubernetes.io/name: %s, app.kubernetes.io/part-of: %s }\n",
            version, kind, service->name, suffix, service->name, manifest->spec->project);
}

void kube_spec(const struct manifest *manifest, const struct deploy_service *service, const char *version,
               const char *kind, const char *suffix, FILE *out)
{
    kube_head(manifest, service, version, kind, suffix, out);
    fputs("spec:\n", out);
}

void kube_labels(const struct manifest *manifest, const struct deploy_service *service, const char *key, FILE *out)
{
    fprintf(out, "%s: { app.kubernetes.io/name: %s, app.kubernetes.io/part-of: %s }\n", key, service->name,
            manifest->spec->project);
}

void kube_probe(FILE *out, unsigned indent, const char *name, const char *path, const struct deploy_health *health)
{
    fprintf(out, "%*s%s:\n%*s  httpGet: { path: ", indent, "", name, indent, "");
    manifest_quoted(out, path);
    fprintf(out, ", port: %u }\n", health->port);
    fprintf(out, "%*s  initialDelaySeconds: %llu\n", indent, "",
            strcmp(name, "readinessProbe") ? kube_seconds(health->start_period_ms) : 1);
    fprintf(out, "%*s  periodSeconds: %llu\n", indent, "", kube_seconds(health->interval_ms));
    fprintf(out, "%*s  timeoutSeconds: %llu\n", indent, "", kube_seconds(health->timeout_ms));
    fprintf(out, "%*s  failureThreshold: %u\n", indent, "", health->retries);
}

void kube_environment(const struct manifest *manifest, const struct deploy_service *service, enum manifest_part part,
                      FILE *out)
{
    kube_head(manifest, service, "v1", part == MANIFEST_PUBLIC ? "ConfigMap" : "Secret", "-environment", out);
    fputs(part == MANIFEST_PUBLIC ? "data:\n" : "stringData:\n", out);
}

void kube_services(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    if (service->listen_port) {
        kube_spec(manifest, service, "v1", "Service", "", out);
        kube_labels(manifest, service, "  selector", out);
        fprintf(out, "  ports: [{ name: service, port: %u, targetPort: %u }]\n", service->listen_port,
                service->listen_port);
    }
    if (!service->port_count)
        return;
    kube_spec(manifest, service, "v1", "Service", "-public", out);
    kube_labels(manifest, service, "  selector", out);
    fputs("  type: LoadBalancer\n  ports:\n", out);
    for (size_t i = 0; i < service->port_count; i++)
        fprintf(out, "    - { name: port-%u, port: %u, targetPort: %u }\n", service->ports[i].host_port,
                service->ports[i].host_port, service->ports[i].guest_port);
}

bool kube_grows(const struct manifest *manifest, const struct deploy_service *service)
{
    return manifest->replicas_max > service->replicas && service->replicas > 0;
}

void kube_replicas(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    if (kube_grows(manifest, service))
        fputs("  # How many there are is the autoscaler's choice: no replicas here.\n", out);
    else
        fprintf(out, "  replicas: %u\n", service->replicas);
}

void kube_budget(const struct manifest *manifest, const struct deploy_service *service, const char *rule, FILE *out)
{
    kube_spec(manifest, service, "policy/v1", "PodDisruptionBudget", "", out);
    fprintf(out, "  %s\n  selector:\n", rule);
    kube_labels(manifest, service, "    matchLabels", out);
}

void kube_autoscaler(const struct manifest *manifest, const struct deploy_service *service, const char *version,
                     const char *kind, FILE *out)
{
    if (!kube_grows(manifest, service))
        return;
    kube_spec(manifest, service, "autoscaling/v2", "HorizontalPodAutoscaler", "", out);
    fprintf(out,
            "  scaleTargetRef: { apiVersion: %s, kind: %s, name: %s }\n"
            "  minReplicas: %u\n"
            "  maxReplicas: %u\n"
            "  metrics:\n"
            "    - type: Resource\n"
            "      resource: { name: cpu, target: { type: Utilization, averageUtilization: %d } }\n",
            version, kind, service->name, service->replicas, manifest->replicas_max, PROCESSOR_PERCENT);
}

static int check_scale(const struct manifest *manifest, const struct deploy_service *service, struct deploy_error *error)
{
    if (manifest->replicas_max && manifest->replicas_max < service->replicas)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: it has %u machines, and --max-replicas %u allows fewer; give %u or more, or set "
                           "deploy.replicas to %u",
                           service->name, service->replicas, manifest->replicas_max, service->replicas,
                           manifest->replicas_max);
    return 0;
}

static int check_registry(const struct manifest *manifest, const char *target, struct deploy_error *error)
{
    const struct deploy_spec *spec = manifest->spec;

    if (!manifest->registry || !*manifest->registry)
        return deploy_fail(error, -ENOTSUP,
                           "\"deploy %s\" needs to know where the images will be; add "
                           "--registry registry.example/%s",
                           target, spec->project);
    if (!manifest_is_registry(manifest->registry))
        return deploy_fail(error, -ENOTSUP,
                           "--registry \"%.100s\" is not what an image's name can begin with: HOST[:PORT]/PATH without "
                           "https:// and without a tag, the path in lower-case letters and digits, with '.', '_' or '-' "
                           "between them; write --registry registry.example/%s",
                           manifest->registry, spec->project);
    for (size_t i = 0; i < spec->service_count; i++)
        if (strlen(manifest->registry) + 1 + strlen(spec->services[i].name) > MANIFEST_REFERENCE_MAX)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: with this --registry its image has a name of more than %d characters; give a "
                               "shorter one",
                               spec->services[i].name, MANIFEST_REFERENCE_MAX);
    return 0;
}

static int check_service(const struct manifest *manifest, const struct deploy_service *service, struct deploy_error *error)
{
    const char *project = manifest->spec->project;

    if (strchr("-_", project[strlen(project) - 1]))
        return deploy_fail(error, -ENOTSUP,
                           "service %s: a label of Kubernetes, which holds the project's name, %s, ends with a letter or a "
                           "digit; give the project another name (name: in compose.yaml)",
                           service->name, project);
    if (service->name[0] < 'a' || service->name[0] > 'z')
        return deploy_fail(error, -ENOTSUP,
                           "service %s: a Service of Kubernetes begins with a letter; give it another name",
                           service->name);
    for (size_t i = 0; i < service->port_count; i++)
        if (!service->ports[i].host_port || strcmp(service->ports[i].host_ip, "0.0.0.0") != 0)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: a load balancer publishes port %u on no address of a host; write "
                               "ports: [\"80:%u\"] with its port alone",
                               service->name, service->ports[i].guest_port, service->ports[i].guest_port);
    return 0;
}

int kube_check(const struct manifest *manifest, const char *target, struct deploy_error *error)
{
    int err = check_registry(manifest, target, error);

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++) {
        err = check_service(manifest, &manifest->spec->services[i], error);
        if (!err)
            err = check_scale(manifest, &manifest->spec->services[i], error);
    }
    return err;
}

void kube_commands(const struct manifest *manifest, FILE *out)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];
        char image[1024], file[MANIFEST_NAME_MAX];

        kube_image(manifest, service, image, sizeof(image));
        manifest_image(service, "oci.tar", file);
        fprintf(out, "skopeo copy oci-archive:%s docker://%s\n", file, image);
        fprintf(out, "kubectl apply -f %s.yaml\n", service->name);
    }
}
