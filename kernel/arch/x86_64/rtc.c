/* SPDX-License-Identifier: MIT */
/*
 * rtc.c - read date and time from CMOS.
 */
#include "arch/x86_64/rtc.h"

#include <stdbool.h>

#include "core/mmio.h"

#define INDEX 0x70
#define DATA 0x71
#define STATUS_A 0x0a
#define STATUS_B 0x0b
#define UPDATING 0x80
#define BINARY 0x04
#define SPINS_MAX 10000

enum { SECOND = 0, MINUTE = 2, HOUR = 4, DAY = 7, MONTH = 8, YEAR = 9, CENTURY = 0x32 };

static uint8_t cmos(uint8_t index)
{
    k_out8(INDEX, index);
    return k_in8(DATA);
}

static unsigned number(uint8_t index, bool binary)
{
    uint8_t value = cmos(index);

    return binary ? value : (value >> 4) * 10u + (value & 15);
}

/* Days since 1970 of a Gregorian date; March counts as the first month. */
static uint64_t days_of(unsigned year, unsigned month, unsigned day)
{
    unsigned y = month <= 2 ? year - 1 : year;
    unsigned m = month <= 2 ? month + 9 : month - 3;

    return y * 365ull + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

uint64_t k_rtc_read_s(void)
{
    unsigned second, minute, hour, day, month, year, century;
    bool binary;

    if (cmos(STATUS_A) == 0xff)
        return 0;
    for (unsigned spins = 0; spins < SPINS_MAX && (cmos(STATUS_A) & UPDATING); spins++)
        ;
    binary = cmos(STATUS_B) & BINARY;
    second = number(SECOND, binary);
    minute = number(MINUTE, binary);
    hour = number(HOUR, binary);
    day = number(DAY, binary);
    month = number(MONTH, binary);
    year = number(YEAR, binary);
    century = number(CENTURY, binary);
    year += century >= 19 && century <= 30 ? century * 100 : 2000;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return 0;
    return ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}
