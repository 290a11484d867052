/* SPDX-License-Identifier: MIT */
/*
 * hold HOST:PORT PATH COUNT - open COUNT keep-alive connections and ask on each of them, once when it is open and once
 * when all are. For each word that comes on standard input it tells how it stands:
 *
 *     ask    ask on every connection again
 *     end    close all, and end
 *
 * Prints "COUNT OPEN ANSWERED" after each round. No more than WINDOW connections are under way at once.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define WINDOW     64
#define ANSWER_MAX 4096
#define WAIT_MS    30000

static struct sockaddr_in address;
static char request[512];
static int *fds;
static int count;

static void raise_limit(void)
{
    struct rlimit limit;

    if (!getrlimit(RLIMIT_NOFILE, &limit)) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int dial(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* A head and a body of known length; small ones come in one piece or few. */
static int has_answered(int fd)
{
    char text[ANSWER_MAX + 1];
    size_t len = 0;

    while (len < ANSWER_MAX) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        const char *body, *length;
        ssize_t got;

        if (poll(&ready, 1, WAIT_MS) <= 0 || (got = read(fd, text + len, ANSWER_MAX - len)) <= 0)
            return 0;
        len += (size_t)got;
        text[len] = '\0';
        body = strstr(text, "\r\n\r\n");
        length = strstr(text, "Content-Length: ");
        if (body && length && len >= (size_t)(body + 4 - text) + strtoul(length + 16, NULL, 10))
            return !strncmp(text, "HTTP/1.1 200", 12);
    }
    return 0;
}

/* Ask on all, WINDOW at a time: how many answered. One that did not is closed. */
static int round_of(void)
{
    int answered = 0;

    for (int from = 0; from < count; from += WINDOW) {
        int to = from + WINDOW < count ? from + WINDOW : count;

        for (int i = from; i < to; i++) {
            if (fds[i] < 0)
                fds[i] = dial();
            if (fds[i] >= 0 && write(fds[i], request, strlen(request)) < 0) {
                close(fds[i]);
                fds[i] = -1;
            }
        }
        for (int i = from; i < to; i++) {
            if (fds[i] >= 0 && has_answered(fds[i])) {
                answered++;
            } else if (fds[i] >= 0) {
                close(fds[i]);
                fds[i] = -1;
            }
        }
    }
    return answered;
}

static void tell(int answered)
{
    int open = 0;

    for (int i = 0; i < count; i++)
        open += fds[i] >= 0;
    printf("%d %d %d\n", count, open, answered);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char word[16], *colon = argc == 4 ? strchr(argv[1], ':') : NULL;

    if (!colon) {
        fprintf(stderr, "usage: hold HOST:PORT PATH COUNT\n");
        return 2;
    }
    *colon = '\0';
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
    count = atoi(argv[3]);
    fds = calloc((size_t)count + 1, sizeof(*fds));
    if (!fds || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1)
        return 2;
    memset(fds, 0xFF, (size_t)count * sizeof(*fds));
    raise_limit();
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", argv[2]);
    tell(round_of());
    while (scanf("%15s", word) == 1 && strcmp(word, "end"))
        tell(round_of());
    for (int i = 0; i < count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return 0;
}
