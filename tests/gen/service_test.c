/* SPDX-License-Identifier: MIT */
/*
 * The service generated from cases/everything, called through the testbed as a client would: what
 * reaches the handlers, and what is answered without them. Its peer is a thread with a socket
 * that gives canned answers.
 */
#include <stdlib.h>

#include "everything.h"
#include "peer.h"
#include "tap.h"
#include "uc/testing.h"

static char seen[512]; /* what the handler was given */
static int calls;

int everything_start(struct everything_service *self)
{
    self->app = seen;
    snprintf(seen, sizeof(seen), "shelves %lld rate %g open %d", (long long)self->env.shelves,
             self->env.rate, self->env.open);
    return 0;
}

void everything_stop(struct everything_service *self)
{
    self->app = NULL;
}

#define STATE(x) ((x).state == UC_VALUE ? "=" : (x).state == UC_NULL ? "0" : "-")

void everything_list_things(struct everything_list_things *call)
{
    struct everything_thing_list list = {0};

    calls++;
    snprintf(call->app, sizeof(seen),
             "limit %d after%s%lld q%s%.*s kind%s%s ratio%s%g all %d tenant %.*s depth%s%d",
             call->limit, STATE(call->after), (long long)call->after.value, STATE(call->q),
             (int)call->q.value.len, call->q.value.data ? call->q.value.data : "",
             STATE(call->kind), call->kind.state ? everything_kind_text(call->kind.value) : "",
             STATE(call->ratio), call->ratio.value, call->all, (int)call->x_tenant.len,
             call->x_tenant.data, STATE(call->x_depth), call->x_depth.value);
    everything_list_things_200(call, &list);
}

void everything_create_thing(struct everything_create_thing *call)
{
    struct everything_thing thing = {0};

    calls++;
    if (call->dry) {
        everything_create_thing_202(call);
        return;
    }
    if (uc_str_is(call->body->name, "clash")) {
        everything_create_thing_409(call, "it is there");
        return;
    }
    thing.id = 7;
    thing.name = call->body->name;
    thing.kind = call->body->kind;
    everything_thing_set_checked_at_null(&thing);
    if (call->body->size.state == UC_VALUE)
        everything_thing_set_size(&thing, call->body->size.value);
    everything_create_thing_201(call, &thing);
}

static void level_known(struct stock_get_level_result *result, void *arg)
{
    struct everything_get_thing *call = arg;
    struct everything_thing thing = {0};

    snprintf(seen, sizeof(seen), "status %d error %d level %lld detail %s", result->status,
             result->error, result->ok ? (long long)result->ok->level : -1,
             result->detail ? result->detail : "-");
    if (!result->ok) {
        everything_get_thing_404(call, result->detail);
        return;
    }
    thing.id = result->ok->level;
    thing.name = result->ok->unit.state ? result->ok->unit.value : uc_str("n");
    thing.kind = EVERYTHING_KIND_BIG;
    everything_get_thing_200(call, &thing);
}

void everything_get_thing(struct everything_get_thing *call)
{
    struct stock_get_level_options options = {0};

    calls++;
    options.at.state = UC_VALUE;
    options.at.value = 0.5;
    options.x_reason.state = UC_VALUE;
    options.x_reason.value = uc_str("a\r\nX-Evil: 1");
    stock_get_level(call->clients.stock, uc_str(call->id == 99 ? "" : "a/b c"), call->id,
                    STOCK_GET_LEVEL_KIND_OF_RAW, &options, level_known, call);
}

static void level_set(struct stock_set_level_result *result, void *arg)
{
    struct everything_put_note *call = arg;

    snprintf(seen, sizeof(seen), "status %d error %d", result->status, result->error);
    everything_put_note_204(call);
}

void everything_put_note(struct everything_put_note *call)
{
    struct stock_level level = {.level = 3};

    calls++;
    if (!call->body.data) {
        stock_set_level(call->clients.stock, &level, level_set, call);
        return;
    }
    everything_put_note_200(call, call->body);
}

void everything_delete_thing(struct everything_delete_thing *call)
{
    struct everything_refusal refusal = {.title = UC_STR("Not now")};

    calls++;
    if (call->id == 1) {
        everything_delete_thing_204(call);
        return;
    }
    everything_refusal_set_retry_after(&refusal, 5);
    everything_delete_thing_422(call, &refusal);
}

void everything_rename_part(struct everything_rename_part *call)
{
    struct everything_rename_part_200_body answer = {0};
    struct everything_rename_part_200_body_item *row;

    calls++;
    snprintf(seen, sizeof(seen), "%.*s %s %zu", (int)call->name.len, call->name.data,
             everything_rename_part_part_text(call->part), call->body->count);
    row = everything_rename_part_200_body_add(&answer, call->arena);
    if (row)
        everything_rename_part_200_body_item_add(row, call->arena, 1.5);
    everything_rename_part_200(call, &answer);
}

#define TENANT "X-Tenant: t\r\n"
#define JSON   "Content-Type: application/json\r\n"

static const struct {
    const char *name;
    enum uc_method method;
    const char *target, *headers, *body;
    int status;
    const char *answer; /* a part of the body; "" an empty one */
    const char *seen;   /* NULL: the handler is not reached */
} rows[] = {
    {"parameters that are not given are absent or their default", UC_GET, "/things", TENANT, NULL,
     200, "{\"things\":[]}", "limit 20 after-0 q- kind- ratio-0 all 0 tenant t depth-0"},
    {"parameters of every kind arrive", UC_GET,
     "/things?limit=100&after=9007199254740993&q=%C3%A4b&kind=very%20small&ratio=0.1&all=true",
     TENANT "X-Depth: -2\r\n", NULL, 200, "{",
     "limit 100 after=9007199254740993 q=\xc3\xa4"
     "b kind=very small ratio=0.1 all 1 tenant t depth=-2"},
    {"every wrong parameter is told", UC_GET,
     "/things?limit=0&after=0&q=a&kind=x&ratio=1&all=maybe", "X-Depth: x\r\n", NULL, 422,
     "\"parameter\":\"X-Tenant\",\"detail\":\"is required\"", NULL},
    {"a minimum of a parameter", UC_GET, "/things?limit=0", TENANT, NULL, 422,
     "{\"in\":\"query\",\"parameter\":\"limit\",\"detail\":\"must be at least 1\"}", NULL},
    {"an exclusive maximum of a parameter", UC_GET, "/things?ratio=1", TENANT, NULL, 422,
     "must be less than 1", NULL},
    {"an enum as a parameter", UC_GET, "/things?kind=", TENANT, NULL, 422,
     "must be one of: big, small, very small", NULL},
    {"a length of a parameter", UC_GET, "/things?q=%C3%A4", TENANT, NULL, 422,
     "must have at least 2 characters", NULL},
    {"a parameter given twice", UC_GET, "/things?limit=1&limit=2", TENANT, NULL, 422,
     "must be given once", NULL},
    {"a parameter that is no UTF-8", UC_GET, "/things?q=%ff%fe", TENANT, NULL, 422, "must be UTF-8",
     NULL},
    {"a path parameter below its minimum", UC_DELETE, "/things/0", NULL, NULL, 422,
     "\"in\":\"path\"", NULL},
    {"a path parameter that is no number", UC_DELETE, "/things/x", NULL, NULL, 422,
     "\"in\":\"path\"", NULL},
    {"a path parameter beyond 64 bits", UC_DELETE, "/things/9223372036854775808", NULL, NULL, 422,
     "\"in\":\"path\"", NULL},
    {"an answer without a body", UC_DELETE, "/things/1", NULL, NULL, 204, "", ""},
    {"a typed problem", UC_DELETE, "/things/2", NULL, NULL, 422,
     "{\"title\":\"Not now\",\"retry_after\":5}", ""},
    {"a created thing", UC_POST, "/things?dry=false", JSON,
     "{\"name\":\"n\",\"kind\":\"big\",\"size\":{\"width\":4}}", 201,
     "{\"id\":7,\"name\":\"n\",\"kind\":\"big\",\"checked_at\":null,\"size\":{\"width\":4}}", ""},
    {"a 202 without a body", UC_POST, "/things?dry=true", JSON, "{\"name\":\"n\",\"kind\":\"big\"}",
     202, "", ""},
    {"a declared problem", UC_POST, "/things?dry=false", JSON,
     "{\"name\":\"clash\",\"kind\":\"big\"}", 409, "\"detail\":\"it is there\"", ""},
    {"violations of body and parameters together", UC_POST, "/things", JSON,
     "{\"name\":5,\"kind\":\"big\"}", 422, "\"pointer\":\"/name\"", NULL},
    {"a body that is no JSON", UC_POST, "/things?dry=true", JSON, "{\"name\":", 400,
     "\"status\":400", NULL},
    {"a body that is missing", UC_POST, "/things?dry=true", NULL, NULL, 400, "is required", NULL},
    {"a body of another type", UC_POST, "/things?dry=true", "Content-Type: text/plain\r\n", "x",
     415, "\"status\":415", NULL},
    {"a body where none belongs", UC_GET, "/things", TENANT JSON, "{}", 415, "\"status\":415",
     NULL},
    {"free-form JSON goes in and out as it is", UC_PUT, "/things/3", JSON, "{\"a\" : [1, 1e400] }",
     200, "{\"a\" : [1, 1e400] }", ""},
    {"a list as a body", UC_PATCH, "/names/n%2Fm/parts/tail", JSON, "[\"a\",\"b\"]", 200, "[[1.5]]",
     "n/m tail 2"},
    {"an empty list where one element is needed", UC_PATCH, "/names/n/parts/tail", JSON, "[]", 422,
     "\"pointer\":\"\",\"detail\":\"must have at least 1 element\"", NULL},
    {"a path outside of the contract", UC_GET, "/thing", NULL, NULL, 404, "\"status\":404", NULL},
    {"a method outside of the contract", UC_PUT, "/things", NULL, NULL, 405, "\"status\":405",
     NULL},
    {"a peer's answer arrives typed", UC_GET, "/things/1", NULL, NULL, 200,
     "{\"id\":42,\"name\":\"kg\"", "status 200 error 0 level 42 detail -"},
    {"a peer's problem has its detail", UC_GET, "/things/2", NULL, NULL, 404, "no such level",
     "status 404 error 0 level -1 detail no such level"},
    {"an answer that breaks the contract is none", UC_GET, "/things/3", NULL, NULL, 404,
     "must be at least 0",
     "status 0 error -74 level -1 detail the answer breaks its contract: /level must be at least "
     "0"},
    {"an answer that is no JSON is none", UC_GET, "/things/4", NULL, NULL, 404, "not JSON",
     "status 0 error -74 level -1 detail the answer is not JSON"},
    {"a value that fits no request ends with an error", UC_GET, "/things/99", NULL, NULL, 404, "",
     "status 0 error -22"},
    {"a call with a body", UC_PUT, "/things/5", NULL, NULL, 204, "", "status 204 error 0"},
};

static bool right(size_t row, const struct uc_test_answer *answer)
{
    const char *part = rows[row].answer;

    if (answer->status != rows[row].status)
        return false;
    if (!*part && answer->status < 300 && answer->body.len)
        return false;
    if (answer->body.len && !memmem(answer->body.data, answer->body.len, part, strlen(part)))
        return false;
    if (!rows[row].seen)
        return calls == 0;
    return calls == 1 && !strncmp(seen, rows[row].seen, strlen(rows[row].seen));
}

static void try_row(struct uc_testbed *bed, size_t row)
{
    struct uc_test_answer answer = {0};
    int err;

    calls = 0;
    seen[0] = '\0';
    err = uc_testbed_call(bed, rows[row].method, rows[row].target, rows[row].headers,
                          uc_str(rows[row].body), &answer);
    if (!tap_ok(!err && right(row, &answer), rows[row].name))
        tap_note("%d: %d %.*s; handler: %d %s", err, answer.status, (int)answer.body.len,
                 answer.body.data, calls, seen);
}

static void try_peer_requests(void)
{
    tap_ok(peer_saw("GET /levels/a%2Fb%20c/1?at=0.5&kind%20of=raw HTTP/1.1\r\n"),
           "a client encodes path and query");
    tap_ok(peer_saw("\r\nX-Reason: a") && !peer_saw("\nX-Evil"),
           "a header value cannot smuggle a line");
    tap_ok(peer_saw("POST /levels HTTP/1.1\r\n") && peer_saw("{\"level\":3}"),
           "a client sends its body as JSON");
}

int main(void)
{
    struct uc_testbed *bed;
    char url[64];

    setenv("RATE", "0.75", 1);
    setenv("UC_LOG_LEVEL", "error", 1);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", peer_start());
    setenv("STOCK_URL", url, 1);
    if (!tap_ok(uc_testbed_new(&bed, &everything_info) == 0, "the service starts"))
        return tap_done();
    tap_ok(!strcmp(seen, "shelves 16 rate 0.75 open 1"), "its environment is typed, with defaults");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        try_row(bed, i);
    try_peer_requests();
    uc_testbed_free(bed);
    peer_stop();
    unsetenv("RATE");
    tap_ok(uc_testbed_new(&bed, &everything_info) < 0,
           "without a required variable it does not start");
    return tap_done();
}
