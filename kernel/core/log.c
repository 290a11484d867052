/* SPDX-License-Identifier: MIT */
/*
 * log.c - lines of the kernel to the sink of the moment.
 */
#include "core/log.h"

#include "arch/x86_64/serial.h"

#define LINE_MAX 256
#define PREFIX "ucompose: "

static enum k_log_level lowest = K_LOG_WARN;
static void (*sink)(const char *text, size_t bytes) = k_serial_write;

void k_log_set_level(enum k_log_level level) { lowest = level; }

void k_log_set_sink(void (*fn)(const char *text, size_t bytes))
{
    sink = fn ? fn : k_serial_write;
}

void k_log(enum k_log_level level, const char *format, ...)
{
    char line[LINE_MAX] = PREFIX;
    size_t at = sizeof PREFIX - 1;
    va_list args;
    int length;

    if (level < lowest)
        return;
    va_start(args, format);
    length = k_vsnprintf(line + at, sizeof line - at - 1, format, args);
    va_end(args);
    at += (size_t)length;
    if (at > sizeof line - 2)
        at = sizeof line - 2;
    line[at++] = '\n';
    sink(line, at);
}
