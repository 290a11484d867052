/* SPDX-License-Identifier: MIT */
/*
 * The generated codecs of some cases, on bytes: what is accepted comes
 * back the same, what is not is told member by member.
 */
#include "corners.h"
#include "everything.h"
#include "recursive.h"
#include "tap.h"

#define NEW(rest) "{\"name\":\"n\",\"kind\":\"big\"" rest "}"

/* `text` decoded; then written again, or the violations, or "syntax". */
static const char *round_trip(const char *text, struct uc_arena *arena, struct uc_buf *out)
{
    struct everything_new_thing thing;
    struct uc_violations bad;
    struct uc_json_reader r;
    struct uc_json_writer w;
    bool good;

    uc_buf_clear(out);
    uc_violations_init(&bad, arena);
    uc_json_reader_init(&r, uc_str(text), arena, &bad);
    good = everything_new_thing_read(&r, &thing);
    if (uc_json_finish(&r)) {
        uc_buf_append(out, "syntax", 7);
        return out->data;
    }
    if (good != (bad.count == 0))
        return "the result and the violations disagree";
    uc_json_writer_init(&w, out);
    if (good)
        everything_new_thing_write(&w, &thing);
    for (size_t i = 0; i < bad.count; i++)
        uc_buf_printf(out, "%s%.*s %.*s", i ? "; " : "", (int)bad.kept[i].where.len,
                      bad.kept[i].where.data, (int)bad.kept[i].detail.len, bad.kept[i].detail.data);
    uc_buf_append(out, "", 1);
    return out->data;
}

#define SAME NULL

static const struct {
    const char *name, *json, *want;
} rows[] = {
    {"the smallest object", NEW(""), SAME},
    {"null and absent differ", NEW(",\"note\":null"), SAME},
    {"a value of a nullable", NEW(",\"note\":\"abc\""), SAME},
    {"an empty text is a value", NEW(",\"note\":\"\""), SAME},
    {"zero and false are values", NEW(",\"count\":0,\"flag\":false"), SAME},
    {"everything at once",
     NEW(",\"note\":\"x\",\"count\":10,\"share\":0.25,\"flag\":true,\"tags\":[\"a\",\"b\",\"abcd\"]"
         ","
         "\"size\":{\"width\":-1,\"height\":null,\"unit\":\"cm\"},\"nick\":null,\"extra\":{\"a\":["
         "1]},"
         "\"any\":[null]"),
     SAME},
    {"an empty list is a value", NEW(",\"tags\":[]"), SAME},
    {"the order of members does not matter", "{\"kind\":\"small\",\"name\":\"n\"}",
     "{\"name\":\"n\",\"kind\":\"small\"}"},
    {"lengths count characters, not bytes",
     NEW(",\"note\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""), SAME},
    {"one character over", NEW(",\"note\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80x\""),
     "/note must have at most 3 characters"},
    {"an escaped name is the same name", "{\"\\u006eame\":\"n\",\"kind\":\"big\"}", NEW("")},
    {"required members are missed, each", "{}", "/name is required; /kind is required"},
    {"null is no value of what is not nullable", "{\"name\":null,\"kind\":\"big\"}",
     "/name must be a string"},
    {"an optional member may be left out, not null", NEW(",\"count\":null"),
     "/count must be an integer"},
    {"unknown members are refused where the contract closes the object",
     NEW(",\"colour\":{\"a\":1}"), "/colour is not known"},
    {"unknown members are passed over elsewhere", NEW(",\"size\":{\"width\":1,\"depth\":[{}]}"),
     NEW(",\"size\":{\"width\":1}")},
    {"below the minimum", NEW(",\"count\":-2"), "/count must be at least 0"},
    {"above the maximum", NEW(",\"count\":12"), "/count must be at most 10"},
    {"not a multiple", NEW(",\"count\":3"), "/count must be a multiple of 2"},
    {"beyond 32 bits", NEW(",\"count\":4294967296"), "/count must be a 32-bit integer"},
    {"a fraction is no integer", NEW(",\"count\":1.5"), "/count must be an integer"},
    {"2.0 is an integer", NEW(",\"count\":2.0"), NEW(",\"count\":2")},
    {"the inclusive bound of a number", NEW(",\"share\":0.24"), "/share must be at least 0.25"},
    {"the exclusive bound of a number", NEW(",\"share\":1"), "/share must be less than 1"},
    {"a value outside of the enum", "{\"name\":\"n\",\"kind\":\"huge\"}",
     "/kind must be one of: big, small, very small"},
    {"an enum value with a blank", "{\"name\":\"n\",\"kind\":\"very small\"}", SAME},
    {"too many elements", NEW(",\"tags\":[\"\",\"\",\"\",\"\",5]"),
     "/tags must have at most 3 elements"},
    {"an element by its index", NEW(",\"tags\":[\"a\",\"abcde\",7]"),
     "/tags/1 must have at most 4 characters; /tags/2 must be a string"},
    {"a member of a nested object", NEW(",\"size\":{\"height\":\"x\",\"unit\":1}"),
     "/size/height must be an integer; /size/unit must be a string; /size/width is required"},
    {"a free-form object must be an object", NEW(",\"extra\":[1]"), "/extra must be an object"},
    {"an object, not a list", "[1,2]", " must be an object"},
    {"several at once", "{\"name\":\"toolong\",\"kind\":\"x\",\"flag\":1}",
     "/name must have at most 5 characters; /kind must be one of: big, small, very small; "
     "/flag must be true or false"},
    {"a name given twice", "{\"name\":\"n\",\"name\":\"n\",\"kind\":\"big\"}", "syntax"},
    {"cut short", "{\"name\":\"n\",\"kind\":\"big\"", "syntax"},
    {"something behind", NEW("") "x", "syntax"},
    {"exact to 64 bits", NEW(",\"size\":{\"width\":9223372036854775807}"), SAME},
    {"exact to 64 bits, below", NEW(",\"size\":{\"width\":-9223372036854775808}"), SAME},
};

static void try_rows(void)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    struct uc_buf out;

    uc_buf_init(&out, 1 << 16);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *got = round_trip(rows[i].json, arena, &out);
        const char *want = rows[i].want ? rows[i].want : rows[i].json;

        if (!tap_ok(!strcmp(got, want), rows[i].name))
            tap_note("got: %s", got);
        uc_arena_reset(arena);
    }
    uc_buf_deinit(&out);
    uc_arena_free(arena);
}

/* {"value":1,"left":{"value":1,...}} of the given depth. */
static void nested(struct uc_buf *text, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++)
        uc_buf_printf(text, "{\"value\":%u,\"left\":", i);
    uc_buf_printf(text, "{\"value\":7}");
    for (unsigned i = 0; i < depth; i++)
        uc_buf_printf(text, "}");
}

static int read_tree(struct uc_str text, struct uc_arena *arena, struct recursive_tree *tree)
{
    struct uc_violations bad;
    struct uc_json_reader r;

    uc_violations_init(&bad, arena);
    uc_json_reader_init(&r, text, arena, &bad);
    recursive_tree_read(&r, tree);
    return uc_json_finish(&r);
}

static void try_recursion(void)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    struct recursive_tree tree = {0}, other = {0};
    struct corners_nest nest = {0};
    struct uc_json_writer w;
    struct uc_buf text, out;

    uc_buf_init(&text, 1 << 16);
    uc_buf_init(&out, 1 << 16);
    nested(&text, 20);
    tap_ok(!read_tree(uc_str_of(text.data, text.len), arena, &tree), "a tree of depth 20 is read");
    uc_json_writer_init(&w, &out);
    recursive_tree_write(&w, &tree);
    tap_ok(!out.error && out.len == text.len && !memcmp(out.data, text.data, out.len),
           "and written the same");
    uc_buf_clear(&text);
    nested(&text, 1000);
    tap_ok(read_tree(uc_str_of(text.data, text.len), arena, &tree) < 0,
           "one of depth 1000 is refused");

    memset(&tree, 0, sizeof(tree));
    recursive_tree_set_left(&tree, &other);
    recursive_tree_set_left(&other, &tree);
    uc_buf_clear(&out);
    uc_json_writer_init(&w, &out);
    recursive_tree_write(&w, &tree);
    tap_ok(out.error < 0, "a circle made by a handler ends with an error");
    nest.items = &nest;
    nest.count = 1;
    uc_buf_clear(&out);
    corners_nest_write(&w, &nest);
    tap_ok(out.error < 0, "and so does a list that holds itself");
    uc_buf_deinit(&text);
    uc_buf_deinit(&out);
    uc_arena_free(arena);
}

static void try_small_arena(void)
{
    const char *text = NEW(",\"tags\":[\"\\u0041\",\"\\u0042\",\"c\"],\"note\":\"\\u0043\"");
    struct uc_buf out;
    unsigned refused = 0;
    bool passed = false;

    uc_buf_init(&out, 1 << 16);
    for (size_t limit = 0; limit < 4096 && !passed; limit += 16) {
        struct uc_arena *arena = uc_arena_new(limit);

        if (!arena)
            continue;
        passed = round_trip(text, arena, &out)[0] == '{' && !uc_arena_failed(arena);
        refused += !passed;
        uc_arena_free(arena);
    }
    tap_ok(passed && refused, "an arena that fills up refuses, and is never written beyond");
    uc_buf_deinit(&out);
}

static void try_lists(void)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    struct uc_str mine[3] = {UC_STR("a"), UC_STR("b"), UC_STR("c")};
    struct everything_new_thing_tags tags = {mine, 3, 0};
    struct everything_thing_list list = {0};
    bool good = true;

    good &= everything_new_thing_tags_add(&tags, arena, uc_str("d"));
    tap_ok(good && tags.count == 4 && tags.items != mine && uc_str_is(tags.items[2], "c") &&
               uc_str_is(tags.items[3], "d"),
           "adding to a list of the user's own copies it first");
    for (int i = 0; i < 100; i++) {
        struct everything_thing *thing = everything_thing_list_things_add(&list.things, arena);

        good &= thing && thing->id == 0;
        if (thing)
            thing->id = i;
    }
    for (int i = 0; i < 100; i++)
        good &= list.things.items[i].id == i;
    tap_ok(good && list.things.count == 100, "a list grows and keeps its elements");
    uc_arena_free(arena);
}

int main(void)
{
    try_rows();
    try_recursion();
    try_small_arena();
    try_lists();
    return tap_done();
}
