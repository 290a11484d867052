/* SPDX-License-Identifier: MIT */
/*
 * Any text as certificates and keys: read, and taken as the identity of a server, its clients' authorities, those of a
 * client's peers. What is refused is said why; nothing is left behind.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/tls.h"
#include "io/tls_pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load(const struct uc_tls_ops *ops, const struct uc_tls_texts *texts)
{
    char why[UC_TLS_WHY_BYTES] = "";
    struct uc_tls_server *server = NULL;
    int err = ops->load(&server, texts, why);

    if (err ? err != -EINVAL || !*why || server : !server)
        abort();
    ops->unload(server);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uc_pem_object *objects;
    char *text = malloc(size + 1);
    int err;

    if (!text)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    if (!uc_tls_text_is_path(text)) {
        err = uc_pem_read(text, &objects);
        if (err ? objects != NULL || (err != -EINVAL && err != -ENOBUFS && err != -EMSGSIZE) : !objects)
            abort();
        for (const struct uc_pem_object *object = objects; object; object = object->next)
            if (!object->len || !object->name)
                abort();
        uc_pem_free(objects);
        load(&uc_tls_bearssl, &(struct uc_tls_texts){.certificate = text, .key = text});
        load(&uc_tls_bearssl, &(struct uc_tls_texts){.certificate = text, .key = text, .authorities = text});
        load(&uc_tls_bearssl_client, &(struct uc_tls_texts){.authorities = text});
    }
    free(text);
    return 0;
}
