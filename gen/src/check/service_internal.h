/* SPDX-License-Identifier: MIT */
/* service_internal.h - what the files about x-service share. */
#ifndef GEN_SERVICE_INTERNAL_H
#define GEN_SERVICE_INTERNAL_H

#include "check/check.h"

/* The value under `key`, when it is there and right; else *ms or *bytes stay. */
void gen_check_duration(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                        int64_t *ms);
void gen_check_size(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                    int64_t min, int64_t max, int64_t *bytes);

void gen_check_env(struct gen_check *check, const struct gen_yaml_node *block,
                   struct gen_description *description);
void gen_check_clients(struct gen_check *check, const struct gen_yaml_node *block,
                       struct gen_description *description);

/* service_callbacks.c: x-service.callbacks. */
void gen_check_service_callbacks(struct gen_check *check, const struct gen_yaml_node *block,
                                 struct gen_description *description);

/* service_security.c: x-service.security, of schemes that the contract is known to have. */
void gen_check_service_security(struct gen_check *check, const struct gen_yaml_node *block,
                                const struct gen_description *description);

/* credentials.c: what a client shows, of schemes that its contract is known to have. */
void gen_check_credentials(struct gen_check *check, const struct gen_client *client, const struct gen_description *description);

/* service_block.c: the "${NAME}" under `key` of a "tls" or a client, or what is in its "file://"; NULL: not there, or wrong. */
const char *gen_check_tls_text(struct gen_check *check, const struct gen_yaml_node *node, const char *key, bool required,
                               const struct gen_description *description);

/* clients.c: an http or https URL, or what begins with a variable; with `query` it may have one. */
void gen_check_url(struct gen_check *check, const struct gen_yaml_node *url, bool query, const struct gen_description *description);

/* clients.c: "ca", "certificate" and "key", the first of which must be there when `secure`. */
void gen_check_client_tls(struct gen_check *check, const struct gen_yaml_node *node, bool secure,
                          const struct gen_description *description, struct gen_client *client);

/* clients.c: is the variable of "${NAME}", at `open` in the text of `at`, declared and a string? */
void gen_check_variable(struct gen_check *check, const struct gen_yaml_node *at, const char *open,
                        const struct gen_description *description);
/* The same, for one that holds a key or a credential, which is remembered of it. */
void gen_check_secret(struct gen_check *check, const struct gen_yaml_node *at, const char *open,
                      const struct gen_description *description);

/*
 * service_name.c: the C prefix that stands for a service or a client. NULL after a message:
 * the name is no name, or a header of that name would hide one of the system's.
 */
const char *gen_check_prefix(struct gen_check *check, const struct gen_yaml_node *at,
                             const char *name);

#endif
