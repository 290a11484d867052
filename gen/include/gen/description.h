/* SPDX-License-Identifier: MIT */
/*
 * description.h - what a service says about itself outside of its HTTP contract.
 *
 * The checked form of service.yaml's `info` and `x-service`, with defaults filled in: for
 * whoever starts, plans or deploys the service. Everything lives in the arena of gen_load().
 */
#ifndef GEN_DESCRIPTION_H
#define GEN_DESCRIPTION_H

#include <stdint.h>

#include "gen/message.h"

struct gen_yaml_node;

enum gen_env_type { GEN_ENV_STRING, GEN_ENV_INTEGER, GEN_ENV_NUMBER, GEN_ENV_BOOLEAN };

/* One environment variable that the service reads, typed. */
struct gen_env {
    const char *name; /* STOCK_URL */
    enum gen_env_type type;
    const char *default_text; /* as written, or NULL */
    bool required;            /* no default: the service does not start without it */
    bool secret;              /* declared so, or named as the place of a key or a credential */
    const char *description;  /* or NULL */
    struct gen_mark mark;
};

/* One service that this one calls. */
struct gen_client {
    const char *name;          /* the key under x-service.clients: "stock" */
    const char *contract_path; /* its service.yaml, absolute or relative to the working directory */
    const char *url;           /* as written, may hold one "${NAME}" of env */
    int64_t timeout_ms;
    const char *ca;                /* "${NAME}" of env or a PEM document, or NULL: clear text */
    const char *certificate, *key; /* "${NAME}", or both NULL */
    const char *server_name;       /* or NULL: the host in the url */
    const struct gen_yaml_node *credentials; /* as written, or NULL; the peer's contract says what they are for */
    struct gen_mark mark;
};

/* How the service calls URLs that others registered: x-service.callbacks. */
struct gen_callbacks {
    struct gen_client client; /* timeout_ms, ca, certificate, key */
    int64_t peers;
    const char *hosts; /* with blanks between, may hold "${NAME}" of env; NULL: any */
    bool public_only;
};

struct gen_limits {
    int64_t connections;
    int64_t head_bytes;
    int64_t body_bytes;
    int64_t head_timeout_ms;
    int64_t body_timeout_ms;
    int64_t request_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t drain_ms;
};

enum gen_docs { GEN_DOCS_PROCESS /* nothing said: a process has it, an image does not */, GEN_DOCS_YES, GEN_DOCS_NO };

struct gen_description {
    const char *name;    /* from info.title or x-service.name: a C identifier in lower case */
    const char *title;   /* info.title, as written */
    const char *version; /* info.version */
    const char *path;    /* of service.yaml */
    uint16_t listen_port;
    uint16_t admin_port;
    uint16_t renewal_port; /* with tls_renewal_ca; 9443 unless said */
    enum gen_docs docs; /* the documentation page of the management listener */
    int64_t memory_bytes; /* image.memory, 16 MiB unless said */
    struct gen_limits limits;
    const char *tls_certificate, *tls_key; /* "${NAME}" of env, or the PEM document that is built in; NULL: no TLS */
    const char *tls_client_ca;             /* or NULL */
    const char *tls_renewal_ca;            /* who may renew certificate and key at renewal_port; NULL: nobody */
    struct gen_env *env;
    size_t env_count;
    struct gen_client *clients;
    size_t client_count;
    struct gen_callbacks callbacks;
    struct gen_client *key_sources; /* `jwks` of security schemes that are used: url, ca, certificate, key */
    size_t key_source_count;
    const char **inputs; /* every file that was read: rebuild when one of them changed */
    size_t input_count;
};

#endif
