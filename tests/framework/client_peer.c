/* SPDX-License-Identifier: MIT */
#include "client_peer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct peer_conn {
    uv_tcp_t tcp;
    struct peer *peer;
    struct peer_conn *next;
    char in[8192];
    size_t len;
    bool hangup_next, closing;
};

struct pending_write {
    uv_write_t write;
    char *bytes;
};

static void on_closed(uv_handle_t *handle)
{
    struct peer_conn *conn = handle->data, **at;

    for (at = &conn->peer->conns; *at != conn; at = &(*at)->next)
        ;
    *at = conn->next;
    conn->peer->open--;
    free(conn);
}

static void close_conn(struct peer_conn *conn)
{
    if (!conn->closing)
        uv_close((uv_handle_t *)&conn->tcp, on_closed);
    conn->closing = true;
}

static void on_written(uv_write_t *write, int status)
{
    struct pending_write *pending = (struct pending_write *)write;

    (void)status;
    free(pending->bytes);
    free(pending);
}

static void send_text(struct peer_conn *conn, const char *text)
{
    size_t len = strlen(text);
    struct pending_write *pending = malloc(sizeof(*pending));
    uv_buf_t buf;

    pending->bytes = malloc(len + 1);
    memcpy(pending->bytes, text, len);
    buf = uv_buf_init(pending->bytes, (unsigned)len);
    uv_write(&pending->write, (uv_stream_t *)&conn->tcp, &buf, 1, on_written);
}

static void send_body(struct peer_conn *conn, const char *body)
{
    char text[8192];

    snprintf(text, sizeof(text),
             "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s",
             strlen(body), body);
    send_text(conn, text);
}

static void reset_closed(uv_handle_t *handle)
{
    on_closed(handle);
}

/* The request in conn->in[0..head_len), body behind it. */
static void serve(struct peer_conn *conn, const char *body)
{
    const char *target = strchr(conn->in, ' ') + 1;

#define IS(path) (strncmp(target, path, strlen(path)) == 0)
    if (IS("/slow"))
        return;
    if (IS("/reset")) {
        conn->closing = true;
        uv_tcp_close_reset(&conn->tcp, reset_closed);
    } else if (IS("/garbage")) {
        send_text(conn, "what?\r\n\r\n");
    } else if (IS("/cut")) {
        send_text(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        close_conn(conn);
    } else if (IS("/huge")) {
        send_text(conn, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    } else if (IS("/eof")) {
        send_text(conn, "HTTP/1.1 200 OK\r\n\r\nto the end");
        close_conn(conn);
    } else if (IS("/close")) {
        send_text(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        close_conn(conn);
    } else if (IS("/chunked")) {
        send_text(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        send_text(conn, "2\r\nde\r\n0\r\n\r\n");
    } else if (IS("/echo")) {
        send_body(conn, body);
    } else {
        conn->hangup_next = IS("/hangup-next");
        send_body(conn, "ok");
    }
#undef IS
}

static void note_request(struct peer_conn *conn, const char *body)
{
    struct peer *peer = conn->peer;
    struct sockaddr_in name;
    int len = sizeof(name);

    uv_tcp_getsockname(&conn->tcp, (struct sockaddr *)&name, &len);
    peer->by_last_octet[ntohl(name.sin_addr.s_addr) & 255]++;
    peer->requests++;
    snprintf(peer->last_head, sizeof(peer->last_head), "%.*s", (int)(body - conn->in), conn->in);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct peer_conn *conn = stream->data;
    const char *end, *length;
    size_t body_len;

    (void)buf;
    if (len <= 0 || conn->hangup_next) {
        if (len != 0)
            close_conn(conn);
        return;
    }
    conn->len += (size_t)len;
    conn->in[conn->len] = '\0';
    end = strstr(conn->in, "\r\n\r\n");
    if (!end)
        return;
    length = strstr(conn->in, "Content-Length: ");
    body_len = length && length < end ? strtoul(length + 16, NULL, 10) : 0;
    if (conn->len < (size_t)(end + 4 - conn->in) + body_len)
        return;
    note_request(conn, end + 4);
    conn->len = 0;
    serve(conn, end + 4);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct peer_conn *conn = handle->data;

    (void)suggested;
    *buf = uv_buf_init(conn->in + conn->len, (unsigned)(sizeof(conn->in) - 1 - conn->len));
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct peer *peer = listener->data;
    struct peer_conn *conn = calloc(1, sizeof(*conn));

    (void)status;
    conn->peer = peer;
    conn->next = peer->conns;
    peer->conns = conn;
    uv_tcp_init(peer->loop, &conn->tcp);
    conn->tcp.data = conn;
    uv_accept(listener, (uv_stream_t *)&conn->tcp);
    uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read);
    peer->accepted++;
    peer->open++;
}

void peer_open(struct peer *peer, uv_loop_t *loop)
{
    peer_open_at(peer, loop, INADDR_ANY);
}

void peer_open_at(struct peer *peer, uv_loop_t *loop, uint32_t address)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    int len = sizeof(name);

    memset(peer, 0, sizeof(*peer));
    peer->loop = loop;
    uv_tcp_init(loop, &peer->listener);
    peer->listener.data = peer;
    uv_tcp_bind(&peer->listener, (struct sockaddr *)&name, 0);
    uv_listen((uv_stream_t *)&peer->listener, 128, on_connection);
    uv_tcp_getsockname(&peer->listener, (struct sockaddr *)&name, &len);
    peer->port = ntohs(name.sin_port);
}

void peer_close(struct peer *peer)
{
    struct peer_conn *conn;

    uv_close((uv_handle_t *)&peer->listener, NULL);
    for (conn = peer->conns; conn; conn = conn->next)
        close_conn(conn);
}

/* ---- the name server ---- */

static void answer_question(struct name_server *server, size_t len, const struct sockaddr *from)
{
    static const char record[] = "\xc0\x0c\0\1\0\1\0\0\0\5\0\4\x7f\0\0\1";
    char *message = server->buffer;
    const char *name = message + 12;
    unsigned count = 0, i;
    uv_buf_t buf;

    if (strcmp(name, "\4shop") == 0)
        count = 3;
    if (strcmp(name, "\5mixed") == 0)
        count = 2;
    message[2] = (char)0x81;
    message[3] = (char)(count || strcmp(name, "\5empty") == 0 ? 0x80 : 0x83);
    message[7] = (char)count;
    for (i = 0; i < count; i++) {
        memcpy(message + len, record, 16);
        message[len + 15] = (char)(i + 1);
        if (strcmp(name, "\5mixed") == 0 && i == 1)
            memcpy(message + len + 12, "\xe0\0\0\1", 4); /* nobody connects to a multicast address */
        len += 16;
    }
    buf = uv_buf_init(message, (unsigned)len);
    uv_udp_try_send(&server->udp, &buf, 1, from);
}

static void on_question(uv_udp_t *udp, ssize_t len, const uv_buf_t *buf, const struct sockaddr *from,
                        unsigned flags)
{
    struct name_server *server = udp->data;

    (void)buf;
    (void)flags;
    if (len < 17 || !from)
        return;
    server->questions++;
    answer_question(server, (size_t)len, from);
}

static void on_udp_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct name_server *server = handle->data;

    (void)suggested;
    *buf = uv_buf_init(server->buffer, 300);
}

void name_server_open(struct name_server *server, uv_loop_t *loop)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int len = sizeof(name);

    memset(server, 0, sizeof(*server));
    uv_udp_init(loop, &server->udp);
    server->udp.data = server;
    uv_udp_bind(&server->udp, (struct sockaddr *)&name, 0);
    uv_udp_recv_start(&server->udp, on_udp_alloc, on_question);
    uv_udp_getsockname(&server->udp, (struct sockaddr *)&name, &len);
    server->port = ntohs(name.sin_port);
}

void name_server_close(struct name_server *server)
{
    uv_close((uv_handle_t *)&server->udp, NULL);
}
