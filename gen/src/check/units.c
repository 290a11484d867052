/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

struct unit {
    const char *name;
    int64_t factor;
};

static int parse(const char *text, const struct unit *units, size_t count, int64_t *value)
{
    size_t digits = strspn(text, "0123456789");
    int64_t number;

    if (digits == 0 || digits > 15)
        return -EINVAL;
    number = strtoll(text, NULL, 10);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text + digits, units[i].name))
            continue;
        return __builtin_mul_overflow(number, units[i].factor, value) ? -EINVAL : 0;
    }
    return -EINVAL;
}

int gen_parse_duration_ms(const char *text, int64_t *ms)
{
    static const struct unit units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

    return parse(text, units, sizeof(units) / sizeof(units[0]), ms);
}

int gen_parse_size(const char *text, int64_t *bytes)
{
    static const struct unit units[] = {
        {"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};

    return parse(text, units, sizeof(units) / sizeof(units[0]), bytes);
}
