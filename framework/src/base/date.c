/* SPDX-License-Identifier: MIT */
#include "base/date.h"

#include <string.h>
#include <time.h>

struct fields {
    unsigned year, month, day, weekday, hour, minute, second, ms; /* month from 0 */
};

/* Days to a civil date, counting years from March so that a leap day comes last. */
static void split(uint64_t unix_ms, struct fields *f)
{
    uint64_t seconds = unix_ms / 1000;
    unsigned days = (unsigned)(seconds / 86400);
    unsigned of_day = (unsigned)(seconds % 86400);
    unsigned shifted = days + 719468; /* 0000-03-01 */
    unsigned era = shifted / 146097;
    unsigned of_era = shifted % 146097;
    unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month = (5 * of_year + 2) / 153; /* 0 is March */

    f->day = of_year - (153 * month + 2) / 5 + 1;
    f->month = month < 10 ? month + 2 : month - 10;
    f->year = year_of_era + era * 400 + (f->month < 2);
    f->weekday = (days + 4) % 7;
    f->hour = of_day / 3600;
    f->minute = of_day / 60 % 60;
    f->second = of_day % 60;
    f->ms = (unsigned)(unix_ms % 1000);
}

static char *digits(char *out, unsigned value, unsigned width)
{
    for (unsigned i = width; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

static char *clock_of(char *out, const struct fields *f)
{
    out = digits(out, f->hour, 2);
    *out++ = ':';
    out = digits(out, f->minute, 2);
    *out++ = ':';
    return digits(out, f->second, 2);
}

void uc_date_http(char *out, uint64_t unix_ms)
{
    static const char weekdays[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct fields f;

    split(unix_ms, &f);
    memcpy(out, weekdays + 3 * f.weekday, 3);
    memcpy(out + 3, ", ", 2);
    digits(out + 5, f.day, 2);
    out[7] = ' ';
    memcpy(out + 8, months + 3 * f.month, 3);
    out[11] = ' ';
    digits(out + 12, f.year, 4);
    out[16] = ' ';
    memcpy(clock_of(out + 17, &f), " GMT", 4);
}

void uc_date_rfc3339(char *out, uint64_t unix_ms)
{
    struct fields f;

    split(unix_ms, &f);
    out = digits(out, f.year, 4);
    *out++ = '-';
    out = digits(out, f.month + 1, 2);
    *out++ = '-';
    out = digits(out, f.day, 2);
    *out++ = 'T';
    out = clock_of(out, &f);
    *out++ = '.';
    out = digits(out, f.ms, 3);
    *out = 'Z';
}

uint64_t uc_date_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
