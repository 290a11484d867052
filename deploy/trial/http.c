/* SPDX-License-Identifier: MIT */
#include "http.h"

#include "io/tls.h"
#include "proto/http1_response.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct exchange {
    struct gen_arena *arena;
    int fd;
    int64_t deadline_ms;
    const char *out[2]; /* head and body, what is left of them */
    size_t out_len[2];
    struct uc_tls *tls; /* NULL: clear text */
    struct uc_http1_response response;
    bool stopped; /* enough was seen */
    struct trial_answer answer;
};

const char *trial_server_parse(const char *url, struct trial_server *server)
{
    const char *at = url, *end, *colon;
    size_t host_len;

    server->secure = !strncmp(url, "https://", 8);
    if (!server->secure && strncmp(url, "http://", 7))
        return "it must begin with http:// or https://";
    at += server->secure ? 8 : 7;
    end = at + strcspn(at, "/?#");
    colon = *at == '[' ? memchr(at, ']', (size_t)(end - at)) : at;
    colon = colon ? memchr(colon, ':', (size_t)(end - colon)) : NULL;
    host_len = (size_t)((colon ? colon : end) - at);
    if (!host_len || host_len >= sizeof(server->host) || strlen(end) >= sizeof(server->prefix) || strpbrk(end, "?#"))
        return "it must be http://HOST:PORT or https://HOST:PORT, perhaps with a path";
    snprintf(server->host, sizeof(server->host), "%.*s", (int)host_len, at);
    if (*server->host == '[') {
        memmove(server->host, server->host + 1, host_len);
        server->host[strcspn(server->host, "]")] = '\0';
    }
    snprintf(server->port, sizeof(server->port), "%.*s", colon ? (int)(end - colon - 1) : 3, colon ? colon + 1 : server->secure ? "443" : "80");
    snprintf(server->prefix, sizeof(server->prefix), "%s", end);
    if (*end && end[strlen(end) - 1] == '/')
        server->prefix[strlen(end) - 1] = '\0';
    return NULL;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool fail(struct exchange *x, const char *why)
{
    if (!x->answer.failure)
        x->answer.failure = why;
    return false;
}

/* Waits for `events`; what came, or 0 after it has said why not. */
static short await(struct exchange *x, short events)
{
    struct pollfd poller = {.fd = x->fd, .events = events};
    int64_t left;
    int ready;

    do {
        left = x->deadline_ms - now_ms();
        ready = poll(&poller, 1, left > 0 ? (int)left : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        fail(x, "gave no answer in time");
    return ready > 0 ? poller.revents : 0;
}

static bool open_one(struct exchange *x, const struct addrinfo *address)
{
    socklen_t size = sizeof(int);
    int err = 0;

    x->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (x->fd < 0)
        return false;
    if (connect(x->fd, address->ai_addr, address->ai_addrlen) == 0)
        return true;
    if (errno == EINPROGRESS && await(x, POLLOUT) && !getsockopt(x->fd, SOL_SOCKET, SO_ERROR, &err, &size) && !err)
        return true;
    close(x->fd);
    x->fd = -1;
    return false;
}

static bool open_connection(struct exchange *x, const struct trial_server *server)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;

    if (getaddrinfo(server->host, server->port, &hints, &list))
        return fail(x, "has a name that is not known here");
    for (const struct addrinfo *at = list; at && x->fd < 0; at = at->ai_next)
        open_one(x, at);
    freeaddrinfo(list);
    return x->fd >= 0 || fail(x, "refused the connection");
}

static bool is_sent(const struct exchange *x)
{
    return !x->out_len[0] && !x->out_len[1];
}

static void is_gone(struct exchange *x, size_t len)
{
    int which = x->out_len[0] ? 0 : 1;

    x->out[which] += len;
    x->out_len[which] -= len;
}

/* A peer that has read enough may answer and close while we still send. */
static void send_some(struct exchange *x)
{
    int which = x->out_len[0] ? 0 : 1;
    ssize_t sent = send(x->fd, x->out[which], x->out_len[which], MSG_NOSIGNAL);

    if (sent > 0)
        is_gone(x, (size_t)sent);
    else if (errno != EAGAIN && errno != EINTR)
        x->out_len[0] = x->out_len[1] = 0;
}

/* What never ends is looked at no further than its head. */
static bool is_endless(const struct uc_http1_response *response)
{
    static const char events[] = "text/event-stream";

    return response->state != UC_RESPONSE_HEAD && response->content_type.len >= sizeof(events) - 1 &&
           !strncasecmp(response->content_type.data, events, sizeof(events) - 1);
}

static bool broken(struct exchange *x)
{
    return fail(x, x->response.began ? "broke the connection amid the answer" : "broke the connection without an answer");
}

/* As the connection ends: false. */
static bool closed(struct exchange *x)
{
    if (uc_http1_response_eof(&x->response))
        fail(x, x->response.began ? "closed the connection amid the answer" : "closed the connection without an answer");
    return false;
}

/* Clear text. False: there is no more to come. */
static bool feed(struct exchange *x, const char *bytes, size_t len)
{
    ssize_t used = uc_http1_response_feed(&x->response, bytes, len);

    x->stopped = used == -EMSGSIZE && x->response.state != UC_RESPONSE_HEAD;
    if (used < 0 && !x->stopped)
        return fail(x, used == -ENOMEM ? "answered with more than there is memory for" : "answered with what is not HTTP/1.1");
    x->stopped = x->stopped || is_endless(&x->response);
    return x->response.state != UC_RESPONSE_DONE && !x->stopped;
}

/* False: there is no more to come. */
static bool receive_some(struct exchange *x)
{
    char bytes[16384];
    ssize_t got = recv(x->fd, bytes, sizeof(bytes), 0);

    if (got < 0)
        return errno == EAGAIN || errno == EINTR || broken(x);
    return got ? feed(x, bytes, (size_t)got) : closed(x);
}

static void talk(struct exchange *x)
{
    for (;;) {
        short events = await(x, is_sent(x) ? POLLIN : POLLIN | POLLOUT);

        if (!events)
            return;
        if (events & (POLLIN | POLLHUP | POLLERR)) {
            if (!receive_some(x))
                return;
        } else if (events & POLLOUT) {
            send_some(x);
        }
    }
}

/* ---- TLS (framework/src/io/tls.h) */

static const struct uc_tls_ops *const tls = &uc_tls_bearssl_client;

const char *trial_tls_load(struct trial_server *server, const struct trial_tls *want, char why[160])
{
    struct uc_tls_texts texts = {.certificate = want->certificate, .key = want->key, .authorities = want->authorities};

    _Static_assert(UC_TLS_WHY_BYTES == 160, "as in http.h");
    server->name = want->name;
    return tls->load(&server->tls, &texts, why) == 0 ? NULL : *why ? why : "there is no memory for it";
}

void trial_tls_unload(struct trial_server *server)
{
    tls->unload(server->tls);
    server->tls = NULL;
}

static bool tls_failed(struct exchange *x)
{
    int error = tls->error(x->tls);

    return fail(x, gen_arena_printf(x->arena, "does not agree on TLS (BearSSL's error %d): is its certificate of an authority of --cacert, "
                                              "for its name, and valid now, and is one asked of the client?", error));
}

/* Clear text into records and out; false: the socket takes no more now. */
static bool tls_send(struct exchange *x)
{
    for (;;) {
        int which = x->out_len[0] ? 0 : 1;
        size_t len = 0, took = is_sent(x) ? 0 : tls->put(x->tls, x->out[which], x->out_len[which]);
        const unsigned char *records;
        ssize_t sent;

        is_gone(x, took);
        if (is_sent(x))
            tls->flush(x->tls);
        records = tls->output(x->tls, &len);
        if (!records || !len) {
            if (!took)
                return true;
            continue;
        }
        sent = send(x->fd, records, len, MSG_NOSIGNAL);
        if (sent < 0)
            return errno != EAGAIN; /* of all else the next read learns */
        tls->sent(x->tls, (size_t)sent);
    }
}

/* What came, as clear text. False: there is no more to come. */
static bool tls_take(struct exchange *x)
{
    const unsigned char *data;
    size_t len;

    while ((data = tls->data(x->tls, &len)) && len) {
        bool more = feed(x, (const char *)data, len);

        tls->took(x->tls, len);
        if (!more)
            return false;
    }
    if (!tls->is_over(x->tls))
        return true;
    return tls->error(x->tls) ? tls_failed(x) : closed(x);
}

static bool tls_receive(struct exchange *x)
{
    size_t room = 0;
    unsigned char *space = tls->space(x->tls, &room);
    ssize_t got = space ? recv(x->fd, space, room, 0) : 0;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got <= 0 && !x->response.began)
        return fail(x, "broke the connection without an answer by TLS; does it ask for a certificate (--cert, --key)?");
    if (got <= 0) /* without close_notify anybody may have ended it */
        return broken(x);
    tls->received(x->tls, (size_t)got);
    return tls_take(x);
}

static void tls_talk(struct exchange *x, const struct trial_server *server)
{
    x->tls = tls->open(server->tls, server->name ? server->name : server->host);
    if (!x->tls) {
        fail(x, "could not be called by TLS: there is no memory");
        return;
    }
    for (;;) {
        bool all = tls_send(x);
        short events = await(x, all ? POLLIN : POLLIN | POLLOUT);

        if (!events || ((events & (POLLIN | POLLHUP | POLLERR)) && !tls_receive(x)))
            break;
    }
    tls->close(x->tls);
}

static void take(struct exchange *x)
{
    const struct uc_http1_response *response = &x->response;
    struct trial_answer *answer = &x->answer;

    answer->status = response->status;
    answer->head = gen_arena_bytes(x->arena, response->head.data, response->head.len);
    answer->content_type = gen_arena_bytes(x->arena, response->content_type.len ? response->content_type.data : "",
                                           response->content_type.len);
    answer->body = gen_arena_bytes(x->arena, response->body.len ? response->body.data : "", response->body.len);
    answer->body_len = response->body.len;
    answer->whole = !x->stopped;
}

struct trial_answer trial_http_call(struct gen_arena *arena, const struct trial_server *server, const char *head,
                                    const char *body, size_t body_len, bool head_only, int timeout_ms)
{
    struct exchange x = {.arena = arena, .fd = -1, .deadline_ms = now_ms() + timeout_ms,
                         .out = {head, body ? body : ""}, .out_len = {strlen(head), body_len},
                         .answer = {.content_type = "", .head = "", .body = ""}};

    uc_http1_response_init(&x.response, TRIAL_ANSWER_MAX);
    uc_http1_response_start(&x.response, head_only);
    if (open_connection(&x, server)) {
        if (server->secure)
            tls_talk(&x, server);
        else
            talk(&x);
    }
    if (!x.answer.failure)
        take(&x);
    if (x.fd >= 0)
        close(x.fd);
    uc_http1_response_deinit(&x.response);
    return x.answer;
}

const char *trial_http_field(struct gen_arena *arena, const struct trial_answer *answer, const char *name)
{
    size_t len = strlen(name);
    const char *line = strchr(answer->head, '\n');

    for (; line && *++line; line = strchr(line, '\n')) {
        size_t value = len + 1, end = strcspn(line, "\r\n");

        if (strncasecmp(line, name, len) || line[len] != ':')
            continue;
        while (value < end && (line[value] == ' ' || line[value] == '\t'))
            value++;
        while (end > value && (line[end - 1] == ' ' || line[end - 1] == '\t'))
            end--;
        return gen_arena_bytes(arena, line + value, end - value);
    }
    return NULL;
}
