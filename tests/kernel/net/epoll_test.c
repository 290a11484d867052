/* SPDX-License-Identifier: MIT */
/*
 * epoll_test.c - epoll, poll, select, pipes and eventfd, as Linux defines them. Runs on Linux too.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "../host/tap.h"

static int add(int ep, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

static int wait_one(int ep, struct epoll_event *event, int timeout_ms)
{
    return epoll_wait(ep, event, 1, timeout_ms);
}

static long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void level_triggered(void)
{
    int ep = epoll_create1(EPOLL_CLOEXEC), p[2];
    struct epoll_event event;
    char c;

    ok(!pipe2(p, O_NONBLOCK), "a pipe is made");
    ok(!add(ep, p[0], EPOLLIN), "its reading end is added");
    ok(wait_one(ep, &event, 0) == 0, "nothing is ready");
    ok(write(p[1], "ab", 2) == 2 && wait_one(ep, &event, 0) == 1 && event.events == EPOLLIN &&
           event.data.fd == p[0],
       "written bytes make it ready");
    ok(read(p[0], &c, 1) == 1 && wait_one(ep, &event, 0) == 1, "it stays ready while bytes wait");
    ok(read(p[0], &c, 1) == 1 && wait_one(ep, &event, 0) == 0, "and not longer");
    close(p[1]);
    ok(wait_one(ep, &event, 0) == 1 && event.events == EPOLLHUP, "a closed writer is HUP");
    close(p[0]);
    ok(wait_one(ep, &event, 0) == 0, "a closed descriptor leaves by itself");
    close(ep);
}

static void edge_triggered(void)
{
    int ep = epoll_create1(0), fd = eventfd(0, EFD_NONBLOCK);
    struct epoll_event event;
    uint64_t one = 1, value;

    add(ep, fd, EPOLLIN | EPOLLET);
    write(fd, &one, 8);
    ok(wait_one(ep, &event, 0) == 1 && wait_one(ep, &event, 0) == 0, "an edge is told once");
    write(fd, &one, 8);
    ok(wait_one(ep, &event, 0) == 1, "a second write is a second edge");
    ok(read(fd, &value, 8) == 8 && value == 2, "the counter has both");
    ok(read(fd, &value, 8) == -1 && errno == EAGAIN, "and is empty then");
    write(fd, &one, 8);
    event.events = EPOLLIN | EPOLLET;
    ok(wait_one(ep, &event, 0) == 1, "told");
    event.events = EPOLLIN | EPOLLET;
    event.data.fd = fd;
    ok(!epoll_ctl(ep, EPOLL_CTL_MOD, fd, &event) && wait_one(ep, &event, 0) == 1,
       "changing it tells again what still holds");
    close(fd);
    close(ep);
}

static void one_shot_and_errors(void)
{
    int ep = epoll_create1(0), fd = eventfd(1, EFD_NONBLOCK);
    struct epoll_event event;

    add(ep, fd, EPOLLIN | EPOLLONESHOT);
    ok(wait_one(ep, &event, 0) == 1 && wait_one(ep, &event, 0) == 0, "one shot is one event");
    ok(add(ep, fd, EPOLLIN) == -1 && errno == EEXIST, "adding twice is EEXIST");
    ok(!epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL) &&
           epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL) == -1 && errno == ENOENT,
       "removing twice is ENOENT");
    ok(add(ep, ep, EPOLLIN) == -1 && errno == EINVAL, "an epoll cannot watch itself");
    ok(add(ep, 999, EPOLLIN) == -1 && errno == EBADF, "a descriptor must be open");
    ok(epoll_ctl(fd, EPOLL_CTL_ADD, ep, &event) == -1 && errno == EINVAL, "and an epoll one");
    close(fd);
    close(ep);
}

static void fair_turns(void)
{
    enum { COUNT = 8 };
    int ep = epoll_create1(0), fds[COUNT], seen = 0;
    struct epoll_event event;

    for (int i = 0; i < COUNT; i++) {
        fds[i] = eventfd(1, 0);
        add(ep, fds[i], EPOLLIN);
    }
    for (int i = 0; i < COUNT; i++) {
        wait_one(ep, &event, 0);
        for (int j = 0; j < COUNT; j++)
            if (event.data.fd == fds[j])
                seen |= 1 << j;
    }
    ok(seen == (1 << COUNT) - 1, "ready descriptors take turns");
    for (int i = 0; i < COUNT; i++)
        close(fds[i]);
    close(ep);
}

static void time_outs(void)
{
    int ep = epoll_create1(0);
    struct epoll_event event;
    struct pollfd none = {-1, POLLIN, 0};
    struct timeval time = {0, 30000};
    long start = now_ms();

    ok(wait_one(ep, &event, 30) == 0 && now_ms() - start >= 29, "epoll waits its time");
    start = now_ms();
    ok(poll(&none, 1, 30) == 0 && now_ms() - start >= 29, "so does poll");
    start = now_ms();
    ok(select(0, NULL, NULL, NULL, &time) == 0 && now_ms() - start >= 29, "and select");
    close(ep);
}

static void poll_and_select(void)
{
    int p[2];
    fd_set in, out;
    struct pollfd fds[3];

    pipe(p);
    fds[0] = (struct pollfd){p[0], POLLIN, 0};
    fds[1] = (struct pollfd){p[1], POLLOUT, 0};
    fds[2] = (struct pollfd){999, POLLIN, 0};
    ok(poll(fds, 3, 0) == 2 && !fds[0].revents && fds[1].revents == POLLOUT &&
           fds[2].revents == POLLNVAL,
       "poll tells each descriptor's state");
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(p[0], &in);
    FD_SET(p[1], &out);
    ok(select(p[1] + 1, &in, &out, NULL, &(struct timeval){0}) == 1 && !FD_ISSET(p[0], &in) &&
           FD_ISSET(p[1], &out),
       "select tells the same");
    close(p[0]);
    close(p[1]);
}

static void pipes(void)
{
    int p[2], copy;
    char text[8192];
    ssize_t total = 0, n;

    pipe2(p, O_NONBLOCK | O_CLOEXEC);
    ok(fcntl(p[0], F_GETFD) == FD_CLOEXEC && fcntl(p[0], F_GETFL) & O_NONBLOCK, "flags are kept");
    ok(read(p[0], text, 1) == -1 && errno == EAGAIN, "an empty pipe says EAGAIN");
    memset(text, 'x', sizeof(text));
    while ((n = write(p[1], text, sizeof(text))) > 0)
        total += n;
    ok(n == -1 && errno == EAGAIN && total >= 4096, "a full pipe too");
    while ((n = read(p[0], text, sizeof(text))) > 0)
        total -= n;
    ok(total == 0, "what went in comes out");
    copy = dup(p[1]);
    close(p[1]);
    ok(write(copy, "a", 1) == 1 && read(p[0], text, 2) == 1, "a copy keeps the end open");
    close(copy);
    ok(read(p[0], text, 1) == 0, "the last writer's close is the end of file");
    close(p[0]);
    pipe(p);
    close(p[0]);
    ok(write(p[1], "a", 1) == -1 && errno == EPIPE, "no reader: EPIPE");
    ok(dup2(p[1], 100) == 100 && fcntl(100, F_GETFL) >= 0, "dup2 goes where it is told");
    ok(fcntl(p[1], F_DUPFD_CLOEXEC, 200) == 200, "F_DUPFD begins where it is told");
    close(200);
    close(100);
    close(p[1]);
    ok(close(p[1]) == -1 && errno == EBADF, "closing twice is EBADF");
}

static void *write_later(void *arg)
{
    uint64_t one = 1;

    nanosleep(&(struct timespec){0, 20000000}, NULL);
    write(*(int *)arg, &one, 8);
    return NULL;
}

static void threads_wake_each_other(void)
{
    int ep = epoll_create1(0), fd = eventfd(0, 0);
    struct epoll_event event;
    pthread_t thread;
    uint64_t value;

    add(ep, fd, EPOLLIN);
    pthread_create(&thread, NULL, write_later, &fd);
    ok(wait_one(ep, &event, 2000) == 1 && event.data.fd == fd, "another thread ends the wait");
    pthread_join(thread, NULL);
    read(fd, &value, 8);
    pthread_create(&thread, NULL, write_later, &fd);
    ok(read(fd, &value, 8) == 8 && value == 1, "and a blocking read");
    pthread_join(thread, NULL);
    fd = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK);
    ok(read(fd, &value, 8) == 8 && value == 1, "a semaphore gives one at a time");
    close(fd);
    close(ep);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    level_triggered();
    edge_triggered();
    one_shot_and_errors();
    fair_turns();
    time_outs();
    poll_and_select();
    pipes();
    threads_wake_each_other();
    return tap_done();
}
