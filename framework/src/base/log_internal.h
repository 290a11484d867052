/* SPDX-License-Identifier: MIT */
/*
 * log_internal.h - what the framework itself needs of the log.
 *
 * Lines are gathered in one static buffer. Until somebody offers to flush later
 * (uc_log_set_deferred) each line is written at once; then the owner is told of the first waiting line
 * and calls uc_log_flush() at the end of its round, so that a burst is one write. A line
 * that does not fit flushes the ones before it; errors never wait.
 */
#ifndef UC_LOG_INTERNAL_H
#define UC_LOG_INTERNAL_H

#include <stdbool.h>

#include "uc/buf.h"
#include "uc/log.h"

/* Appends ,"key":value pairs that describe a request. Set by request.c. */
typedef void uc_log_describe_fn(struct uc_buf *line, struct uc_request *req);

bool uc_log_enabled(enum uc_log_level level);
void uc_log_set_level(enum uc_log_level level);
/* `pending` is called when a first line waits; NULL: write each line at once again. */
void uc_log_set_deferred(void (*pending)(void *arg), void *arg);
void uc_log_set_describe(uc_log_describe_fn *describe);
void uc_log_set_service(const char *name); /* borrowed for ever */
void uc_log_flush(void);
/* Where lines go; default 2. For tests. */
void uc_log_set_fd(int fd);

#endif
