/* SPDX-License-Identifier: MIT */
/*
 * systemd.h - have systemd run a unit file of ours, through systemctl: the user's own manager, for root the
 * system's.
 */
#ifndef DEPLOY_CLI_SYSTEMD_H
#define DEPLOY_CLI_SYSTEMD_H

#include <limits.h>
#include <stdbool.h>

struct cmd_systemd {
    const char *path; /* of the unit file, absolute; borrowed */
    const char *name; /* "shop.service": its last part */
    bool system;      /* the system's manager */
    bool active;      /* it runs, of this very file */
    bool enabled;
};

/* Is this a host of systemd's? */
bool cmd_systemd_runs(void);

/* Will files be for the system's manager? */
bool cmd_systemd_is_system(void);

/* Ask the manager about the unit; changes nothing. An exit status: no manager answers, or it has another unit of
 * that name. */
int cmd_systemd_find(struct cmd_systemd *unit, const char *path);

/* The commands that cmd_systemd_bring() would run, one a line behind "run       ". */
void cmd_systemd_plan(const struct cmd_systemd *unit);

/*
 * Enable and start the unit, or reload one that is active. Returns an exit status: CMD_OK when the unit says that
 * it is started, which does not mean that all of it is ready. A start that fails is not tried again by the manager.
 */
int cmd_systemd_bring(const struct cmd_systemd *unit);

/* Stop it, also a start that is still tried, and start it no more. */
void cmd_systemd_forget(const struct cmd_systemd *unit);

/* That it runs, how to look at it, and whether it does while nobody is logged in. */
void cmd_systemd_report(const struct cmd_systemd *unit);

#endif
