/* SPDX-License-Identifier: MIT */
/*
 * The control socket: a line of JSON in, a line of JSON out. Who may connect is decided
 * by the folder that the socket lies in (0700).
 *
 *   {"do":"ps"}                                    {"ok":true,"state":{...}}
 *   {"do":"apply","spec":"...","steps":[...]}      {"ok":true}
 *     or, when it cannot be done                 {"ok":false,"errno":98,"error":"..."}
 *   {"do":"stop"|"start"|"kill","names":[...]}     ...
 *   {"do":"down","timeout_ms":-1}                  {"ok":true}, and the end when all is over
 *   {"do":"events"}                                {"ok":true}, then {"instance":{...}} for ever,
 *                                                and {"ending":true} when the end was asked for
 */
#include "paths.h"
#include "requests.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REQUEST_MAX (4u << 20)
/* A subscriber that does not read is let go when so much waits for it. */
#define BACKLOG_MAX (4u << 20)

struct client {
    struct client *next, **link;
    uv_pipe_t pipe;
    struct act_project *project;
    bool subscribed;
    char *bytes;
    size_t len, cap;
};

static uv_pipe_t server;
static struct client *clients;

/* ---- answers ---- */

struct answer {
    uv_write_t write;
    char *text;
};

static void on_written(uv_write_t *write, int status)
{
    struct answer *answer = (struct answer *)write;

    (void)status;
    free(answer->text);
    free(answer);
}

static void on_client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;

    free(client->bytes);
    free(client);
}

static void client_close(struct client *client)
{
    if (uv_is_closing((uv_handle_t *)&client->pipe))
        return;
    *client->link = client->next;
    if (client->next)
        client->next->link = client->link;
    uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

/* Takes ownership of `json`. */
static void send_line(struct client *client, cJSON *json)
{
    struct answer *answer = calloc(1, sizeof(*answer));
    char *text = cJSON_PrintUnformatted(json);
    uv_buf_t buffers[2];

    cJSON_Delete(json);
    if (!answer || !text || client->pipe.write_queue_size > BACKLOG_MAX) {
        free(answer);
        free(text);
        client_close(client);
        return;
    }
    answer->text = text;
    buffers[0] = uv_buf_init(text, (unsigned)strlen(text));
    buffers[1] = uv_buf_init((char *)"\n", 1);
    if (uv_write(&answer->write, (uv_stream_t *)&client->pipe, buffers, 2, on_written) != 0)
        on_written(&answer->write, 0);
}

static void tell_ending(struct client *client)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddBoolToObject(json, "ending", true);
    send_line(client, json);
}

/* First how things are, then each change. */
static void subscribe(struct client *client)
{
    send_line(client, act_request_result(0, NULL));
    for (struct act_instance *i = client->project->instances; i; i = i->next)
        send_line(client, act_request_event(i));
    client->subscribed = true;
    if (client->project->ending)
        tell_ending(client);
}

static void serve(struct client *client, const char *line)
{
    cJSON *request = cJSON_Parse(line);
    const char *what = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "do"));

    if (what && strcmp(what, "events") == 0)
        subscribe(client);
    else
        send_line(client, act_request_serve(client->project, request));
    cJSON_Delete(request);
}

static void on_changed(struct act_instance *instance, void *arg)
{
    struct client *next;

    (void)arg;
    for (struct client *client = clients; client; client = next) {
        next = client->next;
        if (client->subscribed)
            send_line(client, act_request_event(instance));
    }
}

static void on_ending(void *arg)
{
    struct client *next;

    (void)arg;
    for (struct client *client = clients; client; client = next) {
        next = client->next;
        if (client->subscribed)
            tell_ending(client);
    }
}

/* ---- connections ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct client *client = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(NULL, 0);
    if (client->cap - client->len < 4096 && client->cap < REQUEST_MAX) {
        size_t cap = client->cap ? client->cap * 2 : 16384;
        char *grown = realloc(client->bytes, cap);

        if (!grown)
            return;
        client->bytes = grown;
        client->cap = cap;
    }
    *buffer = uv_buf_init(client->bytes + client->len, (unsigned)(client->cap - client->len));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct client *client = stream->data;
    char *newline;

    (void)buffer;
    if (n < 0) {
        client_close(client);
        return;
    }
    client->len += (size_t)n;
    while (!uv_is_closing((uv_handle_t *)stream) &&
           (newline = memchr(client->bytes, '\n', client->len))) {
        size_t line = (size_t)(newline - client->bytes) + 1;

        *newline = '\0';
        serve(client, client->bytes);
        client->len -= line;
        memmove(client->bytes, client->bytes + line, client->len);
    }
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct client *client = status < 0 ? NULL : calloc(1, sizeof(*client));

    if (!client)
        return;
    client->project = stream->data;
    uv_pipe_init(stream->loop, &client->pipe, 0);
    client->pipe.data = client;
    client->next = clients;
    client->link = &clients;
    if (clients)
        clients->link = &client->next;
    clients = client;
    if (uv_accept(stream, (uv_stream_t *)&client->pipe) != 0 ||
        uv_read_start((uv_stream_t *)&client->pipe, on_alloc, on_read) != 0)
        client_close(client);
}

int act_control_start(struct act_project *project)
{
    char path[108];
    int err;

    act_path_control(&project->paths, path);
    unlink(path);
    uv_pipe_init(&project->loop, &server, 0);
    server.data = project;
    err = uv_pipe_bind(&server, path);
    if (!err)
        err = uv_listen((uv_stream_t *)&server, 64, on_connection);
    if (err)
        return err;
    chmod(path, 0600);
    project->changed = on_changed;
    project->ends = on_ending;
    return 0;
}

void act_control_stop(struct act_project *project)
{
    char path[108];

    project->changed = NULL;
    project->ends = NULL;
    act_path_control(&project->paths, path);
    unlink(path);
    while (clients)
        client_close(clients);
    uv_close((uv_handle_t *)&server, NULL);
}
