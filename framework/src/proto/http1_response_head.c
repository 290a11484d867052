/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "http1_response_internal.h"
#include "proto/http1_scan.h"

/* What the head says about the end of the message. */
struct framing {
    bool has_length, chunked, close, keep_alive;
    uint64_t length;
};

static bool is_token_byte(unsigned char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return true;
    return c > ' ' && c < 0x7F && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_value_byte(unsigned char c)
{
    return c == '\t' || (c >= ' ' && c != 0x7F);
}

/* Cuts off the text up to the first `separator`, or all of it. */
static struct uc_str cut(struct uc_str *text, char separator)
{
    const char *at = text->len ? memchr(text->data, separator, text->len) : NULL;
    struct uc_str part = uc_str_of(text->data, at ? (size_t)(at - text->data) : text->len);
    size_t used = part.len + (at != NULL);

    text->data += used;
    text->len -= used;
    return part;
}

/* "HTTP/1.1 200 OK"; the reason may be empty, its space some peers leave out. */
static int read_status_line(struct uc_http1_response *response, struct uc_str line)
{
    const char *at = line.data;
    size_t i;

    if (line.len < 12 || memcmp(at, "HTTP/1.", 7) != 0 || (at[7] != '0' && at[7] != '1'))
        return -EBADMSG;
    if (at[8] != ' ' || (line.len > 12 && at[12] != ' '))
        return -EBADMSG;
    for (i = 9; i < 12; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -EBADMSG;
    }
    for (i = 12; i < line.len; i++) {
        if (!is_value_byte((unsigned char)at[i]))
            return -EBADMSG;
    }
    response->status = (at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0');
    response->keep_alive = at[7] == '1';
    return response->status >= 100 && response->status <= 599 ? 0 : -EBADMSG;
}

static int read_length(struct framing *framing, struct uc_str value)
{
    size_t i;

    if (framing->has_length || value.len == 0 || value.len > 18)
        return -EBADMSG;
    for (i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return -EBADMSG;
        framing->length = framing->length * 10 + (uint64_t)(value.data[i] - '0');
    }
    framing->has_length = true;
    return 0;
}

static int read_coding(struct framing *framing, struct uc_str value)
{
    if (framing->chunked || !uc_str_eq_nocase(value, uc_str("chunked")))
        return -EBADMSG; /* no other coding was offered */
    framing->chunked = true;
    return 0;
}

static void read_connection(struct framing *framing, struct uc_str value)
{
    while (value.len > 0) {
        struct uc_str option = uc_http1_trim(cut(&value, ','));

        framing->close |= uc_str_eq_nocase(option, uc_str("close"));
        framing->keep_alive |= uc_str_eq_nocase(option, uc_str("keep-alive"));
    }
}

static int read_field(struct uc_http1_response *response, struct framing *framing,
                      struct uc_str line)
{
    struct uc_str value = line;
    struct uc_str name = cut(&value, ':');
    size_t i;

    if (name.len == 0 || name.len == line.len)
        return -EBADMSG;
    for (i = 0; i < name.len; i++) {
        if (!is_token_byte((unsigned char)name.data[i]))
            return -EBADMSG;
    }
    for (i = 0; i < value.len; i++) {
        if (!is_value_byte((unsigned char)value.data[i]))
            return -EBADMSG;
    }
    value = uc_http1_trim(value);
    if (uc_str_eq_nocase(name, uc_str("content-length")))
        return read_length(framing, value);
    if (uc_str_eq_nocase(name, uc_str("transfer-encoding")))
        return read_coding(framing, value);
    if (uc_str_eq_nocase(name, uc_str("connection")))
        read_connection(framing, value);
    if (uc_str_eq_nocase(name, uc_str("content-type"))) {
        if (response->content_type.data)
            return -EBADMSG;
        response->content_type = value;
    }
    return 0;
}

/* Lines end in CRLF; a CR anywhere else is caught as a byte that no field may hold. */
static struct uc_str next_line(struct uc_str *rest, int *err)
{
    struct uc_str line = cut(rest, '\n');

    if (line.len == 0 || line.data[line.len - 1] != '\r') {
        *err = -EBADMSG;
        return uc_str("");
    }
    line.len--;
    return line;
}

static int choose_state(struct uc_http1_response *response, const struct framing *framing)
{
    bool bodyless = response->status == 204 || response->status == 304;

    if (framing->chunked && (framing->has_length || !response->keep_alive || bodyless))
        return -EBADMSG; /* both framings; or chunks of an HTTP/1.0 peer; or a body that cannot be */
    response->keep_alive = !framing->close && (response->keep_alive || framing->keep_alive);
    response->left = framing->length;
    if (bodyless || response->head_only)
        response->state = UC_RESPONSE_DONE;
    else if (framing->chunked)
        response->state = UC_RESPONSE_CHUNKS;
    else if (framing->has_length)
        response->state = framing->length ? UC_RESPONSE_BODY : UC_RESPONSE_DONE;
    else
        response->state = UC_RESPONSE_UNTIL_EOF;
    return 0;
}

int uc_http1_response_head(struct uc_http1_response *response)
{
    struct uc_str rest = uc_str_of(response->head.data, response->head.len);
    struct framing framing = {0};
    struct uc_str line;
    int err = 0;

    response->content_type = uc_str(NULL);
    line = next_line(&rest, &err);
    if (!err)
        err = read_status_line(response, line);
    while (!err && rest.len > 2) { /* the empty line at the end is there: see the caller */
        line = next_line(&rest, &err);
        if (!err)
            err = read_field(response, &framing, line);
    }
    if (err)
        return err;
    if (response->status >= 200)
        return choose_state(response, &framing);
    /* An interim answer: the real one follows. Nobody asked for another protocol. */
    if (response->status == 101 || framing.chunked || framing.has_length)
        return -EBADMSG;
    uc_buf_clear(&response->head);
    return 0;
}
