/* SPDX-License-Identifier: MIT */
/* string.h - the memory and string functions that the kernel and lwIP call. */
#ifndef K_CORE_STD_STRING_H
#define K_CORE_STD_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
void *memchr(const void *in, int value, size_t bytes);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t limit);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t limit);
char *strchr(const char *text, int c);
char *strncpy(char *restrict to, const char *restrict from, size_t limit);

/* Freestanding code gets no built-in functions unless it asks: small fixed sizes become moves. */
#ifndef K_CORE_STRING_BODIES
#define memcpy __builtin_memcpy
#define memset __builtin_memset
#define memmove __builtin_memmove
#define memcmp __builtin_memcmp
#endif

#endif
