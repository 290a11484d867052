/* SPDX-License-Identifier: MIT */
/* stdlib.h - for lwIP's sake: it reads numbers with atoi. */
#ifndef K_CORE_STD_STDLIB_H
#define K_CORE_STD_STDLIB_H

#include <stddef.h>

int atoi(const char *text);

#endif
