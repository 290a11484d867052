/* SPDX-License-Identifier: MIT */
#include "uc/format.h"

#include <string.h>

#define DAY (24 * 60) /* minutes */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* `count` digits at `at` as a number; -1: they are none. */
static int number(struct uc_str text, size_t at, size_t count)
{
    int value = 0;

    if (at + count > text.len)
        return -1;
    for (size_t i = at; i < at + count; i++) {
        if (!is_digit(text.data[i]))
            return -1;
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static bool begins_with_date(struct uc_str text)
{
    int year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);

    return year >= 0 && text.data[4] == '-' && month >= 1 && month <= 12 && text.data[7] == '-' && day >= 1 &&
           day <= days_of(year, month);
}

bool uc_is_date(struct uc_str text)
{
    return text.len == 10 && begins_with_date(text);
}

/* "Z", "+02:00"; *minutes: how many these are. */
static bool is_offset(struct uc_str text, size_t at, int *minutes)
{
    int hour, minute;

    *minutes = 0;
    if (at + 1 == text.len)
        return text.data[at] == 'Z' || text.data[at] == 'z';
    if (at + 6 != text.len || (text.data[at] != '+' && text.data[at] != '-') || text.data[at + 3] != ':')
        return false;
    hour = number(text, at + 1, 2);
    minute = number(text, at + 4, 2);
    *minutes = (hour * 60 + minute) * (text.data[at] == '-' ? -1 : 1);
    return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

bool uc_is_date_time(struct uc_str text)
{
    int hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
    size_t at = 19;
    int offset;

    if (text.len < 20 || !begins_with_date(text) || (text.data[10] != 'T' && text.data[10] != 't') ||
        text.data[13] != ':' || text.data[16] != ':')
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    if (text.data[at] == '.') {
        size_t first = ++at;

        while (at < text.len && is_digit(text.data[at]))
            at++;
        if (at == first)
            return false;
    }
    if (at == text.len || !is_offset(text, at, &offset))
        return false;
    return second < 60 || (hour * 60 + minute - offset + DAY) % DAY == DAY - 1; /* a leap second ends a day in UTC */
}

bool uc_is_uuid(struct uc_str text)
{
    if (text.len != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text.data[i] != '-' : !is_hex(text.data[i]))
            return false;
    }
    return true;
}

/* Labels of letters, digits and inner dashes, with dots between. */
static bool is_domain(const char *at, const char *end)
{
    size_t label = 0;

    if (at == end || end - at > 253)
        return false;
    for (; at < end; at++) {
        if (*at == '.') {
            if (!label || at[-1] == '-')
                return false;
            label = 0;
        } else if ((!is_letter(*at) && !is_digit(*at) && (*at != '-' || !label)) || ++label > 63) {
            return false;
        }
    }
    return label && end[-1] != '-';
}

bool uc_is_email(struct uc_str text)
{
    const char *at = text.len ? memchr(text.data, '@', text.len) : NULL;
    size_t local = at ? (size_t)(at - text.data) : 0;

    if (!local || local > 64 || text.data[0] == '.' || text.data[local - 1] == '.')
        return false;
    for (size_t i = 0; i < local; i++) {
        char c = text.data[i];

        if ((c == '.' && text.data[i + 1] == '.') ||
            (c != '.' && !is_letter(c) && !is_digit(c) && (!c || !strchr("!#$%&'*+-/=?^_`{|}~", c))))
            return false;
    }
    return is_domain(at + 1, text.data + text.len);
}

bool uc_is_uri(struct uc_str text)
{
    size_t at = 0;

    while (at < text.len && (is_letter(text.data[at]) || (at && (is_digit(text.data[at]) || text.data[at] == '+' ||
                                                                 text.data[at] == '-' || text.data[at] == '.'))))
        at++;
    if (!at || at == text.len || text.data[at] != ':')
        return false;
    for (at++; at < text.len; at++) {
        char c = text.data[at];

        if (c == '%' ? at + 2 >= text.len || !is_hex(text.data[at + 1]) || !is_hex(text.data[at + 2])
                     : !is_letter(c) && !is_digit(c) && (!c || !strchr("-._~:/?#[]@!$&'()*+,;=", c)))
            return false;
    }
    return true;
}

static bool is_quad(const char *at, const char *end)
{
    for (int part = 0; part < 4; part++) {
        int value = 0, digits = 0;

        if (part && (at == end || *at++ != '.'))
            return false;
        for (; at < end && is_digit(*at) && digits < 4; at++, digits++)
            value = value * 10 + (*at - '0');
        if (!digits || digits > 3 || value > 255 || (digits > 1 && at[-digits] == '0'))
            return false;
    }
    return at == end;
}

bool uc_is_ipv4(struct uc_str text)
{
    return text.len && is_quad(text.data, text.data + text.len);
}

bool uc_is_ipv6(struct uc_str text)
{
    const char *at = text.data, *end = text.data + text.len;
    int groups = 0;
    bool gap = false;

    if (text.len < 2)
        return false;
    if (at[0] == ':') {
        if (at[1] != ':')
            return false;
        at += 2;
        gap = true;
    }
    while (at < end) {
        const char *start = at;

        while (at < end && is_hex(*at) && at - start < 5)
            at++;
        if (at < end && *at == '.')
            return is_quad(start, end) && (gap ? groups + 2 < 8 : groups + 2 == 8);
        if (at == start || at - start > 4)
            return false;
        groups++;
        if (at == end)
            break;
        if (*at++ != ':')
            return false;
        if (at < end && *at == ':') {
            if (gap)
                return false;
            gap = true;
            at++;
        } else if (at == end) {
            return false; /* one colon at the end */
        }
    }
    return gap ? groups < 8 : groups == 8;
}

bool uc_is_byte(struct uc_str text)
{
    size_t padding = 0;

    if (text.len % 4)
        return false;
    while (padding < 2 && padding < text.len && text.data[text.len - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i + padding < text.len; i++) {
        char c = text.data[i];

        if (!is_letter(c) && !is_digit(c) && c != '+' && c != '/')
            return false;
    }
    return true;
}
