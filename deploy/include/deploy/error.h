/* SPDX-License-Identifier: MIT */
/*
 * error.h - one sentence for the user beside a negative errno.
 *
 * Whoever finds the fault writes the sentence: cause, place, remedy. Callers
 * above pass it on unread. Every function that takes a `struct deploy_error *`
 * accepts NULL and then keeps the sentence to itself.
 */
#ifndef DEPLOY_ERROR_H
#define DEPLOY_ERROR_H

/* Longest message kept, with its final NUL; longer ones are cut. */
#define DEPLOY_ERROR_MAX 1024

struct deploy_error {
    char text[DEPLOY_ERROR_MAX];
};

/* Write the message and return `err` (negative errno), so that a caller can say
 * `return deploy_fail(error, -EADDRINUSE, "port %u ...", port);` */
int deploy_fail(struct deploy_error *error, int err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
