/* SPDX-License-Identifier: MIT */
/*
 * auth_keys.c - keys that the configuration lists: "NAME:KEY NAME:KEY", or keys without names; blanks, line breaks or
 * commas between them. Each is compared in constant time, and all of them always, so that time tells nothing.
 */
#include <errno.h>
#include <stdlib.h>

#include "app/auth_internal.h"

#define KEYS_MAX 256
#define KEY_BYTES_MIN 16 /* what can be tried out is no secret */
#define BETWEEN " \t\r\n,"

struct key {
    struct uc_str name; /* or absent */
    struct uc_str key;
};

struct keys {
    struct uc_buf text;
    size_t count;
    struct key items[KEYS_MAX];
};

static void unload(void *loaded)
{
    struct keys *keys = loaded;

    if (!keys)
        return;
    uc_buf_deinit(&keys->text);
    free(keys);
}

static int add(struct keys *keys, const struct uc_auth_scheme *scheme, struct uc_str entry)
{
    const char *colon = memchr(entry.data, ':', entry.len);
    struct key *key = &keys->items[keys->count];

    if (keys->count == KEYS_MAX)
        return uc_auth_complain(scheme, "more than 256 keys", -EINVAL);
    key->name = uc_str_of(colon ? entry.data : NULL, colon ? (size_t)(colon - entry.data) : 0);
    key->key = colon ? uc_str_of(colon + 1, entry.len - key->name.len - 1) : entry;
    if (key->key.len < KEY_BYTES_MIN)
        return uc_auth_complain(scheme, "a key has fewer than 16 characters", -EINVAL);
    keys->count++;
    return 0;
}

static int load(struct uc_service *service, const struct uc_auth_scheme *scheme, void **loaded)
{
    struct keys *keys = calloc(1, sizeof(*keys));
    const char *at;
    int err;

    if (!keys)
        return -ENOMEM;
    *loaded = keys;
    err = uc_auth_expand(service, scheme->keys, &keys->text);
    at = err ? "" : keys->text.data + strspn(keys->text.data, BETWEEN);
    while (!err && *at) {
        size_t len = strcspn(at, BETWEEN);

        err = add(keys, scheme, uc_str_of(at, len));
        at += len + strspn(at + len, BETWEEN);
    }
    return err || keys->count ? err : uc_auth_complain(scheme, "there is no key", -EINVAL);
}

static void verify(struct uc_request *req, const struct uc_auth_scheme *scheme, void *loaded,
                   const struct uc_credential *credential)
{
    const struct keys *keys = loaded;
    const struct key *found = NULL;

    (void)scheme;
    for (size_t i = 0; i < keys->count; i++)
        if (uc_equal_constant_time(credential->key, keys->items[i].key))
            found = &keys->items[i];
    if (found)
        uc_auth_accept_own(req, &(struct uc_principal){.subject = found->name});
    else
        uc_auth_refuse(req, "the key is not known");
}

const struct uc_auth_judge uc_auth_keys = {.load = load, .unload = unload, .verify = verify};
