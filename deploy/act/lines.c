/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAP 8192

struct act_lines {
    uv_poll_t poll;
    int fd;
    bool ended;
    act_lines_fn *fn;
    void *arg;
    size_t len;
    char bytes[CAP + 1];
};

static void deliver(struct act_lines *lines, size_t len)
{
    char kept;

    if (len > 0 && lines->bytes[len - 1] == '\r')
        len--; /* a serial port's end of line */
    kept = lines->bytes[len];
    lines->bytes[len] = '\0';
    lines->fn(lines->bytes, len, lines->arg);
    lines->bytes[len] = kept;
}

static void take_lines(struct act_lines *lines)
{
    char *newline;

    while ((newline = memchr(lines->bytes, '\n', lines->len))) {
        size_t len = (size_t)(newline - lines->bytes);

        deliver(lines, len);
        lines->len -= len + 1;
        memmove(lines->bytes, newline + 1, lines->len);
    }
    if (lines->len == CAP) {
        deliver(lines, lines->len);
        lines->len = 0;
    }
}

/* Returns false when nothing more can be read now. */
static bool read_some(struct act_lines *lines)
{
    ssize_t n = read(lines->fd, lines->bytes + lines->len, CAP - lines->len);

    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0) {
        lines->ended |= n == 0 || errno != EAGAIN;
        return false;
    }
    lines->len += (size_t)n;
    take_lines(lines);
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct act_lines *lines = poll->data;

    (void)status, (void)events;
    for (int turn = 0; turn < 16 && read_some(lines); turn++)
        ;
    lines->fn(NULL, 0, lines->arg);
    if (lines->ended)
        uv_poll_stop(&lines->poll);
}

struct act_lines *act_lines_open(uv_loop_t *loop, int fd, act_lines_fn *fn, void *arg)
{
    struct act_lines *lines = malloc(sizeof(*lines));

    if (!lines || uv_poll_init(loop, &lines->poll, fd) != 0) {
        free(lines);
        close(fd);
        return NULL;
    }
    lines->poll.data = lines;
    lines->fd = fd;
    lines->ended = false;
    lines->fn = fn;
    lines->arg = arg;
    lines->len = 0;
    uv_poll_start(&lines->poll, UV_READABLE, on_poll);
    return lines;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void act_lines_close(struct act_lines *lines)
{
    if (!lines)
        return;
    while (!lines->ended && read_some(lines))
        ;
    if (lines->len > 0)
        deliver(lines, lines->len);
    lines->fn(NULL, 0, lines->arg);
    uv_poll_stop(&lines->poll);
    close(lines->fd);
    uv_close((uv_handle_t *)&lines->poll, on_closed);
}
