/* SPDX-License-Identifier: MIT */
/*
 * string.c - memory and strings. The bulk goes through `rep`, which processors
 * and emulators run in large steps.
 */
#define K_CORE_STRING_BODIES
#include <string.h>

#include <stdint.h>
#include <stdlib.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    void *at = to;
    size_t words = bytes / 8;

    bytes %= 8;
    __asm__ volatile("rep movsq" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    const uint8_t *source = from;
    uint8_t *target = to;

    if ((uintptr_t)to - (uintptr_t)from >= bytes)
        return memcpy(to, from, bytes);
    while (bytes--)
        target[bytes] = source[bytes];
    return to;
}

void *memset(void *to, int value, size_t bytes)
{
    void *at = to;
    size_t words = bytes / 8;

    bytes %= 8;
    __asm__ volatile("rep stosq"
                     : "+D"(at), "+c"(words)
                     : "a"((uint8_t)value * 0x0101010101010101ull)
                     : "memory");
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
    const uint8_t *left = a, *right = b;

    for (; bytes; bytes--, left++, right++)
        if (*left != *right)
            return *left - *right;
    return 0;
}

void *memchr(const void *in, int value, size_t bytes)
{
    for (const uint8_t *at = in; bytes; bytes--, at++)
        if (*at == (uint8_t)value)
            return (void *)at;
    return NULL;
}

size_t strlen(const char *text)
{
    const char *at = text;

    while (*at)
        at++;
    return (size_t)(at - text);
}

size_t strnlen(const char *text, size_t limit)
{
    size_t length = 0;

    while (length < limit && text[length])
        length++;
    return length;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, SIZE_MAX); }

int strncmp(const char *a, const char *b, size_t limit)
{
    for (; limit; limit--, a++, b++)
        if (*a != *b || !*a)
            return (uint8_t)*a - (uint8_t)*b;
    return 0;
}

char *strchr(const char *text, int c)
{
    for (; *text != (char)c; text++)
        if (!*text)
            return NULL;
    return (char *)text;
}

char *strncpy(char *restrict to, const char *restrict from, size_t limit)
{
    size_t i = 0;

    for (; i < limit && from[i]; i++)
        to[i] = from[i];
    for (; i < limit; i++)
        to[i] = '\0';
    return to;
}

int atoi(const char *text)
{
    int sign = 1, value = 0;

    while (*text == ' ')
        text++;
    if (*text == '-' || *text == '+')
        sign = *text++ == '-' ? -1 : 1;
    while (*text >= '0' && *text <= '9')
        value = value * 10 + (*text++ - '0');
    return sign * value;
}
