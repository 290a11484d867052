/* SPDX-License-Identifier: MIT */
/*
 * state.h - what of a project runs now, as its supervisor tells it.
 *
 * A plain value: the supervisor fills it (deploy/act), `ps` and the plan read it. A state
 * owns its strings and arrays; deploy_state_free() gives all back.
 */
#ifndef DEPLOY_STATE_H
#define DEPLOY_STATE_H

#include <deploy/spec.h>

/*
 *   CREATED -> WAITING -> STARTING -> HEALTHY <-> UNHEALTHY
 *                  ^                     \--stop--> STOPPING -> EXITED
 *                  \------ RESTARTING <--crash--/
 */
enum deploy_instance_status {
    DEPLOY_CREATED,    /* known, never started */
    DEPLOY_WAITING,    /* for what `waits_for` says */
    DEPLOY_STARTING,   /* its machine runs; /readyz has not answered 200 yet */
    DEPLOY_RUNNING,    /* its machine runs, health checks are disabled */
    DEPLOY_HEALTHY,    /* /readyz answers 200 */
    DEPLOY_UNHEALTHY,  /* `retries` checks in a row failed */
    DEPLOY_STOPPING,   /* draining */
    DEPLOY_RESTARTING, /* ended, will be started again after a pause */
    DEPLOY_EXITED,     /* ended, stays so */
};

/* One published port as it is bound now. */
struct deploy_published {
    char *host_ip;
    uint16_t host_port;
    uint16_t target_port;
};

struct deploy_instance {
    char *service;
    unsigned index; /* from 1; the instance's name is "<service>-<index>" */
    enum deploy_instance_status status;
    char *ip;        /* inside the project's network; "" before the first start */
    char *waits_for; /* "catalog to be healthy", ...; "" when it waits for nothing */
    char config_hash[DEPLOY_HASH_LEN + 1];
    char image_hash[DEPLOY_HASH_LEN + 1];
    uint64_t image_bytes;
    uint64_t memory_bytes;
    int pid;              /* of its QEMU, 0: none */
    unsigned restarts;    /* since it was created, by policy */
    uint64_t boot_ms;     /* exec of QEMU to the first 200 of /readyz; 0: not yet */
    int64_t created_unix; /* seconds */
    int64_t started_unix; /* seconds; 0: never */
    int exit_status;      /* of the last end; -1: it never ended */
    char *exit_reason;    /* "panic: page fault at ...", "killed by signal 9", ...; "" */
    char *health_reason;  /* why the last check failed: "connection refused", "503"; "" */
};

struct deploy_service_ports {
    char *service;
    struct deploy_published *ports;
    size_t port_count;
};

struct deploy_state {
    char *project;
    char *file;  /* compose file, absolute */
    char *accel; /* "kvm" or "tcg" */
    char *accel_reason;
    int supervisor_pid; /* 0: no supervisor runs; instances is then empty */
    struct deploy_instance *instances;
    size_t instance_count;
    struct deploy_service_ports *services;
    size_t service_count;
};

void deploy_state_free(struct deploy_state *state);

/* "created", "waiting", ... as `ps` shows them. */
const char *deploy_status_name(enum deploy_instance_status status);

/* A machine exists for it now (starting ... stopping). */
bool deploy_status_is_up(enum deploy_instance_status status);

/* As deploy_spec_to_json() and deploy_spec_from_json(). */
int deploy_state_to_json(const struct deploy_state *state, char **text);
int deploy_state_from_json(const char *text, struct deploy_state **out);

#endif
