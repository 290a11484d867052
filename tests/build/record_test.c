/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "record.h"

#include <string.h>

/* A disk of two files. */
static bool look(void *arg, const char *path, struct build_file_state *state)
{
    const int64_t *a_changed = arg;

    if (!strcmp(path, "/s/a.c"))
        *state = (struct build_file_state){*a_changed, 10};
    else if (!strcmp(path, "/own/b c.h"))
        *state = (struct build_file_state){700, 20};
    else
        return false;
    return true;
}

static struct build_words words_of(struct gen_arena *arena, const char *const *items)
{
    struct build_words words = {0};

    build_words_add_all(arena, &words, items);
    return words;
}

static void a_record_holds_until_an_input_changes(void **state)
{
    static const char *const paths[] = {"/s/a.c", "/own/b c.h", NULL};
    struct gen_arena arena;
    struct build_words inputs;
    int64_t changed = 500;
    const char *text;

    gen_arena_init(&arena);
    inputs = words_of(&arena, paths);
    text = build_record_text(&arena, 42, &inputs, 600, "/own", look, &changed);
    assert_true(build_record_holds(text, 42, look, &changed));
    assert_false(build_record_holds(text, 43, look, &changed));
    changed = 499; /* an older file put back is a change too */
    assert_false(build_record_holds(text, 42, look, &changed));
    gen_arena_deinit(&arena);
}

static void an_input_changed_while_it_was_read_never_holds(void **state)
{
    static const char *const paths[] = {"/s/a.c", NULL};
    struct gen_arena arena;
    struct build_words inputs;
    int64_t changed = 600;
    const char *text;

    gen_arena_init(&arena);
    inputs = words_of(&arena, paths);
    text = build_record_text(&arena, 42, &inputs, 600, NULL, look, &changed);
    assert_false(build_record_holds(text, 42, look, &changed));
    gen_arena_deinit(&arena);
}

static void damaged_records_do_not_hold(void **state)
{
    static const char *const damaged[] = {
        "",
        "ucompose-record 1 000000000000002",
        "ucompose-record 2 000000000000002a\n",
        "ucompose-record 1 000000000000002a\n500 10 /s/a.c",
        "ucompose-record 1 000000000000002a\n500 10\n",
        "ucompose-record 1 000000000000002a\n500\n",
        "ucompose-record 1 000000000000002a\n\n",
        "ucompose-record 1 000000000000002a\n500 10 /gone\n",
        "ucompose-record 1 000000000000002a\n500 11 /s/a.c\n",
        "ucompose-record 1 000000000000002a\nx y z\n",
    };
    int64_t changed = 500;

    assert_false(build_record_holds(NULL, 42, look, &changed));
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++)
        assert_false(build_record_holds(damaged[i], 42, look, &changed));
    assert_true(build_record_holds("ucompose-record 1 000000000000002a\n500 10 /s/a.c\n", 42, look,
                                   &changed));
}

static void a_command_is_hashed_with_the_bounds_of_its_words(void **state)
{
    static const char *const one[] = {"ab", "c", NULL}, *const other[] = {"a", "bc", NULL};
    struct gen_arena arena;
    struct build_words left, right;

    gen_arena_init(&arena);
    left = words_of(&arena, one);
    right = words_of(&arena, other);
    assert_int_not_equal(build_command_hash(&left), build_command_hash(&right));
    gen_arena_deinit(&arena);
}

static void dependency_files_are_read_as_the_compiler_writes_them(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"a.o: a.c b.h\n", "a.c,b.h"},
        {"a.o: a.c \\\n b.h \\\n  c.h\n", "a.c,b.h,c.h"},
        {"a.o: my\\ file.c x$$y.h z\\#.h", "my file.c,x$y.h,z#.h"},
        {"a.o:\n", ""},
        {"", ""},
        {"no colon", ""},
        {"a.o: back\\slash.h\n", "back\\slash.h"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char joined[256] = "";
        struct gen_arena arena;
        struct build_words inputs;

        gen_arena_init(&arena);
        inputs = build_depfile_inputs(&arena, rows[i].text);
        for (size_t k = 0; k < inputs.count; k++) {
            strcat(joined, k ? "," : "");
            strcat(joined, inputs.items[k]);
        }
        assert_string_equal(joined, rows[i].want);
        gen_arena_deinit(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_holds_until_an_input_changes),
        cmocka_unit_test(an_input_changed_while_it_was_read_never_holds),
        cmocka_unit_test(damaged_records_do_not_hold),
        cmocka_unit_test(a_command_is_hashed_with_the_bounds_of_its_words),
        cmocka_unit_test(dependency_files_are_read_as_the_compiler_writes_them),
    };

    return run_tap(tests);
}
