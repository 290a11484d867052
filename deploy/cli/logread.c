/* SPDX-License-Identifier: MIT */
#include "logread.h"

#include "plan/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void cmd_lines_clear(struct cmd_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i].text);
    free(lines->items);
    *lines = (struct cmd_lines){0};
}

void cmd_log_init(struct cmd_log *log, const char *path)
{
    *log = (struct cmd_log){.fd = -1};
    snprintf(log->path, sizeof(log->path), "%s", path);
}

static void close_file(struct cmd_log *log)
{
    if (log->fd >= 0)
        close(log->fd);
    log->fd = -1;
}

void cmd_log_deinit(struct cmd_log *log)
{
    close_file(log);
    free(log->partial);
    log->partial = NULL;
}

static bool open_file(struct cmd_log *log, const char *path)
{
    struct stat status;

    log->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (log->fd < 0 || fstat(log->fd, &status)) {
        close_file(log);
        return false;
    }
    log->inode = status.st_ino;
    return true;
}

static void keep_line(struct cmd_lines *lines, size_t tag, const char *text, size_t len)
{
    struct cmd_line *line;

    lines->items = deploy_memory_grow(lines->items, lines->count, sizeof(*lines->items));
    line = &lines->items[lines->count];
    line->text = deploy_memory_array(len + 1, 1);
    memcpy(line->text, text, len);
    line->tag = tag;
    line->order = lines->count++;
}

/* Cut what was read into lines; an unfinished one waits for its rest. */
static void take_bytes(struct cmd_log *log, struct cmd_lines *lines, size_t tag, const char *bytes,
                       size_t len)
{
    char *joined = deploy_memory_array(log->partial_len + len + 1, 1);
    char *at = joined, *end;

    if (log->partial_len)
        memcpy(joined, log->partial, log->partial_len);
    memcpy(joined + log->partial_len, bytes, len);
    len += log->partial_len;
    while ((end = memchr(at, '\n', len - (size_t)(at - joined)))) {
        keep_line(lines, tag, at, (size_t)(end - at));
        at = end + 1;
    }
    free(log->partial);
    log->partial_len = len - (size_t)(at - joined);
    log->partial = log->partial_len ? deploy_memory_array(log->partial_len, 1) : NULL;
    if (log->partial)
        memcpy(log->partial, at, log->partial_len);
    free(joined);
}

static void read_file(struct cmd_log *log, struct cmd_lines *lines, size_t tag)
{
    char block[65536];
    ssize_t len;

    while ((len = read(log->fd, block, sizeof(block))) > 0)
        take_bytes(log, lines, tag, block, (size_t)len);
}

/* The older half of a log that was turned over before we came. */
static void read_older(struct cmd_log *log, struct cmd_lines *lines, size_t tag)
{
    char older[PATH_MAX + 2];

    snprintf(older, sizeof(older), "%s.1", log->path);
    if (open_file(log, older))
        read_file(log, lines, tag);
    close_file(log);
}

static void read_newer(struct cmd_log *log, struct cmd_lines *lines, size_t tag)
{
    struct stat status;

    if (log->fd < 0 && !open_file(log, log->path))
        return;
    read_file(log, lines, tag);
    if (stat(log->path, &status) || status.st_ino == log->inode)
        return;
    close_file(log); /* turned over: the rest of the old one has just been read */
    if (open_file(log, log->path))
        read_file(log, lines, tag);
}

static void keep_tail(struct cmd_lines *lines, size_t first, size_t tail)
{
    size_t count = lines->count - first;
    size_t drop = count > tail ? count - tail : 0;

    for (size_t i = 0; i < drop; i++)
        free(lines->items[first + i].text);
    memmove(lines->items + first, lines->items + first + drop,
            (count - drop) * sizeof(*lines->items));
    lines->count -= drop;
}

void cmd_log_read(struct cmd_log *log, struct cmd_lines *lines, size_t tag, int64_t tail)
{
    size_t first = lines->count;

    if (!log->begun)
        read_older(log, lines, tag);
    read_newer(log, lines, tag);
    if (!log->begun && tail >= 0 && first < lines->count)
        keep_tail(lines, first, (size_t)tail);
    log->begun = true;
}
