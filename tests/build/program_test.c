/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "files.h"
#include "program.h"
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Real compilers on small files, with an SDK of two flags. The folder has a space in its name. */
struct world {
    struct gen_arena arena;
    char dir[256];
    char *messages;
    size_t messages_len;
    struct build_outcome outcome;
    struct deploy_error error;
};

static const char *in(struct world *world, const char *name)
{
    return gen_arena_printf(&world->arena, "%s/%s", world->dir, name);
}

static void put(struct world *world, const char *name, const char *text)
{
    assert_int_equal(build_file_write(in(world, name), text, strlen(text), 0644), 0);
}

static int set_up(void **state)
{
    const char *tmp = getenv("UC_TEST_TMP");
    struct world *world = calloc(1, sizeof(*world));

    gen_arena_init(&world->arena);
    snprintf(world->dir, sizeof(world->dir), "%s/uc program.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(world->dir))
        return -1;
    build_mkdirs(in(world, "sdk/linux/flags"));
    build_mkdirs(in(world, "sdk/linux/lib"));
    build_mkdirs(in(world, "out"));
    put(world, "sdk/linux/flags/cflags", "-O0\n-I@SDK@/include\n");
    put(world, "sdk/linux/flags/ldflags", "-o\n@OUTPUT@\n@OBJECTS@\n-L@SDK@/lib\n");
    put(world, "main.c", "#include \"answer.h\"\nint main(void) { return ANSWER + extra(); }\n");
    put(world, "extra.c", "#include \"answer.h\"\nint extra(void) { return 1; }\n");
    put(world, "answer.h", "int extra(void);\n#define ANSWER 41\n");
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    const char *command = gen_arena_printf(&world->arena, "rm -rf '%s'", world->dir);
    int status = system(command);

    free(world->messages);
    gen_arena_deinit(&world->arena);
    free(world);
    return status;
}

static int build(struct world *world)
{
    const struct build_source sources[] = {{in(world, "main.c"), "main.o"},
                                           {in(world, "extra.c"), "extra.o"}};
    const char *dirs[] = {world->dir, NULL};
    struct build_program program = {
        .name = "prog",
        .dir = in(world, "out"),
        .own_dir = gen_arena_text(&world->arena, in(world, "out")),
        .sources = sources,
        .source_count = 2,
        .include_dirs = dirs,
    };
    struct deploy_build_options options = {.target = DEPLOY_TARGET_LINUX};
    struct build_sdk sdk;
    int err;

    free(world->messages);
    options.messages = open_memstream(&world->messages, &world->messages_len);
    err = build_sdk_load(&world->arena, in(world, "sdk"), DEPLOY_TARGET_LINUX, &sdk, &world->error);
    if (!err)
        err = build_program(&world->arena, &program, &sdk, &options, &world->outcome, &world->error);
    fclose(options.messages);
    return err;
}

static int run_result(struct world *world)
{
    return WEXITSTATUS(system(gen_arena_printf(&world->arena, "'%s'", world->outcome.image)));
}

/* A file may be stamped finer than, and ahead of, the clock that a build reads: leave the time of the last one. */
static void settle(struct world *world)
{
    struct build_file_state last;

    put(world, "last", "");
    assert_true(build_look_at_disk(NULL, in(world, "last"), &last));
    while (build_file_clock_ns() <= last.mtime_ns)
        usleep(1000);
}

static void a_program_is_built_once(void **state)
{
    struct world *world = *state;

    settle(world);
    assert_int_equal(build(world), 0);
    assert_true(world->outcome.changed);
    assert_int_equal(run_result(world), 42);
    assert_int_equal(build(world), 0);
    assert_false(world->outcome.changed);
}

static void a_changed_header_compiles_what_includes_it(void **state)
{
    struct world *world = *state;

    settle(world);
    assert_int_equal(build(world), 0);
    put(world, "answer.h", "int extra(void);\n#define ANSWER 6\n");
    assert_int_equal(build(world), 0);
    assert_true(world->outcome.changed);
    assert_int_equal(run_result(world), 7);
}

static void a_changed_library_of_the_sdk_links_anew(void **state)
{
    struct world *world = *state;

    put(world, "sdk/linux/lib/libx.a", "!<arch>\n");
    settle(world);
    assert_int_equal(build(world), 0);
    assert_int_equal(build(world), 0);
    assert_false(world->outcome.changed);
    put(world, "sdk/linux/lib/libx.a", "!<arch>\n\n");
    assert_int_equal(build(world), 0);
    assert_true(world->outcome.changed);
}

static void a_lost_result_is_made_again(void **state)
{
    struct world *world = *state;

    settle(world);
    assert_int_equal(build(world), 0);
    unlink(world->outcome.image);
    assert_int_equal(build(world), 0);
    assert_int_equal(run_result(world), 42);
}

static void errors_name_the_users_file_and_line(void **state)
{
    struct world *world = *state;

    put(world, "extra.c", "int extra(void)\n{\n    return oops;\n}\n");
    assert_int_equal(build(world), -EINVAL);
    assert_non_null(strstr(world->messages, "extra.c:3:12: error:"));
    assert_non_null(strstr(world->error.text, "1 of its C files does not compile"));
    assert_int_equal(build(world), -EINVAL); /* a failure is not remembered as done */
    put(world, "extra.c", "int extra(void) { return 2; }\n");
    assert_int_equal(build(world), 0);
    assert_int_equal(run_result(world), 43);
}

static void an_absent_function_is_a_link_error(void **state)
{
    struct world *world = *state;

    put(world, "extra.c", "int other(void) { return 2; }\n");
    assert_int_equal(build(world), -EINVAL);
    assert_non_null(strstr(world->messages, "extra"));
    assert_non_null(strstr(world->error.text, "does not link"));
}

static void an_absent_sdk_says_what_to_do(void **state)
{
    struct world *world = *state;

    unlink(in(world, "sdk/linux/flags/cflags"));
    assert_int_equal(build(world), -ENOENT);
    assert_non_null(strstr(world->error.text, "./ucompose"));
}


#define case_of(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(a_program_is_built_once),
        case_of(a_changed_header_compiles_what_includes_it),
        case_of(a_changed_library_of_the_sdk_links_anew),
        case_of(a_lost_result_is_made_again),
        case_of(errors_name_the_users_file_and_line),
        case_of(an_absent_function_is_a_link_error),
        case_of(an_absent_sdk_says_what_to_do),
    };

    return run_tap(tests);
}
