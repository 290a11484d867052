/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
    if (memory)
        return memory;
    fputs("ucompose: out of memory\n", stderr);
    exit(70);
}

void *deploy_memory_array(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size));
}

void *deploy_memory_grow(void *items, size_t count, size_t size)
{
    char *grown = checked(reallocarray(items, count + 1, size));

    memset(grown + count * size, 0, size);
    return grown;
}

char *deploy_memory_text(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

char *deploy_memory_printf(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return checked(text);
}
