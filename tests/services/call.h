/* SPDX-License-Identifier: MIT */
/*
 * call.h - calls to a testbed, and what must come back.
 */
#ifndef SERVICES_CALL_H
#define SERVICES_CALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "uc/testing.h"

/* Makes the call; fails the test unless the status is this and every text given (until NULL)
 * is in the body. Returns the body, good until the next call. */
const char *expect(struct uc_testbed *bed, enum uc_method method, const char *target, const char *json,
                   int status, ...);

#endif
