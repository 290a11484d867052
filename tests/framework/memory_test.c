/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out: the first allocation fails, then the second, until all succeed. Each time the
 * outcome is a refusal or an error, never a crash, and (LeakSanitizer) nothing stays behind.
 */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "http1_drive.h"
#include "proto/router.h"
#include "uc/arena.h"
#include "uc/client.h"

/* The linker sends the library's calls here (--wrap). */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

static long left = -1; /* allocations that still succeed; negative: all */

static bool fails(void)
{
    return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __real_realloc(memory, bytes);
}

static const struct uc_operation operations[] = {
    {.id = "a", .method = UC_GET, .path = "/a/{b}/c"}, {.id = "b", .method = UC_GET, .path = "/a/b/{c}"}};

/* Each scenario returns true when nothing failed. */
static bool build_a_router(void)
{
    struct uc_router *router = uc_router_new();
    bool ok = router != NULL;

    for (int i = 0; router && i < 2; i++) {
        int err = uc_router_add(router, &operations[i]);

        assert_true(err == 0 || err == -ENOMEM);
        ok = ok && !err;
    }
    uc_router_free(router);
    return ok;
}

static bool fill_an_arena(void)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    bool ok;

    if (!arena)
        return false;
    for (int i = 0; i < 200; i++) {
        struct uc_str text = uc_arena_printf(arena, "%0100d", i);

        assert_true(text.len == 100 || (text.len == 0 && uc_arena_failed(arena)));
    }
    ok = !uc_arena_failed(arena);
    uc_arena_free(arena);
    return ok;
}

static bool serve_large_bodies(void)
{
    static const struct uc_limits limits = {.body_bytes = 8000};
    static char text[6000];
    struct drive drive;
    bool ok;
    int len = snprintf(text, sizeof(text), "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");

    memset(text + len, 'x', 4096);
    memcpy(text + len + 4096, "\r\n0\r\n\r\n", 8);
    drive_init(&drive, &limits);
    drive_feed(&drive, text, (size_t)len + 4096 + 7, 500);
    drive_feed(&drive, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, 500);
    ok = drive.requests == 2 && drive.out.len > 200 && !drive.out.error && drive.last_body.error == 0;
    drive_deinit(&drive);
    return ok;
}

struct outcome {
    bool told, ok;
};

/* What generated code does: a result in the answer's arena, whatever the answer is. */
static void note_answer(struct uc_client_answer *answer, void *arg)
{
    struct outcome *outcome = arg;
    bool has_memory = uc_arena_alloc(answer->arena, 64) != NULL;

    assert_int_equal(answer->status, 0);
    outcome->told = true;
    outcome->ok = has_memory && answer->error == -ECONNREFUSED;
}

static void never(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    (void)status;
    (void)events;
}

/* libuv does not bear it when its table of descriptors cannot grow: let it be large enough. */
static void widen(uv_loop_t *loop)
{
    int ends[2], high = 100;
    uv_poll_t poll;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], high), high);
    assert_int_equal(uv_poll_init(loop, &poll, high), 0);
    assert_int_equal(uv_poll_start(&poll, UV_READABLE, never), 0);
    uv_close((uv_handle_t *)&poll, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    close(high);
    close(ends[0]);
    close(ends[1]);
}

/* A call that belongs to no request, to a port where nobody listens. */
static bool call_a_peer(void)
{
    struct uc_client_config config = {.url = "http://127.0.0.1:1"};
    struct uc_client_request request = {.target = UC_STR("/")};
    struct outcome outcome = {false, false};
    struct uc_client *client;
    long budget = left;
    uv_loop_t loop;
    int err;

    left = -1;
    assert_int_equal(uv_loop_init(&loop), 0);
    widen(&loop);
    left = budget;
    err = uc_client_new(&client, &loop, &config);
    assert_true(err == 0 || err == -ENOMEM);
    if (!err) {
        uc_client_call(client, NULL, &request, note_answer, &outcome);
        while (!outcome.told)
            uv_run(&loop, UV_RUN_ONCE);
        uc_client_free(client);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    return outcome.ok;
}

static void until_it_passes(bool (*scenario)(void))
{
    long count = 0;

    do {
        left = count;
        if (scenario())
            break;
    } while (++count < 10000);
    left = -1;
    assert_in_range(count, 1, 9999);
    assert_true(scenario());
}

static void a_router_survives(void **state)
{
    (void)state;
    until_it_passes(build_a_router);
}

static void an_arena_survives(void **state)
{
    (void)state;
    until_it_passes(fill_an_arena);
}

static void the_http_machine_survives(void **state)
{
    (void)state;
    until_it_passes(serve_large_bodies);
}

static void a_client_survives(void **state)
{
    (void)state;
    until_it_passes(call_a_peer);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_router_survives),
        cmocka_unit_test(an_arena_survives),
        cmocka_unit_test(the_http_machine_survives),
        cmocka_unit_test(a_client_survives),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
