/* SPDX-License-Identifier: MIT */
/*
 * What is generated compiles without a warning: C by gcc and clang, pedantically; every header
 * also as C++, and when it is included first. A compiler that is not there is skipped.
 */
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

extern char **environ;

static const char include_sdk[] = "-I" UC_ROOT_DIR "/framework/include";

/* Exit status, 127 when there is no such program. */
static int run(const char *const *argv)
{
    posix_spawn_file_actions_t actions;
    int status = 127 << 8;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ) == 0)
        waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static bool there(const char *compiler)
{
    const char *argv[] = {compiler, "--version", NULL};

    posix_spawn_file_actions_t actions;
    int status = -1;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&pid, compiler, &actions, NULL, (char *const *)argv, environ) == 0)
        waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return status == 0;
}

static bool compile_c(const char *compiler, const char *file)
{
    const char *argv[] = {compiler,
                          "-std=c17",
                          "-Wall",
                          "-Wextra",
                          "-Werror",
                          "-Wpedantic",
                          "-Wshadow",
                          "-Wstrict-prototypes",
                          "-Wmissing-prototypes",
                          "-Wconversion",
                          "-Wno-sign-conversion",
                          "-O1",
                          "-fsyntax-only",
                          "-I.",
                          include_sdk,
                          file,
                          NULL};

    return run(argv) == 0;
}

static bool compile_cpp(const char *compiler, const char *file)
{
    const char *argv[] = {compiler,   "-x",      "c++",           "-std=c++17", "-Wall",
                          "-Wextra",  "-Werror", "-fsyntax-only", "-I.",        include_sdk,
                          "-include", file,      "/dev/null",     NULL};

    return run(argv) == 0;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool compile_all(const char *compiler, bool cpp)
{
    struct dirent **entries;
    int count = scandir(".", &entries, visible, alphasort);
    bool good = count > 0;

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        const char *dot = strrchr(name, '.');

        if (dot && !strcmp(dot, cpp ? ".h" : ".c") &&
            !(cpp ? compile_cpp(compiler, name) : compile_c(compiler, name))) {
            tap_note("%s: %s", compiler, name);
            good = false;
        }
        free(entries[i]);
    }
    free(entries);
    return good;
}

int main(void)
{
    static const char *const cases[] = {"corners", "everything", "media", "names",
                                        "nothing", "older",      "recursive", "referred",
                                        "schemas",   "world"};
    static const struct {
        const char *name;
        bool cpp;
    } compilers[] = {{"gcc", false}, {"clang", false}, {"g++", true}, {"clang++", true}};
    char line[256], path[512];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(path, sizeof(path), "%s/cases/%s/expected", UC_TEST_DIR, cases[i]);
        if (chdir(path))
            return 1;
        for (size_t c = 0; c < sizeof(compilers) / sizeof(compilers[0]); c++) {
            snprintf(line, sizeof(line), "%s: %s compiles without a warning by %s", cases[i],
                     compilers[c].cpp ? "each header as C++" : "each source", compilers[c].name);
            if (there(compilers[c].name))
                tap_ok(compile_all(compilers[c].name, compilers[c].cpp), line);
            else
                tap_skip(line, "no such compiler here");
        }
    }
    return tap_done();
}
