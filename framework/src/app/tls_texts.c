/* SPDX-License-Identifier: MIT */
/* tls_texts.c - certificates and keys out of the service's variables. */
#include <sys/stat.h>

#include "app/service_internal.h"
#include "base/log_internal.h"

#define TEXT_BYTES_MAX (256 * 1024)

static int expand(const struct uc_service *service, const char *text, struct uc_buf *out)
{
    int err;

    if (!text)
        return 0;
    err = uc_env_expand(service->info, service->env, text, out);
    uc_buf_append(out, "", 1); /* its NUL */
    return err ? err : out->error;
}

int uc_tls_texts_expand(const struct uc_service *service, const struct uc_tls_info *info, struct uc_tls_expanded *texts)
{
    int err;

    uc_buf_init(&texts->certificate, TEXT_BYTES_MAX);
    uc_buf_init(&texts->key, TEXT_BYTES_MAX);
    uc_buf_init(&texts->authorities, TEXT_BYTES_MAX);
    err = expand(service, info->certificate, &texts->certificate);
    if (!err)
        err = expand(service, info->key, &texts->key);
    if (!err)
        err = expand(service, info->authorities, &texts->authorities);
    return err;
}

void uc_tls_texts_free(struct uc_tls_expanded *texts)
{
    if (texts->key.data)
        uc_tls_wipe(texts->key.data, texts->key.cap);
    uc_buf_deinit(&texts->certificate);
    uc_buf_deinit(&texts->key);
    uc_buf_deinit(&texts->authorities);
}

/* A file's name may be told; a key may not, be it ever so damaged. */
static const char *key_path_of(const struct uc_buf *text)
{
    struct stat file;

    return text->data && !text->error && uc_tls_text_is_path(text->data) && !stat(text->data, &file) ? text->data : NULL;
}

static const char *path_of(const struct uc_buf *text)
{
    return text->data && !text->error && uc_tls_text_is_path(text->data) ? text->data : NULL;
}

int uc_tls_texts_load(struct uc_service *service, const struct uc_tls_info *info, const char *whose, const char *failure,
                      struct uc_tls_server **server)
{
    struct uc_tls_expanded texts;
    char why[UC_TLS_WHY_BYTES] = "out of memory";
    int err = uc_tls_texts_expand(service, info, &texts);

    if (!err)
        err = info->ops->load(server, &(struct uc_tls_texts){texts.certificate.data, texts.key.data, texts.authorities.data},
                              why);
    if (err)
        uc_log(UC_ERROR, NULL, failure,
               UC_FIELDS(uc_log_text("of", whose), uc_log_text("why", why),
                         uc_log_text("certificate", path_of(&texts.certificate)), uc_log_text("key", key_path_of(&texts.key)),
                         uc_log_text("authorities", path_of(&texts.authorities))));
    uc_tls_texts_free(&texts);
    return err;
}
