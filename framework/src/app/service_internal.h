/* SPDX-License-Identifier: MIT */
/*
 * service_internal.h - the running service, shared by the files of this floor.
 */
#ifndef UC_SERVICE_INTERNAL_H
#define UC_SERVICE_INTERNAL_H

#include "app/env.h"
#include "app/metrics.h"
#include "io/server.h"
#include "proto/router.h"

/* From start to end, in this order; requests are served in the middle three. */
enum uc_service_state { UC_SERVICE_STARTING, UC_SERVICE_RUNNING, UC_SERVICE_DRAINING, UC_SERVICE_STOPPED };

struct uc_tls_renewal {
    struct uc_service *service;
    struct uc_tls_watch *watches; /* the listeners', and of each client with TLS */
    size_t count;
    uv_timer_t timer; /* only where there are files */
    uv_signal_t hangup;
    bool has_files, open;
};

struct uc_callbacks_ops { /* callbacks.c; only where info->callbacks is there */
    int (*load)(struct uc_service *service); /* 0, -EINVAL, -ENOMEM; unload() follows in any case */
    void (*set_tls)(struct uc_service *service);   /* to service->callbacks_tls */
    void (*end_calls)(struct uc_service *service); /* with -ECANCELED */
    void (*unload)(struct uc_service *service);
};

struct uc_service {
    const struct uc_service_info *info;
    uv_loop_t *loop;
    enum uc_service_state state;
    bool wanted_ready; /* uc_service_set_ready() */
    const char *unready_why;
    struct uc_env_value *env;
    struct uc_client **clients;
    bool calls_ended;
    struct uc_router *router;
    struct uc_metrics metrics;
    struct uc_server server, admin, renewal_server;
    struct uc_tls_server *tls, *renewal_tls; /* of these listeners */
    struct uc_tls_server **client_tls; /* of each client, NULL: clear text */
    struct uc_caller *caller;             /* of callbacks */
    struct uc_tls_server *callbacks_tls;
    struct uc_tls_renewal tls_renewal;
    unsigned keys_awaited; /* security schemes whose keys have not been fetched yet */
    void **auth_loaded;                /* of each security scheme, what its judge made of its keys */
    void *data;
};

/* dispatch.c: the callbacks of the public server; ctx is the service. */
int uc_dispatch_init(struct uc_service *service); /* builds the router; logs a bad path */
void uc_dispatch_request(struct uc_request *req, void *ctx);
void uc_dispatch_admitted(struct uc_request *req); /* its caller may call its operation */
/* gather.c: the whole body, then `then`; or the answer that ends the request. */
void uc_gather_body(struct uc_request *req, uc_handler_fn *then);
bool uc_dispatch_streams(struct uc_request *req, uint64_t *max, void *ctx);
bool uc_dispatch_any_streams(const struct uc_service_info *info); /* whether to ask for each request */
void uc_dispatch_answered(struct uc_request *req, void *ctx);
void uc_dispatch_refused(int status, void *ctx);

/* admin.c: the same for the management listener. */
void uc_admin_request(struct uc_request *req, void *ctx);
/* NULL when ready, else why not. */
const char *uc_service_unready_why(const struct uc_service *service);

/* tls_texts.c: a declaration of TLS with its variables replaced. */
struct uc_tls_expanded {
    struct uc_buf certificate, key, authorities; /* strings; no data: not declared */
};
/* 0, -EINVAL, -ENOMEM; to be freed in any case. */
int uc_tls_texts_expand(const struct uc_service *service, const struct uc_tls_info *info, struct uc_tls_expanded *texts);
void uc_tls_texts_free(struct uc_tls_expanded *texts);
/* Load what `info` names. `whose` and `failure` for the log, which says what is wrong. 0, -EINVAL, -ENOMEM. */
int uc_tls_texts_load(struct uc_service *service, const struct uc_tls_info *info, const char *whose, const char *failure,
                      struct uc_tls_server **server);

/* tls_renewal.c: when all is loaded, and until the loop ends. 0, -ENOMEM. */
int uc_tls_renewal_open(struct uc_service *service);
void uc_tls_renewal_close(struct uc_service *service);
/* The callback of the renewal's listener; ctx is the service. */
void uc_tls_renewal_request(struct uc_request *req, void *ctx);

/* service.c: everything but sockets, shared with the test bed. */
int uc_service_init(struct uc_service *service, const struct uc_service_info *info, uv_loop_t *loop);
/* Calls to peers end with -ECANCELED now, while `stop` has not taken from their callbacks what is theirs. */
void uc_service_end_calls(struct uc_service *service);
void uc_service_deinit(struct uc_service *service);

#endif
