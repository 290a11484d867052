/* SPDX-License-Identifier: MIT */
/* busy_test.c - a thread that computes without pause does not keep the others from the network. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../host/tap.h"

#define ROUNDS 20

static volatile bool stop;

/* Never calls the kernel; ends by itself so that a failure is not a hang. */
static void *spin(void *arg)
{
    unsigned long long end = __builtin_ia32_rdtsc() + 30000000000ull;

    while (!stop && __builtin_ia32_rdtsc() < end)
        ;
    return arg;
}

static long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* QEMU's gateway answers for a port of its host where nobody listens: a packet each way. */
static bool is_refused(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(1)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool refused;

    inet_pton(AF_INET, "10.0.2.2", &name.sin_addr);
    refused = connect(fd, (struct sockaddr *)&name, sizeof(name)) && errno == ECONNREFUSED;
    close(fd);
    return refused;
}

int main(void)
{
    pthread_t thread;
    int answers = 0;
    long begin, took = 0;

    ok(is_refused(), "the network answers");
    pthread_create(&thread, NULL, spin, NULL);
    for (int tries = 0; tries < 5 && (tries == 0 || took >= ROUNDS * 50); tries++) { /* the machine may stand still amid it */
        begin = now_ms();
        answers = 0;
        for (int i = 0; i < ROUNDS; i++)
            answers += is_refused();
        took = now_ms() - begin;
    }
    ok(answers == ROUNDS, "it answers beside a thread that computes");
    ok(took < ROUNDS * 50, "as soon as its packets arrive");
    stop = true;
    pthread_join(thread, NULL);
    return tap_done();
}
