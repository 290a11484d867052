/* SPDX-License-Identifier: MIT */
/*
 * domain.h - one machine that libvirt runs, as a transient domain of the user's session.
 *
 * virsh asks libvirt to create it; QEMU then connects to sockets on which we listen, in a folder of ours alone, and from
 * there on it is like one that we started, but no child: its end is seen by a descriptor of its process, and its status is
 * what the kernel said last. `virsh list` shows it while it runs, and nothing of it stays behind.
 */
#ifndef ACT_DOMAIN_H
#define ACT_DOMAIN_H

#include "qemu.h"
#include <stdio.h>
#include <uv.h>

#define ACT_DOMAIN_SOCKETS 4

struct act_domain {
    char name[192];   /* "shop-orders-1" */
    char uuid[40];    /* the same for the same instance of the same project */
    char folder[108]; /* of the sockets; no comma in it */
    unsigned number;  /* of the machine, unique in the folder */
    int listeners[ACT_DOMAIN_SOCKETS]; /* net, console, serial, qmp */
};

/* "shop", "orders-1"; `owner` is a text that no other project has. */
void act_domain_name(struct act_domain *domain, const char *project, const char *instance, const char *owner);

/* The domain as libvirt reads it. */
void act_domain_print(const struct act_domain *domain, const struct act_machine *machine, FILE *out);

/*
 * Listen, and start a virsh that creates the domain; one that is left of an earlier run is ended first. *pid is virsh's,
 * a child; what it says comes from *errors, a pipe. 0, -EINVAL for a comma in the folder, which QEMU's options could not say, or
 * another negative errno.
 */
int act_domain_launch(struct act_domain *domain, const struct act_machine *machine, pid_t *pid, int *errors);

/* virsh has ended well: take QEMU's connections, and its process. 0, or a negative errno: then abandon it. */
int act_domain_attach(struct act_domain *domain, struct act_machine_sockets *sockets, pid_t *pid);

/* virsh has failed or was killed: end what may have started all the same. */
void act_domain_abandon(struct act_domain *domain);

/* Call `fn` once when a process that is no child has ended. NULL: it cannot be watched, -errno is in *err. */
struct act_watch;
struct act_watch *act_watch_open(uv_loop_t *loop, pid_t pid, void (*fn)(void *arg), void *arg, int *err);
void act_watch_close(struct act_watch *watch);

#endif
