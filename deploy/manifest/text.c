/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

/* How many bytes the character has; 0: it is none. */
static size_t character(const unsigned char *text)
{
    unsigned first = text[0], low = 0x80, high = 0xbf;
    size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

    if (first == 0xe0)
        low = 0xa0; /* less would be longer than needed */
    else if (first == 0xed)
        high = 0x9f; /* surrogates */
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f; /* above U+10FFFF */
    for (size_t i = 1; i < len; i++, low = 0x80, high = 0xbf)
        if (text[i] < low || text[i] > high)
            return 0;
    return len;
}

bool manifest_is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t len = 1;

    while (*at && (len = character(at)) != 0)
        at += len;
    return len != 0;
}

void manifest_xml(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&apos;", out);
            break;
        case '\t':
        case '\n':
        case '\r':
            fprintf(out, "&#%d;", *text);
            break;
        default:
            fputc(*text, out);
        }
    }
}

/*
 * What a reader of YAML takes for a line break (NEL, LS, PS), for a sign of the encoding, or for no text at all (C1), though
 * it is above ASCII: its number, and how many bytes of UTF-8 it has.
 */
static unsigned special(const unsigned char *text, size_t *bytes)
{
    *bytes = text[0] == 0xc2 ? 2 : 3;
    if (text[0] == 0xc2 && text[1] >= 0x80 && text[1] < 0xa0)
        return text[1];
    if (text[0] == 0xe2 && text[1] == 0x80 && (text[2] == 0xa8 || text[2] == 0xa9))
        return 0x2000u | (text[2] & 0x3f);
    return text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf ? 0xfeffu : 0;
}

static void print_quoted(FILE *out, const char *text, const char *doubled)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        size_t bytes;
        unsigned number = special((const unsigned char *)text, &bytes);

        if (number) {
            fprintf(out, "\\u%04x", number);
            text += bytes - 1;
            continue;
        }
        if (byte == '"' || byte == '\\')
            fputc('\\', out);
        if (strchr(doubled, byte))
            fputc(byte, out);
        if (byte == '\n')
            fputs("\\n", out);
        else if (byte == '\t')
            fputs("\\t", out);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

void manifest_quoted(FILE *out, const char *text)
{
    print_quoted(out, text, "");
}

/* Printable ASCII that begins with no blank and ends with one line break: what a block gives back as it is. */
static bool is_plain_block(const char *text)
{
    size_t len = strlen(text);

    if (len < 2 || *text == ' ' || text[len - 1] != '\n' || text[len - 2] == '\n')
        return false;
    for (; *text; text++)
        if (*text != '\n' && (*text < ' ' || *text > '~'))
            return false;
    return true;
}

void manifest_block(FILE *out, unsigned indent, const char *text)
{
    if (!is_plain_block(text)) {
        manifest_quoted(out, text);
        fputc('\n', out);
        return;
    }
    fputs("|\n", out);
    while (*text) {
        size_t len = strcspn(text, "\n") + 1;

        fprintf(out, "%*s%.*s", (int)indent, "", (int)len, text);
        text += len;
    }
}

void manifest_compose_quoted(FILE *out, const char *text)
{
    print_quoted(out, text, "$");
}

void manifest_shell_word(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++)
        *text == '\'' ? fputs("'\\''", out) : fputc(*text, out);
    fputc('\'', out);
}

void manifest_hcl_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            fputc('\\', out);
        if ((byte == '$' || byte == '%') && text[1] == '{')
            fputc(byte, out);
        if (byte == '\n')
            fputs("\\n", out);
        else if (byte == '\t')
            fputs("\\t", out);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

void manifest_user_data_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (strchr("\"\\$", *text))
            fputc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}
