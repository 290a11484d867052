/* SPDX-License-Identifier: MIT */
#include "base/log_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/escape.h"

#define GATHER_BYTES 4096
#define LINE_BYTES_MAX 16384

static struct {
    int level; /* -1: not read from the environment yet */
    int fd;
    const char *service;
    uc_log_describe_fn *describe;
    void (*pending)(void *arg);
    void *pending_arg;
    size_t len;
    char bytes[GATHER_BYTES];
} logger = {.level = -1, .fd = 2};

static const char *const level_names[] = {"debug", "info", "warn", "error"};

struct uc_log_field uc_log_str(const char *key, struct uc_str value)
{
    return (struct uc_log_field){.key = key, .kind = UC_LOG_STR, .str = value};
}

struct uc_log_field uc_log_text(const char *key, const char *value)
{
    return uc_log_str(key, uc_str(value));
}

struct uc_log_field uc_log_int(const char *key, int64_t value)
{
    return (struct uc_log_field){.key = key, .kind = UC_LOG_INT, .integer = value};
}

struct uc_log_field uc_log_double(const char *key, double value)
{
    return (struct uc_log_field){.key = key, .kind = UC_LOG_DOUBLE, .number = value};
}

struct uc_log_field uc_log_bool(const char *key, bool value)
{
    return (struct uc_log_field){.key = key, .kind = UC_LOG_BOOL, .integer = value};
}

static int level_from_environment(void)
{
    const char *text = getenv("UC_LOG_LEVEL");

    for (int i = 0; text && i <= UC_ERROR; i++) {
        if (strcmp(text, level_names[i]) == 0)
            return i;
    }
    return UC_INFO;
}

bool uc_log_enabled(enum uc_log_level level)
{
    if (logger.level < 0)
        logger.level = level_from_environment();
    return (int)level >= logger.level;
}

void uc_log_set_level(enum uc_log_level level)
{
    logger.level = (int)level;
}

void uc_log_set_deferred(void (*pending)(void *arg), void *arg)
{
    uc_log_flush();
    logger.pending = pending;
    logger.pending_arg = arg;
}

void uc_log_set_describe(uc_log_describe_fn *describe)
{
    logger.describe = describe;
}

void uc_log_set_service(const char *name)
{
    logger.service = name;
}

void uc_log_set_fd(int fd)
{
    uc_log_flush();
    logger.fd = fd;
}

/* A log that cannot be written is dropped: there is nobody to tell. */
static void write_all(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(logger.fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

void uc_log_flush(void)
{
    size_t len = logger.len;

    logger.len = 0;
    write_all(logger.bytes, len);
}

static void append_value(struct uc_buf *line, const struct uc_log_field *field)
{
    switch (field->kind) {
    case UC_LOG_STR:
        if (field->str.data)
            uc_escape_json(line, field->str);
        else
            uc_buf_append(line, "null", 4);
        break;
    case UC_LOG_INT: uc_buf_printf(line, "%lld", (long long)field->integer); break;
    case UC_LOG_DOUBLE:
        if (isfinite(field->number))
            uc_buf_printf(line, "%.17g", field->number);
        else
            uc_buf_append(line, "null", 4);
        break;
    case UC_LOG_BOOL: uc_buf_append_str(line, uc_str(field->integer ? "true" : "false")); break;
    }
}

static void append_pair(struct uc_buf *line, const struct uc_log_field *field)
{
    uc_buf_append(line, ",", 1);
    uc_escape_json(line, uc_str(field->key));
    uc_buf_append(line, ":", 1);
    append_value(line, field);
}

static void compose(struct uc_buf *line, enum uc_log_level level, struct uc_request *req, const char *message,
                    const struct uc_log_field *fields, size_t field_count)
{
    char time[UC_DATE_RFC3339_BYTES];

    uc_date_rfc3339(time, uc_date_now_ms());
    uc_buf_append_str(line, uc_str("{\"time\":\""));
    uc_buf_append(line, time, sizeof(time));
    uc_buf_append_str(line, uc_str("\",\"level\":\""));
    uc_buf_append_str(line, uc_str(level_names[level]));
    uc_buf_append_str(line, uc_str("\",\"message\":"));
    uc_escape_json(line, uc_str(message));
    if (logger.service) {
        struct uc_log_field service = uc_log_text("service", logger.service);

        append_pair(line, &service);
    }
    if (req && logger.describe)
        logger.describe(line, req);
    for (size_t i = 0; i < field_count; i++)
        append_pair(line, &fields[i]);
    uc_buf_append(line, "}\n", 2);
}

static void gather(const char *bytes, size_t len)
{
    if (len > GATHER_BYTES - logger.len)
        uc_log_flush();
    if (len > GATHER_BYTES) {
        write_all(bytes, len);
        return;
    }
    memcpy(logger.bytes + logger.len, bytes, len);
    if (logger.len == 0 && logger.pending)
        logger.pending(logger.pending_arg);
    logger.len += len;
}

void uc_log(enum uc_log_level level, struct uc_request *req, const char *message,
            const struct uc_log_field *fields, size_t field_count)
{
    static const char too_long[] = "{\"level\":\"error\",\"message\":\"a log line did not fit\"}\n";
    struct uc_buf line;

    if (!uc_log_enabled(level))
        return;
    uc_buf_init(&line, LINE_BYTES_MAX);
    compose(&line, level, req, message, fields, field_count);
    if (line.error)
        gather(too_long, sizeof(too_long) - 1);
    else
        gather(line.data, line.len);
    uc_buf_deinit(&line);
    if (!logger.pending || level == UC_ERROR)
        uc_log_flush();
}
