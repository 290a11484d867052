/* SPDX-License-Identifier: MIT */
#include "project.h"
#include "gateway.h"
#include "names.h"
#include "node.h"
#include "plan/fnv.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PREFIX     0x0a4d0000u /* 10.77.0.0: the project's hash gives the third byte */
#define MASK       0xffffff00u
#define FIRST_HOST 10
#define LAST_HOST  (FIRST_HOST + DEPLOY_INSTANCES_MAX - 1)

int act_project_address(struct act_project *project, struct act_address *address)
{
    for (uint32_t host = FIRST_HOST; host <= LAST_HOST; host++) {
        struct act_instance *i = project->instances;

        while (i && i->address.ip != (project->net | host))
            i = i->next;
        if (!i) {
            *address = act_address_of(project->net | host);
            return 0;
        }
    }
    return -ENOSPC;
}

struct act_instance *act_project_find(struct act_project *project, const char *service,
                                      unsigned number)
{
    struct act_instance *i = project->instances;

    while (i && (i->number != number || strcmp(i->service->name, service) != 0))
        i = i->next;
    return i;
}

/* ---- who waits? ---- */

void act_project_settle(struct act_project *project)
{
    project->settle_needed = true;
}

static void try_start(struct act_instance *instance)
{
    struct act_project *project = instance->project;
    char waits_for[sizeof(instance->waits_for)];
    bool never;

    if (act_depends_met(project, instance->service, waits_for, &never)) {
        if (act_machine_start(instance) == 0) {
            act_instance_set_state(instance, CLUSTER_STARTING);
        } else if (!instance->pid) {
            instance->exit_status = 125;
            act_instance_set_state(instance, CLUSTER_EXITED);
        }
        return;
    }
    if (strcmp(waits_for, instance->waits_for) == 0)
        return;
    memcpy(instance->waits_for, waits_for, sizeof(waits_for));
    act_instance_set_state(instance, CLUSTER_WAITING);
}

static bool nothing_left(const struct act_project *project)
{
    for (struct act_instance *i = project->instances; i; i = i->next)
        if (act_instance_has_machine(i))
            return false;
    return true;
}

static bool depends_on(const struct act_instance *instance, const char *service)
{
    for (size_t i = 0; i < instance->service->depends_on_count; i++)
        if (strcmp(instance->service->depends_on[i].service, service) == 0)
            return true;
    return false;
}

/* Those go first that nobody needs any more: a gateway drains while what it calls is up. */
static void end_next(struct act_project *project)
{
    for (struct act_instance *i = project->instances; i; i = i->next) {
        struct act_instance *user = project->instances;

        if (!i->pid || i->state == CLUSTER_STOPPING)
            continue;
        while (user && (!user->pid || !depends_on(user, i->service->name)))
            user = user->next;
        if (!user)
            act_instance_stop(i, ACT_THEN_STAY, project->end_timeout_ms);
    }
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct act_project *project = prepare->data;
    struct act_instance *next;

    while (project->settle_needed) {
        project->settle_needed = false;
        if (!project->ending)
            act_swap_settle(project);
        for (struct act_instance *i = project->instances; i; i = next) {
            next = i->next;
            if (i->state == CLUSTER_WAITING && !project->ending)
                try_start(i);
        }
        if (project->ending)
            end_next(project);
        act_publish_trim(project);
    }
    if (project->ending && nothing_left(project))
        uv_stop(&project->loop);
}

/* ---- processes that end ---- */

static void on_child(uv_signal_t *handle, int signal)
{
    struct act_project *project = handle->data;
    struct act_instance *next;
    int status;

    (void)signal;
    for (struct act_instance *i = project->instances; i; i = next) {
        next = i->next;
        if (i->pid && waitpid(i->pid, &status, WNOHANG) == i->pid)
            act_machine_child_ended(i, status);
    }
    if (project->gateway_pid && waitpid(project->gateway_pid, &status, WNOHANG) > 0) {
        project->gateway_pid = 0;
        dprintf(2,
                "the gateway process ended (status %#x): no way out of the project until "
                "its next start\n",
                (unsigned)status);
    }
}

void act_project_end(struct act_project *project, int64_t timeout_ms)
{
    bool again = project->ending;
    struct act_instance *next;

    project->ending = true;
    project->end_timeout_ms = timeout_ms;
    if (!again && project->ends)
        project->ends(project->changed_arg);
    for (struct act_instance *i = project->instances; i; i = next) {
        next = i->next;
        if (again || timeout_ms == 0 || !i->pid)
            act_instance_stop(i, ACT_THEN_STAY, timeout_ms);
    }
    act_project_settle(project); /* the others in their order */
}

static void on_terminate(uv_signal_t *handle, int signal)
{
    (void)signal;
    act_project_end(handle->data, -1);
}

/* ---- start ---- */

static uint32_t subnet_of(const char *run_dir)
{
    uint32_t hash = deploy_fnv_short(run_dir);

    return PREFIX | ((hash ^ hash >> 8 ^ hash >> 16) & 0xff) << 8;
}

static int start_gateway(struct act_project *project)
{
    struct act_address address;
    int fd;
    int err = act_gateway_spawn(project->net, project->mask, project->net | 1,
                                &project->gateway_pid, &fd);

    if (err)
        return err;
    act_gateway_address(project->net | 1, &address);
    err = act_switch_join(project->sw, &address, true, fd, NULL);
    return err < 0 ? err : 0;
}

static int start_network(struct act_project *project)
{
    struct act_address node = act_address_of(project->net | 2);
    int err;

    project->sw = act_switch_new(&project->loop, project->net, project->mask);
    if (!project->sw)
        return -ENOMEM;
    err = start_gateway(project);
    if (!err)
        err = act_node_start(&project->loop, project->sw, &node, project->mask);
    if (!err)
        err = act_names_start(&project->loop, act_lookup_name, project);
    return err;
}

int act_project_init(struct act_project *project, const struct cluster_paths *paths)
{
    int err = uv_loop_init(&project->loop);

    if (err)
        return err;
    project->paths = *paths;
    project->net = subnet_of(paths->run_dir);
    project->mask = MASK;
    cluster_host_probe(&project->host);
    uv_signal_init(&project->loop, &project->child);
    uv_signal_init(&project->loop, &project->terminate);
    uv_prepare_init(&project->loop, &project->prepare);
    project->child.data = project->terminate.data = project->prepare.data = project;
    uv_signal_start(&project->child, on_child, SIGCHLD);
    uv_signal_start(&project->terminate, on_terminate, SIGTERM);
    uv_prepare_start(&project->prepare, on_prepare);
    return start_network(project);
}
