/* SPDX-License-Identifier: MIT */
/*
 * cmdline.c - the command line, copied and cut into tokens once.
 */
#include "core/cmdline.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BYTES_MAX 4096

static char text[BYTES_MAX]; /* tokens, each with its NUL */
static size_t length;

void k_cmdline_add(const char *from) { k_cmdline_add_bytes(from, SIZE_MAX); }

void k_cmdline_add_bytes(const char *from, size_t bytes)
{
    bool in_token = false;

    for (; bytes && *from && length < sizeof text - 1; from++, bytes--) {
        if (*from != ' ' && *from != '\n' && *from != '\t') {
            text[length++] = *from;
            in_token = true;
        } else if (in_token) {
            text[length++] = '\0';
            in_token = false;
        }
    }
    if (in_token)
        text[length++] = '\0';
}

const char *k_cmdline_next(size_t *cursor)
{
    const char *token = text + *cursor;

    if (*cursor >= length)
        return NULL;
    *cursor += strlen(token) + 1;
    return token;
}

const char *k_cmdline_each(const char *name, size_t *cursor)
{
    size_t name_length = strlen(name);
    const char *token;

    while ((token = k_cmdline_next(cursor))) {
        if (strncmp(token, name, name_length))
            continue;
        if (token[name_length] == '=')
            return token + name_length + 1;
        if (!token[name_length])
            return "";
    }
    return NULL;
}

const char *k_cmdline_get(const char *name)
{
    size_t cursor = 0;

    return k_cmdline_each(name, &cursor);
}
