/* SPDX-License-Identifier: MIT */
/*
 * log.h - what the kernel says.
 *
 * A line goes to the sink: the serial port until the console driver sets a better
 * one. The format knows %d %u %x %p %s %c %%, with l, ll, z, a width and 0 padding.
 */
#ifndef K_CORE_LOG_H
#define K_CORE_LOG_H

#include <stdarg.h>
#include <stddef.h>

enum k_log_level { K_LOG_DEBUG, K_LOG_INFO, K_LOG_WARN };

/* One line, without the newline. Longer than 255 bytes is cut. */
void k_log(enum k_log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lines below this level are dropped. At first K_LOG_WARN; "log=" on the command line. */
void k_log_set_level(enum k_log_level level);

/* `sink` gets whole lines, newline included. NULL: the serial port again. */
void k_log_set_sink(void (*sink)(const char *text, size_t bytes));

/* snprintf with the format above. Returns the length it would have had. */
int k_snprintf(char *out, size_t capacity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int k_vsnprintf(char *out, size_t capacity, const char *format, va_list args);

#endif
