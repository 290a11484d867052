/* SPDX-License-Identifier: MIT */
/*
 * http.c - the request's way out and the answer's way in, on a socket of net/sock.h.
 */
#include "cloud/http.h"

#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/clock.h"
#include "core/heap.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/timer.h"
#include "net/sock.h"

#define REQUEST_MAX 1024
#define LOOK_NS (20 * K_NS_PER_MS)

static void nothing(void *arg) { (void)arg; }

/* Sleep until a device has something, or for a moment. False: the deadline has passed. */
static bool wait(uint64_t deadline_ns)
{
    static struct k_timer timer = {.fn = nothing};
    uint64_t now = k_clock_now_ns();

    if (now >= deadline_ns)
        return false;
    k_timer_set(&timer, now + LOOK_NS < deadline_ns ? now + LOOK_NS : deadline_ns);
    k_idle_round();
    k_timer_cancel(&timer);
    return true;
}

static uint16_t network_port(uint16_t port) { return (uint16_t)(port << 8 | port >> 8); }

static int await_connection(struct k_sock *sock, uint64_t deadline_ns)
{
    while (!sock->error && !(sock->ops->ready(sock) & EPOLLOUT))
        if (!wait(deadline_ns))
            return -ETIMEDOUT;
    return -sock->error;
}

/* A fresh connection has room for all of it. */
static int send_request(struct k_sock *sock, const struct k_http_request *request)
{
    const uint8_t *a = (const uint8_t *)&request->address;
    const char *header = request->header;
    char text[REQUEST_MAX];
    int bytes = k_snprintf(text, sizeof text,
                           "%s %s HTTP/1.0\r\nHost: %d.%d.%d.%d\r\nUser-Agent: ucompose\r\n%s%s\r\n",
                           request->method, request->path, a[0], a[1], a[2], a[3],
                           header ? header : "", header ? "\r\n" : "");
    struct iovec iov = {text, (size_t)bytes};
    ssize_t sent;

    if (bytes >= (int)sizeof text)
        return -EPROTO;
    sent = sock->ops->send(sock, &iov, 1, 0, NULL);
    return sent == bytes ? 0 : sent < 0 ? (int)sent : -EPROTO;
}

/* Bytes; 0: the peer has ended. */
static ssize_t receive(struct k_sock *sock, char *out, size_t room, uint64_t deadline_ns)
{
    struct iovec iov = {out, room};
    bool truncated;
    ssize_t got;

    while ((got = sock->ops->recv(sock, &iov, 1, 0, NULL, &truncated)) == -EAGAIN)
        if (!wait(deadline_ns))
            return -ETIMEDOUT;
    return got;
}

/* Head and body to `text`, which has room for `capacity` bytes. */
static int read_answer(struct k_sock *sock, uint64_t deadline_ns, char *text, size_t capacity,
                       struct k_http_answer *answer)
{
    size_t bytes = 0;
    int error = -EAGAIN;

    for (;;) {
        ssize_t got;

        if (!error && answer->body_bytes != SIZE_MAX && bytes - answer->head_bytes >= answer->body_bytes)
            return 0;
        if (bytes == capacity)
            return error ? -EPROTO : -EFBIG;
        got = receive(sock, text + bytes, capacity - bytes, deadline_ns);
        if (got < 0)
            return (int)got;
        if (got == 0 && !error && answer->body_bytes == SIZE_MAX) {
            answer->body_bytes = bytes - answer->head_bytes;
            return 0;
        }
        if (got == 0)
            return -EPROTO;
        bytes += (size_t)got;
        if (error)
            error = k_http_read_head(text, bytes, answer);
        if (error && error != -EAGAIN)
            return error;
    }
}

static int converse(struct k_sock *sock, const struct k_http_request *request, uint64_t deadline_ns,
                    char *text, size_t capacity, struct k_http_answer *answer)
{
    struct k_sock_name name = {request->address, network_port(request->port)};
    int error = sock->ops->connect(sock, name);

    if (error == -EINPROGRESS)
        error = await_connection(sock, deadline_ns);
    if (!error)
        error = send_request(sock, request);
    return error ? error : read_answer(sock, deadline_ns, text, capacity, answer);
}

int k_http_ask(const struct k_http_request *request, uint64_t deadline_ns, char *body,
               size_t capacity, size_t *body_bytes)
{
    struct k_http_answer answer;
    struct k_sock *sock = k_tcp_sock_new();
    char *text = sock ? k_malloc(K_HTTP_HEAD_MAX + capacity) : NULL;
    int error = -ENOMEM;

    if (text)
        error = converse(sock, request, deadline_ns, text, K_HTTP_HEAD_MAX + capacity, &answer);
    if (!error && answer.body_bytes >= capacity)
        error = -EFBIG;
    if (!error) {
        memcpy(body, text + answer.head_bytes, answer.body_bytes);
        body[answer.body_bytes] = 0;
        *body_bytes = answer.body_bytes;
    }
    k_free(text);
    if (sock) {
        sock->linger = (struct linger){.l_onoff = 1}; /* nothing of it shall outlive the boot */
        sock->ops->close(sock);
    }
    return error ? error : answer.status;
}
