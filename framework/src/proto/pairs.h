/* SPDX-License-Identifier: MIT */
/* pairs.h - "name=value&name=value", as queries and forms are written. */
#ifndef UC_PAIRS_H
#define UC_PAIRS_H

#include "uc/str.h"

/* Cut "name=value" off the front, still encoded. False: nothing is left. */
bool uc_pairs_cut(struct uc_str *rest, struct uc_str *name, struct uc_str *value);

#endif
