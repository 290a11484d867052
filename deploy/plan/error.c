/* SPDX-License-Identifier: MIT */
#include "deploy/error.h"

#include <stdarg.h>
#include <stdio.h>

int deploy_fail(struct deploy_error *error, int err, const char *format, ...)
{
    va_list args;

    if (!error)
        return err;
    va_start(args, format);
    vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
    return err;
}
