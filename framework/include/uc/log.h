/* SPDX-License-Identifier: MIT */
/*
 * log.h - structured logs: one JSON object a line on standard error.
 *
 *     uc_log(UC_INFO, req, "order created", UC_FIELDS(uc_log_int("order_id", id)));
 *
 * With a request its operation, trace and span ids join the line. Level by the
 * environment variable UC_LOG_LEVEL (debug, info, warn, error); default info.
 */
#ifndef UC_LOG_H
#define UC_LOG_H

#include <stdint.h>

#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_request;

enum uc_log_level { UC_DEBUG, UC_INFO, UC_WARN, UC_ERROR };
enum uc_log_kind { UC_LOG_STR, UC_LOG_INT, UC_LOG_DOUBLE, UC_LOG_BOOL };

struct uc_log_field {
    const char *key;
    enum uc_log_kind kind;
    struct uc_str str;
    int64_t integer;
    double number;
};

struct uc_log_field uc_log_str(const char *key, struct uc_str value);
struct uc_log_field uc_log_text(const char *key, const char *value);
struct uc_log_field uc_log_int(const char *key, int64_t value);
struct uc_log_field uc_log_double(const char *key, double value);
struct uc_log_field uc_log_bool(const char *key, bool value);

#define UC_FIELDS(...) (const struct uc_log_field[]){__VA_ARGS__}, \
    sizeof((const struct uc_log_field[]){__VA_ARGS__}) / sizeof(struct uc_log_field)
#define UC_NO_FIELDS NULL, 0

/* `req` may be NULL. */
void uc_log(enum uc_log_level level, struct uc_request *req, const char *message,
            const struct uc_log_field *fields, size_t field_count);

#ifdef __cplusplus
}
#endif
#endif
