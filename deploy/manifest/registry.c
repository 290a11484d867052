/* SPDX-License-Identifier: MIT */
#include "registry.h"

#include <string.h>

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* What stands between two words of a path's part: ".", "_", "__", or dashes. 0 bytes: nothing such. */
static size_t separator(const char *text)
{
    if (*text == '.')
        return 1;
    if (*text == '_')
        return text[1] == '_' ? 2 : 1;
    return strspn(text, "-");
}

/* The end of the part that begins there, at a '/' or the text's end; NULL: it is none. */
static const char *path_part(const char *text)
{
    for (;;) {
        size_t len = strspn(text, LOWER DIGITS);

        text += len;
        if (!len || !*text || *text == '/')
            return len ? text : NULL;
        len = separator(text);
        if (!len)
            return NULL;
        text += len;
    }
}

static bool is_path(const char *text)
{
    while ((text = path_part(text)) && *text)
        text++;
    return text != NULL;
}

/* Where the host ends: at a ':', a '/' or the text's end; NULL: it is none. */
static const char *host_end(const char *text)
{
    for (;; text++) {
        size_t len = strspn(text, LOWER UPPER DIGITS "-");

        if (!len || text[0] == '-' || text[len - 1] == '-')
            return NULL;
        text += len;
        if (*text != '.')
            return text;
    }
}

static bool is_host_and_path(const char *text)
{
    text = host_end(text);
    if (text && *text == ':') {
        size_t len = strspn(text + 1, DIGITS);

        text = len ? text + 1 + len : NULL;
    }
    return text && (!*text || (*text == '/' && is_path(text + 1)));
}

bool manifest_is_registry(const char *text)
{
    size_t first = strcspn(text, "/");
    bool host = strcspn(text, ".:") < first || (first == strlen("localhost") && !strncmp(text, "localhost", first));

    return host ? is_host_and_path(text) : is_path(text);
}
