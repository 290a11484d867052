/* SPDX-License-Identifier: MIT */
/* child.h - what a program that runs for us has in common, between fork and exec. */
#ifndef DEPLOY_ACT_CHILD_H
#define DEPLOY_ACT_CHILD_H

#include <sys/types.h>

/* In the child: it ends with us (`parent`, as getpid() said before the fork), and has the signals of a program of its own. */
void act_child_begin(pid_t parent);

#endif
