/* SPDX-License-Identifier: MIT */
/* test.h - cmocka with what it wants before it. */
#ifndef UC_FRAMEWORK_TEST_H
#define UC_FRAMEWORK_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
