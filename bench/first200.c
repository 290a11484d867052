/* SPDX-License-Identifier: MIT */
/*
 * first200.c - how long from exec of a command to its first HTTP 200?
 *
 *     first200 [-n RUNS] [-t SECONDS] HOST:PORT /PATH -- COMMAND...
 *
 * Starts COMMAND, asks for PATH over a new connection each time until the answer is 200, kills
 * the command, and prints one line per run: milliseconds, with one decimal. An attempt
 * without an answer within 20 ms is given up and made anew. Exit status 1: no 200 in time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPT_MS 20

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool wait_for(int fd, short events, double until_ms)
{
    struct pollfd p = {.fd = fd, .events = events};
    double left = until_ms - now_ms();

    return left > 0 && poll(&p, 1, (int)left + 1) == 1;
}

/* One request on one connection. */
static bool answers_200(const struct sockaddr_in *address, const char *path)
{
    double until = now_ms() + ATTEMPT_MS;
    char text[512];
    bool ok = false;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return false;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 && errno != EINPROGRESS)
        goto out;
    if (!wait_for(fd, POLLOUT, until))
        goto out;
    int len = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n", path);
    if (send(fd, text, (size_t)len, MSG_NOSIGNAL) != len || !wait_for(fd, POLLIN, until))
        goto out;
    ssize_t got = recv(fd, text, sizeof text - 1, 0);
    ok = got >= 12 && memcmp(text, "HTTP/1.", 7) == 0 && memcmp(text + 8, " 200", 4) == 0;
out:
    close(fd);
    return ok;
}

static pid_t start(char **command)
{
    pid_t pid = fork();

    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        setpgid(0, 0);
        dup2(null, 0);
        dup2(null, 1);
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    return pid;
}

static int run_once(const struct sockaddr_in *address, const char *path, double limit_ms, char **command)
{
    double begin = now_ms(), took = -1;
    pid_t pid = start(command);

    if (pid < 0)
        return -errno;
    while (now_ms() - begin < limit_ms) {
        if (answers_200(address, path)) {
            took = now_ms() - begin;
            break;
        }
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return -ECHILD;
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
    if (took < 0)
        return -ETIMEDOUT;
    printf("%.1f\n", took);
    return 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    double limit_ms = 10000;
    int runs = 1, option;

    while ((option = getopt(argc, argv, "+n:t:")) != -1)
        if (option == 'n')
            runs = atoi(optarg);
        else if (option == 't')
            limit_ms = atof(optarg) * 1e3;
    argv += optind;
    char *colon = argc - optind >= 4 ? strchr(argv[0], ':') : NULL;
    if (!colon || strcmp(argv[2], "--") != 0) {
        fprintf(stderr, "usage: first200 [-n RUNS] [-t SECONDS] HOST:PORT /PATH -- COMMAND...\n");
        return 2;
    }
    *colon = 0;
    address.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, argv[0], &address.sin_addr) != 1) {
        fprintf(stderr, "first200: %s is not an IPv4 address\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < runs; i++) {
        int err = run_once(&address, argv[1], limit_ms, argv + 3);
        if (err) {
            fprintf(stderr, "first200: %s\n", err == -ETIMEDOUT ? "no 200 in time" : strerror(-err));
            return 1;
        }
    }
    return 0;
}
