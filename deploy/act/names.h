/* SPDX-License-Identifier: MIT */
/*
 * names.h - answers the guests' questions for names, on port 53 of the node.
 *
 * Names of the project are answered at once, with a time to live of 0, from `lookup`.
 * A name without a dot that is none of them does not exist. Any other question goes to
 * the resolvers of this computer (/etc/resolv.conf, read again for each), byte for byte
 * but the identifier; when there is none, or none answers, SERVFAIL.
 *
 * Loop thread only; the node must run.
 */
#ifndef ACT_NAMES_H
#define ACT_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* Fill up to `max` addresses (host byte order) of a name of the project: their number,
 * 0 when the name is known but nothing of it runs, -ENOENT when it is not known. */
typedef int act_names_lookup_fn(const char *name, uint32_t *ips, size_t max, void *arg);

/* 0 or -ENOMEM, -EADDRINUSE. */
int act_names_start(uv_loop_t *loop, act_names_lookup_fn *lookup, void *arg);
void act_names_stop(void);

#endif
