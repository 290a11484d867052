/* SPDX-License-Identifier: MIT */
/*
 * deadlines.h - which connection must be looked at next, at no cost a request.
 *
 * A lane holds deadlines that are set with the same delay, so that new ones are (nearly)
 * always the latest and go to its end: setting, moving and removing are a few stores. The
 * earliest of all is the smallest of the lanes' heads. The owner arms one timer for it.
 */
#ifndef UC_DEADLINES_H
#define UC_DEADLINES_H

#include <stdint.h>

#define UC_DEADLINE_LANES 10

struct uc_deadline {
    struct uc_deadline *prev, *next; /* NULL, NULL: not set */
    uint64_t at_ms;
    unsigned lane;
};

struct uc_deadlines {
    struct uc_deadline lanes[UC_DEADLINE_LANES]; /* sentinels of rings */
};

void uc_deadlines_init(struct uc_deadlines *deadlines);
void uc_deadlines_set(struct uc_deadlines *deadlines, struct uc_deadline *deadline, unsigned lane, uint64_t at_ms);
void uc_deadlines_clear(struct uc_deadline *deadline);
/* The earliest, of all or of one lane, or NULL. */
struct uc_deadline *uc_deadlines_first(struct uc_deadlines *deadlines);
struct uc_deadline *uc_deadlines_first_of(struct uc_deadlines *deadlines, unsigned lane);

#endif
