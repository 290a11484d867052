/* SPDX-License-Identifier: MIT */
#include "relay.h"
#include "node.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct resolver {
    struct sockaddr_storage address;
    socklen_t len;
};

struct query {
    struct query *next, **link;
    uv_loop_t *loop;
    uv_poll_t *poll; /* of `fd`; its own block, because each resolver has a new one */
    uv_timer_t timer;
    int fd;
    uint16_t id; /* as we asked */
    uint32_t ip;
    uint16_t port;
    act_relay_answer_fn *answer;
    struct resolver resolvers[ACT_RELAY_RESOLVERS];
    size_t resolver_count, resolver_next;
    size_t len;
    uint8_t question[ACT_RELAY_MESSAGE_MAX];
};

static struct query *queries;
static size_t query_count;

static size_t parse_resolver(const char *text, struct resolver *resolver)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&resolver->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&resolver->address;

    memset(resolver, 0, sizeof(*resolver));
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(53);
        resolver->len = sizeof(*v4);
    } else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(53);
        resolver->len = sizeof(*v6);
    }
    return resolver->len > 0;
}

static size_t read_resolvers(struct resolver resolvers[ACT_RELAY_RESOLVERS])
{
    FILE *file = fopen("/etc/resolv.conf", "re");
    char line[256], text[64];
    size_t count = 0;

    if (!file)
        return 0;
    while (count < ACT_RELAY_RESOLVERS && fgets(line, sizeof(line), file))
        if (sscanf(line, " nameserver %63s", text) == 1)
            count += parse_resolver(text, &resolvers[count]);
    fclose(file);
    return count;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void drop_socket(struct query *query)
{
    if (query->fd < 0)
        return;
    uv_poll_stop(query->poll);
    uv_close((uv_handle_t *)query->poll, on_poll_closed);
    close(query->fd);
    query->fd = -1;
}

static void query_end(struct query *query)
{
    drop_socket(query);
    *query->link = query->next;
    if (query->next)
        query->next->link = query->link;
    query_count--;
    uv_close((uv_handle_t *)&query->timer, on_closed);
}

static void query_answered(struct query *query, const uint8_t *message, size_t len)
{
    query->answer(message, len, query->ip, query->port, query->question, query->len);
    query_end(query);
}

static void try_next(struct query *query);

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct query *query = poll->data;
    uint8_t message[ACT_RELAY_MESSAGE_MAX + 1];
    ssize_t n = recv(query->fd, message, sizeof(message), MSG_DONTWAIT);

    (void)events;
    if (status < 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        try_next(query); /* refused */
        return;
    }
    if (n < 12 || n > ACT_RELAY_MESSAGE_MAX)
        return;
    if (message[0] != query->id >> 8 || message[1] != (query->id & 0xff))
        return;
    memcpy(message, query->question, 2);
    query_answered(query, message, (size_t)n);
}

/* Send it to a resolver over a new socket. 0 or -errno. */
static int send_to(struct query *query, const struct resolver *resolver)
{
    uint8_t message[ACT_RELAY_MESSAGE_MAX];
    int err;

    query->fd = socket(resolver->address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (query->fd < 0)
        return -errno;
    query->id = (uint16_t)act_node_random();
    memcpy(message, query->question, query->len);
    message[0] = (uint8_t)(query->id >> 8);
    message[1] = (uint8_t)query->id;
    if (connect(query->fd, (const struct sockaddr *)&resolver->address, resolver->len) < 0 ||
        send(query->fd, message, query->len, MSG_NOSIGNAL) < 0) {
        err = -errno;
        close(query->fd);
        query->fd = -1;
        return err;
    }
    return 0;
}

/* Ask the next resolver that can be asked. 0, or -ENOENT when there is none left. */
static int query_send(struct query *query)
{
    while (query->resolver_next < query->resolver_count) {
        if (send_to(query, &query->resolvers[query->resolver_next++]) < 0)
            continue;
        query->poll = malloc(sizeof(*query->poll));
        if (!query->poll || uv_poll_init(query->loop, query->poll, query->fd) != 0) {
            free(query->poll);
            close(query->fd);
            query->fd = -1;
            continue;
        }
        query->poll->data = query;
        uv_poll_start(query->poll, UV_READABLE, on_readable);
        return 0;
    }
    return -ENOENT;
}

static void on_timeout(uv_timer_t *timer)
{
    try_next(timer->data);
}

static void try_next(struct query *query)
{
    drop_socket(query);
    if (query_send(query) < 0)
        query_answered(query, NULL, 0);
    else
        uv_timer_start(&query->timer, on_timeout, ACT_RELAY_TIMEOUT_MS, 0);
}

int act_relay_ask(uv_loop_t *loop, const uint8_t *question, size_t len, uint32_t ip, uint16_t port,
                  act_relay_answer_fn *answer)
{
    struct query *query;

    if (query_count >= ACT_RELAY_MAX || len < 12 || len > ACT_RELAY_MESSAGE_MAX)
        return -EAGAIN;
    query = calloc(1, sizeof(*query));
    if (!query)
        return -ENOMEM;
    query->loop = loop;
    query->fd = -1;
    query->ip = ip;
    query->port = port;
    query->answer = answer;
    query->len = len;
    memcpy(query->question, question, len);
    query->resolver_count = read_resolvers(query->resolvers);
    if (query_send(query) < 0) {
        free(query);
        return -ENOENT;
    }
    uv_timer_init(loop, &query->timer);
    query->timer.data = query;
    uv_timer_start(&query->timer, on_timeout, ACT_RELAY_TIMEOUT_MS, 0);
    query->next = queries;
    query->link = &queries;
    if (queries)
        queries->link = &query->next;
    queries = query;
    query_count++;
    return 0;
}

void act_relay_stop(void)
{
    while (queries)
        query_end(queries);
}
