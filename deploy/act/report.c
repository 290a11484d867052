/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A health check that keeps failing is worth a word, too. */
static void tell_waits(const struct act_instance *instance, char out[160])
{
    if (instance->waits_for[0])
        snprintf(out, 160, "%s", instance->waits_for);
    else if (instance->state == CLUSTER_STARTING || instance->state == CLUSTER_UNHEALTHY)
        snprintf(out, 160, "its health check%s%s", instance->probe_why[0] ? ": " : "",
                 instance->probe_why);
}

void act_report_instance(const struct act_instance *instance, struct cluster_instance *out)
{
    const uint8_t *m = instance->address.mac;

    memset(out, 0, sizeof(*out));
    snprintf(out->service, sizeof(out->service), "%s", instance->service->name);
    snprintf(out->name, sizeof(out->name), "%s", instance->name);
    snprintf(out->last_exit, sizeof(out->last_exit), "%s", instance->last_exit);
    snprintf(out->config_hash, sizeof(out->config_hash), "%s",
             instance->service->config_hash ? instance->service->config_hash : "");
    snprintf(out->mac, sizeof(out->mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
             m[4], m[5]);
    act_ip_text(instance->address.ip, out->ip);
    tell_waits(instance, out->waits_for);
    out->number = instance->number;
    out->replaces = instance->replaces;
    out->leaving = instance->swapped || instance->then == ACT_THEN_REMOVE;
    out->state = instance->state;
    out->exit_status = instance->exit_status;
    out->restarts = instance->restart.count;
    out->pid = instance->pid;
    out->memory_bytes = instance->service->memory_bytes;
    out->image_bytes = instance->image_bytes;
    out->boot_ns = instance->boot_ns;
    out->started_ms = instance->started_ms;
    out->frames_dropped = instance->frames_dropped;
    if (instance->port >= 0)
        out->frames_dropped +=
            act_switch_counters(instance->project->sw, instance->port)->dropped_full;
}

static int report_ports(const struct act_project *project, struct cluster_instance *out)
{
    for (struct act_published *p = project->published; p; p = p->next) {
        struct cluster_port *grown;

        if (strcmp(p->service, out->service) != 0)
            continue;
        grown = realloc(out->ports, (out->port_count + 1) * sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        out->ports = grown;
        grown += out->port_count++;
        snprintf(grown->host_ip, sizeof(grown->host_ip), "%s", p->host_ip);
        grown->host_port = act_listener_port(p->listener);
        grown->guest_port = p->guest_port;
    }
    return 0;
}

/* Where the service stands in the last spec; orphans last. */
static size_t rank(const struct act_project *project, const char *service)
{
    const struct deploy_spec *spec = project->spec ? project->spec->spec : NULL;
    size_t i = 0;

    while (spec && i < spec->service_count && strcmp(spec->services[i].name, service) != 0)
        i++;
    return i;
}

static bool comes_before(const struct act_project *project, const struct cluster_instance *a,
                         const struct cluster_instance *b)
{
    size_t rank_a = rank(project, a->service), rank_b = rank(project, b->service);
    int by_name = strcmp(a->service, b->service);

    if (rank_a != rank_b)
        return rank_a < rank_b;
    return by_name ? by_name < 0 : a->number < b->number;
}

static void sort(const struct act_project *project, struct cluster_state *state)
{
    for (size_t i = 1; i < state->instance_count; i++)
        for (size_t j = i; j > 0; j--) {
            struct cluster_instance *a = &state->instances[j - 1];
            struct cluster_instance swap = *a;

            if (!comes_before(project, a + 1, a))
                break;
            *a = a[1];
            a[1] = swap;
        }
}

int act_report(const struct act_project *project, struct cluster_state *out)
{
    size_t count = 0;
    char net[16];

    memset(out, 0, sizeof(*out));
    snprintf(out->project, sizeof(out->project), "%s", project->paths.project);
    snprintf(out->compose_path, sizeof(out->compose_path), "%s", project->paths.compose_path);
    out->supervisor_pid = getpid();
    snprintf(out->accelerator, sizeof(out->accelerator), "%s", project->host.kvm ? "kvm" : "tcg");
    snprintf(out->accelerator_reason, sizeof(out->accelerator_reason), "%s",
             project->host.kvm_reason);
    act_ip_text(project->net, net);
    snprintf(out->subnet, sizeof(out->subnet), "%s/%d", net, __builtin_popcount(project->mask));
    for (struct act_instance *i = project->instances; i; i = i->next)
        count++;
    out->instances = calloc(count ? count : 1, sizeof(*out->instances));
    if (!out->instances)
        return -ENOMEM;
    for (struct act_instance *i = project->instances; i; i = i->next) {
        struct cluster_instance *one = &out->instances[out->instance_count++];

        act_report_instance(i, one);
        if (report_ports(project, one) < 0) {
            cluster_state_free(out);
            return -ENOMEM;
        }
    }
    sort(project, out);
    return 0;
}
