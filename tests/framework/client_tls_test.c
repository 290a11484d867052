/* SPDX-License-Identifier: MIT */
/*
 * A client's calls by TLS to a peer on the test's own loop, which says the end as it should, or cuts: between records,
 * amid one, in the handshake. Twice each: the second time with a session that is resumed.
 */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "io/tls.h"
#include "tls_fixtures.h"
#include "uc/client.h"

enum way {
    SAYS_THE_END,      /* close_notify, then the end of the connection */
    ENDS,              /* without */
    RESETS,
    ENDS_AMID_RECORD,  /* half of the bytes that carry the answer */
    ENDS_IN_HANDSHAKE, /* half of its first bytes */
};

static const struct row {
    const char *name, *answer;
    enum way way;
    int status, error;
    const char *body;
} rows[] = {
    {"to the end, which is said", "HTTP/1.1 200 OK\r\n\r\nto the end", SAYS_THE_END, 200, 0, "to the end"},
    {"to an end that is not said", "HTTP/1.1 200 OK\r\n\r\nto the end", ENDS, 0, -ECONNRESET, ""},
    {"whole, and an end that is not said", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole", ENDS, 200, 0, "whole"},
    {"in part, and the end is said", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npart", SAYS_THE_END, 0, -ECONNRESET, ""},
    {"chunks without the last one", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", ENDS, 0, -ECONNRESET, ""},
    {"in part, and a reset", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npart", RESETS, 0, -ECONNRESET, ""},
    {"half of a record", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole", ENDS_AMID_RECORD, 0, -ECONNRESET, ""},
    {"half of a handshake", "", ENDS_IN_HANDSHAKE, 0, -ECONNRESET, ""},
    {"nothing, and the end is said", "", SAYS_THE_END, 0, -ECONNRESET, ""},
};

static const struct uc_tls_ops *const ops = &uc_tls_bearssl;
static uv_loop_t loop;
static uv_tcp_t listener;
static struct uc_tls_server *server;
static const struct row *row;

/* ---- the peer: a connection at a time */

struct conn {
    uv_tcp_t tcp;
    struct uc_tls *tls;
    bool closing;
};

static void on_closed(uv_handle_t *handle)
{
    struct conn *conn = (struct conn *)handle;

    ops->close(conn->tls);
    free(conn);
}

static void leave(struct conn *conn, bool reset)
{
    if (conn->closing)
        return;
    conn->closing = true;
    if (reset)
        assert_int_equal(uv_tcp_close_reset(&conn->tcp, on_closed), 0);
    else
        uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

/* So little that the socket takes it at once. */
static void write_records(struct conn *conn, bool half)
{
    const unsigned char *records;
    size_t len;

    while ((records = ops->output(conn->tls, &len)) && len) {
        uv_buf_t buf = uv_buf_init((char *)(uintptr_t)records, (unsigned)(half ? len / 2 : len));

        assert_int_equal(uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1), buf.len);
        ops->sent(conn->tls, len);
    }
}

static void answer(struct conn *conn)
{
    size_t len = strlen(row->answer);

    assert_int_equal(ops->put(conn->tls, row->answer, len), len);
    ops->flush(conn->tls);
    write_records(conn, row->way == ENDS_AMID_RECORD);
    if (row->way == SAYS_THE_END) {
        ops->end(conn->tls);
        write_records(conn, false);
    }
    leave(conn, row->way == RESETS);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    size_t room = 0;
    unsigned char *space = ops->space(((struct conn *)handle)->tls, &room);

    (void)suggested;
    *buf = uv_buf_init((char *)space, (unsigned)room);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct conn *conn = (struct conn *)stream;
    size_t request_len;

    (void)buf;
    if (len < 0) {
        leave(conn, false);
        return;
    }
    ops->received(conn->tls, (size_t)len);
    write_records(conn, row->way == ENDS_IN_HANDSHAKE);
    if (row->way == ENDS_IN_HANDSHAKE && ops->space(conn->tls, &request_len) && len > 5) /* the hello has been answered */
        leave(conn, false);
    else if (ops->data(conn->tls, &request_len) && request_len)
        answer(conn); /* the request is one record */
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct conn *conn = calloc(1, sizeof(*conn));

    assert_int_equal(status, 0);
    assert_non_null(conn);
    conn->tls = ops->open(server, NULL);
    assert_non_null(conn->tls);
    uv_tcp_init(&loop, &conn->tcp);
    assert_int_equal(uv_accept(stream, (uv_stream_t *)&conn->tcp), 0);
    uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read);
}

static void listen_for_calls(struct sockaddr_in *address)
{
    char why[UC_TLS_WHY_BYTES] = "";
    int len = sizeof(*address);

    assert_int_equal(ops->load(&server, &(struct uc_tls_texts){named_certificate, named_key, NULL}, why), 0);
    uv_tcp_init(&loop, &listener);
    uv_ip4_addr("127.0.0.1", 0, address);
    assert_int_equal(uv_tcp_bind(&listener, (struct sockaddr *)address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&listener, 16, on_connection), 0);
    uv_tcp_getsockname(&listener, (struct sockaddr *)address, &len);
}

/* ---- the caller */

struct outcome {
    bool told;
    int status, error;
    char body[64];
};

static void note(struct uc_client_answer *got, void *arg)
{
    struct outcome *outcome = arg;

    outcome->told = true;
    outcome->status = got->status;
    outcome->error = got->error;
    snprintf(outcome->body, sizeof(outcome->body), "%.*s", (int)got->body.len, got->body.data);
}

static void call_as(struct uc_client *client, const struct row *how)
{
    struct uc_client_request request = {.target = UC_STR("/")};
    struct outcome outcome = {0};

    row = how;
    uc_client_call(client, NULL, &request, note, &outcome);
    while (!outcome.told)
        uv_run(&loop, UV_RUN_ONCE);
    if (outcome.status != how->status || outcome.error != how->error || strcmp(outcome.body, how->body) != 0)
        fail_msg("%s: status %d, error %d, body \"%s\"", how->name, outcome.status, outcome.error, outcome.body);
}

static void only_what_is_whole_or_ended_counts(void **state)
{
    struct uc_tls_server *peers = NULL;
    struct uc_client *client;
    struct sockaddr_in address;
    char why[UC_TLS_WHY_BYTES] = "", url[64];
    struct uc_client_config config = {
        .name = "peer", .url = url, .timeout_ms = 5000, .tls_ops = &uc_tls_bearssl_client, .server_name = "a.example"};

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    listen_for_calls(&address);
    assert_int_equal(uc_tls_bearssl_client.load(&peers, &(struct uc_tls_texts){NULL, NULL, named_certificate}, why), 0);
    snprintf(url, sizeof(url), "https://127.0.0.1:%d", ntohs(address.sin_port));
    config.tls = peers;
    assert_int_equal(uc_client_new(&client, &loop, &config), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        call_as(client, &rows[0]); /* its session is there to be resumed */
        call_as(client, &rows[i]);
        call_as(client, &rows[i]);
    }
    uc_client_free(client);
    uv_close((uv_handle_t *)&listener, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    ops->unload(server);
    uc_tls_bearssl_client.unload(peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_whole_or_ended_counts),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("client_tls", tests, NULL, NULL);
}
