/* SPDX-License-Identifier: MIT */
/*
 * violation_internal.h - for those who have their text in the arena already.
 */
#ifndef UC_VIOLATION_INTERNAL_H
#define UC_VIOLATION_INTERNAL_H

#include "uc/violation.h"

/* Borrows both texts for the life of the arena. */
void uc_violation_add_text(struct uc_violations *violations, enum uc_place place,
                           struct uc_str where, struct uc_str detail);

#endif
