/* SPDX-License-Identifier: MIT */
#include "proto/http1_head.h"

#include <errno.h>
#include <string.h>

#include "proto/http1_scan.h"
#include "proto/http1_target.h"

struct parse {
    struct uc_http1_message *message;
    const char *head;
    struct uc_http1_refusal *refusal;
    unsigned hosts, lengths, encodings;
    struct uc_str expect;
};

static int refuse(struct parse *parse, int status, const char *detail)
{
    if (!parse->refusal->status)
        *parse->refusal = (struct uc_http1_refusal){status, detail};
    return -EBADMSG;
}

static const struct {
    struct uc_str name;
    enum uc_method method;
} methods[] = {
    {UC_STR("GET"), UC_GET},         {UC_STR("POST"), UC_POST},   {UC_STR("PUT"), UC_PUT},
    {UC_STR("DELETE"), UC_DELETE},   {UC_STR("PATCH"), UC_PATCH}, {UC_STR("HEAD"), UC_HEAD},
    {UC_STR("OPTIONS"), UC_OPTIONS}, {UC_STR("TRACE"), UC_TRACE},
};

static int find_method(struct parse *parse, struct uc_str name)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (uc_str_eq(name, methods[i].name)) {
            parse->message->method = methods[i].method;
            return 0;
        }
    }
    return refuse(parse, 501, "this method is not implemented");
}

static int check_version(struct parse *parse, struct uc_str version)
{
    if (version.len != 8 || memcmp(version.data, "HTTP/", 5) != 0 || version.data[6] != '.' ||
        version.data[5] < '0' || version.data[5] > '9' || version.data[7] < '0' || version.data[7] > '9')
        return refuse(parse, 400, "malformed HTTP version");
    if (version.data[5] != '1')
        return refuse(parse, 505, "this server speaks HTTP/1.1");
    parse->message->http10 = version.data[7] == '0';
    return 0;
}

/*
 * In the same line, which ends with a CR as the scanner knows; NULL: it is not there. The pieces are
 * short: a loop is faster than a call that is made for long ones.
 */
static const char *find(const char *at, char c)
{
    while (*at != c && *at != '\r')
        at++;
    return *at == c ? at : NULL;
}

/* "METHOD SP target SP HTTP/1.x": single spaces, nothing else (RFC 9112, section 3). */
static int start_line(struct parse *parse, const char *line, const char **next)
{
    const char *first = find(line, ' ');
    const char *second = first ? find(first + 1, ' ') : NULL;
    const char *end = second ? second + 1 : line;
    struct uc_str version;
    int err;

    while (*end != '\r')
        end++;
    *next = end + 2;

    if (!second || second == first + 1 || first == line)
        return refuse(parse, 400, "malformed request line");
    version = uc_str_of(second + 1, (size_t)(end - second - 1));
    err = check_version(parse, version);
    if (!err)
        err = find_method(parse, uc_str_of(line, (size_t)(first - line)));
    if (!err)
        err = uc_http1_target_parse(parse->message, parse->head, uc_str_of(first + 1, (size_t)(second - first - 1)),
                                    parse->refusal);
    return err;
}

/* "close, te": is `wanted` one of the list's members? */
static bool list_has(struct uc_str list, struct uc_str wanted)
{
    while (list.len) {
        const char *comma = memchr(list.data, ',', list.len);
        struct uc_str item = uc_http1_trim(uc_str_of(list.data, comma ? (size_t)(comma - list.data) : list.len));

        if (uc_str_eq_nocase(item, wanted))
            return true;
        if (!comma)
            break;
        list = uc_str_of(comma + 1, list.len - (size_t)(comma + 1 - list.data));
    }
    return false;
}

/* Digits alone (no sign, no list). What no limit could allow stays at the largest number. */
static int content_length(struct parse *parse, struct uc_str value)
{
    uint64_t length = 0;

    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return refuse(parse, 400, "malformed Content-Length header");
        length = length > UINT64_MAX / 16 ? UINT64_MAX / 16 : length * 10 + (uint64_t)(value.data[i] - '0');
    }
    if (value.len == 0)
        return refuse(parse, 400, "malformed Content-Length header");
    parse->message->content_length = length;
    return 0;
}

/* Fields that decide about framing and connection. */
static int note_field(struct parse *parse, struct uc_str name, struct uc_str value)
{
    struct uc_http1_message *message = parse->message;

    switch (name.len) {
    case 4:
        if (!uc_str_eq_nocase(name, uc_str("host")))
            return 0;
        if (parse->hosts++)
            return refuse(parse, 400, "more than one Host header");
        return uc_http1_authority_valid(value) ? 0 : refuse(parse, 400, "malformed Host header");
    case 6:
        if (uc_str_eq_nocase(name, uc_str("expect")))
            parse->expect = value;
        return 0;
    case 10:
        if (uc_str_eq_nocase(name, uc_str("connection")) && list_has(value, uc_str("close")))
            message->keep_alive = false;
        return 0;
    case 14:
        if (!uc_str_eq_nocase(name, uc_str("content-length")))
            return 0;
        if (parse->lengths++)
            return refuse(parse, 400, "more than one Content-Length header");
        return content_length(parse, value);
    case 17:
        if (!uc_str_eq_nocase(name, uc_str("transfer-encoding")))
            return 0;
        if (parse->encodings++)
            return refuse(parse, 400, "more than one Transfer-Encoding header");
        if (!uc_str_eq_nocase(value, uc_str("chunked")))
            return refuse(parse, 501, "no transfer coding but chunked is implemented");
        message->chunked = true;
        return 0;
    default: return 0;
    }
}

/* Lines that the scanner has passed: a token, a colon, text, CRLF. */
static int read_fields(struct parse *parse, const char *line, const char *end)
{
    struct uc_http1_message *message = parse->message;
    int err = 0;

    while (!err && *line != '\r') {
        const char *colon = find(line, ':');
        const char *stop = memchr(colon, '\r', (size_t)(end - colon));
        struct uc_str name = uc_str_of(line, (size_t)(colon - line));
        struct uc_str value = uc_http1_trim(uc_str_of(colon + 1, (size_t)(stop - colon - 1)));

        if (message->field_count == UC_HTTP1_FIELDS_MAX)
            return refuse(parse, 431, "too many header lines");
        message->fields[message->field_count++] = (struct uc_http1_field){
            .name = {(uint16_t)(line - parse->head), (uint16_t)name.len},
            .value = {(uint16_t)(value.data - parse->head), (uint16_t)value.len},
        };
        err = note_field(parse, name, value);
        line = stop + 2;
    }
    return err;
}

/* What the fields say together. */
static int check_fields(struct parse *parse)
{
    struct uc_http1_message *message = parse->message;

    if (!parse->hosts && !message->http10)
        return refuse(parse, 400, "no Host header");
    if (message->chunked && parse->lengths)
        return refuse(parse, 400, "Content-Length beside Transfer-Encoding");
    if (message->chunked && message->http10)
        return refuse(parse, 400, "Transfer-Encoding in an HTTP/1.0 request");
    if (message->http10)
        message->keep_alive = false;
    if (parse->expect.data && !message->http10) {
        if (!uc_str_eq_nocase(parse->expect, uc_str("100-continue")))
            return refuse(parse, 417, "no expectation but 100-continue is known");
        message->expect_continue = message->chunked || message->content_length > 0;
    }
    return 0;
}

int uc_http1_head_parse(struct uc_http1_message *message, const char *head, size_t len,
                        struct uc_http1_refusal *refusal)
{
    struct parse parse = {.message = message, .head = head, .refusal = refusal};
    const char *next;
    int err;

    memset(message, 0, offsetof(struct uc_http1_message, fields));
    *refusal = (struct uc_http1_refusal){0};
    message->keep_alive = true;
    err = start_line(&parse, head, &next);
    if (!err)
        err = read_fields(&parse, next, head + len);
    return err ? err : check_fields(&parse);
}
