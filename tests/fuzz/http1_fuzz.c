/* SPDX-License-Identifier: MIT */
/*
 * What a server reads from a network: requests in a row. Whole, in pieces of seven, byte by byte, and
 * with bodies streamed the outcome must be the same. And where http-parser accepts all the bytes too, it must have
 * seen at least the requests that we saw: two servers that disagree about where a
 * request ends are how requests are smuggled.
 */
#include <http_parser.h>
#include <limits.h>
#include <stdlib.h>

#include "../framework/http1_drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    unsigned requests;
    int refused;
    struct uc_buf out;
    struct uc_buf bodies;
};

static struct outcome run(const char *bytes, size_t size, size_t step, bool streams)
{
    static const struct uc_limits limits = {.head_bytes = 400, .body_bytes = 600};
    struct outcome outcome;
    struct drive drive;

    drive_init(&drive, &limits);
    drive.config.streams = streams;
    drive_feed(&drive, bytes, size, step);
    uc_http1_eof(&drive.http, drive.now_ms);
    drive_go_on(&drive);
    if (!drive_is_closed(&drive))
        abort(); /* the peer has gone, and every request was answered */
    outcome.requests = drive.requests;
    outcome.refused = drive.http.refused_status;
    outcome.out = drive.out;
    outcome.bodies = drive.last_body;
    uc_buf_deinit(&drive.last_part);
    uc_http1_deinit(&drive.http);
    return outcome;
}

static void free_outcome(struct outcome *outcome)
{
    uc_buf_deinit(&outcome->out);
    uc_buf_deinit(&outcome->bodies);
}

/*
 * An invitation to send a body (100) depends on the pieces; a refusal may come earlier. So
 * compare what was accepted, and whether something was refused.
 */
static void same(const struct outcome *a, const struct outcome *b)
{
    if (a->requests != b->requests || a->refused != b->refused)
        abort();
    if (!uc_str_eq(uc_str_of(a->bodies.data, a->bodies.len), uc_str_of(b->bodies.data, b->bodies.len)))
        abort();
}

static unsigned other_requests;

static int count_message(http_parser *parser)
{
    (void)parser;
    other_requests++;
    return 0;
}

/* How many requests http-parser sees; UINT_MAX when it refuses something. */
static unsigned other_opinion(const char *bytes, size_t size)
{
    static const http_parser_settings settings = {.on_message_complete = count_message};
    http_parser parser;

    other_requests = 0;
    http_parser_init(&parser, HTTP_REQUEST);
    http_parser_execute(&parser, &settings, bytes, size);
    return HTTP_PARSER_ERRNO(&parser) == HPE_OK ? other_requests : UINT_MAX;
}

/* It stops at what it takes for an upgrade, and then sees fewer. */
static bool may_upgrade(const char *bytes, size_t size)
{
    for (size_t i = 0; i + 7 <= size; i++) {
        if (uc_str_eq_nocase(uc_str_of(bytes + i, 7), uc_str("upgrade")))
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct outcome whole, pieces, single, streamed;

    whole = run(bytes, size, SIZE_MAX, false);
    pieces = run(bytes, size, 7, false);
    single = run(bytes, size, 1, false);
    streamed = run(bytes, size, 5, true);
    same(&whole, &pieces);
    same(&whole, &single);
    same(&whole, &streamed);
    if (!may_upgrade(bytes, size) && other_opinion(bytes, size) < whole.requests)
        abort();
    free_outcome(&whole);
    free_outcome(&pieces);
    free_outcome(&single);
    free_outcome(&streamed);
    return 0;
}
