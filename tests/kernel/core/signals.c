/* SPDX-License-Identifier: MIT */
/* signals.c - handlers, masks, and what a signal does to a call that waits. */
#define _GNU_SOURCE /* ppoll */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile int calls, last;
static volatile bool nested;
static int fds[2];

static void note(int signal)
{
    calls++;
    last = signal;
}

/* Raises its own signal once; it is blocked while the handler runs. */
static void note_and_raise(int signal)
{
    note(signal);
    if (calls > 1)
        return;
    raise(signal);
    nested = calls > 1;
}

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigaction(signal, &action, NULL);
}

static void *kill_soon(void *arg)
{
    usleep(20000);
    pthread_kill(*(pthread_t *)arg, SIGUSR1);
    usleep(20000);
    write(fds[1], "x", 1);
    return NULL;
}

static void handlers(void)
{
    handle(SIGUSR1, note, 0);
    raise(SIGUSR1);
    ok(calls == 1 && last == SIGUSR1, "raise calls the handler before it returns");
    kill(getpid(), SIGUSR1);
    ok(calls == 2, "and so does kill of the own process");
    handle(SIGUSR2, SIG_IGN, 0);
    raise(SIGUSR2);
    ok(calls == 2, "an ignored signal does nothing");
    raise(SIGCHLD);
    ok(calls == 2, "nor does one that is ignored unless handled");
    handle(SIGUSR2, note, SA_RESETHAND);
    raise(SIGUSR2);
    struct sigaction now;
    sigaction(SIGUSR2, NULL, &now);
    ok(calls == 3 && now.sa_handler == SIG_DFL, "SA_RESETHAND takes the handler away");
}

static void masks(void)
{
    sigset_t set, old, pending;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    calls = 0;
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR1);
    raise(SIGUSR1);
    sigpending(&pending);
    ok(calls == 0 && sigismember(&pending, SIGUSR1), "a blocked signal waits");
    sigprocmask(SIG_SETMASK, &old, NULL);
    ok(calls == 1, "and is delivered once, when unblocked");
    handle(SIGUSR1, note_and_raise, 0);
    calls = 0;
    raise(SIGUSR1);
    ok(calls == 2 && !nested, "a signal raised in its own handler comes after the handler");
    handle(SIGUSR1, note, 0);
}

static void waits(void)
{
    struct timespec second = {1, 0}, rest = {0, 0};
    pthread_t self = pthread_self(), helper;
    char byte;

    pipe(fds);
    calls = 0;
    pthread_create(&helper, NULL, kill_soon, &self);
    errno = 0;
    ok(nanosleep(&second, &rest) == -1 && errno == EINTR, "a signal ends a sleep");
    ok(calls == 1 && rest.tv_nsec > 500000000, "and the sleep says what remained");
    pthread_join(helper, NULL);
    read(fds[0], &byte, 1);

    handle(SIGUSR1, note, SA_RESTART);
    pthread_create(&helper, NULL, kill_soon, &self);
    ok(read(fds[0], &byte, 1) == 1 && calls == 2, "SA_RESTART lets a read go on");
    pthread_join(helper, NULL);

    handle(SIGUSR1, note, 0);
    pthread_create(&helper, NULL, kill_soon, &self);
    ok(read(fds[0], &byte, 1) == -1 && errno == EINTR, "without it the read ends with EINTR");
    pthread_join(helper, NULL);
}

static void *kill_twice(void *arg)
{
    usleep(20000);
    pthread_kill(*(pthread_t *)arg, SIGUSR1);
    usleep(20000);
    pthread_kill(*(pthread_t *)arg, SIGUSR2);
    return NULL;
}

/* One more than a listener queues: that one waits. */
static void connecting(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), queued = socket(AF_INET, SOCK_STREAM, 0);
    int last = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t self = pthread_self(), helper;
    socklen_t bytes = sizeof name;

    bind(listener, (struct sockaddr *)&name, sizeof name);
    listen(listener, 1);
    getsockname(listener, (struct sockaddr *)&name, &bytes);
    connect(queued, (struct sockaddr *)&name, sizeof name);
    handle(SIGUSR1, note, SA_RESTART);
    handle(SIGUSR2, note, 0);
    calls = 0;
    pthread_create(&helper, NULL, kill_twice, &self);
    ok(connect(last, (struct sockaddr *)&name, sizeof name) == -1 && errno == EINTR && calls == 2,
       "SA_RESTART lets a connect go on");
    pthread_join(helper, NULL);
    close(last);
    close(queued);
    close(listener);
}

/* A signal that only the wait itself lets in: its handler runs before the wait returns. */
static void masked_waits(void)
{
    int ep = epoll_create1(0);
    struct timespec none = {0, 0}, second = {1, 0};
    struct epoll_event event;
    sigset_t blocked, nothing, old;

    sigemptyset(&nothing);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    handle(SIGUSR1, note, 0);
    calls = 0;

    raise(SIGUSR1);
    ok(epoll_pwait(ep, &event, 1, 1000, &nothing) == -1 && errno == EINTR && calls == 1,
       "epoll_pwait lets a blocked signal in");
    ok(epoll_pwait(ep, &event, 1, 0, &nothing) == 0 && calls == 1, "once");
    raise(SIGUSR1);
    ok(ppoll(NULL, 0, &second, &nothing) == -1 && errno == EINTR && calls == 2, "so does ppoll");
    raise(SIGUSR1);
    ok(pselect(0, NULL, NULL, NULL, &second, &nothing) == -1 && errno == EINTR && calls == 3,
       "and pselect");
    raise(SIGUSR1);
    ok(pselect(0, NULL, NULL, NULL, &none, &blocked) == 0 && calls == 3,
       "what the wait blocks stays outside");
    sigprocmask(SIG_SETMASK, &old, NULL);
    ok(calls == 4, "until it is unblocked");
    close(ep);
}

int main(void)
{
    handlers();
    masks();
    waits();
    connecting();
    masked_waits();
    ok(kill(getpid(), 0) == 0 && kill(77, 0) == -1 && errno == ESRCH, "there is one process");
    ok(sigaction(SIGKILL, &(struct sigaction){.sa_handler = note}, NULL) == -1, "SIGKILL has no handler");
    return tap_end();
}
