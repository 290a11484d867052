/* SPDX-License-Identifier: MIT */
/*
 * Query parameters: "a=1&b=two+words". Decoded when asked for, since most are asked once.
 */
#include "proto/pairs.h"
#include "proto/percent.h"
#include "proto/request_internal.h"

bool uc_pairs_cut(struct uc_str *rest, struct uc_str *name, struct uc_str *value)
{
    const char *end, *equals;

    if (rest->len == 0)
        return false;
    end = memchr(rest->data, '&', rest->len);
    if (!end)
        end = rest->data + rest->len;
    equals = memchr(rest->data, '=', (size_t)(end - rest->data));
    *name = uc_str_of(rest->data, (size_t)((equals ? equals : end) - rest->data));
    *value = equals ? uc_str_of(equals + 1, (size_t)(end - equals - 1)) : uc_str_of(end, 0);
    if (end < rest->data + rest->len)
        end++;
    *rest = uc_str_of(end, rest->len - (size_t)(end - rest->data));
    return true;
}

bool uc_request_query(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str rest = uc_request_raw_query(req), wanted = uc_str(name), found, raw;

    while (uc_pairs_cut(&rest, &found, &raw)) {
        if (uc_percent_eq(found, wanted, true)) {
            *value = uc_percent_decode_copy(&req->arena, raw, true);
            return true;
        }
    }
    return false;
}

unsigned uc_request_query_count(struct uc_request *req, const char *name)
{
    struct uc_str rest = uc_request_raw_query(req), wanted = uc_str(name), found, raw;
    unsigned count = 0;

    while (uc_pairs_cut(&rest, &found, &raw))
        count += uc_percent_eq(found, wanted, true);
    return count;
}
