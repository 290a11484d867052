/* SPDX-License-Identifier: MIT */
/* tls_texts.c - certificates and keys out of the service's variables. */
#include "app/service_internal.h"
#include "base/log_internal.h"

#define TEXT_BYTES_MAX (256 * 1024)

static int expand(const struct uc_service *service, const char *text, struct uc_buf *out)
{
    int err;

    uc_buf_init(out, TEXT_BYTES_MAX);
    if (!text)
        return 0;
    err = uc_env_expand(service->info, service->env, text, out);
    uc_buf_append(out, "", 1); /* its NUL */
    return err ? err : out->error;
}

int uc_tls_texts_load(struct uc_service *service, const struct uc_tls_info *info, const char *whose,
                      struct uc_tls_server **server)
{
    struct uc_buf certificate = {0}, key = {0}, authorities = {0};
    char why[UC_TLS_WHY_BYTES] = "out of memory";
    int err = expand(service, info->certificate, &certificate);

    if (!err)
        err = expand(service, info->key, &key);
    if (!err)
        err = expand(service, info->authorities, &authorities);
    if (!err)
        err = info->ops->load(server, &(struct uc_tls_texts){certificate.data, key.data, authorities.data}, why);
    if (err)
        uc_log(UC_ERROR, NULL, "TLS is not configured",
               UC_FIELDS(uc_log_text("of", whose), uc_log_text("why", why)));
    uc_buf_deinit(&certificate);
    uc_buf_deinit(&key);
    uc_buf_deinit(&authorities);
    return err;
}
