/* SPDX-License-Identifier: MIT */
#include "proto/http1_target.h"

#include <errno.h>
#include <string.h>

#include "base/hex.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return uc_hex_digit(c) >= 0;
}

/* unreserved / sub-delims (RFC 3986, section 3.2.2) */
static const bool host_bytes[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,
    ['-'] = true, ['.'] = true, ['_'] = true, ['~'] = true, ['!'] = true, ['$'] = true, ['&'] = true,
    ['\''] = true, ['('] = true, [')'] = true, ['*'] = true, ['+'] = true, [','] = true, [';'] = true,
    ['='] = true,
};

/* What stands before the port: "[...]" or a name; 0 when it is neither. */
static size_t host_length(struct uc_str authority)
{
    size_t i = 0;

    if (authority.len && authority.data[0] == '[') {
        for (i = 1; i < authority.len && authority.data[i] != ']'; i++) {
            if (!is_hex(authority.data[i]) && authority.data[i] != ':' && authority.data[i] != '.')
                return 0;
        }
        return i > 2 && i < authority.len ? i + 1 : 0;
    }
    while (i < authority.len && authority.data[i] != ':') {
        if (host_bytes[(unsigned char)authority.data[i]])
            i++;
        else if (authority.data[i] == '%' && i + 2 < authority.len && is_hex(authority.data[i + 1]) &&
            is_hex(authority.data[i + 2]))
            i += 3;
        else
            return 0;
    }
    return i;
}

bool uc_http1_authority_valid(struct uc_str authority)
{
    size_t at = host_length(authority);
    unsigned port = 0;

    if (at == 0)
        return false;
    if (at == authority.len)
        return true;
    if (authority.data[at++] != ':')
        return false;
    for (; at < authority.len; at++) {
        if (!is_digit(authority.data[at]))
            return false;
        port = port * 10 + (unsigned)(authority.data[at] - '0');
        if (port > 65535)
            return false;
    }
    return true;
}

static int refuse(struct uc_http1_refusal *refusal, const char *detail)
{
    *refusal = (struct uc_http1_refusal){400, detail};
    return -EBADMSG;
}

/* Of "http://host:1/path" the part from the path on; the target itself in origin-form. */
static bool strip_authority(struct uc_str *target)
{
    size_t scheme = 0, end;

    if (target->data[0] == '/')
        return true;
    if (target->len > 7 && uc_str_eq_nocase(uc_str_of(target->data, 7), uc_str("http://")))
        scheme = 7;
    else if (target->len > 8 && uc_str_eq_nocase(uc_str_of(target->data, 8), uc_str("https://")))
        scheme = 8;
    else
        return false;
    for (end = scheme; end < target->len && target->data[end] != '/' && target->data[end] != '?'; end++)
        ;
    if (!uc_http1_authority_valid(uc_str_of(target->data + scheme, end - scheme)))
        return false;
    *target = uc_str_of(target->data + end, target->len - end);
    return true;
}

int uc_http1_target_parse(struct uc_http1_message *message, const char *head, struct uc_str target,
                          struct uc_http1_refusal *refusal)
{
    size_t path_len;

    if (uc_str_is(target, "*")) {
        message->asterisk = true;
        return message->method == UC_OPTIONS ? 0 : refuse(refusal, "the target * is for OPTIONS alone");
    }
    if (!strip_authority(&target))
        return refuse(refusal, "malformed request target");
    path_len = target.len;
    for (size_t i = 0; i < target.len; i++) {
        char c = target.data[i];

        if (c > '?' || (c != '?' && c != '#' && c != '%'))
            continue; /* all but a few bytes */
        if (c == '?' && path_len == target.len)
            path_len = i;
        if (c == '#')
            return refuse(refusal, "fragment in the request target");
        if (c == '%' && !(i + 2 < target.len && is_hex(target.data[i + 1]) && is_hex(target.data[i + 2])))
            return refuse(refusal, "malformed percent-encoding in the request target");
    }
    message->path = (struct uc_http1_span){(uint16_t)(target.data - head), (uint16_t)path_len};
    if (path_len < target.len)
        message->query = (struct uc_http1_span){(uint16_t)(target.data - head + path_len + 1),
                                                (uint16_t)(target.len - path_len - 1)};
    return 0;
}
