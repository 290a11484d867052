/* SPDX-License-Identifier: MIT */
/*
 * procfile.h - remember a process so that a later ucompose can find it, and only it.
 *
 * A file holds the pid and the start time from /proc: a pid that was given to somebody
 * else meanwhile has another start time, and is left alone.
 */
#ifndef ACT_PROCFILE_H
#define ACT_PROCFILE_H

#include <stdbool.h>
#include <sys/types.h>

/* 0 or -errno. */
int act_procfile_write(const char *path, pid_t pid);
/* The remembered process if it still lives, else 0. */
pid_t act_procfile_read(const char *path);

#endif
