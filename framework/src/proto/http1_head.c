/* SPDX-License-Identifier: MIT */
#include "proto/http1_head.h"

#include <errno.h>
#include <http_parser.h>
#include <string.h>

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

/* "METHOD SP target SP HTTP/1.x": single spaces, nothing else (RFC 9112, section 3). */
static int start_line(struct parse *parse, const char *line, size_t len)
{
    const char *end = memchr(line, '\r', len);
    const char *first = memchr(line, ' ', (size_t)(end - line));
    const char *second = first ? memchr(first + 1, ' ', (size_t)(end - first - 1)) : NULL;
    struct uc_str version;
    int err;

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
    case 14:
        if (uc_str_eq_nocase(name, uc_str("content-length")) && parse->lengths++)
            return refuse(parse, 400, "more than one Content-Length header");
        return 0;
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

static int on_name(http_parser *parser, const char *at, size_t len)
{
    struct parse *parse = parser->data;
    struct uc_http1_message *message = parse->message;

    if (message->field_count == UC_HTTP1_FIELDS_MAX)
        return refuse(parse, 431, "too many header lines");
    message->fields[message->field_count].name =
        (struct uc_http1_span){(uint16_t)(at - parse->head), (uint16_t)len};
    return 0;
}

static int on_value(http_parser *parser, const char *at, size_t len)
{
    struct parse *parse = parser->data;
    struct uc_http1_message *message = parse->message;
    struct uc_http1_field *field = &message->fields[message->field_count++];

    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
        len--;
    field->value = (struct uc_http1_span){(uint16_t)(at - parse->head), (uint16_t)len};
    return note_field(parse, uc_str_of(parse->head + field->name.at, field->name.len), uc_str_of(at, len));
}

static int on_headers_complete(http_parser *parser)
{
    struct parse *parse = parser->data;

    parse->message->keep_alive = http_should_keep_alive(parser) != 0 && !parse->message->http10;
    if (parse->lengths)
        parse->message->content_length = parser->content_length;
    return 0;
}

static int refuse_as_parser_says(struct parse *parse, enum http_errno error)
{
    switch (error) {
    case HPE_INVALID_CONTENT_LENGTH: return refuse(parse, 400, "malformed Content-Length header");
    case HPE_UNEXPECTED_CONTENT_LENGTH:
        return refuse(parse, 400, "Content-Length is repeated, or stands beside Transfer-Encoding");
    case HPE_INVALID_TRANSFER_ENCODING: return refuse(parse, 400, "malformed Transfer-Encoding header");
    default: return refuse(parse, 400, "malformed request head");
    }
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
    if (parse->expect.data && !message->http10) {
        if (!uc_str_eq_nocase(parse->expect, uc_str("100-continue")))
            return refuse(parse, 417, "no expectation but 100-continue is known");
        message->expect_continue = message->chunked || message->content_length > 0;
    }
    return 0;
}

static const http_parser_settings settings = {
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_headers_complete = on_headers_complete,
};

int uc_http1_head_parse(struct uc_http1_message *message, const char *head, size_t len,
                        struct uc_http1_refusal *refusal)
{
    struct parse parse = {.message = message, .head = head, .refusal = refusal};
    http_parser parser;
    int err;

    memset(message, 0, offsetof(struct uc_http1_message, fields));
    *refusal = (struct uc_http1_refusal){0};
    err = start_line(&parse, head, len);
    if (err)
        return err;

    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &parse;
    http_parser_execute(&parser, &settings, head, len);
    if (HTTP_PARSER_ERRNO(&parser) != HPE_OK)
        return refuse_as_parser_says(&parse, HTTP_PARSER_ERRNO(&parser));
    return check_fields(&parse);
}
