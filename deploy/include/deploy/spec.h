/* SPDX-License-Identifier: MIT */
/*
 * spec.h - what a project should run: the compose file, resolved.
 *
 * The planning floor fills it (names checked, variables interpolated, defaults
 * applied, images built); the cluster runs it and the command line prints it.
 * A spec owns every string and array below it: each is a malloc'ed block, and
 * deploy_spec_free() releases all. A spec is not changed after it is handed on.
 */
#ifndef DEPLOY_SPEC_H
#define DEPLOY_SPEC_H

#include "deploy/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Compose's defaults, applied by the planning floor where the file is silent. */
#define DEPLOY_STOP_GRACE_MS 10000
#define DEPLOY_HEALTH_INTERVAL_MS 5000
#define DEPLOY_HEALTH_TIMEOUT_MS 2000
#define DEPLOY_HEALTH_RETRIES 3
#define DEPLOY_HEALTH_START_PERIOD_MS 10000
#define DEPLOY_HEALTH_PATH "/readyz"
#define DEPLOY_ADMIN_PORT 9090
#define DEPLOY_REPLICAS_MAX 64
#define DEPLOY_INSTANCES_MAX 200

struct deploy_variable {
    char *name;
    char *value;
    bool is_public; /* stands in compose.yaml as it is, and service.yaml calls it no secret; known to the
                       command line alone, and false where nobody tells */
};

/* One entry of `ports:`. TCP only; ranges are already taken apart. */
struct deploy_port {
    char *host_ip;       /* "0.0.0.0" unless the file says otherwise */
    uint16_t host_port;  /* 0: any free one, told in cluster_port.host_port */
    uint16_t guest_port;
};

enum deploy_condition {
    DEPLOY_STARTED,   /* service_started: its QEMU runs */
    DEPLOY_HEALTHY,   /* service_healthy: every instance answered its health check */
    DEPLOY_COMPLETED, /* service_completed_successfully: every instance exited 0 */
};

struct deploy_dependency {
    char *service;
    enum deploy_condition condition;
    bool required; /* false: an absent or failed dependency is no obstacle */
};

struct deploy_health {
    bool disabled;            /* then an instance is ready as soon as its link is up */
    char *path;               /* default DEPLOY_HEALTH_PATH */
    uint16_t port;            /* default DEPLOY_ADMIN_PORT */
    uint64_t interval_ms;     /* between probes once ready (or past the start period) */
    uint64_t timeout_ms;      /* of one probe */
    unsigned retries;         /* failures in a row that make it unhealthy */
    uint64_t start_period_ms; /* failures do not count meanwhile; probes come fast */
};

/* What comes first when an instance is replaced. */
enum deploy_order {
    DEPLOY_ORDER_UNSAID, /* as DEPLOY_STOP_FIRST, but a release may choose */
    DEPLOY_STOP_FIRST,
    DEPLOY_START_FIRST, /* the old one ends when the new one is ready */
};

enum deploy_restart_policy {
    DEPLOY_RESTART_NO,
    DEPLOY_RESTART_ALWAYS,
    DEPLOY_RESTART_ON_FAILURE,
    DEPLOY_RESTART_UNLESS_STOPPED,
};

struct deploy_restart {
    enum deploy_restart_policy policy;
    unsigned max_retries; /* of on-failure:N; 0 is without bound */
};

struct deploy_service {
    char *name;
    char *image;            /* absolute path of the ELF image; NULL until it is built */
    char *build_dir;        /* absolute path of the service's folder; NULL without `build` */
    uint16_t listen_port;   /* of its own listener; 0 where only the image is known */
    uint64_t memory_bytes;  /* guest memory */
    unsigned replicas;      /* 0 is allowed: known by name, nothing runs */
    uint64_t stop_grace_ms;
    enum deploy_order order;
    struct deploy_variable *environment;
    size_t environment_count;
    struct deploy_port *ports;
    size_t port_count;
    struct deploy_dependency *depends_on;
    size_t depends_on_count;
    struct deploy_health health;
    struct deploy_restart restart;
    /* Fingerprint of all of the above but `replicas`, and of the image's size
     * and time: an instance with another one is replaced by `up`. Opaque to the
     * cluster, which keeps it and tells it back. */
    char *config_hash;
};

struct deploy_spec {
    char *project;      /* [a-z0-9][a-z0-9_-]* */
    char *compose_path; /* absolute */
    bool tls_dev;       /* certificates of a development authority are given to whoever wants some; known
                           to the command line alone */
    bool libvirt;       /* it runs the machines (x-ucompose: { machines: libvirt }) */
    struct deploy_service *services;
    size_t service_count;
};

void deploy_spec_free(struct deploy_spec *spec); /* also of the struct itself; NULL is fine */

/* The service of that name, or NULL. */
struct deploy_service *deploy_spec_find(const struct deploy_spec *spec, const char *service);

/*
 * The spec as JSON text and back: the wire format between the command line and
 * the supervisor. The text is malloc'ed, the caller frees it.
 *
 * to_json: the text, or NULL when out of memory. from_json: 0, -EINVAL (with the
 * reason in `error`), -ENOMEM.
 */
char *deploy_spec_to_json(const struct deploy_spec *spec);
int deploy_spec_from_json(const char *text, struct deploy_spec **spec, struct deploy_error *error);

/* What changes a running project into the wanted one; made by the planning floor
 * (pure), carried out in order by the supervisor. */
enum deploy_step_kind {
    DEPLOY_STEP_KEEP,    /* runs as wanted: nothing to do, listed for the reader */
    DEPLOY_STEP_CREATE,  /* a new instance; it starts when its dependencies allow */
    DEPLOY_STEP_START,   /* known but stopped or exited, and otherwise as wanted */
    DEPLOY_STEP_REPLACE, /* stop it, then create it anew from the new spec */
    DEPLOY_STEP_REMOVE,  /* stop it and forget it (scaled down, orphaned) */
};

struct deploy_step {
    enum deploy_step_kind kind;
    char service[64];
    unsigned number;  /* of the instance, from 1: "orders-1" */
    char reason[128]; /* "configuration changed", "not in the compose file"; may be empty */
};

#endif
