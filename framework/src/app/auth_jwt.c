/* SPDX-License-Identifier: MIT */
/*
 * auth_jwt.c - the judge of JSON Web Tokens: its keys out of the configuration.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "app/auth_jwt.h"
#include "io/tls_pem.h"

#define FILE_BYTES_MAX (256 * 1024)

struct judge {
    struct uc_jwt_keys keys;
    struct uc_auth_tokens tokens;
};

static void unload(void *loaded)
{
    struct judge *judge = loaded;

    if (!judge)
        return;
    uc_jwt_keys_deinit(&judge->keys);
    uc_auth_tokens_deinit(&judge->tokens);
    free(judge);
}

/* ---- keys: a JWK set, PEM, base64 of PEM, a secret, or the path of a file with one of the former */

static int add_pem(struct uc_jwt_keys *keys, const char *text, unsigned algorithms, const char **why)
{
    struct uc_pem_object *objects;
    int err = uc_pem_read(text, &objects);

    if (err == -EINVAL)
        *why = "it holds no PEM document, or a damaged one";
    for (struct uc_pem_object *object = objects; !err && object; object = object->next) {
        if (strstr(object->name, "PRIVATE")) {
            *why = "there is a private key in it; tokens are checked with the public one";
            err = -EINVAL;
        } else if (!strcmp(object->name, "PUBLIC KEY")) {
            err = uc_jwt_keys_add_public(keys, object->bytes, object->len, algorithms, why);
        } else if (!strcmp(object->name, "CERTIFICATE")) {
            err = uc_jwt_keys_add_certificate(keys, object->bytes, object->len, algorithms, why);
        }
    }
    uc_pem_free(objects);
    return err;
}

static bool is_pem(const char *text)
{
    return strstr(text, "-----BEGIN") || !strncmp(text, "LS0tLS1CRUdJTi", 14);
}

static bool is_json(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '{';
}

static int read_file(const char *path, struct uc_buf *text, const char **why)
{
    FILE *file = fopen(path, "re");
    char piece[4096];
    size_t len;
    int err;

    if (!file) {
        *why = "it is neither a JWK set nor PEM, and no file has this name";
        return -EINVAL;
    }
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        uc_buf_append(text, piece, len);
    err = ferror(file) ? -EIO : 0;
    fclose(file);
    uc_buf_append(text, "", 1); /* its NUL */
    *why = err ? "the file cannot be read" : "the file is too long";
    return err ? err : text->error;
}

static int add_keys(struct uc_jwt_keys *keys, const char *text, unsigned algorithms, bool file, const char **why)
{
    struct uc_buf content;
    int err;

    if (is_json(text))
        return uc_jwt_keys_add_set(keys, uc_str(text), algorithms, why);
    if (is_pem(text))
        return add_pem(keys, text, algorithms, why);
    if (file) {
        *why = "the file holds neither a JWK set nor PEM";
        return -EINVAL;
    }
    if (algorithms & UC_JWT_HS256)
        return uc_jwt_keys_add_secret(keys, uc_str(NULL), uc_str(text), why);
    uc_buf_init(&content, FILE_BYTES_MAX);
    err = read_file(text, &content, why);
    if (!err)
        err = add_keys(keys, content.data, algorithms, true, why);
    uc_buf_deinit(&content);
    return err;
}

static int load_keys(struct uc_service *service, const struct uc_auth_scheme *scheme, struct judge *judge)
{
    const char *why = "out of memory";
    struct uc_buf text;
    int err = uc_auth_expand(service, scheme->keys, &text);

    if (!err)
        err = add_keys(&judge->keys, text.data, scheme->algorithms, false, &why);
    if (!err && !judge->keys.count) {
        why = "there is no key for any of the algorithms";
        err = -EINVAL;
    }
    uc_buf_deinit(&text);
    return err ? uc_auth_complain(scheme, err == -ENOMEM ? "out of memory" : why, err) : 0;
}

/* ---- */

static int load(struct uc_service *service, const struct uc_auth_scheme *scheme, void **loaded)
{
    struct judge *judge = calloc(1, sizeof(*judge));
    int err;

    if (!judge)
        return -ENOMEM;
    *loaded = judge;
    err = uc_jwt_keys_init(&judge->keys);
    if (!err)
        err = load_keys(service, scheme, judge);
    if (!err)
        err = uc_auth_tokens_load(&judge->tokens, service, scheme);
    judge->tokens.rules.keys = &judge->keys;
    return err;
}

static void verify(struct uc_request *req, const struct uc_auth_scheme *scheme, void *loaded,
                   const struct uc_credential *credential)
{
    const struct judge *judge = loaded;

    if (uc_auth_tokens_verify(&judge->tokens, req, scheme, credential) == -ENOKEY)
        uc_auth_refuse(req, "the token's signature is not good");
}

const struct uc_auth_judge uc_auth_jwt = {.load = load, .unload = unload, .verify = verify};
