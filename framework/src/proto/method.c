/* SPDX-License-Identifier: MIT */
#include "proto/method.h"

const char *uc_method_name(enum uc_method method)
{
    static const char *const names[UC_METHODS] = {
        [UC_GET] = "GET",     [UC_HEAD] = "HEAD",     [UC_POST] = "POST",       [UC_PUT] = "PUT",
        [UC_PATCH] = "PATCH", [UC_DELETE] = "DELETE", [UC_OPTIONS] = "OPTIONS", [UC_TRACE] = "TRACE",
    };

    return names[method];
}
