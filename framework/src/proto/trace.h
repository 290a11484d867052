/* SPDX-License-Identifier: MIT */
/*
 * trace.h - W3C trace context, level 1: read the caller's, make our own.
 */
#ifndef UC_TRACE_H
#define UC_TRACE_H

#include <stdbool.h>

#include "uc/str.h"

#define UC_TRACE_PARENT_BYTES 55 /* "00-<32 hex>-<16 hex>-<2 hex>", without NUL */

/* Valid traceparent of version 00, or of a later one that begins like it. */
bool uc_trace_parent_valid(struct uc_str parent);

/*
 * Write our traceparent, with a NUL behind: the trace of `parent` when it is valid,
 * else a new one; a new span id; the parent's sampled flag (a new trace: not sampled).
 */
void uc_trace_continue(char out[UC_TRACE_PARENT_BYTES + 1], struct uc_str parent);

#endif
