/* SPDX-License-Identifier: MIT */
#include "proto/http1_scan.h"

#include <errno.h>

/*
 *   START_FIRST --> START --CR--> START_LF --> NAME_FIRST --token--> NAME --':'--> VALUE
 *                                                ^  \--CR--> END_LF --> done        |
 *                                                \------------- VALUE_LF <---CR-----/
 */
enum state { START_FIRST, START, START_LF, NAME_FIRST, NAME, VALUE, VALUE_LF, END_LF };

enum { TOKEN = 1, TEXT = 2, START_LINE = 4 };

#define ALPHA(c) [c] = TOKEN | TEXT | START_LINE
#define PUNCT(c) [c] = TEXT | START_LINE

static const uint8_t classes[256] = {
    ['\t'] = TEXT,
    [' '] = TEXT | START_LINE,
    ['0' ... '9'] = TOKEN | TEXT | START_LINE,
    ['A' ... 'Z'] = TOKEN | TEXT | START_LINE,
    ['a' ... 'z'] = TOKEN | TEXT | START_LINE,
    ALPHA('!'), ALPHA('#'), ALPHA('$'), ALPHA('%'), ALPHA('&'), ALPHA('\''), ALPHA('*'), ALPHA('+'),
    ALPHA('-'), ALPHA('.'), ALPHA('^'), ALPHA('_'), ALPHA('`'), ALPHA('|'), ALPHA('~'),
    PUNCT('"'), PUNCT('('), PUNCT(')'), PUNCT(','), PUNCT('/'), PUNCT(':'), PUNCT(';'), PUNCT('<'),
    PUNCT('='), PUNCT('>'), PUNCT('?'), PUNCT('@'), PUNCT('['), PUNCT('\\'), PUNCT(']'), PUNCT('{'),
    PUNCT('}'),
    [0x80 ... 0xff] = TEXT,
};

void uc_http1_scan_init(struct uc_http1_scan *scan)
{
    *scan = (struct uc_http1_scan){.state = START_FIRST};
}

void uc_http1_scan_init_trailers(struct uc_http1_scan *scan)
{
    *scan = (struct uc_http1_scan){.state = NAME_FIRST, .in_fields = true};
}

static const char *skip(const char *at, const char *end, uint8_t class)
{
    while (at < end && (classes[(unsigned char)*at] & class))
        at++;
    return at;
}

static const char *complaint(enum state state, char c)
{
    switch (state) {
    case START_FIRST:
    case START: return c == '\n' ? "a line ends with a bare LF" : "invalid byte in the request line";
    case START_LF:
    case VALUE_LF:
    case END_LF: return "a CR is not followed by LF";
    case NAME_FIRST:
        if (c == ' ' || c == '\t')
            return "a header line is folded";
        return c == '\n' ? "a line ends with a bare LF" : "invalid header name";
    case NAME: return c == ' ' || c == '\t' ? "space before the colon of a header" : "invalid header name";
    case VALUE: return c == '\n' ? "a line ends with a bare LF" : "control byte in a header value";
    }
    return "malformed head";
}

int uc_http1_scan(struct uc_http1_scan *scan, const char *bytes, size_t len, size_t *used)
{
    const char *at = bytes, *end = bytes + len;
    enum state state = scan->state;
    bool ok = true;

    while (ok && at < end) {
        switch (state) {
        case START_FIRST:
            ok = (classes[(unsigned char)*at] & TOKEN) != 0;
            state = ok ? START : state;
            break;
        case START:
            at = skip(at, end, START_LINE);
            if (at == end)
                break;
            ok = *at == '\r';
            if (ok) {
                state = START_LF;
                at++;
            }
            break;
        case START_LF:
        case VALUE_LF:
            ok = *at == '\n';
            if (ok) {
                scan->in_fields = true;
                state = NAME_FIRST;
                at++;
            }
            break;
        case NAME_FIRST:
            if (*at == '\r') {
                state = END_LF;
                at++;
                break;
            }
            ok = (classes[(unsigned char)*at] & TOKEN) != 0;
            state = ok ? NAME : state;
            break;
        case NAME:
            at = skip(at, end, TOKEN);
            if (at == end)
                break;
            ok = *at == ':';
            if (ok) {
                state = VALUE;
                at++;
            }
            break;
        case VALUE:
            at = skip(at, end, TEXT);
            if (at == end)
                break;
            ok = *at == '\r';
            if (ok) {
                state = VALUE_LF;
                at++;
            }
            break;
        case END_LF:
            ok = *at == '\n';
            if (ok) {
                *used = (size_t)(at + 1 - bytes);
                return 1;
            }
            break;
        }
    }
    scan->state = (uint8_t)state;
    *used = (size_t)(at - bytes);
    if (ok)
        return 0;
    scan->detail = complaint(state, *at);
    return -EBADMSG;
}

bool uc_http1_is_token(const char *bytes, size_t len)
{
    return len > 0 && skip(bytes, bytes + len, TOKEN) == bytes + len;
}

bool uc_http1_is_field_value(const char *bytes, size_t len)
{
    return skip(bytes, bytes + len, TEXT) == bytes + len;
}
