/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A decimal number with an optional fraction at *text, which moves behind it. */
static int read_decimal(const char **text, double *number)
{
    const char *at = *text;
    double scale = 1;
    size_t digits = 0;

    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++, digits++)
        *number = *number * 10 + (*at - '0');
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++, digits++)
            *number += (*at - '0') * (scale /= 10);
    if (!digits)
        return -EINVAL;
    *text = at;
    return 0;
}

int deploy_value_duration(const char *text, uint64_t *ms)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"ms", 1}, {"us", 1e-3}, {"ns", 1e-6}, {"h", 3600e3}, {"m", 60e3}, {"s", 1e3}};
    double total = 0, number;

    if (!strcmp(text, "0")) {
        *ms = 0;
        return 0;
    }
    if (!*text)
        return -EINVAL;
    while (*text) {
        size_t unit = 0;

        if (read_decimal(&text, &number))
            return -EINVAL;
        while (unit < 6 && strncmp(text, units[unit].name, strlen(units[unit].name)) != 0)
            unit++;
        if (unit == 6)
            return -EINVAL;
        text += strlen(units[unit].name);
        total += number * units[unit].ms;
    }
    if (total > 1e12)
        return -ERANGE;
    *ms = (uint64_t)ceil(total - 1e-6);
    return 0;
}

int deploy_value_bytes(const char *text, uint64_t *bytes)
{
    static const char letters[] = "bkmg";
    const char *letter;
    double number;

    if (read_decimal(&text, &number))
        return -EINVAL;
    if (*text == ' ')
        text++;
    letter = *text ? strchr(letters, *text | 0x20) : letters;
    if (!letter)
        return -EINVAL;
    if (*text && *letter != 'b' && *++text && strcasecmp(text, "b") != 0 &&
        strcasecmp(text, "ib") != 0)
        return -EINVAL;
    if (*text && *letter == 'b' && text[1])
        return -EINVAL;
    number *= (double)(1ull << (10 * (letter - letters)));
    if (number > (double)(1ull << 50))
        return -ERANGE;
    *bytes = (uint64_t)number;
    return 0;
}

int deploy_value_number(const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;

    if (!*text)
        return -EINVAL;
    for (const char *at = text; *at; at++) {
        if (*at < '0' || *at > '9')
            return -EINVAL;
        if (value > (UINT64_MAX - 9) / 10)
            return -ERANGE;
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (value < min || value > max)
        return -ERANGE;
    *number = value;
    return 0;
}

int deploy_value_bool(const char *text, bool *value)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return -EINVAL;
    *value = *text == 't';
    return 0;
}

bool deploy_value_is_ip(const char *text)
{
    unsigned char address[16];

    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

static bool is_name(const char *text, const char *others, size_t max)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        bool letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');

        if (!letter && (i == 0 || !strchr(others, text[i])))
            return false;
    }
    return len > 0 && len <= max;
}

bool deploy_value_is_service_name(const char *text)
{
    return is_name(text, "-", 40) && text[strlen(text) - 1] != '-';
}

bool deploy_value_is_project_name(const char *text)
{
    return is_name(text, "_-", 50);
}
