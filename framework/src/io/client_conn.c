/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "io/client_internal.h"

#define KEPT_PART 16 /* of the largest answer: a larger buffer is not kept with an idle connection */

static bool is_idempotent(enum uc_method method)
{
    return method != UC_POST && method != UC_PATCH;
}

static void on_closed(uv_handle_t *handle)
{
    struct uc_client_conn *conn = handle->data;
    struct uc_client *client = conn->client;

    uc_http1_response_deinit(&conn->response);
    if (conn->tls)
        client->tls_ops->close(conn->tls);
    free(conn);
    client->conn_count--;
    uc_client_pool_run(client); /* a call may wait for the place */
    uc_client_handle_closed(client);
}

void uc_client_conn_close(struct uc_client_conn *conn)
{
    if (conn->closing)
        return;
    conn->closing = true;
    if (conn->call)
        conn->call->conn = NULL;
    conn->call = NULL;
    uc_link_remove(&conn->link);
    uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

/* The connection is of no more use. Its call fails, or is made again where that is safe. */
void uc_client_conn_broken(struct uc_client_conn *conn, int error)
{
    struct uc_client_call *call = conn->call;
    bool again = call && conn->used && !conn->response.began && !call->fresh &&
                 is_idempotent(call->method) && (error == -ECONNRESET || error == -EPIPE);

    uc_client_conn_close(conn);
    if (!call)
        return;
    if (again) {
        call->fresh = true;
        uc_client_pool_requeue(call);
    } else {
        uc_client_call_fail(call, error == -EPIPE ? -ECONNRESET : error);
    }
}

static void keep(struct uc_client_conn *conn)
{
    struct uc_client *client = conn->client;

    if (conn->response.body.cap > client->answer_max / KEPT_PART) {
        uc_buf_deinit(&conn->response.body);
        uc_buf_init(&conn->response.body, client->answer_max);
    }
    conn->used = true;
    conn->since_ms = uv_now(client->loop);
    uc_link_remove(&conn->link);
    uc_link_after(&client->idle, &conn->link);
    uc_client_clock_want(client, conn->since_ms + UC_CLIENT_IDLE_MS);
}

/* The connection is free before the callback runs: a call made there may have it. */
void uc_client_conn_answered(struct uc_client_conn *conn, bool more_bytes)
{
    struct uc_client *client = conn->client;
    struct uc_client_call *call = conn->call;
    struct uc_client_answer answer;

    conn->call = NULL;
    call->conn = NULL;
    uc_client_call_copy(call, &conn->response, &answer);
    if (conn->response.keep_alive && !more_bytes && !conn->writing)
        keep(conn);
    else
        uc_client_conn_close(conn);
    uc_client_call_end(call, &answer);
    uc_client_pool_run(client);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct uc_client_conn *conn = handle->data;

    (void)suggested;
    if (conn->tls) {
        uc_client_tls_alloc(conn, buf);
        return;
    }
    *buf = uv_buf_init(conn->client->read_buffer, sizeof(conn->client->read_buffer));
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct uc_client_conn *conn = stream->data;
    ssize_t used;

    if (conn->closing || len == 0)
        return;
    if (conn->tls) {
        uc_client_tls_read(conn, len);
        return;
    }
    if (!conn->call) { /* idle: the peer hangs up, or talks out of turn */
        uc_client_conn_close(conn);
        return;
    }
    if (len == UV_EOF && uc_http1_response_eof(&conn->response) == 0) {
        uc_client_conn_answered(conn, false);
        return;
    }
    if (len < 0) {
        uc_client_conn_broken(conn, len == UV_EOF ? -ECONNRESET : (int)len);
        return;
    }
    used = uc_http1_response_feed(&conn->response, buf->base, (size_t)len);
    if (used < 0)
        uc_client_conn_broken(conn, (int)used);
    else if (conn->response.state == UC_RESPONSE_DONE)
        uc_client_conn_answered(conn, used < len);
}

static void on_written(uv_write_t *write, int status)
{
    struct uc_client_conn *conn = write->data;

    conn->writing = false;
    /* A peer that reads no further may have answered already: the read decides. */
    if (status == 0 || status == UV_ECANCELED || conn->closing || status == UV_EPIPE ||
        status == UV_ECONNRESET)
        return;
    uc_client_conn_broken(conn, status);
}

/* May run inside uc_client_call(): failures are told by the read or the clock, later. */
static void send_request(struct uc_client_conn *conn)
{
    struct uc_client_call *call = conn->call;
    uv_buf_t buf = uv_buf_init(call->bytes, (unsigned)call->len);
    int sent;

    uc_http1_response_start(&conn->response, call->method == UC_HEAD);
    if (conn->tls) {
        conn->put = 0;
        uc_client_tls_send(conn);
        return;
    }
    sent = uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1);
    if (sent == (int)call->len || sent == UV_EPIPE || sent == UV_ECONNRESET)
        return; /* of the latter two the read learns, too */
    if (sent > 0)
        buf = uv_buf_init(call->bytes + sent, (unsigned)(call->len - (size_t)sent));
    conn->write.data = conn;
    conn->writing = uv_write(&conn->write, (uv_stream_t *)&conn->tcp, &buf, 1, on_written) == 0;
    if (!conn->writing)
        uc_client_call_fail_later(call, -ENOMEM);
}

void uc_client_conn_use(struct uc_client_conn *conn, struct uc_client_call *call)
{
    conn->call = call;
    call->conn = conn;
    uc_link_remove(&conn->link);
    uc_link_before(&conn->client->busy, &conn->link);
    send_request(conn);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct uc_client_conn *conn = connect->data;
    struct uc_client_call *call = conn->call;
    int err = status;

    conn->connecting = false;
    if (conn->closing)
        return;
    if (!err && conn->client->tls_ops)
        err = uc_client_tls_open(conn);
    if (!err)
        err = uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read);
    if (err) {
        uc_client_conn_close(conn);
        uc_client_pool_refused(conn->client, conn->address, call, err);
        return;
    }
    uv_tcp_nodelay(&conn->tcp, 1);
    send_request(conn);
}

int uc_client_conn_open(struct uc_client *client, uint32_t address, struct uc_client_call *call)
{
    struct uc_client_conn *conn = calloc(1, sizeof(*conn));
    struct sockaddr_in peer = {.sin_family = AF_INET,
                               .sin_port = htons(client->url.port),
                               .sin_addr.s_addr = address};
    int err;

    if (!conn)
        return -ENOMEM;
    err = uv_tcp_init(client->loop, &conn->tcp);
    if (err) {
        free(conn);
        return err;
    }
    conn->client = client;
    conn->address = address;
    conn->tcp.data = conn->connect.data = conn;
    conn->since_ms = uv_now(client->loop);
    conn->connecting = true;
    uc_http1_response_init(&conn->response, client->answer_max);
    client->conn_count++;
    uc_link_before(&client->busy, &conn->link);
    err = uv_tcp_connect(&conn->connect, &conn->tcp, (const struct sockaddr *)&peer, on_connected);
    if (err) {
        uc_client_conn_close(conn);
        return err;
    }
    conn->call = call;
    call->conn = conn;
    uc_client_clock_want(client, conn->since_ms + UC_CLIENT_CONNECT_MS);
    return 0;
}
