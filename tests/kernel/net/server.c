/* SPDX-License-Identifier: MIT */
/*
 * server.c - a small HTTP server on epoll, to be loaded from outside by load.sh.
 *
 *   GET /        "hello\n"          GET /free   free memory in KiB
 *   GET /big     16 MiB             POST /      counts the body, answers its length
 *   GET /exit    ends with status 7
 */
#define _GNU_SOURCE /* memmem, strcasestr */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define BIG (16u << 20)

struct conn {
    int fd;
    size_t head_bytes;
    char head[1024];
    size_t body_left, body_bytes; /* of a POST */
    size_t big_left;              /* of an answer */
};

static int ep;

static void close_conn(struct conn *conn)
{
    close(conn->fd);
    free(conn);
}

static void answer(struct conn *conn, const char *body)
{
    char text[256];
    int n = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                     strlen(body), body);

    if (write(conn->fd, text, (size_t)n) != n)
        shutdown(conn->fd, SHUT_RDWR);
}

static void send_big(struct conn *conn)
{
    static char zeros[65536];

    while (conn->big_left) {
        size_t part = conn->big_left < sizeof(zeros) ? conn->big_left : sizeof(zeros);
        ssize_t n = write(conn->fd, zeros, part);

        if (n <= 0)
            break;
        conn->big_left -= (size_t)n;
    }
    epoll_ctl(ep, EPOLL_CTL_MOD, conn->fd,
              &(struct epoll_event){.events = EPOLLIN | (conn->big_left ? EPOLLOUT : 0),
                                    .data.ptr = conn});
}

static void respond(struct conn *conn)
{
    char text[64];
    struct sysinfo info;

    if (!strncmp(conn->head, "GET /free", 9)) {
        sysinfo(&info);
        snprintf(text, sizeof(text), "%lu\n", info.freeram * info.mem_unit / 1024);
        answer(conn, text);
    } else if (!strncmp(conn->head, "GET /big", 8)) {
        int n = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", BIG);
        write(conn->fd, text, (size_t)n);
        conn->big_left = BIG;
        send_big(conn);
    } else if (!strncmp(conn->head, "GET /exit", 9)) {
        exit(7);
    } else if (!strncmp(conn->head, "POST", 4)) {
        snprintf(text, sizeof(text), "%zu\n", conn->body_bytes);
        answer(conn, text);
    } else {
        answer(conn, "hello\n");
    }
}

static void take_head(struct conn *conn)
{
    char *end, *length;
    size_t used;

    while ((end = memmem(conn->head, conn->head_bytes, "\r\n\r\n", 4))) {
        *end = 0;
        used = (size_t)(end - conn->head) + 4;
        length = strcasestr(conn->head, "content-length:");
        conn->body_bytes = conn->body_left = length ? strtoul(length + 15, NULL, 10) : 0;
        conn->head_bytes -= used;
        if (conn->body_left) {
            if (strcasestr(conn->head, "expect:"))
                write(conn->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
            conn->body_left -= conn->head_bytes; /* no pipelining behind a body */
            conn->head_bytes = 0;
            if (conn->body_left)
                return;
        }
        respond(conn);
        memmove(conn->head, conn->head + used, conn->head_bytes);
    }
}

static void readable(struct conn *conn)
{
    static char body[65536];
    ssize_t n;

    if (conn->body_left) {
        n = read(conn->fd, body, sizeof(body));
        if (n > 0 && !(conn->body_left -= (size_t)n))
            respond(conn);
    } else {
        n = read(conn->fd, conn->head + conn->head_bytes,
                 sizeof(conn->head) - conn->head_bytes - 1);
        if (n > 0) {
            conn->head_bytes += (size_t)n;
            conn->head[conn->head_bytes] = 0;
            take_head(conn);
        }
    }
    if (n == 0 || (n < 0 && errno != EAGAIN))
        close_conn(conn);
}

static void accept_all(int listener)
{
    int fd, on = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct conn *conn = calloc(1, sizeof(*conn));

        if (!conn) {
            close(fd);
            continue;
        }
        conn->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        epoll_ctl(ep, EPOLL_CTL_ADD, fd,
                  &(struct epoll_event){.events = EPOLLIN, .data.ptr = conn});
    }
}

int main(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(8080)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct epoll_event events[64];

    signal(SIGPIPE, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(listener, (struct sockaddr *)&name, sizeof(name)) || listen(listener, 1024))
        return 1;
    ep = epoll_create1(0);
    epoll_ctl(ep, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN});
    for (;;) {
        int count = epoll_wait(ep, events, 64, -1);

        for (int i = 0; i < count; i++) {
            struct conn *conn = events[i].data.ptr;

            if (!conn)
                accept_all(listener);
            else if (events[i].events & EPOLLOUT)
                send_big(conn);
            else
                readable(conn);
        }
    }
}
