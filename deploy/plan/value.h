/* SPDX-License-Identifier: MIT */
/*
 * value.h - the small languages inside of a compose file's texts.
 *
 * Each call returns 0 and fills its result, or -EINVAL (malformed) or -ERANGE (well formed,
 * but out of range); the result is then untouched.
 */
#ifndef DEPLOY_PLAN_VALUE_H
#define DEPLOY_PLAN_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/* "1m30s", "500ms", "2.5s", "10us", "1h"; as Compose, units are necessary. "0" is zero. */
int deploy_value_duration(const char *text, uint64_t *ms);

/* "16m", "16mb", "16MiB", "1.5g", "65536"; b, k, m, g with or without b or ib; 1k is 1024. */
int deploy_value_bytes(const char *text, uint64_t *bytes);

/* A decimal number without sign, from `min` to `max`. */
int deploy_value_number(const char *text, uint64_t min, uint64_t max, uint64_t *number);

/* "true" or "false". */
int deploy_value_bool(const char *text, bool *value);

/*
 * "[[ip:]host:]target[/tcp]" with ranges "8000-8002:8080-8082": `count` ports from `host` and
 * `target` on. host 0: any free port. An IPv6 address stands in brackets.
 */
struct deploy_value_ports {
    char host_ip[46]; /* "" when not given */
    uint16_t host;
    uint16_t target;
    unsigned count;
};
int deploy_value_port(const char *text, struct deploy_value_ports *ports, const char **problem);

/* Is it an IPv4 or IPv6 address? */
bool deploy_value_is_ip(const char *text);

/* [a-z0-9][a-z0-9-]*, at most 40: a service's name, which is a host name too. */
bool deploy_value_is_service_name(const char *text);

/* [a-z0-9][a-z0-9_-]*, at most 50. */
bool deploy_value_is_project_name(const char *text);

#endif
