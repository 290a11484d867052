/* SPDX-License-Identifier: MIT */
/*
 * The service generated from cases/world: base paths, names that nobody gave, braces beside text, and lists, objects
 * and cookies as parameters; what its client sends is read back by the service.
 */
#include <math.h>
#include <stdlib.h>

#include "peer.h"
#include "tap.h"
#include "uc/testing.h"
#include "world.h"

static char seen[1024]; /* what the handler was given */

int world_start(struct world_service *self)
{
    (void)self;
    return 0;
}

void world_stop(struct world_service *self)
{
    (void)self;
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    size_t len = strlen(seen);
    va_list args;

    va_start(args, format);
    vsnprintf(seen + len, sizeof(seen) - len, format, args);
    va_end(args);
}

void world_get(struct world_get *call)
{
    say("index");
    world_get_200(call);
}

void world_head_things_id_json(struct world_head_things_id_json *call)
{
    say("head %.*s", (int)call->id.len, call->id.data);
    world_head_things_id_json_200(call);
}

void world_get_things_id_json(struct world_get_things_id_json *call)
{
    say("get %.*s depth %lld path%d", (int)call->id.len, call->id.data, (long long)call->depth, call->path.state == UC_VALUE);
    world_get_things_id_json_204(call);
}

void world_get_health(struct world_get_health *call)
{
    say("health");
    world_get_health_204(call);
}

void world_report_health(struct world_report_health *call)
{
    say("report");
    world_report_health_204(call);
}

void world_list_crates(struct world_list_crates *call)
{
    struct world_list_crates_200_body list = {0};
    struct world_crate crate = {.kind = WORLD_KIND2_STEEL};

    say("crates %lld", (long long)call->depth.value);
    world_crate_set_shape(&crate, WORLD_KIND_ROUND);
    *world_list_crates_200_body_add(&list, call->arena) = crate;
    world_list_crates_200(call, &list);
}

static void say_filter(const struct world_filter *filter)
{
    say(" filter %s,%g,%zu", world_kind_text(filter->kind), filter->least.value, filter->names.value.count);
    for (size_t i = 0; i < filter->names.value.count; i++)
        say(":%.*s", (int)filter->names.value.items[i].len, filter->names.value.items[i].data);
}

void world_find_shapes(struct world_find_shapes *call)
{
    say("ids");
    for (size_t i = 0; i < call->ids.count; i++)
        say(" %d", call->ids.items[i]);
    say(" tag");
    for (size_t i = 0; i < call->tag.count; i++)
        say(" <%.*s>", (int)call->tag.items[i].len, call->tag.items[i].data);
    say(" colours");
    for (size_t i = 0; i < call->colours.count; i++)
        say(" %s", world_colour_text(call->colours.items[i]));
    for (size_t i = 0; i < call->words.value.count; i++)
        say(" word <%.*s>", (int)call->words.value.items[i].len, call->words.value.items[i].data);
    for (size_t i = 0; i < call->sizes.value.count; i++)
        say(" size %g", call->sizes.value.items[i]);
    if (call->filter.state == UC_VALUE)
        say_filter(&call->filter.value);
    if (call->page.state == UC_VALUE)
        say(" page %lld-%lld", (long long)call->page.value.from.value, (long long)call->page.value.up_to.value);
    if (call->flat.state == UC_VALUE)
        say(" flat %lld %d", (long long)call->flat.value.x, call->flat.value.y.value);
    if (call->raw.state == UC_VALUE)
        say(" raw %.*s", (int)call->raw.value.len, call->raw.value.data);
    if (call->tree.state == UC_VALUE)
        say(" tree %zu", call->tree.value.below.value.count);
    for (size_t i = 0; i < call->x_marks.value.count; i++)
        say(" mark %lld", (long long)call->x_marks.value.items[i]);
    if (call->x_pair.state == UC_VALUE)
        say(" pair <%.*s>", (int)call->x_pair.value.b.value.len, call->x_pair.value.b.value.data);
    say(" session %.*s", (int)call->session.len, call->session.data);
    if (call->level.state == UC_VALUE)
        say(" level %lld", (long long)call->level.value);
    for (size_t i = 0; i < call->seen.value.count; i++)
        say(" seen <%.*s>", (int)call->seen.value.items[i].len, call->seen.value.items[i].data);
    world_find_shapes_200(call, uc_str(seen));
}

static void say_state(const char *name, enum uc_presence state)
{
    say(" %s %s", name, state == UC_VALUE ? "value" : state == UC_NULL ? "null" : "absent");
}

void world_list_boxes(struct world_list_boxes *call)
{
    say("boxes");
    say_state("size", call->size.state);
    if (call->size.state == UC_VALUE)
        say(" %lld", (long long)call->size.value.w.value);
    say_state("note", call->note.state);
    say_state("mode", call->mode.state);
    world_list_boxes_204(call);
}

static void ignored(struct peer_list_boxes_result *result, void *arg)
{
    (void)result;
    (void)arg;
}

static void found(struct peer_find_shapes_result *result, void *arg)
{
    say("status %d error %d", result->status, result->error);
    world_get_shared_204(arg);
}

static bool with_comma; /* in a header, which cannot carry it */
static bool with_nan;   /* in a list of numbers, where it is none */

/* Asks the peer, with everything that there is. */
void world_get_shared(struct world_get_shared *call)
{
    static int32_t ids[] = {1, 2};
    static int64_t marks[] = {3, -4};
    double sizes[] = {1.5, with_nan ? NAN : 2};
    struct uc_str tags[] = {UC_STR("a b"), UC_STR("&,")};
    struct uc_str words[] = {UC_STR("x"), UC_STR("y+z")}, names[] = {UC_STR("n1"), UC_STR("n2")};
    enum peer_colour colours[] = {PEER_COLOUR_GREEN, PEER_COLOUR_RED};
    struct peer_tree below[1] = {0};
    struct peer_find_shapes_options options = {0};
    struct peer_list_boxes_options boxes = {0};

#define LIST(field, type, array)                                                                       \
    options.field.state = UC_VALUE;                                                                    \
    options.field.value = (struct type){.items = array, .count = sizeof(array) / sizeof((array)[0])}
    LIST(colours, peer_find_shapes_colours, colours);
    LIST(words, peer_find_shapes_words, words);
    LIST(sizes, peer_find_shapes_sizes, sizes);
    LIST(x_marks, peer_find_shapes_x_marks, marks);
    LIST(seen, peer_find_shapes_seen, tags);
    options.filter.state = UC_VALUE;
    options.filter.value.kind = PEER_KIND_SQUARE;
    peer_filter_set_names(&options.filter.value, (struct peer_filter_names){.items = names, .count = 2});
    options.page.state = UC_VALUE;
    peer_find_shapes_page_set_from(&options.page.value, 3);
    options.flat.state = UC_VALUE;
    options.flat.value.x = -1;
    peer_find_shapes_flat_set_y(&options.flat.value, true);
    options.raw.state = UC_VALUE;
    options.raw.value = uc_str("{\"a\":[1]}");
    options.tree.state = UC_VALUE;
    peer_tree_set_below(&options.tree.value, (struct peer_tree_below){.items = below, .count = 1});
    options.x_pair.state = UC_VALUE;
    peer_find_shapes_x_pair_set_b(&options.x_pair.value, with_comma ? uc_str("b,c") : uc_str("b c"));
    options.level.state = UC_VALUE;
    options.level.value = 9;
    peer_list_boxes(call->clients.peer, NULL, ignored, NULL);
    boxes.size.state = UC_VALUE;
    peer_list_boxes_size_set_w(&boxes.size.value, 2);
    boxes.note.state = UC_NULL;
    peer_list_boxes(call->clients.peer, &boxes, ignored, NULL);
    peer_find_shapes(call->clients.peer, &(struct peer_find_shapes_ids){.items = ids, .count = 2},
                     &(struct peer_find_shapes_tag){.items = tags, .count = 2}, uc_str("s;1"), &options, found, call);
}

#define SHAPES "/v1/shapes/1/of?tag=t"
#define COOKIE "Cookie: session=s\r\n"

static const struct {
    const char *name;
    enum uc_method method;
    const char *target, *headers;
    int status;
    const char *seen; /* or a part of the answer when the handler is not reached */
} rows[] = {
    {"the root below a base path", UC_GET, "/v1/", NULL, 200, "index"},
    {"nothing is at the root itself", UC_GET, "/", NULL, 404, ""},
    {"HEAD of its own", UC_HEAD, "/v1/things/a.json", NULL, 200, "head a"},
    {"GET beside it, which need not take Authorization", UC_GET, "/v1/things/b%2Fc.json?depth=2", NULL, 204, "get b/c depth 2 path0"},
    {"text beside a brace must be there", UC_GET, "/v1/things/b?depth=2", NULL, 404, ""},
    {"a default makes nothing optional that is required", UC_GET, "/v1/things/b.json", NULL, 422, "\"parameter\":\"depth\",\"detail\":\"is required\""},
    {"a path with a server of its own", UC_GET, "/health", NULL, 204, "health"},
    {"an operation with one", UC_POST, "/reports/health", NULL, 204, "report"},

    {"an operation in another file", UC_GET, "/v1/crates?depth=9", NULL, 200, "crates 9"},
    {"with the bounds of a schema there", UC_GET, "/v1/crates?depth=10", NULL, 422, "\"detail\":\"must be at most 9\""},

    {"lists with one element, and what is absent", UC_GET, SHAPES, COOKIE, 200, "ids 1 tag <t> colours red session s"},
    {"a path's list", UC_GET, "/v1/shapes/1,2,3/of?tag=t", COOKIE, 200, "ids 1 2 3 tag <t> colours red session s"},
    {"too many", UC_GET, "/v1/shapes/1,2,3,4/of?tag=t", COOKIE, 422,
     "{\"in\":\"path\",\"parameter\":\"ids\",\"detail\":\"must have at most 3 elements\"}"},
    {"an element that is none", UC_GET, "/v1/shapes/1,x,0/of?tag=t", COOKIE, 422,
     "\"errors\":[{\"in\":\"path\",\"parameter\":\"ids/1\",\"detail\":\"must be an integer\"},"
     "{\"in\":\"path\",\"parameter\":\"ids/2\",\"detail\":\"must be at least 1\"}]"},
    {"a list given several times, in order, encoded", UC_GET, "/v1/shapes/1/of?tag=b&x=1&t%61g=a+%26&tag=", COOKIE, 200,
     "ids 1 tag <b> <a &> <> colours red session s"},
    {"each element is bounded", UC_GET, "/v1/shapes/1/of?tag=a&tag=abcdef", COOKIE, 422, "\"parameter\":\"tag/1\",\"detail\":\"must have at most 5 characters\""},
    {"text that is not UTF-8", UC_GET, "/v1/shapes/1/of?tag=%ff", COOKIE, 422, "\"parameter\":\"tag/0\",\"detail\":\"must be UTF-8\""},
    {"a list that is required", UC_GET, "/v1/shapes/1/of", COOKIE, 422, "{\"in\":\"query\",\"parameter\":\"tag\",\"detail\":\"is required\"}"},
    {"commas", UC_GET, SHAPES "&colours=green,red", COOKIE, 200, "ids 1 tag <t> colours green red session s"},
    {"an empty one", UC_GET, SHAPES "&colours=", COOKIE, 200, "ids 1 tag <t> colours session s"},
    {"of an enum", UC_GET, SHAPES "&colours=blue", COOKIE, 422, "\"parameter\":\"colours/0\",\"detail\":\"must be one of: red, green\""},
    {"one with commas twice", UC_GET, SHAPES "&colours=red&colours=red", COOKIE, 422, "\"parameter\":\"colours\",\"detail\":\"must be given once\""},
    {"blanks", UC_GET, SHAPES "&words=a%20b+c%2Bd", COOKIE, 200, "ids 1 tag <t> colours red word <a> word <b> word <c+d> session s"},
    {"bars", UC_GET, SHAPES "&sizes=1%7c2.5|-3e1", COOKIE, 200, "ids 1 tag <t> colours red size 1 size 2.5 size -30 session s"},
    {"a deep object", UC_GET, SHAPES "&filter[kind]=round&filter%5Bleast%5D=2.5&filter[names]=a&filter[names]=b&filter[other]=1", COOKIE, 200,
     "ids 1 tag <t> colours red filter round,2.5,2:a:b session s"},
    {"one that lacks a member, with a wrong one", UC_GET, SHAPES "&filter[least]=x", COOKIE, 422,
     "[{\"in\":\"query\",\"parameter\":\"filter/least\",\"detail\":\"must be a number\"},"
     "{\"in\":\"query\",\"parameter\":\"filter/kind\",\"detail\":\"is required\"}]"},
    {"a member twice", UC_GET, SHAPES "&filter[kind]=round&filter[kind]=square", COOKIE, 422, "\"parameter\":\"filter/kind\",\"detail\":\"must be given once\""},
    {"no brackets are another parameter", UC_GET, SHAPES "&filter[kind=round&filterkind]=1", COOKIE, 200, "ids 1 tag <t> colours red session s"},
    {"members as parameters", UC_GET, SHAPES "&from=1&upTo=7", COOKIE, 200, "ids 1 tag <t> colours red page 1-7 session s"},
    {"names and values in turn", UC_GET, SHAPES "&flat=y,true,x,5", COOKIE, 200, "ids 1 tag <t> colours red flat 5 1 session s"},
    {"and one without", UC_GET, SHAPES "&flat=x,5,y", COOKIE, 422, "\"parameter\":\"flat\",\"detail\":\"must be names and values in turn\""},
    {"JSON", UC_GET, SHAPES "&raw=%7B%22a%22%3A+1%7D&tree={%22below%22:[{},{}]}", COOKIE, 200, "ids 1 tag <t> colours red raw {\"a\": 1} tree 2 session s"},
    {"what is none", UC_GET, SHAPES "&raw={", COOKIE, 422, "\"parameter\":\"raw\",\"detail\":\"must be JSON\""},
    {"JSON of another form", UC_GET, SHAPES "&tree={%22below%22:[1]}", COOKIE, 422, "\"parameter\":\"tree/below/0\",\"detail\":\"must be an object\""},
    {"JSON that may be null is", UC_GET, "/v1/boxes?size=null&note=null", NULL, 204, "boxes size null note null mode null"},
    {"and is not", UC_GET, "/v1/boxes?size={%22w%22:3}&note=%22abc%22&mode=%22on%22", NULL, 204, "boxes size value 3 note value mode value"},
    {"what is required must be there, null or not", UC_GET, "/v1/boxes?note=%22abcd%22&mode=2", NULL, 422,
     "[{\"in\":\"query\",\"parameter\":\"size\",\"detail\":\"is required\"},"
     "{\"in\":\"query\",\"parameter\":\"note\",\"detail\":\"must have at most 3 characters\"},"
     "{\"in\":\"query\",\"parameter\":\"mode\",\"detail\":\"must be one of: 1, \\\"on\\\"\"}]"},
    {"header fields", UC_GET, SHAPES, COOKIE "X-Marks: 1 ,\t2\r\nx-pair: a=1,b=x y\r\nX-Marks: 3\r\n", 200,
     "ids 1 tag <t> colours red mark 1 mark 2 mark 3 pair <x y> session s"},
    {"a wrong one", UC_GET, SHAPES, COOKIE "X-Marks: 1,,2\r\n", 422, "{\"in\":\"header\",\"parameter\":\"X-Marks/1\",\"detail\":\"must be an integer\"}"},
    {"cookies", UC_GET, SHAPES, "cookie: level=4; a=b;session=\"s%3B1\" ; seen=x,%2C; session=2\r\n", 200,
     "ids 1 tag <t> colours red session s;1 level 4 seen <x> seen <,>"},
    {"a wrong one", UC_GET, SHAPES, "Cookie: session=; level=x\r\n", 422,
     "[{\"in\":\"cookie\",\"parameter\":\"session\",\"detail\":\"must have at least 1 character\"},{\"in\":\"cookie\",\"parameter\":\"level\",\"detail\":\"must be an integer\"}]"},
    {"one that is required", UC_GET, SHAPES, "Cookie: sessions=1; ;=; \r\n", 422, "{\"in\":\"cookie\",\"parameter\":\"session\",\"detail\":\"is required\"}"},

    {"what a client sends ...", UC_GET, "/v1/shared", NULL, 204, "status 200 error 0"},
    {"... comes as it was meant", UC_GET,
     "/v1/shapes/1,2/of?tag=a%20b&tag=%26%2C&colours=green,red&words=x%20y%2Bz&sizes=1.5%7C2&filter%5Bkind%5D=square"
     "&filter%5Bnames%5D=n1&filter%5Bnames%5D=n2&from=3&flat=x,-1,y,true&raw=%7B%22a%22%3A%5B1%5D%7D"
     "&tree=%7B%22below%22%3A%5B%7B%7D%5D%7D",
     "X-Marks: 3,-4\r\nX-Pair: b=b c\r\nCookie: session=s%3B1; level=9; seen=a%20b,%26%2C\r\n", 200,
     "ids 1 2 tag <a b> <&,> colours green red word <x> word <y+z> size 1.5 size 2 filter square,0,2:n1:n2 page 3-0 flat -1 1"
     " raw {\"a\":[1]} tree 1 mark 3 mark -4 pair <b c> session s;1 level 9 seen <a b> seen <&,>"},
};

static void try_row(struct uc_testbed *bed, size_t i)
{
    struct uc_test_answer answer = {0};
    int err;

    seen[0] = '\0';
    err = uc_testbed_call(bed, rows[i].method, rows[i].target, rows[i].headers, uc_str_of(NULL, 0), &answer);
    if (tap_ok(!err && answer.status == rows[i].status &&
                   (rows[i].status == 422 ? memmem(answer.body.data, answer.body.len, rows[i].seen, strlen(rows[i].seen)) != NULL
                                          : !strcmp(seen, rows[i].seen)),
               rows[i].name))
        return;
    tap_note("%d, status %d, seen %s, answer %.*s", err, answer.status, seen, (int)answer.body.len, answer.body.data);
}

int main(void)
{
    struct uc_testbed *bed;
    struct uc_test_answer answer;
    char url[64];

    setenv("UC_LOG_LEVEL", "fatal", 1);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", peer_start());
    setenv("PEER_URL", url, 1);
    if (!tap_ok(uc_testbed_new(&bed, &world_info) == 0, "the service starts"))
        return tap_done();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        try_row(bed, i);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!strncmp(rows[i].name, "...", 3))
            tap_ok(peer_saw(rows[i].target) && peer_saw("X-Marks: 3,-4\r\nX-Pair: b=b c\r\nCookie: session=s%3B1; level=9; seen=a%20b,%26%2C\r\n"),
                   "and is what it sent");
    tap_ok(peer_saw("GET /v1/boxes?size=null HTTP") && peer_saw("GET /v1/boxes?size=%7B%22w%22%3A2%7D&note=null HTTP"),
           "what is required and was not set is null");
    with_comma = true;
    seen[0] = '\0';
    uc_testbed_call(bed, UC_GET, "/v1/shared", NULL, uc_str_of(NULL, 0), &answer);
    tap_ok(!strcmp(seen, "status 0 error -22"), "what a header cannot carry is an error before anything is sent");
    with_comma = false;
    with_nan = true;
    seen[0] = '\0';
    uc_testbed_call(bed, UC_GET, "/v1/shared", NULL, uc_str_of(NULL, 0), &answer);
    tap_ok(!strcmp(seen, "status 0 error -22"), "and so is a number that is none");
    uc_testbed_free(bed);
    peer_stop();
    return tap_done();
}
