/* SPDX-License-Identifier: MIT */
/*
 * project.h - what the supervisor holds: the project, its instances, its published ports.
 *
 * Everything belongs to the project and lives on its loop's thread. An instance keeps the
 * spec that it was created from alive, so a new one replaces it only when a step says so.
 */
#ifndef ACT_PROJECT_H
#define ACT_PROJECT_H

#include "domain.h"
#include "ending.h"
#include "health.h"
#include "lines.h"
#include "logfile.h"
#include "probe.h"
#include "proxy.h"
#include "qemu.h"
#include "restart.h"
#include "switch.h"
#include <uv.h>

struct act_spec { /* counted */
    struct deploy_spec *spec;
    unsigned refs;
};
struct act_spec *act_spec_hold(struct act_spec *spec);
void act_spec_release(struct act_spec *spec);

/* What happens to an instance when its machine is gone. */
enum act_then {
    ACT_THEN_DECIDE, /* it ended by itself: its restart policy says */
    ACT_THEN_STAY,   /* stopped by hand */
    ACT_THEN_START,  /* replaced: start again, from `next` */
    ACT_THEN_REMOVE,
};

struct act_instance {
    struct act_instance *next;
    struct act_project *project;
    struct act_spec *spec, *next_spec;    /* `next_spec`: after ACT_THEN_START or a swap */
    const struct deploy_service *service; /* in spec */
    unsigned number;
    char name[80];
    enum cluster_instance_state state;
    char waits_for[160];
    enum act_then then;
    bool swapped;      /* its successor, from `next_spec`, runs or will: see swap.c */
    unsigned replaces; /* number of the instance whose successor it is; 0: of none */
    struct act_address address;
    uint64_t image_bytes;

    pid_t pid; /* 0: no machine; of QEMU, or while libvirt makes the machine, of virsh */
    bool launching; /* libvirt makes it */
    struct act_domain domain;
    struct act_watch *watch; /* of a QEMU that is libvirt's child; else NULL */
    int port;  /* of the switch */
    int qmp;   /* belongs to `monitor` */
    bool killed;
    uint64_t started_ns; /* monotonic: exec of QEMU */
    int64_t started_ms;  /* wall clock */
    uint64_t boot_ns;
    struct act_lines *console, *serial, *errors, *monitor;
    struct act_ending_notes notes;
    struct act_log log;

    struct act_health health;
    struct act_probe probe;
    char probe_why[64];
    uv_timer_t probe_timer; /* until the next probe */
    uv_timer_t timer;       /* back-off, or the grace period */
    int handles;            /* not closed yet, at the end */

    struct act_restart restart;
    int exit_status; /* -1: never ended */
    char last_exit[512];
    uint64_t frames_dropped; /* of earlier machines */
};

struct act_published { /* one `ports:` entry of a service that has instances */
    struct act_published *next;
    struct act_project *project;
    char service[64];
    char host_ip[46];
    uint16_t asked_port, guest_port;
    unsigned turn;
    struct act_listener *listener;
};

struct act_project {
    uv_loop_t loop;
    struct cluster_paths paths;
    struct cluster_host host;
    struct act_spec *spec; /* the last one applied */
    struct act_switch *sw;
    uint32_t net, mask;
    pid_t gateway_pid;
    struct act_instance *instances; /* in the order of creation */
    struct act_published *published;
    uv_signal_t child, terminate;
    uv_prepare_t prepare;
    bool settle_needed;
    bool ending; /* `down`: stop all, then leave */
    int64_t end_timeout_ms;
    void (*changed)(struct act_instance *instance, void *arg); /* tell subscribers */
    void (*ends)(void *arg); /* and that the end was asked for */
    void *changed_arg;
};

/* ---- instance.c ---- */

/* A new instance, CREATED. NULL: out of memory or addresses. */
struct act_instance *act_instance_new(struct act_project *project, struct act_spec *spec,
                                      const struct deploy_service *service, unsigned number);
/* Start it when its dependencies allow. One that runs is left alone. */
void act_instance_want(struct act_instance *instance);
/* Ask it to end; `timeout_ms` < 0: the service's grace time. */
void act_instance_stop(struct act_instance *instance, enum act_then then, int64_t timeout_ms);
void act_instance_kill(struct act_instance *instance, int signal);
/* Stop, take the new spec (its service is in it), start. */
void act_instance_replace(struct act_instance *instance, struct act_spec *spec);
/* For the wait status of a process that was not ours to wait for. */
#define ACT_WAIT_UNKNOWN (-1)

/* Its process has ended (waitpid has its status). */
void act_instance_exited(struct act_instance *instance, int wait_status);
/* Unlink and free one without a machine. */
void act_instance_remove(struct act_instance *instance);
bool act_instance_has_machine(const struct act_instance *instance);
void act_instance_set_state(struct act_instance *instance, enum cluster_instance_state state);

/* ---- machine.c: the part of an instance that exists while QEMU runs ---- */

/* 0, or -errno with the reason in last_exit. */
int act_machine_start(struct act_instance *instance);
void act_machine_powerdown(struct act_instance *instance);
/* Its child, QEMU or virsh, has ended (waitpid has its status). */
void act_machine_child_ended(struct act_instance *instance, int wait_status);
/* Read what is left, write down how it ended, give everything back. */
void act_machine_end(struct act_instance *instance, int wait_status);
/* A probe's result; `arg` is the instance. */
void act_probe_done(bool good, const char *why, void *arg);

/* ---- project.c ---- */

/* 0 or -errno. */
int act_project_init(struct act_project *project, const struct cluster_paths *paths);
/* Stop all, users before what they depend on; the loop ends when the last is gone. With no
 * time, or asked again: all at the same time. */
void act_project_end(struct act_project *project, int64_t timeout_ms);
/* Something changed: look at who waits, before the loop sleeps. */
void act_project_settle(struct act_project *project);
struct act_instance *act_project_find(struct act_project *project, const char *service,
                                      unsigned number);
/* A free address for a new instance. 0 or -ENOSPC. */
int act_project_address(struct act_project *project, struct act_address *address);

/* ---- apply.c ---- */

/* Takes ownership of `spec`. 0 or -errno; then nothing has changed. */
int act_apply(struct act_project *project, struct deploy_spec *spec,
              const struct deploy_step *steps, size_t count, struct deploy_error *error);

/* ---- swap.c ---- */

/* Start a successor from `spec` beside the instance, which ends when that one is ready. */
void act_swap(struct act_instance *instance, struct act_spec *spec);
/* Go on with every swap, as far as the states of its instances allow. */
void act_swap_settle(struct act_project *project);

/* ---- depends.c ---- */

/* May it start? If not, `waits_for` says on what; *never: it cannot any more. */
bool act_depends_met(struct act_project *project, const struct deploy_service *service,
                     char waits_for[160], bool *never);

/* ---- publish.c ---- */

/* Bind what the services of `spec` publish and is not bound; release what nobody wants.
 * All or nothing: 0, or -errno with a sentence. */
int act_publish(struct act_project *project, const struct deploy_spec *spec,
                const struct deploy_step *steps, size_t count, struct deploy_error *error);
void act_publish_trim(struct act_project *project);
void act_publish_close(struct act_project *project);

/* ---- lookup.c ---- */

int act_lookup_name(const char *name, uint32_t *ips, size_t max, void *project);

/* ---- report.c ---- */

void act_report_instance(const struct act_instance *instance, struct cluster_instance *out);
/* 0 or -ENOMEM; free with cluster_state_free(). */
int act_report(const struct act_project *project, struct cluster_state *out);

/* ---- control.c ---- */

/* Listen on the control socket. 0 or -errno. */
int act_control_start(struct act_project *project);
void act_control_stop(struct act_project *project);

#endif
