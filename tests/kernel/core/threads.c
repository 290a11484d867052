/* SPDX-License-Identifier: MIT */
/* threads.c - threads as the C library makes them: running, waiting, ending. */
#define _GNU_SOURCE /* syscall */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waiting, released;
static _Thread_local int own = 5;
static volatile bool stop;

static long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void *give_back(void *arg)
{
    own++;
    return own == 6 ? arg : NULL;
}

static void *wait_for_release(void *arg)
{
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_broadcast(&changed);
    while (!released)
        pthread_cond_wait(&changed, &lock);
    waiting--;
    pthread_mutex_unlock(&lock);
    return arg;
}

/* Floating-point work that goes wrong when a register is lost in a preemption. */
static void *compute(void *arg)
{
    volatile unsigned long *rounds = arg;
    double sum = 0, step = (double)(*rounds + 1);

    *rounds = 0;
    while (!stop) {
        sum = 0;
        for (int i = 0; i < 1000; i++)
            sum += step * i;
        if (sum != step * 499500)
            return (void *)1;
        (*rounds)++;
    }
    return NULL;
}

static void *count_up(void *arg)
{
    for (int i = 0; i < 20000; i++) {
        pthread_mutex_lock(&lock);
        ++*(long *)arg;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void *nothing(void *arg) { return arg; }

static void joining(void)
{
    pthread_t thread;
    void *result;

    pthread_create(&thread, NULL, give_back, &thread);
    pthread_join(thread, &result);
    ok(result == &thread, "a thread gives its result to who joins it");
    ok(own == 5, "thread-local data is the thread's own");
}

static void conditions(void)
{
    pthread_t threads[4];
    struct timespec limit;
    long begin = now_ms();

    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, wait_for_release, NULL);
    pthread_mutex_lock(&lock);
    while (waiting < 4)
        pthread_cond_wait(&changed, &lock);
    released = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ok(waiting == 0, "a broadcast wakes all that wait for a condition");

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_nsec += 50000000;
    limit.tv_sec += limit.tv_nsec / 1000000000;
    limit.tv_nsec %= 1000000000;
    begin = now_ms();
    pthread_mutex_lock(&lock);
    ok(pthread_cond_timedwait(&changed, &lock, &limit) == ETIMEDOUT, "a timed wait ends");
    pthread_mutex_unlock(&lock);
    ok(now_ms() - begin >= 45 && now_ms() - begin < 10000, "when its time is over");
}

static bool all_have_run(volatile unsigned long *rounds)
{
    return rounds[0] > 3 && rounds[1] > 3 && rounds[2] > 3;
}

static void preemption(void)
{
    unsigned long rounds[3] = {1, 2, 3};
    pthread_t threads[3];
    bool right = true;
    long begin = now_ms();

    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, compute, &rounds[i]);
    do
        usleep(200000);
    while (!all_have_run(rounds) && now_ms() - begin < 9000); /* the machine may stand still */
    stop = true;
    ok(now_ms() - begin < 10000, "a sleeper gets the processor back from threads that never wait");
    for (int i = 0; i < 3; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        right &= !wrong;
    }
    ok(rounds[0] > 0 && rounds[1] > 0 && rounds[2] > 0, "threads that never wait take turns");
    ok(right, "and keep their floating-point registers");
}

/* Eight numbers are all that the x87 stack holds: they stay there until `stop`. */
static void *fill_x87(void *arg)
{
    long double sum;

    __asm__ volatile("fld1; fld1; fld1; fld1; fld1; fld1; fld1; fld1\n"
                     "1: cmpb $0, %1; je 1b\n"
                     "faddp; faddp; faddp; faddp; faddp; faddp; faddp"
                     : "=t"(sum) : "m"(stop));
    return sum == 8 ? arg : NULL;
}

/* Two bits for each register, both set when it is empty; QEMU overflows without a word. */
static unsigned x87_tags(void)
{
    unsigned environment[7];

    __asm__ volatile("fnstenv %0; fldenv %0" : "=m"(environment));
    return environment[2] & 0xffff;
}

static void x87(void)
{
    unsigned tags;
    pthread_t thread;
    void *result;

    stop = false;
    pthread_create(&thread, NULL, fill_x87, &thread);
    usleep(50000);
    tags = x87_tags();
    stop = true;
    pthread_join(thread, &result);
    ok(tags == 0xffff, "a thread that waited finds an empty x87 stack");
    ok(result == &thread, "and the one that was interrupted its full one");
}

/* A connection to ourselves: the protocol's own timer then runs several times a second. */
static void open_connection(int fds[3])
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof name;

    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    listen(fds[0], 1);
    getsockname(fds[0], (struct sockaddr *)&name, &bytes);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fds[1] = socket(AF_INET, SOCK_STREAM, 0);
    connect(fds[1], (struct sockaddr *)&name, sizeof name);
    fds[2] = accept(fds[0], NULL, NULL);
}

/* Never calls the kernel; ends by itself so that a failure is not a hang. */
static void *spin(void *arg)
{
    unsigned long long end = __builtin_ia32_rdtsc() + 12000000000ull;

    while (!stop && __builtin_ia32_rdtsc() < end)
        ;
    return arg;
}

static void sleeping_beside_work(void)
{
    pthread_t thread;
    int fds[3], tries = 0;
    long begin, took;

    open_connection(fds);
    stop = false;
    pthread_create(&thread, NULL, spin, NULL);
    do { /* twice more, should the machine have stood still */
        begin = now_ms();
        usleep(700000);
        took = now_ms() - begin;
    } while (took >= 1200 && ++tries < 3);
    ok(took < 1200, "a sleep ends in time after timers that woke nobody");
    stop = true;
    pthread_join(thread, NULL);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
}

#define FUTEX_WAKE 1
#define FUTEX_WAIT_BITSET 9
#define FUTEX_CLOCK_REALTIME 256

static struct {
    struct timespec deadline;
    int first, second; /* the words that two threads wait for, until the same moment */
    long woken, result;
} race;

static void *wait_first(void *arg)
{
    syscall(SYS_futex, &race.first, FUTEX_WAIT_BITSET, 0, &race.deadline, NULL, ~0);
    race.woken = syscall(SYS_futex, &race.second, FUTEX_WAKE, 1);
    return arg;
}

static void *wait_second(void *arg)
{
    race.result = syscall(SYS_futex, &race.second, FUTEX_WAIT_BITSET, 0, &race.deadline, NULL, ~0);
    return arg;
}

static void futexes(void)
{
    struct timespec long_ago = {1, 0};
    pthread_t threads[2];
    int word = 0;

    clock_gettime(CLOCK_MONOTONIC, &race.deadline);
    race.deadline.tv_nsec += 100000000;
    race.deadline.tv_sec += race.deadline.tv_nsec / 1000000000;
    race.deadline.tv_nsec %= 1000000000;
    pthread_create(&threads[0], NULL, wait_first, NULL);
    pthread_create(&threads[1], NULL, wait_second, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    ok(race.woken == (race.result == 0), "a wake-up goes to somebody who says that he was woken");
    ok(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &long_ago, NULL,
               ~0) == -1 && errno == ETIMEDOUT,
       "a wait until long ago is over at once");
}

static void exclusion(void)
{
    pthread_t threads[4];
    long count = 0;

    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, count_up, &count);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ok(count == 80000, "a mutex keeps others out");
}

static void leaks(void)
{
    struct sysinfo before, after;
    pthread_attr_t detached;
    pthread_t thread;
    int failures = 0;

    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (int round = 0; round < 2; round++) {
        sysinfo(&before);
        for (int i = 0; i < 300; i++) {
            failures += pthread_create(&thread, &detached, nothing, NULL) != 0;
            sched_yield();
            failures += pthread_create(&thread, NULL, nothing, NULL) != 0;
            pthread_join(thread, NULL);
        }
        usleep(10000);
        sysinfo(&after);
    }
    ok(!failures, "six hundred threads, one after another, can be made");
    ok(after.freeram + 65536 >= before.freeram, "and leave no memory behind");
}

static void too_many(void)
{
    pthread_t threads[400];
    int made = 0, err = 0;

    released = 0;
    while (made < 400 && !(err = pthread_create(&threads[made], NULL, wait_for_release, NULL)))
        made++;
    ok(made > 20 && (err == EAGAIN || made == 400), "without memory a thread is refused with EAGAIN");
    pthread_mutex_lock(&lock);
    released = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    ok(waiting == 0, "and all others still end well");
}

static void *post(void *arg)
{
    usleep(1000);
    sem_post(arg);
    pthread_exit(NULL);
}

static void *sleep_long(void *arg)
{
    sleep(100);
    return arg;
}

static void the_rest(void)
{
    pthread_t thread;
    void *result;
    sem_t semaphore;

    sem_init(&semaphore, 0, 0);
    pthread_create(&thread, NULL, post, &semaphore);
    ok(sem_wait(&semaphore) == 0, "a semaphore passes from thread to thread");
    pthread_join(thread, NULL);

    pthread_create(&thread, NULL, sleep_long, NULL);
    usleep(1000);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    ok(result == PTHREAD_CANCELED, "a sleeping thread can be cancelled");
    ok(fork() == -1 && errno == ENOSYS, "a second process is refused");
}

int main(void)
{
    joining();
    conditions();
    preemption();
    x87();
    sleeping_beside_work();
    futexes();
    exclusion();
    leaks();
    too_many();
    the_rest();
    return tap_end();
}
