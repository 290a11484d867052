/* SPDX-License-Identifier: MIT */
/* format_test.c - the kernel's printf, against the C library's. */
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "tap.h"

__attribute__((format(printf, 2, 3))) static bool same(size_t capacity, const char *format, ...)
{
    char ours[64], theirs[64];
    va_list args;
    int our_length, their_length;

    memset(ours, '#', sizeof ours);
    memset(theirs, '#', sizeof theirs);
    va_start(args, format);
    our_length = k_vsnprintf(ours, capacity, format, args);
    va_end(args);
    va_start(args, format);
    their_length = vsnprintf(theirs, capacity, format, args);
    va_end(args);
    return our_length == their_length && !memcmp(ours, theirs, sizeof ours);
}

int main(void)
{
    ok(same(64, "plain, 100%%"), "text stays as it is");
    ok(same(64, "%d %d %d", 0, -1, INT_MIN), "integers have their sign, the least one too");
    ok(same(64, "%u %x", UINT_MAX, UINT_MAX), "unsigned numbers come in both bases");
    ok(same(64, "%ld %lx %zu", LONG_MIN, ULONG_MAX, SIZE_MAX), "and in both widths");
    ok(same(64, "[%5d] [%-5d] [%05u] [%016lx]", 42, 42, 42u, 0xabcul), "fields are padded");
    ok(same(64, "[%s] [%8s] [%-8s]", "text", "text", "text"), "strings too");
    ok(same(64, "%c%c", 'a', 'b'), "characters are characters");
    ok(same(64, "%p", (void *)0x1234), "pointers are hexadecimal");
    ok(same(1, "long") && same(4, "long") && same(5, "long"), "a short buffer cuts, and ends in NUL");
    ok(same(0, "%s", "nothing is written"), "no buffer, no writing");
    return tap_done();
}
