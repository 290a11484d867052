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

/* ---- the index: a request asks for each parameter that its contract has, most of which are not there */

static void index_pair(struct uc_query_pair *pair, const char *text, size_t *at, size_t len)
{
    size_t from = *at, i = from;
    bool coded = false;

    for (; i < len && text[i] != '&' && text[i] != '='; i++)
        coded |= text[i] == '%' || text[i] == '+';
    pair->name_at = (uint16_t)from;
    pair->name_len = (uint16_t)(i - from);
    pair->coded = coded;
    from = i += i < len && text[i] == '=';
    while (i < len && text[i] != '&')
        i++;
    pair->value_len = (uint16_t)(i - from);
    *at = i + (i < len);
}

static void make_index(struct uc_request_query *query, struct uc_str text)
{
    size_t at = 0;

    query->made = true;
    query->count = 0;
    while (at < text.len && query->count < UC_QUERY_INDEXED)
        index_pair(&query->pairs[query->count++], text.data, &at, text.len);
    query->rest_at = (uint16_t)at;
}

static bool is_called(const struct uc_query_pair *pair, struct uc_str text, struct uc_str wanted)
{
    struct uc_str name = uc_str_of(text.data + pair->name_at, pair->name_len);

    return pair->coded ? uc_percent_eq(name, wanted, true) : uc_str_eq(name, wanted);
}

/* How often the parameter is there; of the first one the value, still encoded. */
static unsigned find(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str text = uc_request_raw_query(req), wanted, rest, found, raw;
    struct uc_request_query *query = &req->query;
    unsigned count = 0;

    if (!query->made)
        make_index(query, text);
    if (!query->count)
        return 0;
    wanted = uc_str(name);
    for (unsigned i = 0; i < query->count; i++) {
        const struct uc_query_pair *pair = &query->pairs[i];
        size_t end = (size_t)pair->name_at + pair->name_len;

        if (!is_called(pair, text, wanted))
            continue;
        if (count++ == 0)
            *value = uc_str_of(text.data + end + (end < text.len && text.data[end] == '='), pair->value_len);
    }
    rest = uc_str_of(text.data + query->rest_at, text.len - query->rest_at);
    while (rest.len && uc_pairs_cut(&rest, &found, &raw)) {
        if (uc_percent_eq(found, wanted, true) && count++ == 0)
            *value = raw;
    }
    return count;
}

bool uc_request_query_text(struct uc_request *req, const char *name, struct uc_str *value)
{
    return find(req, name, value) > 0;
}

bool uc_request_query(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str raw;

    if (!find(req, name, &raw))
        return false;
    *value = uc_percent_decode_copy(&req->arena, raw, true);
    return true;
}

unsigned uc_request_query_count(struct uc_request *req, const char *name)
{
    struct uc_str first;

    return find(req, name, &first);
}
