/* SPDX-License-Identifier: MIT */
/*
 * router.h - choose the operation for a path and a method.
 *
 * Built at start-up, then only read. It borrows the operations, which outlive it. A pattern is
 * literal segments and "{name}", which takes what is not empty of one segment, the whole or what is between text:
 * "{name}.json". Where several fit, the literal wins, then the one with most text. Segments are compared decoded; "." and ".." (also written
 * %2e) match nothing, so that no path means another one to a proxy in front of us.
 */
#ifndef UC_ROUTER_H
#define UC_ROUTER_H

#include "uc/service.h"

#define UC_ROUTER_PARAMS_MAX 8

struct uc_router;

/* NULL: out of memory. */
struct uc_router *uc_router_new(void);
void uc_router_free(struct uc_router *router);

/*
 * Borrows `operation`. Returns 0, or
 *   -EINVAL   the path is malformed or has more than UC_ROUTER_PARAMS_MAX parameters
 *   -EEXIST   this method and path already have an operation
 *   -ENOMEM   out of memory
 */
int uc_router_add(struct uc_router *router, const struct uc_operation *operation);

struct uc_route {
    const struct uc_operation *operation;
    unsigned allowed;      /* bit (1 << method): what the path knows; 0: no such path */
    unsigned param_count;
    struct uc_str params[UC_ROUTER_PARAMS_MAX]; /* raw, point into the path */
};

/*
 * 0, or -ENOENT (no such path), -EPERM (not this method; `allowed` is filled), -EINVAL
 * (the path holds dot segments or an encoded NUL). HEAD finds GET where it has no operation of its own.
 */
int uc_router_match(const struct uc_router *router, enum uc_method method, struct uc_str path,
                    struct uc_route *route);

/* "GET, HEAD, OPTIONS" for an Allow header; OPTIONS always, HEAD with GET. At most 64 bytes. */
#define UC_ROUTER_ALLOW_BYTES 64
struct uc_str uc_router_allow(unsigned allowed, char *out);

#endif
