/* SPDX-License-Identifier: MIT */
/* watch.c - telling those who wait that a file became ready, and waiting oneself. */
#include "core/thread.h"
#include "sys/file.h"

void k_watcher_add(struct k_pollable *poll, struct k_watcher *watcher)
{
    watcher->next = poll->first;
    watcher->link = &poll->first;
    if (watcher->next)
        watcher->next->link = &watcher->next;
    poll->first = watcher;
}

void k_watcher_remove(struct k_watcher *watcher)
{
    if (!watcher->link)
        return;
    *watcher->link = watcher->next;
    if (watcher->next)
        watcher->next->link = watcher->link;
    watcher->link = NULL;
    watcher->next = NULL;
}

/* A watcher may take itself off its list, but no other. */
void k_watch_tell(struct k_pollable *poll, uint32_t events)
{
    struct k_watcher *next;

    for (struct k_watcher *watcher = poll->first; watcher; watcher = next) {
        next = watcher->next;
        watcher->fn(watcher, events);
    }
}

struct sleeper {
    struct k_watcher watcher;
    struct k_waitq queue;
    uint32_t events;
};

static void wake_sleeper(struct k_watcher *watcher, uint32_t events)
{
    struct sleeper *sleeper = (struct sleeper *)watcher;

    if (events & (sleeper->events | K_WATCH_GONE))
        k_waitq_wake(&sleeper->queue, K_WAKE_ALL);
}

int k_file_wait(struct k_file *file, uint32_t events, uint64_t deadline_ns)
{
    struct sleeper sleeper = {.watcher.fn = wake_sleeper, .events = events};
    int err;

    k_watcher_add(&file->poll, &sleeper.watcher);
    err = k_waitq_sleep(&sleeper.queue, deadline_ns);
    k_watcher_remove(&sleeper.watcher);
    return err;
}
