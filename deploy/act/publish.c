/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The ready instances of the service, beginning with the next one each time. */
static size_t pick(uint32_t ips[ACT_PROXY_CANDIDATES], void *arg)
{
    struct act_published *published = arg;
    uint32_t ready[DEPLOY_INSTANCES_MAX];
    size_t count = 0, take;

    for (struct act_instance *i = published->project->instances; i; i = i->next)
        if (i->state == CLUSTER_READY && count < DEPLOY_INSTANCES_MAX &&
            strcmp(i->service->name, published->service) == 0)
            ready[count++] = i->address.ip;
    take = count < ACT_PROXY_CANDIDATES ? count : ACT_PROXY_CANDIDATES;
    for (size_t i = 0; i < take; i++)
        ips[i] = ready[(published->turn + i) % count];
    published->turn++;
    return take;
}

static bool same(const struct act_published *published, const char *service,
                 const struct deploy_port *port)
{
    return strcmp(published->service, service) == 0 &&
           strcmp(published->host_ip, port->host_ip) == 0 &&
           published->asked_port == port->host_port && published->guest_port == port->guest_port;
}

static struct act_published *find(struct act_project *project, const char *service,
                                  const struct deploy_port *port)
{
    struct act_published *published = project->published;

    while (published && !same(published, service, port))
        published = published->next;
    return published;
}

static int explain(int err, const char *service, const struct deploy_port *port,
                   struct deploy_error *error)
{
    if (err == -EADDRINUSE)
        return deploy_fail(error, err,
                           "service %s: port %u on %s is taken by another program; end that one, "
                           "or publish another host port (\"ports\" of %s in the compose file)",
                           service, port->host_port, port->host_ip, service);
    if (err == -EACCES)
        return deploy_fail(error, err,
                           "service %s: no right to listen on port %u; publish one above 1023",
                           service, port->host_port);
    if (err == -EADDRNOTAVAIL || err == -EINVAL)
        return deploy_fail(error, err,
                           "service %s: this computer has no address %s; publish on 127.0.0.1 or "
                           "0.0.0.0",
                           service, port->host_ip);
    return deploy_fail(error, err, "service %s: cannot listen on %s:%u: %s", service, port->host_ip,
                       port->host_port, strerror(-err));
}

static int publish_one(struct act_project *project, const char *service,
                       const struct deploy_port *port, struct deploy_error *error)
{
    struct act_published *published = calloc(1, sizeof(*published));
    int err;

    if (!published)
        return -ENOMEM;
    published->project = project;
    snprintf(published->service, sizeof(published->service), "%s", service);
    snprintf(published->host_ip, sizeof(published->host_ip), "%s", port->host_ip);
    published->asked_port = port->host_port;
    published->guest_port = port->guest_port;
    err = act_listener_open(&project->loop, port->host_ip, port->host_port, port->guest_port, pick,
                            published, &published->listener);
    if (err) {
        free(published);
        return explain(err, service, port, error);
    }
    published->next = project->published;
    project->published = published;
    return 0;
}

static bool will_run(const char *service, const struct deploy_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(steps[i].service, service) == 0 && steps[i].kind != DEPLOY_STEP_REMOVE)
            return true;
    return false;
}

static void release(struct act_published **link)
{
    struct act_published *published = *link;

    *link = published->next;
    act_listener_close(published->listener);
    free(published);
}

/* A replaced service may publish other ports: those of the old one go first, so that the
 * new ones may have the same numbers. */
static void release_changed(struct act_project *project, const struct deploy_spec *spec)
{
    struct act_published **link = &project->published;

    while (*link) {
        const struct deploy_service *service = deploy_spec_find(spec, (*link)->service);
        bool keep = !service;

        for (size_t i = 0; service && i < service->port_count; i++)
            keep |= same(*link, service->name, &service->ports[i]);
        if (keep)
            link = &(*link)->next;
        else
            release(link);
    }
}

int act_publish(struct act_project *project, const struct deploy_spec *spec,
                const struct deploy_step *steps, size_t count, struct deploy_error *error)
{
    struct act_published *before;
    int err = 0;

    release_changed(project, spec);
    before = project->published;
    for (size_t s = 0; s < spec->service_count && !err; s++) {
        const struct deploy_service *service = &spec->services[s];

        if (!will_run(service->name, steps, count))
            continue;
        for (size_t i = 0; i < service->port_count && !err; i++)
            if (!find(project, service->name, &service->ports[i]))
                err = publish_one(project, service->name, &service->ports[i], error);
    }
    while (err && project->published != before)
        release(&project->published);
    return err;
}

void act_publish_trim(struct act_project *project)
{
    struct act_published **link = &project->published;

    while (*link) {
        struct act_instance *i = project->instances;

        while (i && strcmp(i->service->name, (*link)->service) != 0)
            i = i->next;
        if (i)
            link = &(*link)->next;
        else
            release(link);
    }
}

void act_publish_close(struct act_project *project)
{
    while (project->published)
        release(&project->published);
}
