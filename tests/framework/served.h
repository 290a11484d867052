/* SPDX-License-Identifier: MIT */
/*
 * served.h - a whole service in a child of the test program (the same binary), and peers on plain sockets.
 * The ports come from its log. Waits end after WAIT_MS with a failed assertion.
 */
#ifndef UC_FRAMEWORK_SERVED_H
#define UC_FRAMEWORK_SERVED_H

#include "test.h"

#include <stdbool.h>
#include <sys/types.h>

#include "uc/service.h"

#define WAIT_MS 10000

/* The test program's own: what the child serves. */
extern const struct uc_service_info info;

struct child {
    pid_t pid;
    int log;
    uint16_t port, admin_port;
    char text[65536]; /* of the log, what was read of it */
    size_t text_len;
};

extern struct child child;

/* cmocka's set-up and tear-down; the tear-down asks for a clean exit. */
int start_child(void **state);
int stop_child(void **state);

/* Append what the log says, if something comes within that time. */
bool read_log(int timeout_ms);
/* Wait for these words in the child's log. */
bool log_says(const char *text);
uint16_t port_in_log(const char *listener);

int dial(uint16_t port);
void put(int fd, const char *text);
/* Read until `want` has come `times` times, or the end. What was read is a string. */
size_t get(int fd, char *text, size_t cap, const char *want, size_t times);
/* One request on a connection of its own, and all of what comes back. */
void ask(uint16_t port, const char *request, char *text, size_t cap);

/* The value behind this text on /metrics; and wait until it is that. */
double number_of(const char *metric);
void wait_until(const char *metric, double value);

#endif
