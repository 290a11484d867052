/* SPDX-License-Identifier: MIT */
#include "logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STAMP_LEN 24 /* 2026-11-23T21:40:00.123Z */

int act_log_open(struct act_log *log, const char *path)
{
    struct stat st;

    log->len = 0;
    snprintf(log->path, sizeof(log->path), "%s", path);
    log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log->fd < 0)
        return -errno;
    log->file_bytes = fstat(log->fd, &st) == 0 ? (size_t)st.st_size : 0;
    return 0;
}

void act_log_close(struct act_log *log)
{
    if (log->fd < 0)
        return;
    act_log_flush(log);
    close(log->fd);
    log->fd = -1;
}

static void rotate(struct act_log *log)
{
    char old[PATH_MAX + 2];

    snprintf(old, sizeof(old), "%s.1", log->path);
    rename(log->path, old);
    close(log->fd);
    act_log_open(log, log->path);
}

void act_log_flush(struct act_log *log)
{
    size_t done = 0;

    while (log->fd >= 0 && done < log->len) {
        ssize_t n = write(log->fd, log->buffer + done, log->len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break; /* disk full: these lines are lost, the instance goes on */
        done += (size_t)n;
    }
    log->file_bytes += done;
    log->len = 0;
    if (log->file_bytes > CLUSTER_LOG_BYTES)
        rotate(log);
}

static void write_stamp(char out[STAMP_LEN + 1])
{
    struct timespec now;
    struct tm tm;
    unsigned ms;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    ms = (unsigned)(now.tv_nsec / 1000000) % 1000;
    strftime(out, STAMP_LEN + 1, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + 19, 6, ".%03uZ", ms);
}

/* Colours (ESC) may pass; what moves the cursor of a reader's terminal may not. */
static char printable(char c)
{
    unsigned char u = (unsigned char)c;

    return (u < ' ' && u != '\t' && u != 27) || u == 127 ? '?' : c;
}

void act_log_line(struct act_log *log, enum cluster_log_source source, const char *text, size_t len)
{
    char *p;

    if (log->fd < 0)
        return;
    if (len > ACT_LOG_LINE_MAX)
        len = ACT_LOG_LINE_MAX;
    if (sizeof(log->buffer) - log->len < STAMP_LEN + 4 + len)
        act_log_flush(log);
    p = log->buffer + log->len;
    write_stamp(p);
    p += STAMP_LEN;
    *p++ = ' ';
    *p++ = (char)source;
    *p++ = ' ';
    for (size_t i = 0; i < len; i++)
        *p++ = printable(text[i]);
    *p++ = '\n';
    log->len = (size_t)(p - log->buffer);
}

void act_log_note(struct act_log *log, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    act_log_line(log, CLUSTER_LOG_SUPERVISOR, text, strlen(text));
    act_log_flush(log);
}

int cluster_log_parse(const char *line, const char **stamp, size_t *stamp_len,
                      enum cluster_log_source *source, const char **text)
{
    const char *space = strchr(line, ' ');

    if (!space || !space[1] || !strchr("os!", space[1]) || space[2] != ' ')
        return -EINVAL;
    *stamp = line;
    *stamp_len = (size_t)(space - line);
    *source = (enum cluster_log_source)space[1];
    *text = space + 3;
    return 0;
}
