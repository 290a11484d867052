/* SPDX-License-Identifier: MIT */
/*
 * client_tls.c - a connection's bytes through an engine of TLS: tls.h.
 *
 * The request goes in when the handshake is done, and its record out from the engine's own buffer, one write
 * at a time.
 */
#include <bearssl.h>
#include <errno.h>

#include "base/log_internal.h"
#include "io/client_internal.h"

static const struct uc_tls_ops *ops_of(const struct uc_client_conn *conn) { return conn->client->tls_ops; }

int uc_client_tls_open(struct uc_client_conn *conn)
{
    struct uc_client *client = conn->client;

    conn->tls = client->tls_ops->open(client->tls, client->server_name ? client->server_name : client->url.host);
    return conn->tls ? 0 : -ENOMEM;
}

static void on_written(uv_write_t *write, int status)
{
    struct uc_client_conn *conn = write->data;

    conn->writing = false;
    if (conn->closing || status < 0)
        return; /* a read, or the clock, tells what became of it */
    ops_of(conn)->sent(conn->tls, conn->records);
    uc_client_tls_send(conn);
}

/* True: something went out. */
static bool write_records(struct uc_client_conn *conn)
{
    bool any = false;

    while (!conn->writing) {
        size_t len;
        const unsigned char *records = ops_of(conn)->output(conn->tls, &len);
        uv_buf_t buf;
        int n;

        if (!records || !len)
            break;
        buf = uv_buf_init((char *)(uintptr_t)records, (unsigned)len);
        n = uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1);
        if (n > 0) {
            ops_of(conn)->sent(conn->tls, (size_t)n);
            any = true;
            continue;
        }
        if (n != UV_EAGAIN)
            break; /* of which the read learns */
        conn->write.data = conn;
        conn->records = len;
        conn->writing = uv_write(&conn->write, (uv_stream_t *)&conn->tcp, &buf, 1, on_written) == 0;
        if (!conn->writing) {
            if (conn->call)
                uc_client_call_fail_later(conn->call, -ENOMEM);
            break;
        }
    }
    return any;
}

/* A session that is resumed ends its handshake with a record of ours: behind it the engine takes the request. */
void uc_client_tls_send(struct uc_client_conn *conn)
{
    size_t took;
    bool wrote;

    do {
        struct uc_client_call *call = conn->call;

        took = call && !conn->connecting ? ops_of(conn)->put(conn->tls, call->bytes + conn->put, call->len - conn->put) : 0;
        conn->put += took;
        ops_of(conn)->flush(conn->tls);
        wrote = write_records(conn);
    } while ((took || wrote) && !conn->writing);
}

void uc_client_tls_alloc(struct uc_client_conn *conn, uv_buf_t *buf)
{
    size_t room = 0;
    unsigned char *space = ops_of(conn)->space(conn->tls, &room);

    *buf = uv_buf_init((char *)space, (unsigned)room);
}

static int error_of(const struct uc_client_conn *conn)
{
    int error = ops_of(conn)->error(conn->tls);
    bool of_certificate = error >= BR_ERR_X509_INVALID_VALUE && error <= BR_ERR_X509_NOT_TRUSTED;

    uc_log(UC_WARN, NULL, of_certificate ? "the peer's certificate is not trusted" : "TLS with a peer failed",
           UC_FIELDS(uc_log_text("client", conn->client->name), uc_log_text("url", conn->client->url_text),
                     uc_log_text("why", error == BR_ERR_X509_EXPIRED           ? "it has expired, or is not valid yet"
                                        : error == BR_ERR_X509_BAD_SERVER_NAME ? "it has another name"
                                        : error == BR_ERR_X509_NOT_TRUSTED     ? "no authority that we know vouches for it"
                                                                               : "see the number"),
                     uc_log_int("error", error)));
    return of_certificate ? -EKEYREJECTED : -EPROTO;
}

/* Clear text to the answer. False: the connection has another call, or none, now. */
static bool feed(struct uc_client_conn *conn)
{
    size_t len;
    const unsigned char *data;

    while ((data = ops_of(conn)->data(conn->tls, &len)) && len) {
        ssize_t used;

        if (!conn->call) { /* it talks out of turn */
            uc_client_conn_close(conn);
            return false;
        }
        used = uc_http1_response_feed(&conn->response, (const char *)data, len);
        if (used < 0) {
            uc_client_conn_broken(conn, (int)used);
            return false;
        }
        ops_of(conn)->took(conn->tls, (size_t)used);
        if (conn->response.state == UC_RESPONSE_DONE) {
            uc_client_conn_answered(conn, (size_t)used < len);
            return false;
        }
        if (!used)
            break;
    }
    return true;
}

/* The engine is through with it: by close_notify, or an error. */
static void end(struct uc_client_conn *conn)
{
    if (!conn->call)
        uc_client_conn_close(conn);
    else if (ops_of(conn)->error(conn->tls))
        uc_client_conn_broken(conn, error_of(conn));
    else if (uc_http1_response_eof(&conn->response) == 0)
        uc_client_conn_answered(conn, false);
    else
        uc_client_conn_broken(conn, -ECONNRESET);
}

void uc_client_tls_read(struct uc_client_conn *conn, ssize_t len)
{
    if (len < 0) {
        /* Without close_notify the end may be an attacker's: only a whole answer counts, and that was seen before. */
        if (conn->call)
            uc_client_conn_broken(conn, len == UV_EOF ? -ECONNRESET : (int)len);
        else
            uc_client_conn_close(conn);
        return;
    }
    ops_of(conn)->received(conn->tls, (size_t)len);
    uc_client_tls_send(conn);
    if (feed(conn) && ops_of(conn)->is_over(conn->tls))
        end(conn);
}
