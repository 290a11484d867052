/* SPDX-License-Identifier: MIT */
/* auth_text.c - what a scheme is configured with, out of the service's variables. */
#include "app/auth_internal.h"
#include "base/log_internal.h"

#define TEXT_BYTES_MAX (256 * 1024)

int uc_auth_expand(const struct uc_service *service, const char *text, struct uc_buf *out)
{
    int err;

    uc_buf_init(out, TEXT_BYTES_MAX);
    err = uc_env_expand(service->info, service->env, text, out);
    uc_buf_append(out, "", 1); /* its NUL */
    return err ? err : out->error;
}

int uc_auth_complain(const struct uc_auth_scheme *scheme, const char *why, int err)
{
    uc_log(UC_ERROR, NULL, "a security scheme is not configured",
           UC_FIELDS(uc_log_text("scheme", scheme->name), uc_log_text("why", why)));
    return err;
}
