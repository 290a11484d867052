/* SPDX-License-Identifier: MIT */
/*
 * format.c - the small printf of the kernel.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/log.h"

struct output {
    char *text;
    size_t capacity, length;
};

struct spec {
    unsigned width;
    bool zero, wide, left;
};

static void put(struct output *out, char c)
{
    if (out->length + 1 < out->capacity)
        out->text[out->length] = c;
    out->length++;
}

static void put_padded(struct output *out, const char *text, size_t length, struct spec spec)
{
    size_t pad = spec.width > length ? spec.width - length : 0;

    for (size_t i = 0; !spec.left && i < pad; i++)
        put(out, spec.zero ? '0' : ' ');
    for (size_t i = 0; i < length; i++)
        put(out, text[i]);
    for (size_t i = 0; spec.left && i < pad; i++)
        put(out, ' ');
}

static void put_number(struct output *out, uint64_t value, unsigned base, bool minus,
                       struct spec spec)
{
    char digits[24];
    size_t at = sizeof digits;

    do
        digits[--at] = "0123456789abcdef"[value % base];
    while (value /= base);
    if (minus)
        digits[--at] = '-';
    put_padded(out, digits + at, sizeof digits - at, spec);
}

static const char *read_spec(const char *format, struct spec *spec)
{
    *spec = (struct spec){0};
    for (; *format == '0' || *format == '-'; format++) {
        spec->zero |= *format == '0';
        spec->left |= *format == '-';
    }
    for (; *format >= '0' && *format <= '9'; format++)
        spec->width = spec->width * 10 + (unsigned)(*format - '0');
    for (; *format == 'l' || *format == 'z'; format++)
        spec->wide = true;
    return format;
}

int k_vsnprintf(char *text, size_t capacity, const char *format, va_list args)
{
    struct output out = {text, capacity, 0};

    for (; *format; format++) {
        struct spec spec;
        const char *string;
        int64_t number;

        if (*format != '%') {
            put(&out, *format);
            continue;
        }
        format = read_spec(format + 1, &spec);
        switch (*format) {
        case 'd':
        case 'i':
            number = spec.wide ? va_arg(args, int64_t) : va_arg(args, int);
            put_number(&out, number < 0 ? -(uint64_t)number : (uint64_t)number, 10, number < 0,
                       spec);
            break;
        case 'u':
        case 'x':
            put_number(&out, spec.wide ? va_arg(args, uint64_t) : va_arg(args, unsigned),
                       *format == 'x' ? 16 : 10, false, spec);
            break;
        case 'p':
            put(&out, '0');
            put(&out, 'x');
            put_number(&out, (uintptr_t)va_arg(args, void *), 16, false, spec);
            break;
        case 's':
            string = va_arg(args, const char *);
            string = string ? string : "(null)";
            put_padded(&out, string, strlen(string), spec);
            break;
        case 'c':
            put(&out, (char)va_arg(args, int));
            break;
        case '\0':
            format--;
            break;
        default:
            put(&out, *format);
        }
    }
    if (capacity)
        text[out.length < capacity ? out.length : capacity - 1] = '\0';
    return (int)out.length;
}

int k_snprintf(char *out, size_t capacity, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = k_vsnprintf(out, capacity, format, args);
    va_end(args);
    return length;
}
