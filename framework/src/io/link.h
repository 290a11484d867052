/* SPDX-License-Identifier: MIT */
/*
 * link.h - a ring of elements that carry their links in themselves.
 *
 * The head is a link that belongs to no element; linking and unlinking allocate nothing
 * and cannot fail. Unlinking twice is harmless.
 */
#ifndef UC_LINK_H
#define UC_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct uc_link {
    struct uc_link *next, *prev;
};

#define UC_LINK_OWNER(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

static inline void uc_link_init(struct uc_link *link)
{
    link->next = link->prev = link;
}

static inline bool uc_link_alone(const struct uc_link *link)
{
    return link->next == link;
}

static inline void uc_link_remove(struct uc_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    uc_link_init(link);
}

/* Behind `place`: of a head, the first. */
static inline void uc_link_after(struct uc_link *place, struct uc_link *link)
{
    link->prev = place;
    link->next = place->next;
    place->next->prev = link;
    place->next = link;
}

/* Before `place`: of a head, the last. */
static inline void uc_link_before(struct uc_link *place, struct uc_link *link)
{
    uc_link_after(place->prev, link);
}

#endif
