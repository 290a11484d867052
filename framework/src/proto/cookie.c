/* SPDX-License-Identifier: MIT */
/* Cookies of a request: "Cookie: a=b; c=d" (RFC 6265, section 4.2.1). */
#include "proto/percent.h"
#include "proto/request_internal.h"

/* Cut "name=value" off the front. False: nothing is left. */
static bool cut(struct uc_str *rest, struct uc_str *name, struct uc_str *value)
{
    const char *at = rest->data, *end = at + rest->len, *stop, *equals;

    while (at < end && (*at == ' ' || *at == '\t' || *at == ';'))
        at++;
    if (at == end)
        return false;
    stop = memchr(at, ';', (size_t)(end - at));
    if (!stop)
        stop = end;
    *rest = uc_str_of(stop, (size_t)(end - stop));
    while (stop[-1] == ' ' || stop[-1] == '\t')
        stop--;
    equals = memchr(at, '=', (size_t)(stop - at));
    *name = uc_str_of(at, (size_t)((equals ? equals : stop) - at));
    *value = equals ? uc_str_of(equals + 1, (size_t)(stop - equals - 1)) : uc_str_of(stop, 0);
    return true;
}

static struct uc_str without_quotes(struct uc_str value)
{
    if (value.len >= 2 && value.data[0] == '"' && value.data[value.len - 1] == '"')
        return uc_str_of(value.data + 1, value.len - 2);
    return value;
}

unsigned uc_request_raw_cookies(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str found, other;
    unsigned count = 0;

    for (unsigned i = 0; i < req->message.field_count; i++) {
        const struct uc_http1_field *field = &req->message.fields[i];
        struct uc_str rest = uc_str_of(req->head + field->value.at, field->value.len);

        if (!uc_str_eq_nocase(uc_str_of(req->head + field->name.at, field->name.len), uc_str("cookie")))
            continue;
        while (cut(&rest, &found, &other))
            if (uc_str_is(found, name) && count++ == 0)
                *value = without_quotes(other);
    }
    return count;
}

bool uc_request_raw_cookie(struct uc_request *req, const char *name, struct uc_str *value)
{
    return uc_request_raw_cookies(req, name, value) > 0;
}

bool uc_request_cookie(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str raw;

    if (!uc_request_raw_cookie(req, name, &raw))
        return false;
    *value = uc_percent_decode_copy(&req->arena, raw, false);
    return true;
}
