/* SPDX-License-Identifier: MIT */
#include "systemd_word.h"

#include <string.h>

/* What stands between quotes; characters of `special` mean themselves when they are doubled. */
static void print_quoted(FILE *out, const char *text, const char *special)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            fputc('\\', out);
        if (strchr(special, byte))
            fputc(byte, out);
        if (byte < 0x20)
            fprintf(out, "\\x%02x", byte);
        else
            fputc(byte, out);
    }
}

void deploy_systemd_word(FILE *out, const char *text)
{
    fputc('"', out);
    print_quoted(out, text, "%$");
    fputc('"', out);
}

void deploy_systemd_assignment(FILE *out, const char *name, const char *value)
{
    fprintf(out, "\"%s=", name);
    print_quoted(out, value, "%");
    fputc('"', out);
}
