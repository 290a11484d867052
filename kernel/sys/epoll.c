/* SPDX-License-Identifier: MIT */
/*
 * epoll.c - the place where a service waits for everything.
 *
 * Each registration is an item that watches its file. A file that becomes ready puts its item on
 * the ready list, and waiting looks at that list alone: what costs is what happened, not what is
 * open. A level-triggered item stays on the list until its file says that it is not ready.
 */
#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "core/poll.h"
#include "core/thread.h"
#include "sys/file.h"
#include "sys/signal.h"
#include "sys/sys_internal.h"

struct item {
    struct k_watcher watcher; /* first; on the list of its file */
    struct epoll *epoll;
    struct k_file *file;
    struct item *next, **link;   /* all items of the epoll */
    struct item *ready_next;
    uint64_t data;
    uint32_t events; /* asked for; EPOLLERR and EPOLLHUP always, 0 when a one-shot has fired */
    int fd;
    bool is_ready; /* on the ready list */
};

struct epoll {
    struct k_file file; /* first */
    struct item *items;
    struct item *ready_first, **ready_end;
    struct k_waitq sleepers;
};

#define ASKED (EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDNORM | EPOLLWRNORM | \
               EPOLLRDHUP)

static void make_ready(struct item *item)
{
    struct epoll *epoll = item->epoll;

    if (item->is_ready)
        return;
    item->is_ready = true;
    item->ready_next = NULL;
    *epoll->ready_end = item;
    epoll->ready_end = &item->ready_next;
    if (epoll->sleepers.first)
        k_waitq_wake(&epoll->sleepers, 1);
    k_pollable_notify(&epoll->file.poll, EPOLLIN);
}

static void make_unready(struct item *item)
{
    struct item **link = &item->epoll->ready_first;

    if (!item->is_ready)
        return;
    while (*link != item)
        link = &(*link)->ready_next;
    *link = item->ready_next;
    if (!*link)
        item->epoll->ready_end = link;
    item->is_ready = false;
}

static void remove_item(struct item *item)
{
    make_unready(item);
    k_watcher_remove(&item->watcher);
    *item->link = item->next;
    if (item->next)
        item->next->link = item->link;
    k_free(item);
}

static void told(struct k_watcher *watcher, uint32_t events)
{
    struct item *item = (struct item *)watcher;

    if (events & K_WATCH_GONE)
        remove_item(item);
    else if (events & item->events)
        make_ready(item);
}

static uint32_t epoll_ready(struct k_file *file)
{
    struct epoll *epoll = (struct epoll *)file;

    for (struct item *item = epoll->ready_first; item; item = item->ready_next)
        if (item->file->ops->ready(item->file) & item->events)
            return EPOLLIN;
    return 0;
}

static void epoll_close(struct k_file *file)
{
    struct epoll *epoll = (struct epoll *)file;

    while (epoll->items)
        remove_item(epoll->items);
    k_free(epoll);
}

static const struct k_file_ops epoll_ops = {
    .name = "epoll",
    .ready = epoll_ready,
    .close = epoll_close,
};

long sys_epoll_create1(int flags)
{
    struct epoll *epoll;
    int fd;

    if (flags & ~EPOLL_CLOEXEC)
        return -EINVAL;
    epoll = k_calloc(1, sizeof(*epoll));
    if (!epoll)
        return -ENOMEM;
    k_file_init(&epoll->file, &epoll_ops, O_RDWR);
    epoll->ready_end = &epoll->ready_first;
    fd = k_fd_install(&epoll->file, flags ? FD_CLOEXEC : 0);
    if (fd < 0)
        k_file_put(&epoll->file);
    return fd;
}

long sys_epoll_create(int size)
{
    return size > 0 ? sys_epoll_create1(0) : -EINVAL;
}

/* The watchers of one file are few: most often this item alone. */
static struct item *find(struct epoll *epoll, struct k_file *file, int fd)
{
    for (struct k_watcher *watcher = file->poll.first; watcher; watcher = watcher->next) {
        struct item *item = (struct item *)watcher;

        if (watcher->fn == told && item->epoll == epoll && item->fd == fd)
            return item;
    }
    return NULL;
}

static void ask(struct item *item, const struct epoll_event *event)
{
    item->data = event->data;
    item->events = event->events | EPOLLERR | EPOLLHUP;
    if (item->file->ops->ready(item->file) & item->events)
        make_ready(item);
}

static int add(struct epoll *epoll, struct k_file *file, int fd, const struct epoll_event *event)
{
    struct item *item = k_calloc(1, sizeof(*item));

    if (!item)
        return -ENOMEM;
    item->epoll = epoll;
    item->file = file;
    item->fd = fd;
    item->watcher.fn = told;
    k_watcher_add(&file->poll, &item->watcher);
    item->next = epoll->items;
    item->link = &epoll->items;
    if (item->next)
        item->next->link = &item->next;
    epoll->items = item;
    ask(item, event);
    return 0;
}

static struct epoll *epoll_of(int fd, int *err)
{
    struct k_file *file = k_fd_peek(fd);

    *err = !file ? -EBADF : -EINVAL;
    return file && file->ops == &epoll_ops ? (struct epoll *)file : NULL;
}

/* An epoll may watch another, but not one that watches others in turn: no circles. */
static bool watches_epolls(const struct epoll *epoll)
{
    for (struct item *item = epoll->items; item; item = item->next)
        if (item->file->ops == &epoll_ops)
            return true;
    return false;
}

long sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
    int err;
    struct epoll *epoll = epoll_of(epfd, &err);
    struct k_file *file = k_fd_peek(fd);
    struct item *item;

    if (!epoll)
        return err;
    if (!file)
        return -EBADF;
    if (!file->ops->ready)
        return -EPERM;
    if (file == &epoll->file)
        return -EINVAL;
    item = find(epoll, file, fd);

    switch (op) {
    case EPOLL_CTL_ADD:
        if (item)
            return -EEXIST;
        if (file->ops == &epoll_ops &&
            (watches_epolls((struct epoll *)file) || epoll->file.poll.first))
            return -ELOOP;
        return add(epoll, file, fd, event);
    case EPOLL_CTL_MOD:
        if (!item)
            return -ENOENT;
        ask(item, event);
        return 0;
    case EPOLL_CTL_DEL:
        if (!item)
            return -ENOENT;
        remove_item(item);
        return 0;
    default:
        return -EINVAL;
    }
}

/* Report from the ready list, each item once; what stays ready goes behind the others. */
static int collect(struct epoll *epoll, struct epoll_event *events, int count)
{
    struct item *item = epoll->ready_first, *again = NULL, **again_end = &again;
    int found = 0;

    while (item && found < count) {
        struct item *next = item->ready_next;
        uint32_t mask = item->file->ops->ready(item->file) & item->events & ASKED;

        item->is_ready = false;
        if (mask) {
            events[found++] = (struct epoll_event){mask, item->data};
            if (item->events & EPOLLONESHOT) {
                item->events = 0;
            } else if (!(item->events & EPOLLET)) {
                item->is_ready = true;
                *again_end = item;
                again_end = &item->ready_next;
            }
        }
        item = next;
    }
    epoll->ready_first = item;
    if (!item)
        epoll->ready_end = &epoll->ready_first;
    *again_end = NULL;
    if (again) {
        *epoll->ready_end = again;
        epoll->ready_end = again_end;
    }
    return found;
}

long sys_epoll_wait(int epfd, struct epoll_event *events, int count, int timeout_ms)
{
    int err, found;
    struct epoll *epoll = epoll_of(epfd, &err);
    uint64_t deadline = 0;

    if (!epoll)
        return err;
    if (count <= 0)
        return -EINVAL;
    k_poll_once(); /* the devices' turn: this is where their work joins ours */
    found = collect(epoll, events, count);
    if (found || !timeout_ms)
        return found;

    deadline = k_deadline_ms(timeout_ms);
    k_file_ref(&epoll->file);
    do {
        err = k_waitq_sleep(&epoll->sleepers, deadline);
        found = collect(epoll, events, count);
    } while (!found && !err);
    k_file_put(&epoll->file);
    return found ? found : err == -ETIMEDOUT ? 0 : err;
}

long sys_epoll_pwait(int epfd, struct epoll_event *events, int count, int timeout_ms,
                     const uint64_t *sigmask, size_t sigset_bytes)
{
    uint64_t old;

    (void)sigset_bytes;
    if (!sigmask)
        return sys_epoll_wait(epfd, events, count, timeout_ms);
    old = k_signal_set_mask(*sigmask);
    return k_signal_end_masked(sys_epoll_wait(epfd, events, count, timeout_ms), old);
}
