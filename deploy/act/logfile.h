/* SPDX-License-Identifier: MIT */
/*
 * logfile.h - the log of one instance: a stamp, a source and a text a line, in a file
 * of bounded size (see cluster_log_path()). Lines wait in memory until act_log_flush(),
 * which whoever wrote them calls at the end of its turn.
 */
#ifndef ACT_LOGFILE_H
#define ACT_LOGFILE_H

#include "deploy/cluster.h"

#define ACT_LOG_LINE_MAX 8192

struct act_log {
    char path[PATH_MAX];
    int fd;
    size_t file_bytes;
    size_t len;
    char buffer[32768];
};

/* Append to the file, made 0600. 0 or -errno. */
int act_log_open(struct act_log *log, const char *path);
void act_log_close(struct act_log *log);
/* Cut at ACT_LOG_LINE_MAX; bytes that a terminal would obey in bad ways become '?'. */
void act_log_line(struct act_log *log, enum cluster_log_source source, const char *text,
                  size_t len);
void act_log_note(struct act_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void act_log_flush(struct act_log *log);

#endif
