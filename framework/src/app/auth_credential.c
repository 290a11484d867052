/* SPDX-License-Identifier: MIT */
/*
 * auth_credential.c - where in a request a scheme's credential stands, and how it is written.
 */
#include <errno.h>

#include "app/auth_internal.h"
#include "base/base64.h"

static const char twice[] = "the credential is given twice";

/* The one field of this name. -ENOENT, -EINVAL: several. */
static int one_field(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str wanted = uc_str(name);
    unsigned count = 0;

    for (unsigned i = 0; i < req->message.field_count; i++) {
        const struct uc_http1_field *field = &req->message.fields[i];

        if (!uc_str_eq_nocase(uc_str_of(req->head + field->name.at, field->name.len), wanted))
            continue;
        *value = uc_str_of(req->head + field->value.at, field->value.len);
        count++;
    }
    return count == 1 ? 0 : count ? -EINVAL : -ENOENT;
}

static int find_header(struct uc_request *req, const char *name, struct uc_str *key, const char **why)
{
    int err = one_field(req, name, key);

    if (err == -EINVAL)
        *why = twice;
    return err ? err : key->len ? 0 : -ENOENT;
}

static int find_query(struct uc_request *req, const char *name, struct uc_str *key, const char **why)
{
    if (!uc_request_query(req, name, key) || !key->len)
        return -ENOENT;
    if (uc_request_query_count(req, name) == 1)
        return 0;
    *why = twice;
    return -EINVAL;
}

static int find_cookie(struct uc_request *req, const char *name, struct uc_str *key, const char **why)
{
    unsigned count = uc_request_raw_cookies(req, name, key);

    if (count <= 1)
        return count && key->len ? 0 : -ENOENT;
    *why = twice;
    return -EINVAL;
}

/* ---- Authorization (RFC 9110, section 11.6.2) */

/* What stands behind the scheme's name. -ENOENT: another scheme, or nothing. */
static int find_authorization(struct uc_request *req, const char *scheme, struct uc_str *rest, const char **why)
{
    size_t len = strlen(scheme);
    struct uc_str value;
    int err = find_header(req, "authorization", &value, why);

    if (err)
        return err;
    if (value.len < len || !uc_str_eq_nocase(uc_str_of(value.data, len), uc_str(scheme)) ||
        (value.len > len && value.data[len] != ' '))
        return -ENOENT;
    while (len < value.len && value.data[len] == ' ')
        len++;
    *rest = uc_str_of(value.data + len, value.len - len);
    return 0;
}

/* b64token of RFC 6750, section 2.1. */
static bool is_token(struct uc_str text)
{
    size_t i = 0;

    while (i < text.len && ((text.data[i] >= 'a' && text.data[i] <= 'z') || (text.data[i] >= 'A' && text.data[i] <= 'Z') ||
                            (text.data[i] >= '0' && text.data[i] <= '9') || memchr("-._~+/", text.data[i], 6)))
        i++;
    if (!i)
        return false;
    while (i < text.len && text.data[i] == '=')
        i++;
    return i == text.len;
}

static int find_bearer(struct uc_request *req, struct uc_credential *credential, const char **why)
{
    int err = find_authorization(req, "Bearer", &credential->key, why);

    if (err || is_token(credential->key))
        return err;
    *why = "the bearer token is malformed";
    return -EINVAL;
}

/* RFC 7617, section 2: neither part holds control characters, and both are UTF-8. */
static bool split_basic(struct uc_str text, struct uc_credential *credential)
{
    const char *colon = memchr(text.data, ':', text.len);

    if (!colon || !uc_utf8_valid(text))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return false;
    credential->user = uc_str_of(text.data, (size_t)(colon - text.data));
    credential->password = uc_str_of(colon + 1, text.len - credential->user.len - 1);
    return true;
}

static int find_basic(struct uc_request *req, struct uc_credential *credential, const char **why)
{
    struct uc_str coded;
    unsigned char *text;
    ssize_t len;
    int err = find_authorization(req, "Basic", &coded, why);

    if (err)
        return err;
    text = uc_arena_alloc(&req->arena, UC_BASE64_BYTES(coded.len));
    len = text ? uc_base64_decode(text, coded) : -ENOMEM;
    if (len > 0 && split_basic(uc_str_of((char *)text, (size_t)len), credential))
        return 0;
    *why = "the basic credentials are malformed";
    return -EINVAL;
}

static int find_certificate(struct uc_request *req, struct uc_credential *credential)
{
    credential->user = uc_request_peer_subject(req);
    return credential->user.len ? 0 : -ENOENT;
}

int uc_auth_find(struct uc_request *req, const struct uc_auth_scheme *scheme, struct uc_credential *credential,
                 const char **why)
{
    switch (scheme->kind) {
    case UC_AUTH_KEY_HEADER:
        return find_header(req, scheme->parameter, &credential->key, why);
    case UC_AUTH_KEY_QUERY:
        return find_query(req, scheme->parameter, &credential->key, why);
    case UC_AUTH_KEY_COOKIE:
        return find_cookie(req, scheme->parameter, &credential->key, why);
    case UC_AUTH_BASIC:
        return find_basic(req, credential, why);
    case UC_AUTH_BEARER:
        return find_bearer(req, credential, why);
    case UC_AUTH_CERTIFICATE:
        return find_certificate(req, credential);
    }
    return -ENOENT;
}
