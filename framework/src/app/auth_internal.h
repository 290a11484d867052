/* SPDX-License-Identifier: MIT */
/*
 * auth_internal.h - what the files about credentials share.
 */
#ifndef UC_AUTH_INTERNAL_H
#define UC_AUTH_INTERNAL_H

#include "app/service_internal.h"

struct uc_auth_ops {
    int (*load)(struct uc_service *service);    /* keys; what is wrong is on the log. 0, -EINVAL, -ENOMEM */
    void (*end_calls)(struct uc_service *service); /* to those who have keys */
    void (*unload)(struct uc_service *service); /* also after a failed load */
    void (*check)(struct uc_request *req);      /* then uc_dispatch_admitted(), or the answer */
    void (*gather)(struct uc_request *req, uc_handler_fn *then); /* the body of who has been admitted */
};

struct uc_auth_judge {
    int (*load)(struct uc_service *service, const struct uc_auth_scheme *scheme, void **loaded);
    void (*end)(void *loaded);    /* calls of its own end, and with them the requests that wait; NULL: there are none */
    void (*unload)(void *loaded); /* NULL is fine */
    /* Ends in a verdict, at once or later. */
    void (*verify)(struct uc_request *req, const struct uc_auth_scheme *scheme, void *loaded,
                   const struct uc_credential *credential);
    /* Of its own calls, as scheme->jwks says; then, that it was put there. NULL: it makes none. */
    struct uc_tls_server **(*tls_of)(void *loaded);
    void (*use_tls)(void *loaded);
};

enum uc_auth_verdict { UC_AUTH_PENDING, UC_AUTH_ACCEPTED, UC_AUTH_REFUSED, UC_AUTH_FORBIDDEN, UC_AUTH_FAILED };

/* A request on its way through the alternatives; in its arena. */
struct uc_auth_state {
    const struct uc_auth_rule *rule;
    size_t at;       /* need that is looked at */
    bool running;    /* the loop over needs is on the stack */
    bool presented;  /* some credential came, good or not */
    bool forbidden;  /* some alternative failed for want of rights alone */
    const char *why;           /* of the refusal that the client is told */
    const char *forbidden_why; /* or NULL */
    const struct uc_auth_scheme *blamed; /* whose credential was not good */
    enum uc_auth_verdict verdict; /* on the need at hand */
    const char *verdict_why;
    uint32_t accepted;            /* schemes whose credential was judged good */
    uint32_t rejected;            /* those whose was not, or is not there */
    uint32_t admitted;            /* those of the alternative that let the request in */
    struct uc_str token;          /* presented for the need at hand */
    struct uc_principal principals[]; /* by scheme */
};

/* As uc_auth_accept(), of strings that live as long as the request. */
void uc_auth_accept_own(struct uc_request *req, const struct uc_principal *who);

/* auth_credential.c: 0: it is there; -ENOENT: it is not; -EINVAL: malformed or there twice, and *why says so. */
int uc_auth_find(struct uc_request *req, const struct uc_auth_scheme *scheme, struct uc_credential *credential,
                 const char **why);

/* auth_answer.c: 401 or 403, by what the state says. */
void uc_auth_answer(struct uc_request *req, const struct uc_auth_info *info, const struct uc_auth_state *state);

/* auth_text.c: `text` with its variables, and a NUL; to be freed by uc_buf_deinit() in any case. */
int uc_auth_expand(const struct uc_service *service, const char *text, struct uc_buf *out);
/* Log that the scheme is not configured; returns `err`. */
int uc_auth_complain(const struct uc_auth_scheme *scheme, const char *why, int err);

#endif
