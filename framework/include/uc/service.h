/* SPDX-License-Identifier: MIT */
/*
 * service.h - a whole service: what the generator says about it, and running it.
 *
 * Generated code fills one constant struct uc_service_info and calls uc_service_main().
 * That reads the configuration, opens its listeners, calls `start`, serves until
 * SIGTERM or SIGINT, drains, calls `stop`, and returns the exit status: 0, 1 when it could not
 * start, 78 when the configuration is wrong (each variable is named on the log).
 *
 * UC_PORT, UC_ADMIN_PORT and UC_RENEWAL_PORT override the ports (0: any free one; the real ones are logged).
 * Every request is a log line at level debug; at info only those answered with 5xx or
 * slower than a second, since a line costs more than a small request.
 *
 * Draining: /readyz says 503, connections that have been idle for a second close, requests go on
 * being served, each answer with "Connection: close", until no connection is left or drain_ms is over. A second
 * signal ends it at once. What is still under way then is cut off, and outstanding calls to
 * peers end with -ECANCELED, before `stop` is called.
 */
#ifndef UC_SERVICE_H
#define UC_SERVICE_H

#include <stddef.h>
#include <stdint.h>

#include "uc/auth.h"
#include "uc/caller.h"
#include "uc/client.h"
#include "uc/form.h"
#include "uc/request.h"
#include "uc/stream.h"
#include "uc/tls.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef void uc_handler_fn(struct uc_request *req);

enum uc_body_rule { UC_BODY_NONE, UC_BODY_OPTIONAL, UC_BODY_REQUIRED };

struct uc_operation {
    const char *id;            /* operationId, as in the contract */
    enum uc_method method;
    const char *path;          /* "/orders/{id}" */
    enum uc_body_rule body;    /* NONE: a body is read and refused with 415 */
    const char *content_type;  /* of the request body: "application/json, text/plain"; NULL: any */
    uc_handler_fn *handle;
    /* Media types of its answer, between which Accept decides (406: none will do); NULL: there is no choice. */
    const char *answer_types;
    /* The handler is called when the head is there, and takes the body in parts: uc_body_read(). */
    bool stream;
    uint64_t stream_bytes; /* longest such body; 0: any length */
};

enum uc_env_type { UC_ENV_STRING, UC_ENV_INTEGER, UC_ENV_NUMBER, UC_ENV_BOOLEAN };

struct uc_env_info {
    const char *name;
    enum uc_env_type type;
    const char *fallback; /* default as text; NULL: required, the service does not start without */
};

struct uc_limits { /* 0 in any field: the framework's default, given behind it */
    uint32_t connections;        /* 1000 */
    uint32_t head_bytes;         /* 8 KiB */
    uint32_t body_bytes;         /* 64 KiB */
    uint32_t head_timeout_ms;    /* 10 s: from first byte (or accept) to end of head */
    uint32_t body_timeout_ms;    /* 30 s */
    uint32_t request_timeout_ms; /* 30 s: handler, from body complete to answer */
    uint32_t idle_timeout_ms;    /* 60 s: keep-alive; also a reader that takes nothing */
    uint32_t drain_ms;           /* 15 s */
};

struct uc_client_info {
    const char *name;
    const char *url; /* may hold ${NAME} of declared env */
    uint32_t timeout_ms;
    const struct uc_tls_info *tls; /* NULL: clear text */
};

struct uc_callbacks_ops;
extern const struct uc_callbacks_ops uc_callbacks;

struct uc_callbacks_info { /* calls to URLs that others registered: caller.h */
    const struct uc_callbacks_ops *ops; /* &uc_callbacks: a service without such calls links none of it */
    uint32_t timeout_ms, peers;
    const char *hosts; /* may hold ${NAME} of declared env; NULL: any */
    bool public_only;
    const struct uc_tls_info *tls; /* NULL: https cannot be called */
};

struct uc_service_info {
    const char *name;
    const char *version;
    uint16_t port, admin_port, renewal_port;
    struct uc_limits limits;
    const struct uc_tls_info *tls; /* of the service's listener; NULL: clear text */
    /* A listener that takes a new certificate and key of `tls`: "PUT /tls", by mutual TLS. NULL: there is none. */
    const struct uc_tls_info *tls_renewal;
    const struct uc_operation *operations;
    size_t operation_count;
    const struct uc_auth_info *auth; /* who may call them; NULL: anybody */
    const struct uc_env_info *env;
    size_t env_count;
    const struct uc_client_info *clients;
    size_t client_count;
    const struct uc_callbacks_info *callbacks; /* NULL: there are none */
    struct uc_str openapi; /* /openapi.json */
    /* Generated glue around the user's start and stop; 0 or a negative errno. */
    int (*start)(struct uc_service *service);
    void (*stop)(struct uc_service *service);
};

int uc_service_main(const struct uc_service_info *info, int argc, char **argv);

const struct uc_service_info *uc_service_info(const struct uc_service *service);
struct uv_loop_s *uc_service_loop(struct uc_service *service);
/* Generated code keeps the typed service struct here. */
void uc_service_set_data(struct uc_service *service, void *data);
void *uc_service_data(const struct uc_service *service);
/* Value of a declared variable by index, checked against its type at start. */
struct uc_str uc_service_env(const struct uc_service *service, size_t index);
int64_t uc_service_env_int64(const struct uc_service *service, size_t index);
double uc_service_env_double(const struct uc_service *service, size_t index);
bool uc_service_env_bool(const struct uc_service *service, size_t index);
struct uc_client *uc_service_client(const struct uc_service *service, size_t index);
struct uc_caller *uc_service_caller(struct uc_service *service);

/*
 * Readiness beyond the framework's own: false makes /readyz answer 503 with `why`
 * (static text). Services start ready unless their start callback says otherwise.
 */
void uc_service_set_ready(struct uc_service *service, bool ready, const char *why);

#ifdef __cplusplus
}
#endif
#endif
