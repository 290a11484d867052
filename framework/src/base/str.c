/* SPDX-License-Identifier: MIT */
#include "uc/str.h"

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool uc_str_eq_nocase(struct uc_str a, struct uc_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower((unsigned char)a.data[i]) != lower((unsigned char)b.data[i]))
            return false;
    }
    return true;
}
