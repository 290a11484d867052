/* SPDX-License-Identifier: MIT */
/*
 * http_head.c - status line and length of an answer.
 */
#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "cloud/http.h"

#define LENGTH_MAX (1u << 30)

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "HTTP/1.1 200 ..." */
static int read_status(const char *line, size_t bytes)
{
    if (bytes < 12 || memcmp(line, "HTTP/1.", 7) || !is_digit(line[7]) || line[8] != ' ')
        return -EPROTO;
    if (!is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) || line[9] == '0')
        return -EPROTO;
    if (bytes > 12 && line[12] != ' ')
        return -EPROTO;
    return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

/* The value of the header `name` (small letters) where this line is one; else NULL. */
static const char *value_of(const char *line, size_t bytes, const char *name)
{
    size_t length = strlen(name);

    if (bytes <= length || line[length] != ':')
        return NULL;
    for (size_t i = 0; i < length; i++) {
        char c = line[i];

        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != name[i])
            return NULL;
    }
    return line + length + 1;
}

static int read_length(const char *at, const char *end, size_t *out)
{
    size_t value = 0;
    bool any = false;

    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    for (; at < end && is_digit(*at); at++, any = true) {
        value = value * 10 + (size_t)(*at - '0');
        if (value > LENGTH_MAX)
            return -EPROTO;
    }
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    *out = value;
    return any && at == end ? 0 : -EPROTO;
}

static int take_line(const char *line, size_t bytes, bool is_first, struct k_http_answer *answer)
{
    const char *value;

    if (is_first) {
        answer->status = read_status(line, bytes);
        return answer->status < 0 ? answer->status : 0;
    }
    if (value_of(line, bytes, "transfer-encoding"))
        return -EPROTO; /* not to a request of HTTP/1.0: RFC 9112, 6.1 */
    value = value_of(line, bytes, "content-length");
    return value ? read_length(value, line + bytes, &answer->body_bytes) : 0;
}

int k_http_read_head(const char *text, size_t bytes, struct k_http_answer *answer)
{
    const char *line = text, *end = text + bytes, *newline;

    *answer = (struct k_http_answer){.body_bytes = SIZE_MAX};
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
        size_t length = (size_t)(newline - line);
        int error;

        if (length && line[length - 1] == '\r')
            length--;
        if (!length && line != text) {
            answer->head_bytes = (size_t)(newline + 1 - text);
            return 0;
        }
        error = take_line(line, length, line == text, answer);
        if (error)
            return error;
        line = newline + 1;
    }
    return bytes >= K_HTTP_HEAD_MAX ? -EPROTO : -EAGAIN;
}
