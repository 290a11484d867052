/* SPDX-License-Identifier: MIT */
/* method.h - the names of the methods, once. */
#ifndef UC_METHOD_H
#define UC_METHOD_H

#include "uc/request.h"

#define UC_METHODS (UC_TRACE + 1)

/* "GET"; static. */
const char *uc_method_name(enum uc_method method);

#endif
