/* SPDX-License-Identifier: MIT */
#include "follow.h"

#include "logread.h"
#include "terminal.h"

#include "plan/memory.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

struct source {
    char name[80];
    struct cmd_log log;
};

struct cmd_follow {
    struct cluster_paths paths;
    struct cmd_follow_options options;
    struct source *sources;
    size_t source_count;
    size_t name_width;
    int inotify;
    bool watching;
};

struct cmd_follow *cmd_follow_open(const struct cluster_paths *paths,
                                   const struct cmd_follow_options *options)
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
    for (size_t i = 0; i < follow->source_count; i++)
        cmd_log_deinit(&follow->sources[i].log);
    if (follow->inotify >= 0)
        close(follow->inotify);
    free(follow->sources);
    free(follow);
}

int cmd_follow_fd(const struct cmd_follow *follow)
{
    return follow->watching ? follow->inotify : -1;
}

/* All logs of a project lie in one folder, so one watch is enough. */
static void watch_folder(struct cmd_follow *follow, const char *file)
{
    char path[PATH_MAX];

    if (follow->inotify < 0 || follow->watching)
        return;
    snprintf(path, sizeof(path), "%s", file);
    follow->watching =
        inotify_add_watch(follow->inotify, dirname(path), IN_MODIFY | IN_CREATE | IN_MOVED_TO) >= 0;
}

void cmd_follow_add(struct cmd_follow *follow, const char *instance)
{
    char path[PATH_MAX];
    struct source *source;

    for (size_t i = 0; i < follow->source_count; i++)
        if (!strcmp(follow->sources[i].name, instance))
            return;
    if (cluster_log_path(&follow->paths, instance, path, sizeof(path)))
        return;
    follow->sources =
        deploy_memory_grow(follow->sources, follow->source_count, sizeof(*follow->sources));
    source = &follow->sources[follow->source_count++];
    snprintf(source->name, sizeof(source->name), "%s", instance);
    cmd_log_init(&source->log, path);
    if (strlen(instance) > follow->name_width)
        follow->name_width = strlen(instance);
    watch_folder(follow, path);
}

static int by_time(const void *left, const void *right)
{
    const struct cmd_line *a = left, *b = right;
    size_t a_len = strcspn(a->text, " "), b_len = strcspn(b->text, " ");
    int order = strncmp(a->text, b->text, a_len < b_len ? a_len : b_len);

    if (order)
        return order;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* A line of a log taken apart; one that is not in the log's form is all text. */
struct parts {
    const char *stamp, *text;
    size_t stamp_len;
    enum cluster_log_source from;
};

static struct parts take_apart(const char *line)
{
    struct parts parts;

    if (cluster_log_parse(line, &parts.stamp, &parts.stamp_len, &parts.from, &parts.text))
        return (struct parts){"", line, 0, CLUSTER_LOG_CONSOLE};
    return parts;
}

static void print_line(const struct cmd_follow *follow, const struct cmd_line *line)
{
    struct parts parts = take_apart(line->text);
    const char *since = follow->options.since;

    if (since && strncmp(parts.stamp, since, parts.stamp_len) < 0)
        return;
    if (follow->options.prefix)
        printf("%s%-*s |%s ", cmd_colour_of(stdout, line->tag), (int)follow->name_width,
               follow->sources[line->tag].name, cmd_colour_end(stdout));
    if (follow->options.timestamps)
        printf("%.*s ", (int)parts.stamp_len, parts.stamp);
    if (parts.from == CLUSTER_LOG_SUPERVISOR)
        printf("%s%s%s\n", cmd_colour(stdout, CMD_DIM), parts.text, cmd_colour_end(stdout));
    else
        puts(parts.text);
}

int cmd_follow_pump(struct cmd_follow *follow)
{
    struct cmd_lines lines = {0};
    char events[4096];

    while (follow->watching && read(follow->inotify, events, sizeof(events)) > 0)
        ; /* what they say is found by reading */
    for (size_t i = 0; i < follow->source_count; i++)
        cmd_log_read(&follow->sources[i].log, &lines, i, follow->options.tail);
    if (lines.count)
        qsort(lines.items, lines.count, sizeof(*lines.items), by_time);
    for (size_t i = 0; i < lines.count; i++)
        print_line(follow, &lines.items[i]);
    cmd_lines_clear(&lines);
    return fflush(stdout) || ferror(stdout) ? -EPIPE : 0;
}

void cmd_follow_last_lines(const struct cluster_paths *paths, const char *instance, unsigned count)
{
    struct cmd_lines lines = {0};
    struct cmd_log log;
    char path[PATH_MAX];

    if (cluster_log_path(paths, instance, path, sizeof(path)))
        return;
    cmd_log_init(&log, path);
    cmd_log_read(&log, &lines, 0, count);
    if (lines.count)
        fprintf(stderr, "The last lines of its log:\n");
    for (size_t i = 0; i < lines.count; i++)
        fprintf(stderr, "  %s\n", take_apart(lines.items[i].text).text);
    cmd_lines_clear(&lines);
    cmd_log_deinit(&log);
}
