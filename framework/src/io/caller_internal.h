/* SPDX-License-Identifier: MIT */
/* caller_internal.h - for tests: what a caller decides, without a connection. */
#ifndef UC_CALLER_INTERNAL_H
#define UC_CALLER_INTERNAL_H

#include "uc/caller.h"

/* Whether it connects to an address, in network byte order. */
bool uc_caller_may_reach(const struct uc_caller *caller, uint32_t address);

#endif
