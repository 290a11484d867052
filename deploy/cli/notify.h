/* SPDX-License-Identifier: MIT */
/*
 * notify.h - tell the manager that started us how things are: systemd's protocol, sd_notify(3).
 */
#ifndef DEPLOY_CLI_NOTIFY_H
#define DEPLOY_CLI_NOTIFY_H

#include <stdbool.h>

/* Has a manager started us that asks to be told? */
bool cmd_notify_wanted(void);

/*
 * Send assignments, a line each: "READY=1\nSTATUS=all is well". Nothing is done where $NOTIFY_SOCKET is not set,
 * that is, where nobody asked; what cannot be sent is a warning.
 */
void cmd_notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
