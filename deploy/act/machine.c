/* SPDX-License-Identifier: MIT */
#include "procfile.h"
#include "clock.h"
#include "paths.h"
#include "project.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- what it says ---- */

static void on_console(const char *text, size_t len, void *arg)
{
    struct act_instance *instance = arg;

    if (text)
        act_log_line(&instance->log, CLUSTER_LOG_CONSOLE, text, len);
    else
        act_log_flush(&instance->log);
}

static void on_serial(const char *text, size_t len, void *arg)
{
    struct act_instance *instance = arg;

    if (!text) {
        act_log_flush(&instance->log);
        return;
    }
    act_ending_note_serial(&instance->notes, text);
    act_log_line(&instance->log, CLUSTER_LOG_SERIAL, text, len);
}

static void on_errors(const char *text, size_t len, void *arg)
{
    struct act_instance *instance = arg;

    if (!text || len == 0)
        return;
    act_ending_note_qemu(&instance->notes, text);
    if (!instance->launching) /* what virsh says matters if it fails, and then by its last line */
        act_log_note(&instance->log, "qemu: %s", text);
}

/* A machine that said nothing for so long is asked. */
#define SILENCE_MS 2000

/* What QMP answers is of no interest, but must not pile up. */
static void on_monitor(const char *text, size_t len, void *arg)
{
    (void)text, (void)len, (void)arg;
}

/* ---- health ---- */

static void schedule_probe(struct act_instance *instance);

static void on_probe_timer(uv_timer_t *timer)
{
    struct act_instance *instance = timer->data;
    const struct deploy_health *health = &instance->service->health;
    uint64_t timeout_ms;

    if (act_health_due(&instance->health, act_now_ms(), &timeout_ms))
        act_probe_start(&instance->probe, instance->address.ip, health->port, instance->name,
                        health->path, timeout_ms);
    else
        schedule_probe(instance); /* the loop's clock is a little ahead of the real one */
}

static void schedule_probe(struct act_instance *instance)
{
    uint64_t now = act_now_ms();
    uint64_t next = instance->health.next_ms;

    if (next != UINT64_MAX)
        uv_timer_start(&instance->probe_timer, on_probe_timer, next > now ? next - now : 0, 0);
}

static void become_ready(struct act_instance *instance)
{
    if (!instance->boot_ns) {
        instance->boot_ns = uv_hrtime() - instance->started_ns;
        act_log_note(&instance->log, "ready after %" PRIu64 " ms", instance->boot_ns / 1000000);
    }
    act_instance_set_state(instance, CLUSTER_READY);
}

static void follow_health(struct act_instance *instance)
{
    switch (instance->health.state) {
    case ACT_HEALTH_STARTING:
        break;
    case ACT_HEALTH_READY:
        if (instance->state != CLUSTER_READY)
            become_ready(instance);
        break;
    case ACT_HEALTH_UNHEALTHY:
        if (instance->state != CLUSTER_UNHEALTHY) {
            act_log_note(&instance->log, "unhealthy: %s", instance->probe_why);
            act_instance_set_state(instance, CLUSTER_UNHEALTHY);
        }
        break;
    }
}

void act_probe_done(bool good, const char *why, void *arg)
{
    struct act_instance *instance = arg;

    snprintf(instance->probe_why, sizeof(instance->probe_why), "%s", good ? "" : why);
    if (!instance->pid || instance->state == CLUSTER_STOPPING)
        return;
    act_health_result(&instance->health, good, act_now_ms());
    follow_health(instance);
    schedule_probe(instance);
}

static void watch_health(struct act_instance *instance)
{
    act_health_start(&instance->health, &instance->service->health, act_now_ms());
    follow_health(instance);
    schedule_probe(instance);
}

static void on_link_up(void *arg)
{
    struct act_instance *instance = arg;

    if (instance->state == CLUSTER_STARTING)
        watch_health(instance);
}

/* A machine says one thing by itself, that its link is up; should that be lost, nobody else would ask it. */
static void on_silence(uv_timer_t *timer)
{
    struct act_instance *instance = timer->data;

    if (instance->state == CLUSTER_STARTING && !instance->service->health.disabled)
        watch_health(instance);
}

/* ---- start ---- */

static int write_env(const struct act_instance *instance, char *path, size_t size)
{
    const struct deploy_service *service = instance->service;
    FILE *file;
    int fd;
    int err = act_path(&instance->project->paths, path, size, "env", instance->name);

    if (err)
        return err;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    file = fdopen(fd, "w");
    if (!file) {
        close(fd);
        return -ENOMEM;
    }
    for (size_t i = 0; i < service->environment_count; i++)
        fprintf(file, "%s=%s\n", service->environment[i].name, service->environment[i].value);
    return fclose(file) == 0 ? 0 : -errno;
}

static void write_append(const struct act_instance *instance, char *out, size_t size)
{
    const struct act_project *project = instance->project;
    char own[16], gateway[16], names[16];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    act_ip_text(instance->address.ip, own);
    act_ip_text(project->net | 1, gateway);
    act_ip_text(project->net | 2, names);
    snprintf(out, size, "ip=%s/%d gw=%s dns=%s host=%s clock=%lld", own,
             __builtin_popcount(project->mask), gateway, names, instance->name,
             (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static void remember_pid(const struct act_instance *instance)
{
    char path[PATH_MAX];

    if (act_path(&instance->project->paths, path, sizeof(path), "pid", instance->name) == 0)
        act_procfile_write(path, instance->pid);
}

static void forget_files(const struct act_instance *instance)
{
    char path[PATH_MAX];

    if (act_path(&instance->project->paths, path, sizeof(path), "pid", instance->name) == 0)
        unlink(path);
    if (act_path(&instance->project->paths, path, sizeof(path), "env", instance->name) == 0)
        unlink(path);
}

static int attach(struct act_instance *instance, const struct act_machine_sockets *sockets)
{
    struct act_port_events events = {.link_up = on_link_up, .arg = instance};
    uv_loop_t *loop = &instance->project->loop;

    instance->qmp = sockets->qmp;
    instance->console = act_lines_open(loop, sockets->console, on_console, instance);
    instance->serial = act_lines_open(loop, sockets->serial, on_serial, instance);
    if (sockets->errors >= 0)
        instance->errors = act_lines_open(loop, sockets->errors, on_errors, instance);
    instance->monitor = act_lines_open(loop, sockets->qmp, on_monitor, instance);
    instance->port =
        act_switch_join(instance->project->sw, &instance->address, false, sockets->net, &events);
    if (instance->port < 0)
        return instance->port;
    uv_timer_start(&instance->probe_timer, on_silence, SILENCE_MS, 0);
    return 0;
}

static int fail(struct act_instance *instance, int err, const char *what)
{
    snprintf(instance->last_exit, sizeof(instance->last_exit), "cannot %s: %s", what,
             strerror(-err));
    act_log_note(&instance->log, "%s", instance->last_exit);
    return err;
}

static int spawn(struct act_instance *instance, const struct act_machine *machine)
{
    struct act_machine_sockets sockets;
    int err = act_qemu_spawn(machine, &instance->pid, &sockets);

    if (err)
        return fail(instance, err, "start QEMU");
    remember_pid(instance);
    err = attach(instance, &sockets);
    if (err) {
        kill(instance->pid, SIGKILL); /* its end is then noticed as any other */
        fail(instance, err, "join the switch");
    }
    return 0;
}

/* ---- by libvirt ---- */

static int launch(struct act_instance *instance, const struct act_machine *machine)
{
    struct act_project *project = instance->project;
    struct act_domain *domain = &instance->domain;
    int errors;
    int err;

    act_domain_name(domain, project->paths.project, instance->name, project->paths.run_dir);
    snprintf(domain->folder, sizeof(domain->folder), "%s", project->paths.socket_dir);
    domain->number = instance->address.ip & 0xff;
    err = act_domain_launch(domain, machine, &instance->pid, &errors);
    if (err)
        return fail(instance, err, "start virsh");
    instance->launching = true;
    instance->errors = act_lines_open(&project->loop, errors, on_errors, instance);
    act_log_note(&instance->log, "libvirt makes the domain %s", domain->name);
    return 0;
}

static void on_gone(void *arg)
{
    act_instance_exited(arg, ACT_WAIT_UNKNOWN);
}

/* virsh has made the domain. */
static int take_over(struct act_instance *instance)
{
    struct act_machine_sockets sockets;
    int err = act_domain_attach(&instance->domain, &sockets, &instance->pid);

    if (err)
        return fail(instance, err, "take over what libvirt started");
    remember_pid(instance);
    err = attach(instance, &sockets);
    if (!err)
        instance->watch = act_watch_open(&instance->project->loop, instance->pid, on_gone, instance, &err);
    if (err) {
        kill(instance->pid, SIGKILL);
        return fail(instance, err, "join the switch");
    }
    return 0;
}

/* The wait status of a process that exited with 1. */
#define FAILED_STATUS (1 << 8)

static void finish_launch(struct act_instance *instance, int wait_status)
{
    act_lines_close(instance->errors);
    instance->errors = NULL;
    instance->launching = false;
    if (wait_status == 0) {
        if (take_over(instance) == 0)
            return;
        act_ending_note_qemu(&instance->notes, instance->last_exit);
        wait_status = FAILED_STATUS;
    }
    act_domain_abandon(&instance->domain);
    if (WIFEXITED(wait_status) && instance->notes.qemu[0])
        act_log_note(&instance->log, "libvirt: %s", instance->notes.qemu);
    act_instance_exited(instance, wait_status);
}

void act_machine_child_ended(struct act_instance *instance, int wait_status)
{
    if (instance->launching)
        finish_launch(instance, wait_status);
    else
        act_instance_exited(instance, wait_status);
}

int act_machine_start(struct act_instance *instance)
{
    const struct cluster_host *host = &instance->project->host;
    char env_file[PATH_MAX], append[256];
    struct act_machine machine = {
        .qemu = host->qemu_path,
        .kvm = host->kvm,
        .name = instance->name,
        .image = instance->service->image,
        .memory_bytes = instance->service->memory_bytes,
        .append = append,
        .env_file = env_file,
    };
    struct timespec now;
    int err = write_env(instance, env_file, sizeof(env_file));

    if (err)
        return fail(instance, err, "write its environment");
    write_append(instance, append, sizeof(append));
    memcpy(machine.mac, instance->address.mac, sizeof(machine.mac));
    memset(&instance->notes, 0, sizeof(instance->notes));
    instance->killed = false;
    instance->boot_ns = 0;
    instance->probe_why[0] = '\0';
    instance->started_ns = uv_hrtime();
    clock_gettime(CLOCK_REALTIME, &now);
    instance->started_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    err = instance->spec->spec->libvirt ? launch(instance, &machine) : spawn(instance, &machine);
    if (err) {
        instance->pid = 0;
        return err;
    }
    act_log_note(&instance->log, "started, %s, %" PRIu64 " KiB", host->kvm ? "kvm" : "tcg",
                 machine.memory_bytes >> 10);
    return 0;
}

/* ---- end ---- */

void act_machine_powerdown(struct act_instance *instance)
{
    static const char commands[] = "{\"execute\":\"qmp_capabilities\"}\n"
                                   "{\"execute\":\"system_powerdown\"}\n";

    /* Asking twice for the capabilities is an error that changes nothing. */
    if (!instance->monitor || write(instance->qmp, commands, sizeof(commands) - 1) < 0)
        kill(instance->pid, SIGKILL);
}

/* Of a QEMU that nobody told us about: one whose kernel did not say that it ends was killed. */
static int guess_status(const struct act_instance *instance)
{
    if (instance->notes.exited || instance->notes.panic[0])
        return 0;
    return instance->killed ? SIGKILL : SIGTERM;
}

void act_machine_end(struct act_instance *instance, int wait_status)
{
    char reason[ACT_ENDING_TEXT_MAX];

    uv_timer_stop(&instance->timer);
    uv_timer_stop(&instance->probe_timer);
    act_probe_cancel(&instance->probe);
    act_lines_close(instance->console);
    act_lines_close(instance->serial);
    act_lines_close(instance->errors);
    act_lines_close(instance->monitor);
    instance->console = instance->serial = instance->errors = instance->monitor = NULL;
    act_watch_close(instance->watch);
    instance->watch = NULL;
    if (wait_status == ACT_WAIT_UNKNOWN)
        wait_status = guess_status(instance);
    if (instance->port >= 0) {
        instance->frames_dropped +=
            act_switch_counters(instance->project->sw, instance->port)->dropped_full;
        act_switch_leave(instance->project->sw, instance->port);
    }
    instance->port = -1;
    act_proxy_reset_instance(instance->address.ip);
    instance->pid = 0;
    forget_files(instance);
    instance->exit_status =
        act_ending_decode(&instance->notes, wait_status, reason, sizeof(reason));
    snprintf(instance->last_exit, sizeof(instance->last_exit), "%s%s", reason,
             instance->killed && WIFSIGNALED(wait_status) ? " (by ucompose)" : "");
    act_log_note(&instance->log, "%s", instance->last_exit);
}
