/* SPDX-License-Identifier: MIT */
#include "io/deadlines.h"

#include <stddef.h>

void uc_deadlines_init(struct uc_deadlines *deadlines)
{
    for (unsigned i = 0; i < UC_DEADLINE_LANES; i++)
        deadlines->lanes[i].prev = deadlines->lanes[i].next = &deadlines->lanes[i];
}

void uc_deadlines_clear(struct uc_deadline *deadline)
{
    if (!deadline->next)
        return;
    deadline->prev->next = deadline->next;
    deadline->next->prev = deadline->prev;
    deadline->prev = deadline->next = NULL;
}

void uc_deadlines_set(struct uc_deadlines *deadlines, struct uc_deadline *deadline, unsigned lane, uint64_t at_ms)
{
    struct uc_deadline *ring = &deadlines->lanes[lane];
    struct uc_deadline *before;

    if (deadline->next && deadline->lane == lane && deadline->at_ms == at_ms)
        return;
    uc_deadlines_clear(deadline);
    deadline->at_ms = at_ms;
    deadline->lane = lane;
    before = ring->prev;
    while (before != ring && before->at_ms > at_ms)
        before = before->prev;
    deadline->prev = before;
    deadline->next = before->next;
    before->next->prev = deadline;
    before->next = deadline;
}

struct uc_deadline *uc_deadlines_first_of(struct uc_deadlines *deadlines, unsigned lane)
{
    struct uc_deadline *head = deadlines->lanes[lane].next;

    return head == &deadlines->lanes[lane] ? NULL : head;
}

struct uc_deadline *uc_deadlines_first(struct uc_deadlines *deadlines)
{
    struct uc_deadline *first = NULL;

    for (unsigned i = 0; i < UC_DEADLINE_LANES; i++) {
        struct uc_deadline *head = uc_deadlines_first_of(deadlines, i);

        if (head && (!first || head->at_ms < first->at_ms))
            first = head;
    }
    return first;
}
