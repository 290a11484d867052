/* SPDX-License-Identifier: MIT */
/*
 * cluster.h - run a project on this computer.
 *
 * One supervisor process per project owns its QEMU processes, the switch
 * between them, published ports, health checks and log files. It is started by
 * cluster_apply() and ends with cluster_down(): what has ended by itself can still
 * be asked about. The calls below speak to it over a unix socket; they block, need no
 * event loop, and may be made from any thread, each with its own
 * `struct cluster_events`.
 *
 * Results: 0 or a negative errno, with a sentence for the user in `error`.
 *   -ESRCH   the project does not run (no supervisor)
 *   -ENOENT  no such service or instance
 *   -EADDRINUSE, -ETIMEDOUT, -EPROTO, ... as the sentence explains
 *
 * Structs that are filled own their memory until the matching free call.
 */
#ifndef DEPLOY_CLUSTER_H
#define DEPLOY_CLUSTER_H

#include "deploy/error.h"
#include "deploy/spec.h"
#include <limits.h>
#include <stdio.h>
#include <sys/types.h>

/* ---- where a project keeps what it writes ---- */

struct cluster_paths {
    char project[64];
    char compose_path[PATH_MAX];
    char run_dir[PATH_MAX];  /* state, logs: <home>/run/<project>-<hash8>, mode 0700 */
    char socket_dir[80];     /* unix sockets; short, because their names may have 107 bytes */
};

/* The folder of all running projects: $UCOMPOSE_HOME, or one in the user's cache. 0, -ENAMETOOLONG, or -EINVAL with
 * a sentence. */
int cluster_home(char *out, size_t size, struct deploy_error *error);

/* Work out the paths; touches nothing on disk. `compose_path` is absolute.
 * Returns 0, -ENAMETOOLONG or -EINVAL (no home directory). */
int cluster_paths_init(struct cluster_paths *paths, const char *project, const char *compose_path,
                       struct deploy_error *error);

/* The log file of an instance ("orders-1"): lines as cluster_log_parse() reads
 * them. When it passes CLUSTER_LOG_BYTES it is renamed to the same name + ".1"
 * (replacing that) and begun anew, so a follower checks the inode. */
#define CLUSTER_LOG_BYTES (16u << 20)
int cluster_log_path(const struct cluster_paths *paths, const char *instance, char *path, size_t size);

enum cluster_log_source {
    CLUSTER_LOG_CONSOLE = 'o',    /* standard output and error of the service */
    CLUSTER_LOG_SERIAL = 's',     /* early boot and panics, written by the kernel */
    CLUSTER_LOG_SUPERVISOR = '!', /* our own notes: started, exited 1, restarts in 2 s */
};

/* Take apart one line "2026-11-23T21:40:00.123Z o text" (without its newline).
 * `text` and `stamp` point into `line`; `stamp_len` is the length of the time.
 * Returns 0 or -EINVAL. */
int cluster_log_parse(const char *line, const char **stamp, size_t *stamp_len,
                      enum cluster_log_source *source, const char **text);

/* ---- what runs ---- */

enum cluster_instance_state {
    CLUSTER_CREATED,   /* never started, or start not asked for */
    CLUSTER_WAITING,   /* for its dependencies; see `waits_for` */
    CLUSTER_STARTING,  /* QEMU runs, no health check has passed yet */
    CLUSTER_READY,     /* answers its health check (or runs, when that is disabled) */
    CLUSTER_UNHEALTHY, /* runs, but failed `retries` checks in a row */
    CLUSTER_STOPPING,  /* asked to shut down, not gone yet */
    CLUSTER_BACKOFF,   /* exited; restarts at the end of a pause */
    CLUSTER_EXITED,    /* ended by itself and stays so */
    CLUSTER_STOPPED,   /* ended because somebody asked */
};
/* "created", "waiting", "starting", "ready", ... */
const char *cluster_state_name(enum cluster_instance_state state);

struct cluster_port {
    char host_ip[46];
    uint16_t host_port; /* the real one, also when the compose file asked for any */
    uint16_t guest_port;
};

struct cluster_instance {
    char service[64];
    unsigned number;     /* from 1 */
    unsigned replaces;   /* number of the instance whose place it takes when it is ready; 0: none */
    bool leaving;        /* to be removed, or replaced as soon as its successor is ready */
    char name[80];       /* "orders-1": also its host name and log name */
    enum cluster_instance_state state;
    char waits_for[160]; /* "catalog to be healthy"; empty when it waits for nothing */
    char last_exit[512]; /* "exited 0", "panic: page fault at ...", "killed by signal 9"; empty: never ended */
    int exit_status;     /* 0..255 of the last end; -1: never ended */
    unsigned restarts;   /* by policy, since it was created or started by hand */
    pid_t pid;           /* of QEMU, 0 when it does not run */
    uint64_t memory_bytes;
    uint64_t image_bytes;
    uint64_t boot_ns;    /* exec of QEMU to the first good health check; 0: not yet */
    int64_t started_ms;  /* wall clock, milliseconds since 1970; 0: never */
    char ip[16];
    char mac[18];
    char config_hash[72];
    struct cluster_port *ports; /* of its service */
    size_t port_count;
    uint64_t frames_dropped; /* by the switch, because this guest did not read */
};

struct cluster_state {
    char project[64];
    char compose_path[PATH_MAX];
    pid_t supervisor_pid;
    char accelerator[8];          /* "kvm" or "tcg" */
    char accelerator_reason[200]; /* why not kvm; empty when it is kvm */
    char subnet[20];              /* "10.77.3.0/24" */
    struct cluster_instance *instances; /* ordered by service as in the spec, then number */
    size_t instance_count;
};

/* What runs now. -ESRCH: nothing does. */
int cluster_ps(const struct cluster_paths *paths, struct cluster_state *state, struct deploy_error *error);
void cluster_state_free(struct cluster_state *state);

/* A state as one JSON document (malloc'ed), for `ps --format json`. */
char *cluster_state_to_json(const struct cluster_state *state);

/* ---- commands ---- */

/*
 * Hold the project's lock while reading, deciding and acting, so that two `up`
 * at once do not both create. Waits for the other. Returns a descriptor to hand
 * to cluster_unlock(), or a negative errno.
 */
int cluster_lock(const struct cluster_paths *paths, struct deploy_error *error);
void cluster_unlock(int lock);

/*
 * Carry out `steps` towards `spec`; starts the supervisor when there is none.
 * Services of the spec that no step names are known (for dependencies, names),
 * but not started. Returns as soon as the steps are accepted: sockets bound,
 * images present, QEMU found. Waiting is cluster_wait()'s.
 */
int cluster_apply(const struct cluster_paths *paths, const struct deploy_spec *spec,
                  const struct deploy_step *steps, size_t step_count, struct deploy_error *error);

/* Names are services ("orders") or instances ("orders-1"); none means all. */
struct cluster_names {
    const char *const *names;
    size_t count;
};

/* Ask for a power-down, wait for the end of all; after the grace time (each
 * service's own, or `timeout_ms` when not negative) they are killed. */
int cluster_stop(const struct cluster_paths *paths, struct cluster_names names, int64_t timeout_ms,
                 struct deploy_error *error);
/* Start what is stopped or exited; returns when accepted. Running ones stay. */
int cluster_start(const struct cluster_paths *paths, struct cluster_names names, struct deploy_error *error);
int cluster_restart(const struct cluster_paths *paths, struct cluster_names names, int64_t timeout_ms,
                    struct deploy_error *error);
/* SIGTERM and SIGINT press the power button; any other signal ends QEMU at once. */
int cluster_kill(const struct cluster_paths *paths, struct cluster_names names, int signal,
                 struct deploy_error *error);

/*
 * Stop everything and the supervisor, remove sockets and state (logs too).
 * Cleans as well after a supervisor that was killed: processes it left are
 * found by their recorded pid and start time, never by name.
 * Returns 0 also when nothing ran (`*found` says whether anything was there).
 */
int cluster_down(const struct cluster_paths *paths, int64_t timeout_ms, bool *found,
                 struct deploy_error *error);

/* ---- events ---- */

enum cluster_event_kind {
    CLUSTER_EVENT_STATE, /* an instance changed its state; `instance` is filled */
    CLUSTER_EVENT_END,   /* the supervisor is gone, since somebody asked (down); no event follows */
    CLUSTER_EVENT_LOST,  /* it is gone, and nobody asked: it was killed; no event follows */
};

struct cluster_event {
    enum cluster_event_kind kind;
    struct cluster_instance instance; /* its ports are not filled */
};

/* Subscribe: first one STATE event for each instance as it is now, then each change. */
struct cluster_events;
int cluster_events_open(const struct cluster_paths *paths, struct cluster_events **events,
                        struct deploy_error *error);
/* For poll(2): readable when cluster_events_next() has something to do. */
int cluster_events_fd(const struct cluster_events *events);
/* Returns 1 with an event, 0 when none came within `timeout_ms` (negative: wait
 * for ever), or a negative errno. A signal returns 0, so that Ctrl-C gets through. */
int cluster_events_next(struct cluster_events *events, struct cluster_event *event, int timeout_ms);
void cluster_events_close(struct cluster_events *events);

/*
 * Wait until every instance of the named services is ready, or has exited 0
 * with no policy to restart it. Returns 0, -ETIMEDOUT (`error` says who is not
 * ready and what it waits for), -ECHILD (one ended otherwise, or can never
 * start; `error` says which and why), -EINTR (a signal came).
 */
int cluster_wait(const struct cluster_paths *paths, struct cluster_names names, int64_t timeout_ms,
                 struct deploy_error *error);

/* ---- is this computer fit? (for `doctor` too) ---- */

struct cluster_host {
    char qemu_path[PATH_MAX]; /* empty: not found */
    char qemu_version[32];    /* "7.2.22" */
    bool qemu_ok;             /* found and at least 7.2 */
    char qemu_problem[256];   /* with its remedy; empty when ok */
    bool kvm;                 /* usable, and used */
    char kvm_reason[200];     /* why not */
};
/* $UCOMPOSE_QEMU names another qemu-system-x86_64; $UCOMPOSE_ACCEL=tcg|kvm forces. */
void cluster_host_probe(struct cluster_host *host);

#endif
