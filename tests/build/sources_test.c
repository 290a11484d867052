/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "files.h"
#include "service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gen_arena arena;

static int set_up(void **state)
{
    gen_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    gen_arena_deinit(&arena);
    return 0;
}

/* A path in this test's own folder. */
static const char *in_tmp(const char *name)
{
    const char *tmp = getenv("UC_TEST_TMP");

    return gen_arena_printf(&arena, "%s/build-%d/%s", tmp ? tmp : "/tmp", (int)getpid(), name);
}

static void put(const char *name, const char *text)
{
    char *dir = gen_arena_text(&arena, in_tmp(name));

    *strrchr(dir, '/') = '\0';
    assert_int_equal(build_mkdirs(dir), 0);
    assert_int_equal(build_file_write(in_tmp(name), text, strlen(text), 0644), 0);
}

static void user_sources_are_the_c_files_of_the_folder_and_of_src(void **state)
{
    struct build_source *sources = NULL;
    size_t count = 0;

    put("shop/handlers.c", "");
    put("shop/b.c", "");
    put("shop/notes.md", "");
    put("shop/.hidden.c", "");
    put("shop/src/handlers.c", "");
    put("shop/deeper/c.c", "");
    assert_int_equal(build_user_sources(&arena, in_tmp("shop"), &sources, &count), 0);
    assert_int_equal(count, 3);
    assert_string_equal(sources[0].path, in_tmp("shop/b.c"));
    assert_string_equal(sources[1].object, "user-handlers.c.o");
    assert_string_equal(sources[2].object, "user-src-handlers.c.o");
}

static void generated_files_are_rewritten_only_when_they_change(void **state)
{
    struct gen_file items[] = {{"shop.h", "int a;\n", 7}, {"shop.c", "int b;\n", 7}};
    struct gen_files files = {items, 2};
    struct build_source *sources = NULL;
    struct stat before, after;
    size_t count = 0;

    put("generated/old_client.h", "gone");
    assert_int_equal(build_write_generated(&arena, in_tmp("generated"), &files, &sources, &count), 0);
    assert_int_equal(count, 1);
    assert_string_equal(sources[0].object, "gen-shop.c.o");
    assert_int_equal(access(in_tmp("generated/old_client.h"), F_OK), -1);
    assert_int_equal(stat(in_tmp("generated/shop.c"), &before), 0);
    items[0] = (struct gen_file){"shop.h", "int c;\n", 7};
    assert_int_equal(build_write_generated(&arena, in_tmp("generated"), &files, &sources, &count), 0);
    assert_int_equal(stat(in_tmp("generated/shop.c"), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static void the_cache_folder_is_named_by_folder_and_path(void **state)
{
    const char *one = build_cache_dir(&arena, "/h", "/a/orders");
    const char *other = build_cache_dir(&arena, "/h", "/b/orders");

    assert_int_equal(strncmp(one, "/h/build/orders-", 16), 0);
    assert_int_equal(strlen(one), 24);
    assert_string_not_equal(one, other);
    assert_string_equal(one, build_cache_dir(&arena, "/h", "/a/orders"));
}

static void home_is_found_in_the_environment(void **state)
{
    char path[64];

    setenv("UCOMPOSE_HOME", "/u", 1);
    setenv("XDG_CACHE_HOME", "/x", 1);
    setenv("HOME", "/h", 1);
    assert_int_equal(deploy_home(path, sizeof(path)), 0);
    assert_string_equal(path, "/u");
    assert_int_equal(deploy_home(path, 2), -ENAMETOOLONG);
    unsetenv("UCOMPOSE_HOME");
    assert_int_equal(deploy_home(path, sizeof(path)), 0);
    assert_string_equal(path, "/x/ucompose");
    setenv("XDG_CACHE_HOME", "", 1);
    assert_int_equal(deploy_home(path, sizeof(path)), 0);
    assert_string_equal(path, "/h/.cache/ucompose");
    setenv("HOME", "relative", 1);
    assert_int_equal(deploy_home(path, sizeof(path)), -EINVAL);
    unsetenv("HOME");
    assert_int_equal(deploy_home(path, sizeof(path)), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(user_sources_are_the_c_files_of_the_folder_and_of_src),
        cmocka_unit_test(generated_files_are_rewritten_only_when_they_change),
        cmocka_unit_test(the_cache_folder_is_named_by_folder_and_path),
        cmocka_unit_test(home_is_found_in_the_environment),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
