/* SPDX-License-Identifier: MIT */
#include "proto/problem.h"

#include "base/escape.h"
#include "proto/status.h"

static void append(struct uc_buf *out, const char *text)
{
    uc_buf_append_str(out, uc_str(text));
}

/* A parameter is named in "parameter" with its place in "in"; a body's value by "pointer". */
static void write_error(struct uc_buf *out, const struct uc_violation *violation)
{
    static const char *const places[] = {"body", "path", "query", "header", "cookie"};

    append(out, "{\"in\":\"");
    append(out, places[violation->place]);
    append(out, violation->place == UC_IN_BODY ? "\",\"pointer\":" : "\",\"parameter\":");
    uc_escape_json(out, violation->where);
    append(out, ",\"detail\":");
    uc_escape_json(out, violation->detail);
    append(out, "}");
}

static void write_errors(struct uc_buf *out, const struct uc_violations *violations)
{
    size_t kept = violations->count < UC_VIOLATIONS_MAX ? violations->count : UC_VIOLATIONS_MAX;

    append(out, ",\"errors\":[");
    for (size_t i = 0; i < kept; i++) {
        if (i)
            append(out, ",");
        write_error(out, &violations->kept[i]);
    }
    append(out, "]");
    if (violations->count > kept)
        uc_buf_printf(out, ",\"errorsOmitted\":%zu", violations->count - kept);
}

void uc_problem_write(struct uc_buf *out, int status, const char *detail, const struct uc_violations *violations)
{
    char digits[3] = {(char)('0' + status / 100 % 10), (char)('0' + status / 10 % 10), (char)('0' + status % 10)};

    append(out, "{\"type\":\"about:blank\",\"title\":");
    uc_escape_json(out, uc_status_text(status));
    append(out, ",\"status\":");
    uc_buf_append(out, digits, sizeof(digits));
    if (detail) {
        append(out, ",\"detail\":");
        uc_escape_json(out, uc_str(detail));
    }
    if (violations && violations->count)
        write_errors(out, violations);
    append(out, "}");
}
