/* SPDX-License-Identifier: MIT */
/*
 * userdata.c - in place: a value never grows.
 */
#include "cloud/userdata.h"

#include <stdbool.h>
#include <string.h>

#define MARK "#ucompose"
#define MARK_BYTES (sizeof(MARK) - 1)

struct reader {
    char *at, *end;
    unsigned line;
    k_userdata_pair_fn *pair;
    k_userdata_error_fn *error;
    void *arg;
};

static bool begins(const char *text, size_t bytes, const char *with)
{
    return bytes >= strlen(with) && !memcmp(text, with, strlen(with));
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

enum k_userdata_kind k_userdata_kind(const char *text, size_t bytes)
{
    if (begins(text, bytes, "\x1f\x8b"))
        return K_USERDATA_COMPRESSED;
    if (begins(text, bytes, MARK) && (bytes == MARK_BYTES || is_blank(text[MARK_BYTES])))
        return K_USERDATA_OURS;
    if (begins(text, bytes, "#cloud-config"))
        return K_USERDATA_CLOUD_CONFIG;
    if (begins(text, bytes, "#!"))
        return K_USERDATA_SCRIPT;
    for (size_t i = 0; i < bytes; i++)
        if (!is_blank(text[i]))
            return K_USERDATA_OTHER;
    return K_USERDATA_EMPTY;
}

static bool is_of_a_name(char c, bool is_first)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           (!is_first && c >= '0' && c <= '9');
}

static void skip_line(struct reader *r)
{
    while (r->at < r->end && *r->at != '\n')
        r->at++;
    if (r->at < r->end)
        r->at++;
    r->line++;
}

static char escaped(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/* From behind the opening quote to behind the closing one. False: there is none. */
static bool read_quoted(struct reader *r, char quote, char **out)
{
    while (r->at < r->end && *r->at != quote) {
        char c = *r->at++;

        if (c == '\n')
            r->line++;
        if (c == '\\' && quote == '"' && r->at < r->end && *r->at != '\n')
            c = escaped(*r->at++);
        *(*out)++ = c;
    }
    if (r->at == r->end)
        return false;
    r->at++;
    return true;
}

static void read_plain(struct reader *r, char **out)
{
    while (r->at < r->end && *r->at != '\n')
        *(*out)++ = *r->at++;
    if ((*out)[-1] == '\r')
        (*out)--;
}

/* What is behind a quoted value on its line: blanks, or a comment after one. */
static bool rest_is_empty(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
    return r->at == r->end || *r->at == '\n' || *r->at == '#';
}

static void read_pair(struct reader *r)
{
    char *pair = r->at, *out;
    unsigned line = r->line;
    const char *why = NULL;

    while (r->at < r->end && is_of_a_name(*r->at, r->at == pair))
        r->at++;
    if (r->at == pair || r->at == r->end || *r->at != '=') {
        r->error(r->arg, line, "not NAME=value");
        skip_line(r);
        return;
    }
    out = ++r->at;
    if (r->at < r->end && (*r->at == '"' || *r->at == '\'')) {
        char quote = *r->at++;

        if (!read_quoted(r, quote, &out))
            why = "its quote does not end";
        else if (!rest_is_empty(r))
            why = "something follows the closing quote";
    } else {
        read_plain(r, &out);
    }
    skip_line(r);
    if (!why && memchr(pair, 0, (size_t)(out - pair)))
        why = "a NUL in its value";
    if (why) {
        r->error(r->arg, line, why);
        return;
    }
    *out = 0; /* on the end of its line, or of the text: nobody reads there again */
    r->pair(r->arg, pair);
}

void k_userdata_read(char *text, size_t bytes, k_userdata_pair_fn *pair, k_userdata_error_fn *error,
                     void *arg)
{
    struct reader reader = {text, text + bytes, 1, pair, error, arg}, *r = &reader;

    skip_line(r);
    while (r->at < r->end) {
        while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r'))
            r->at++;
        if (r->at == r->end)
            return;
        if (*r->at == '\n' || *r->at == '#')
            skip_line(r);
        else
            read_pair(r);
    }
}
