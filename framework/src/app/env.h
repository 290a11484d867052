/* SPDX-License-Identifier: MIT */
/*
 * env.h - the service's declared environment, read and checked once, at start.
 */
#ifndef UC_ENV_H
#define UC_ENV_H

#include "uc/service.h"

struct uc_env_value {
    struct uc_str text; /* borrowed from the environment or the declaration */
    int64_t integer;
    double number;
    bool boolean;
};

/*
 * Fill values[info->env_count]. Each variable that is missing or of the wrong type is logged by name;
 * -EINVAL when there was one.
 */
int uc_env_read(const struct uc_service_info *info, struct uc_env_value *values);

/* A port from the environment: `fallback` when `name` is not set; -EINVAL (logged) if malformed. */
int uc_env_port(const char *name, uint16_t fallback, uint16_t *port);

/* Replace each ${NAME} of declared variables in `text`; errors of `out` stick. -EINVAL: logged. */
int uc_env_expand(const struct uc_service_info *info, const struct uc_env_value *values, const char *text,
                  struct uc_buf *out);

#endif
