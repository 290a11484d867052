/* SPDX-License-Identifier: MIT */
/*
 * judge.c - what the generator makes of contracts that somebody else wrote.
 *
 *     judge FOLDER OUT
 *     judge --each FOLDER...
 *
 * FOLDER has a service.yaml. What is generated goes to OUT. Ends with 0 when it was built from, with 1 when it was
 * refused: each reason on standard output as "PLACE: message"; every other end is a bug. What it took is the last line of standard
 * error: "cost MILLISECONDS KIB", processor time and the most memory.
 *
 * --each judges many, in a child each: what is generated goes to FOLDER/out, and what it says and ends with to
 * FOLDER/said, FOLDER/err and FOLDER/status.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gen/gen.h"
#include "gen/message.h"

static void write_file(const char *folder, const struct gen_file *file)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", folder, file->path);
    out = fopen(path, "w");
    if (!out || fwrite(file->bytes, 1, file->len, out) != file->len || fclose(out)) {
        perror(path);
        exit(3);
    }
}

static void tell_cost(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "cost %ld %ld\n",
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000,
            usage.ru_maxrss);
}

static int judge(const char *folder, const char *out)
{
    struct gen_messages messages;
    struct gen_service *service;
    struct gen_arena arena;
    struct gen_files files;
    int err;

    gen_arena_init(&arena);
    gen_messages_init(&messages, &arena);
    err = gen_load(&arena, folder, &messages, &service);
    messages.note_count = 0;
    if (err) {
        gen_messages_print(&messages, stdout);
        tell_cost();
        gen_arena_deinit(&arena);
        return messages.count ? 1 : 4; /* a refusal without a reason is none */
    }
    files = gen_emit(service);
    for (size_t i = 0; i < files.count; i++)
        write_file(out, &files.items[i]);
    tell_cost();
    gen_arena_deinit(&arena);
    return 0;
}

static void say_into(int fd, const char *folder, const char *name)
{
    char path[4096];
    int file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || dup2(file, fd) < 0) {
        perror(path);
        exit(3);
    }
    close(file);
}

static int judge_in_child(const char *folder)
{
    char out[4096];

    alarm(60);
    say_into(STDOUT_FILENO, folder, "said");
    say_into(STDERR_FILENO, folder, "err");
    snprintf(out, sizeof(out), "%s/out", folder);
    if (mkdir(out, 0777)) {
        perror(out);
        return 3;
    }
    return judge(folder, out);
}

/* What a shell calls it. */
static int status_of(int ended)
{
    return WIFSIGNALED(ended) ? 128 + WTERMSIG(ended) : WEXITSTATUS(ended);
}

static int judge_each(char *const *folders)
{
    char path[4096];
    FILE *out;
    int ended;

    for (; *folders; folders++) {
        pid_t child = fork();

        if (child == 0)
            exit(judge_in_child(*folders));
        if (child < 0 || waitpid(child, &ended, 0) != child) {
            perror("judge");
            return 3;
        }
        snprintf(path, sizeof(path), "%s/status", *folders);
        out = fopen(path, "w");
        if (!out || fprintf(out, "%d\n", status_of(ended)) < 0 || fclose(out)) {
            perror(path);
            return 3;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "--each"))
        return judge_each(argv + 2);
    return argc == 3 ? judge(argv[1], argv[2]) : 2;
}
