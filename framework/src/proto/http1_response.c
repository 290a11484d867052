/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "http1_response_internal.h"

void uc_http1_response_init(struct uc_http1_response *response, size_t answer_max)
{
    *response = (struct uc_http1_response){.state = UC_RESPONSE_HEAD};
    uc_buf_init(&response->head, UC_HTTP1_RESPONSE_HEAD_MAX);
    uc_buf_init(&response->body, answer_max);
}

void uc_http1_response_deinit(struct uc_http1_response *response)
{
    uc_buf_deinit(&response->head);
    uc_buf_deinit(&response->body);
}

void uc_http1_response_start(struct uc_http1_response *response, bool head_only)
{
    uc_buf_clear(&response->head);
    uc_buf_clear(&response->body);
    response->state = UC_RESPONSE_HEAD;
    response->chunk_state = UC_CHUNK_SIZE;
    response->head_only = head_only;
    response->began = response->keep_alive = false;
    response->status = 0;
    response->content_type = uc_str(NULL);
    response->left = 0;
    response->digits = response->framing_bytes = 0;
}

static int buffer_error(const struct uc_buf *buf)
{
    return buf->error == -ENOBUFS ? -EMSGSIZE : buf->error;
}

/* How much of `bytes` belongs to the head; *complete when its empty line is among them. */
static size_t head_part(const struct uc_buf *head, const char *bytes, size_t len, bool *complete)
{
    size_t i;

    for (i = 0; i < len; i++) {
        const char *lf = bytes[i] == '\n' ? bytes + i : NULL;
        char before[3];
        size_t back;

        if (!lf)
            continue;
        for (back = 1; back <= 3; back++) { /* some of CR LF CR may have come earlier */
            if (back <= i)
                before[3 - back] = bytes[i - back];
            else if (back - i <= head->len)
                before[3 - back] = head->data[head->len - (back - i)];
            else
                before[3 - back] = '\0';
        }
        if (memcmp(before, "\r\n\r", 3) == 0) {
            *complete = true;
            return i + 1;
        }
    }
    return len;
}

static ssize_t feed_head(struct uc_http1_response *response, const char *bytes, size_t len)
{
    bool complete = false;
    size_t part = head_part(&response->head, bytes, len, &complete);
    int err;

    uc_buf_append(&response->head, bytes, part);
    if (response->head.error)
        return buffer_error(&response->head);
    /* Whatever is not HTTP is known by its first bytes, not by the limit or the time-out. */
    if (memcmp(response->head.data, "HTTP/1.", response->head.len < 7 ? response->head.len : 7) != 0)
        return -EBADMSG;
    if (!complete)
        return (ssize_t)part;
    err = uc_http1_response_head(response);
    if (err)
        return err;
    if (response->state == UC_RESPONSE_BODY && response->left > response->body.max)
        return -EMSGSIZE;
    return (ssize_t)part;
}

static ssize_t feed_body(struct uc_http1_response *response, const char *bytes, size_t len)
{
    if (response->state == UC_RESPONSE_BODY && len > response->left)
        len = (size_t)response->left;
    uc_buf_append(&response->body, bytes, len);
    if (response->body.error)
        return buffer_error(&response->body);
    if (response->state == UC_RESPONSE_BODY) {
        response->left -= len;
        if (response->left == 0)
            response->state = UC_RESPONSE_DONE;
    }
    return (ssize_t)len;
}

ssize_t uc_http1_response_feed(struct uc_http1_response *response, const char *bytes, size_t len)
{
    size_t used = 0;

    response->began |= len > 0;
    while (used < len && response->state != UC_RESPONSE_DONE) {
        ssize_t step;

        if (response->state == UC_RESPONSE_HEAD)
            step = feed_head(response, bytes + used, len - used);
        else if (response->state == UC_RESPONSE_CHUNKS)
            step = uc_http1_response_chunks(response, bytes + used, len - used);
        else
            step = feed_body(response, bytes + used, len - used);
        if (step < 0)
            return step;
        used += (size_t)step;
    }
    return (ssize_t)used;
}

int uc_http1_response_eof(struct uc_http1_response *response)
{
    if (response->state != UC_RESPONSE_UNTIL_EOF)
        return -ECONNRESET;
    response->state = UC_RESPONSE_DONE;
    response->keep_alive = false;
    return 0;
}
