/* SPDX-License-Identifier: MIT */
#include "client.h"
#include "clock.h"
#include "paths.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Answers come at once: a supervisor that needs longer hangs. */
#define REPLY_TIMEOUT_MS 30000

int act_client_open(struct act_client *client, const struct cluster_paths *paths,
                    struct deploy_error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[108];
    int err;

    memset(client, 0, sizeof(*client));
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        return deploy_fail(error, -errno, "cannot open a socket: %s", strerror(errno));
    act_path_control(paths, path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (connect(client->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return 0;
    err = -errno;
    close(client->fd);
    client->fd = -1;
    if (err == -ENOENT || err == -ECONNREFUSED)
        return deploy_fail(error, -ESRCH, "project %s does not run", paths->project);
    return deploy_fail(error, err, "cannot reach the supervisor at %s: %s", path, strerror(-err));
}

void act_client_close(struct act_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    free(client->bytes);
    memset(client, 0, sizeof(*client));
    client->fd = -1;
}

static int send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

int act_client_send(struct act_client *client, cJSON *request)
{
    char *text = cJSON_PrintUnformatted(request);
    int err = text ? send_all(client->fd, text, strlen(text)) : -ENOMEM;

    if (!err)
        err = send_all(client->fd, "\n", 1);
    free(text);
    cJSON_Delete(request);
    return err;
}

/* A complete line in the buffer: 1 and its message, 0, -EPROTO. */
static int take_line(struct act_client *client, cJSON **message)
{
    char *newline;

    client->len -= client->taken;
    memmove(client->bytes, client->bytes + client->taken, client->len);
    client->taken = 0;
    newline = client->len ? memchr(client->bytes, '\n', client->len) : NULL;
    if (!newline)
        return 0;
    *newline = '\0';
    client->taken = (size_t)(newline - client->bytes) + 1;
    *message = cJSON_Parse(client->bytes);
    return *message ? 1 : -EPROTO;
}

static int make_room(struct act_client *client)
{
    size_t cap = client->cap ? client->cap * 2 : 16384;
    char *grown;

    if (client->cap - client->len >= 4096)
        return 0;
    grown = realloc(client->bytes, cap);
    if (!grown)
        return -ENOMEM;
    client->bytes = grown;
    client->cap = cap;
    return 0;
}

int act_client_receive(struct act_client *client, cJSON **message, int timeout_ms)
{
    for (;;) {
        struct pollfd fd = {.fd = client->fd, .events = POLLIN};
        int got = client->bytes ? take_line(client, message) : 0;
        ssize_t n;

        if (got)
            return got;
        if (make_room(client) < 0)
            return -ENOMEM;
        got = poll(&fd, 1, timeout_ms);
        if (got == 0 || (got < 0 && errno == EINTR))
            return 0;
        n = recv(client->fd, client->bytes + client->len, client->cap - client->len, 0);
        if (n < 0 && errno == EINTR)
            return 0;
        if (n <= 0)
            return -EPIPE;
        client->len += (size_t)n;
    }
}

/* What the supervisor's reply means. */
static int read_result(const cJSON *reply, struct deploy_error *error)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(reply, "errno");
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "error"));

    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(reply, "ok")))
        return 0;
    return deploy_fail(error,
                       cJSON_IsNumber(number) && number->valueint > 0 ? -number->valueint : -EPROTO,
                       "%s", text ? text : "the supervisor refused without a reason");
}

int act_client_ask(const struct cluster_paths *paths, cJSON *request, cJSON **reply,
                   struct deploy_error *error)
{
    uint64_t until = act_now_ms() + REPLY_TIMEOUT_MS;
    struct act_client client;
    cJSON *message = NULL;
    int err = act_client_open(&client, paths, error);

    if (err) {
        cJSON_Delete(request);
        return err;
    }
    err = act_client_send(&client, request);
    while (!err && !message && act_now_ms() < until) {
        int got = act_client_receive(&client, &message, 1000);

        err = got < 0 ? got : 0;
    }
    act_client_close(&client);
    if (err || !message)
        return deploy_fail(error, err ? err : -ETIMEDOUT,
                           "the supervisor of project %s does not "
                           "answer; \"ucompose down\" ends it",
                           paths->project);
    err = read_result(message, error);
    if (!err && reply)
        *reply = message;
    else
        cJSON_Delete(message);
    return err;
}

bool act_client_means(const struct cluster_instance *instance, struct cluster_names names)
{
    for (size_t i = 0; i < names.count; i++)
        if (strcmp(names.names[i], instance->name) == 0 ||
            strcmp(names.names[i], instance->service) == 0)
            return true;
    return names.count == 0;
}
