/* SPDX-License-Identifier: MIT */
/*
 * http1_drive.h - an owner for the HTTP machine: feeds bytes, answers each request, keeps the output.
 */
#ifndef UC_HTTP1_DRIVE_H
#define UC_HTTP1_DRIVE_H

#include "proto/http1.h"

struct drive {
    struct uc_http1_config config;
    struct uc_http1 http;
    struct uc_http1_message message;
    struct uc_buf out;       /* all that was answered */
    unsigned requests;
    bool hold;               /* do not answer */
    bool shut;
    uint64_t now_ms;
    char last_path[256];     /* of the request seen last */
    struct uc_buf last_body;
    struct uc_buf last_part; /* of a body that is streamed: set config.streams */
};

void drive_init(struct drive *drive, const struct uc_limits *limits);
void drive_deinit(struct drive *drive);
/* Feed in pieces of at most `step` bytes; stops when the machine reads no more. */
void drive_feed(struct drive *drive, const char *bytes, size_t len, size_t step);
/* Handlers, output, shutdown: until the machine waits. */
void drive_go_on(struct drive *drive);
void drive_answer(struct drive *drive);
bool drive_is_closed(const struct drive *drive);

#endif
