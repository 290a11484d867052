/* SPDX-License-Identifier: MIT */
#include "follow.h"

#include "terminal.h"

#include "plan/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

struct source {
    char name[80];
    char path[PATH_MAX];
    int fd;          /* -1: not there yet */
    ino_t inode;
    char *partial;   /* a line whose end has not been read */
    size_t partial_len;
    bool first_read; /* `tail` still applies */
};

struct line {
    char *text; /* whole line of the file */
    size_t source;
    size_t order;
};

struct cmd_follow {
    struct cluster_paths paths;
    struct cmd_follow_options options;
    struct source *sources;
    size_t source_count;
    struct line *lines; /* read, not printed yet */
    size_t line_count;
    size_t name_width;
    int inotify;
    bool watching;
};

struct cmd_follow *cmd_follow_open(const struct cluster_paths *paths, const struct cmd_follow_options *options)
{
    struct cmd_follow *follow = deploy_memory_array(1, sizeof(*follow));

    follow->paths = *paths;
    follow->options = *options;
    follow->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return follow;
}

void cmd_follow_close(struct cmd_follow *follow)
{
    if (!follow)
        return;
    for (size_t i = 0; i < follow->source_count; i++) {
        free(follow->sources[i].partial);
        if (follow->sources[i].fd >= 0)
            close(follow->sources[i].fd);
    }
    if (follow->inotify >= 0)
        close(follow->inotify);
    free(follow->sources);
    free(follow->lines);
    free(follow);
}

int cmd_follow_fd(const struct cmd_follow *follow)
{
    return follow->watching ? follow->inotify : -1;
}

static void watch_folder(struct cmd_follow *follow, const char *file)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s", file);
    if (follow->inotify >= 0 && !follow->watching)
        follow->watching =
            inotify_add_watch(follow->inotify, dirname(path), IN_MODIFY | IN_CREATE | IN_MOVED_TO) >= 0;
}

void cmd_follow_add(struct cmd_follow *follow, const char *instance)
{
    struct source *source;

    for (size_t i = 0; i < follow->source_count; i++)
        if (!strcmp(follow->sources[i].name, instance))
            return;
    follow->sources = deploy_memory_grow(follow->sources, follow->source_count, sizeof(*follow->sources));
    source = &follow->sources[follow->source_count];
    source->fd = -1;
    source->first_read = true;
    snprintf(source->name, sizeof(source->name), "%s", instance);
    if (cluster_log_path(&follow->paths, instance, source->path, sizeof(source->path)))
        return;
    follow->source_count++;
    if (strlen(instance) > follow->name_width)
        follow->name_width = strlen(instance);
    watch_folder(follow, source->path);
}

static void keep_line(struct cmd_follow *follow, size_t source, const char *text, size_t len)
{
    struct line *line;

    follow->lines = deploy_memory_grow(follow->lines, follow->line_count, sizeof(*follow->lines));
    line = &follow->lines[follow->line_count];
    line->text = deploy_memory_array(len + 1, 1);
    memcpy(line->text, text, len);
    line->source = source;
    line->order = follow->line_count++;
}

/* Cut what was read into lines; an unfinished one waits for its rest. */
static void take_bytes(struct cmd_follow *follow, size_t index, const char *bytes, size_t len)
{
    struct source *source = &follow->sources[index];
    char *joined = deploy_memory_array(source->partial_len + len + 1, 1);
    char *at = joined, *end;

    if (source->partial_len)
        memcpy(joined, source->partial, source->partial_len);
    memcpy(joined + source->partial_len, bytes, len);
    len += source->partial_len;
    while ((end = memchr(at, '\n', len - (size_t)(at - joined)))) {
        keep_line(follow, index, at, (size_t)(end - at));
        at = end + 1;
    }
    free(source->partial);
    source->partial_len = len - (size_t)(at - joined);
    source->partial = source->partial_len ? deploy_memory_array(source->partial_len, 1) : NULL;
    if (source->partial)
        memcpy(source->partial, at, source->partial_len);
    free(joined);
}

static void read_open_file(struct cmd_follow *follow, size_t index)
{
    char block[65536];
    ssize_t len;

    while ((len = read(follow->sources[index].fd, block, sizeof(block))) > 0)
        take_bytes(follow, index, block, (size_t)len);
}

static bool open_source(struct source *source, const char *path)
{
    struct stat status;

    source->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0 || fstat(source->fd, &status))
        return false;
    source->inode = status.st_ino;
    return true;
}

static void close_source(struct source *source)
{
    if (source->fd >= 0)
        close(source->fd);
    source->fd = -1;
}

/* The older half of a log that was turned over before we came. */
static void read_older(struct cmd_follow *follow, size_t index)
{
    struct source *source = &follow->sources[index];
    char older[PATH_MAX + 2];

    snprintf(older, sizeof(older), "%s.1", source->path);
    if (open_source(source, older))
        read_open_file(follow, index);
    close_source(source);
}

static void keep_tail(struct cmd_follow *follow, size_t first)
{
    size_t count = follow->line_count - first;
    size_t drop = follow->options.tail >= 0 && count > (size_t)follow->options.tail ? count - (size_t)follow->options.tail : 0;

    for (size_t i = 0; i < drop; i++)
        free(follow->lines[first + i].text);
    memmove(follow->lines + first, follow->lines + first + drop, (count - drop) * sizeof(*follow->lines));
    follow->line_count -= drop;
}

static void read_source(struct cmd_follow *follow, size_t index)
{
    struct source *source = &follow->sources[index];
    size_t first = follow->line_count;
    struct stat status;

    if (source->first_read)
        read_older(follow, index);
    if (source->fd < 0 && !open_source(source, source->path)) {
        close_source(source);
    } else {
        read_open_file(follow, index);
        if (!stat(source->path, &status) && status.st_ino != source->inode) {
            close_source(source); /* turned over: the rest of the old one has just been read */
            if (open_source(source, source->path))
                read_open_file(follow, index);
        }
    }
    if (source->first_read && first < follow->line_count)
        keep_tail(follow, first);
    source->first_read = false;
}

static int by_time(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    size_t a_len = strcspn(a->text, " "), b_len = strcspn(b->text, " ");
    int order = strncmp(a->text, b->text, a_len < b_len ? a_len : b_len);

    if (order)
        return order;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void print_line(const struct cmd_follow *follow, const struct line *line)
{
    const struct source *source = &follow->sources[line->source];
    enum cluster_log_source from = CLUSTER_LOG_CONSOLE;
    const char *stamp = "", *text = line->text;
    size_t stamp_len = 0;

    if (cluster_log_parse(line->text, &stamp, &stamp_len, &from, &text))
        text = line->text;
    if (follow->options.since && strncmp(stamp, follow->options.since, stamp_len) < 0)
        return;
    if (follow->options.prefix)
        printf("%s%-*s |%s ", cmd_colour_of(stdout, line->source), (int)follow->name_width, source->name, cmd_colour_end(stdout));
    if (follow->options.timestamps)
        printf("%.*s ", (int)stamp_len, stamp);
    if (from == CLUSTER_LOG_SUPERVISOR)
        printf("%s%s%s\n", cmd_colour(stdout, CMD_DIM), text, cmd_colour_end(stdout));
    else
        puts(text);
}

int cmd_follow_pump(struct cmd_follow *follow)
{
    char events[4096];

    while (follow->watching && read(follow->inotify, events, sizeof(events)) > 0)
        ; /* what they say is found by reading */
    for (size_t i = 0; i < follow->source_count; i++)
        read_source(follow, i);
    if (follow->line_count)
        qsort(follow->lines, follow->line_count, sizeof(*follow->lines), by_time);
    for (size_t i = 0; i < follow->line_count; i++) {
        print_line(follow, &follow->lines[i]);
        free(follow->lines[i].text);
    }
    follow->line_count = 0;
    return fflush(stdout) || ferror(stdout) ? -EPIPE : 0;
}

void cmd_follow_last_lines(const struct cluster_paths *paths, const char *instance, unsigned lines)
{
    struct cmd_follow *follow = cmd_follow_open(paths, &(struct cmd_follow_options){.tail = lines});

    cmd_follow_add(follow, instance);
    if (follow->source_count)
        read_source(follow, 0);
    if (follow->line_count)
        fprintf(stderr, "The last lines of its log:\n");
    for (size_t i = 0; i < follow->line_count; i++) {
        enum cluster_log_source from;
        const char *stamp, *text = follow->lines[i].text;
        size_t stamp_len;

        if (cluster_log_parse(follow->lines[i].text, &stamp, &stamp_len, &from, &text))
            text = follow->lines[i].text;
        fprintf(stderr, "  %s\n", text);
        free(follow->lines[i].text);
    }
    follow->line_count = 0;
    cmd_follow_close(follow);
}
