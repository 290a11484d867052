/* SPDX-License-Identifier: MIT */
/*
 * What an idle connection costs: every byte that the library has from malloc, with connections that have been
 * answered a request, beside none.
 */
#include "test.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/server.h"
#include "tls_fixtures.h"

#define CONNECTIONS 24
#define ROUNDS_MAX 100000

/* ---- the library's memory: the linker sends its calls here (--wrap) */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void __real_free(void *memory);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
void __wrap_free(void *memory);

static size_t in_use;

static void *note(void *memory)
{
    in_use += memory ? malloc_usable_size(memory) : 0;
    return memory;
}

void *__wrap_malloc(size_t bytes)
{
    return note(__real_malloc(bytes));
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return note(__real_calloc(count, bytes));
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    size_t before = memory ? malloc_usable_size(memory) : 0;
    void *now = __real_realloc(memory, bytes);

    if (now)
        in_use -= before;
    return now ? note(now) : NULL;
}

void __wrap_free(void *memory)
{
    in_use -= memory ? malloc_usable_size(memory) : 0;
    __real_free(memory);
}

/* ---- a server, and callers in the same thread */

static struct uc_server server;
static uv_loop_t loop;

static void answer(struct uc_request *req, void *ctx)
{
    (void)ctx;
    uc_answer(req, 200, "text/plain", uc_str("hello"));
}

static int dial(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(uc_server_port(&server)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* The caller's records to its socket and back. False: nothing moved. */
static bool exchange(struct uc_tls *tls, int fd)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl_client;
    size_t len, room;
    const unsigned char *from = ops->output(tls, &len);
    unsigned char *to;
    ssize_t n = 0;

    if (from) {
        n = send(fd, from, len, MSG_NOSIGNAL);
        assert_true(n > 0);
        ops->sent(tls, (size_t)n);
    }
    to = ops->space(tls, &room);
    if (!to)
        return n > 0;
    n = recv(fd, to, room, MSG_DONTWAIT);
    if (n > 0)
        ops->received(tls, (size_t)n);
    return n > 0;
}

static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

static void ask_in_clear_text(int fd)
{
    char text[1024];

    assert_int_equal(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), sizeof(request) - 1);
    for (int i = 0; i < ROUNDS_MAX; i++) {
        uv_run(&loop, UV_RUN_NOWAIT);
        if (recv(fd, text, sizeof(text), MSG_DONTWAIT) > 0)
            return;
    }
    fail();
}

static void ask_by_tls(struct uc_tls_server *peers, int fd)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl_client;
    struct uc_tls *tls = ops->open(peers, "a.example");
    const unsigned char *data = NULL;
    size_t len, put = 0;

    for (int i = 0; i < ROUNDS_MAX && !data; i++) {
        uv_run(&loop, UV_RUN_NOWAIT);
        put += ops->put(tls, request + put, sizeof(request) - 1 - put);
        ops->flush(tls);
        while (exchange(tls, fd))
            ;
        assert_int_equal(ops->error(tls), 0);
        data = ops->data(tls, &len);
    }
    assert_true(data && len > 8 && !memcmp(data, "HTTP/1.1", 8));
    ops->close(tls); /* the socket stays: to the server nothing has happened */
}

/* Bytes of each of CONNECTIONS, answered and idle. `authorities`: clients show a certificate. */
static size_t idle_bytes(const struct uc_tls_texts *texts, struct uc_tls_server *peers)
{
    struct uc_server_config config = {.dispatch = answer, .tls_ops = texts ? &uc_tls_bearssl : NULL};
    int fds[1 + CONNECTIONS];
    char why[UC_TLS_WHY_BYTES] = "";
    size_t before = 0, bytes;

    assert_int_equal(uv_loop_init(&loop), 0);
    if (texts)
        assert_int_equal(uc_tls_bearssl.load(&config.tls, texts, why), 0);
    assert_int_equal(uc_server_open(&server, &loop, &config, 0), 0);
    for (int i = 0; i <= CONNECTIONS; i++) {
        fds[i] = dial();
        if (texts)
            ask_by_tls(peers, fds[i]);
        else
            ask_in_clear_text(fds[i]);
        if (!i) /* it has filled the pools, which all share */
            before = in_use;
    }
    assert_int_equal(server.connection_count, 1 + CONNECTIONS);
    bytes = (in_use - before) / CONNECTIONS;
    uc_server_close(&server);
    for (int i = 0; i <= CONNECTIONS; i++)
        close(fds[i]);
    while (uv_run(&loop, UV_RUN_NOWAIT))
        ;
    uc_server_deinit(&server);
    uv_loop_close(&loop);
    uc_tls_bearssl.unload(config.tls);
    return bytes;
}

static void claim(const char *what, size_t bytes, size_t max)
{
    print_message("# an idle connection %s: %zu bytes\n", what, bytes);
    assert_in_range(bytes, 1, max);
}

static struct uc_tls_server *load_peers(const char *certificate, const char *key)
{
    struct uc_tls_server *peers = NULL;
    char why[UC_TLS_WHY_BYTES] = "";

    assert_int_equal(
        uc_tls_bearssl_client.load(&peers, &(struct uc_tls_texts){certificate, key, named_certificate}, why), 0);
    return peers;
}

static void clear_text_takes_2_kib(void **state)
{
    (void)state;
    claim("in clear text", idle_bytes(NULL, NULL), 2048);
}

/* docs/tls.md states these two. */
static void tls_takes_30_kib(void **state)
{
    struct uc_tls_server *peers = load_peers(NULL, NULL);

    (void)state;
    claim("by TLS", idle_bytes(&(struct uc_tls_texts){named_certificate, named_key, NULL}, peers), 30 * 1024);
    uc_tls_bearssl_client.unload(peers);
}

static void mutual_tls_takes_34_kib(void **state)
{
    struct uc_tls_server *peers = load_peers(named_certificate, named_key);

    (void)state;
    claim("by mutual TLS", idle_bytes(&(struct uc_tls_texts){named_certificate, named_key, named_certificate}, peers),
          34 * 1024);
    uc_tls_bearssl_client.unload(peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clear_text_takes_2_kib),
        cmocka_unit_test(tls_takes_30_kib),
        cmocka_unit_test(mutual_tls_takes_34_kib),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
