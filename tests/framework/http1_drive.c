/* SPDX-License-Identifier: MIT */
#include "http1_drive.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES 512

void drive_init(struct drive *drive, const struct uc_limits *limits)
{
    *drive = (struct drive){.now_ms = 1000};
    uc_http1_config_init(&drive->config, limits);
    uc_buf_init(&drive->out, 1 << 24);
    uc_buf_init(&drive->last_body, 1 << 24);
    uc_buf_init(&drive->last_part, 1 << 24);
    uc_http1_init(&drive->http, &drive->config, drive->now_ms);
}

void drive_deinit(struct drive *drive)
{
    uc_http1_deinit(&drive->http);
    uc_buf_deinit(&drive->out);
    uc_buf_deinit(&drive->last_body);
    uc_buf_deinit(&drive->last_part);
}

static void note_request(struct drive *drive)
{
    struct uc_str body = uc_http1_body(&drive->http);

    snprintf(drive->last_path, sizeof(drive->last_path), "%.*s", (int)drive->message.path.len,
             uc_http1_head(&drive->http) + drive->message.path.at);
    uc_buf_clear(&drive->last_body);
    uc_buf_append_str(&drive->last_body, body);
    drive->requests++;
}

static void begin_stream(struct drive *drive)
{
    uc_http1_begin(&drive->http);
    uc_http1_stream_hold(&drive->http, false, drive->now_ms);
    uc_buf_clear(&drive->last_part);
}

/* A part of a streamed body; behind the last one the answer. False: nothing is there. */
static bool take_part(struct drive *drive)
{
    struct uc_http1 *http = &drive->http;
    struct uc_str part = uc_http1_stream_data(http);

    if (http->fault_status) {
        uc_http1_refuse(http, http->fault_status, http->fault_detail, drive->now_ms);
    } else if (part.len) {
        uc_buf_append_str(&drive->last_part, part);
        uc_http1_stream_taken(http, drive->now_ms);
    } else if (http->stream_ends) {
        uc_http1_stream_end(http, drive->now_ms);
        note_request(drive);
        uc_buf_append(&drive->last_body, drive->last_part.data, drive->last_part.len);
        drive_answer(drive);
    } else {
        return false;
    }
    return true;
}

void drive_answer(struct drive *drive)
{
    static const struct uc_http1_answer answer = {.status = 200, .content_type = UC_STR("text/plain")};

    uc_http1_answer_begin(&drive->http, &answer);
    uc_buf_append(&drive->http.out, "fine", 4);
    uc_http1_answer_end(&drive->http, drive->now_ms);
}

void drive_go_on(struct drive *drive)
{
    for (;;) {
        unsigned wants = uc_http1_wants(&drive->http);

        if (wants & UC_WANT_WRITE) {
            struct uc_str out = uc_http1_output(&drive->http);

            uc_buf_append_str(&drive->out, out);
            uc_http1_sent(&drive->http, out.len, drive->now_ms);
        } else if (wants & UC_WANT_SHUTDOWN) {
            drive->shut = true;
            uc_http1_shut(&drive->http);
        } else if (wants & UC_WANT_ROUTE) {
            uc_http1_body_stream(&drive->http, drive->config.limits.body_bytes, drive->now_ms);
            if (drive->http.phase == UC_HTTP1_STREAM)
                begin_stream(drive);
        } else if (drive->http.phase == UC_HTTP1_STREAM) {
            if (!take_part(drive))
                return;
        } else if ((wants & UC_WANT_HANDLER) && !drive->hold) {
            uc_http1_begin(&drive->http);
            note_request(drive);
            drive_answer(drive);
        } else if (drive->http.phase == UC_HTTP1_IDLE && drive->http.in_len) {
            uc_http1_resume(&drive->http, drive->now_ms);
        } else {
            return;
        }
    }
}

void drive_feed(struct drive *drive, const char *bytes, size_t len, size_t step)
{
    while (len > 0 && (uc_http1_wants(&drive->http) & UC_WANT_READ)) {
        size_t room, n = len < step ? len : step;
        char *space;

        if (!drive->http.in) {
            drive->http.in = malloc(BLOCK_BYTES);
            drive->http.in_cap = drive->http.in ? BLOCK_BYTES : 0;
            if (!drive->http.in)
                return;
        }
        drive->http.message = &drive->message;
        space = uc_http1_space(&drive->http, &room);
        if (!space)
            return;
        n = n < room ? n : room;
        memcpy(space, bytes, n);
        uc_http1_received(&drive->http, n, drive->now_ms);
        bytes += n;
        len -= n;
        drive_go_on(drive);
    }
}

bool drive_is_closed(const struct drive *drive)
{
    return drive->http.phase == UC_HTTP1_CLOSED;
}
