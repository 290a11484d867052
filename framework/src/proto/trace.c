/* SPDX-License-Identifier: MIT */
#include "proto/trace.h"

#include "base/random.h"

#define TRACE_AT 3
#define SPAN_AT 36
#define FLAGS_AT 53

static bool is_lower_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool hex_run(const char *text, size_t len, bool zero_is_fine)
{
    bool other_than_zero = zero_is_fine;

    for (size_t i = 0; i < len; i++) {
        if (!is_lower_hex(text[i]))
            return false;
        other_than_zero |= text[i] != '0';
    }
    return other_than_zero;
}

bool uc_trace_parent_valid(struct uc_str parent)
{
    const char *t = parent.data;

    if (parent.len < UC_TRACE_PARENT_BYTES || !hex_run(t, 2, true) || memcmp(t, "ff", 2) == 0)
        return false;
    if (parent.len > UC_TRACE_PARENT_BYTES && (memcmp(t, "00", 2) == 0 || t[UC_TRACE_PARENT_BYTES] != '-'))
        return false;
    return t[2] == '-' && hex_run(t + TRACE_AT, 32, false) && t[35] == '-' && hex_run(t + SPAN_AT, 16, false) &&
           t[52] == '-' && hex_run(t + FLAGS_AT, 2, true);
}

static void put_random(char *out)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t value = uc_random_u64();

    if (value == 0)
        value = 1; /* all zero means "none" */
    for (int i = 0; i < 16; i++) {
        out[i] = digits[value & 15];
        value >>= 4;
    }
}

void uc_trace_continue(char out[UC_TRACE_PARENT_BYTES + 1], struct uc_str parent)
{
    bool known = parent.data && uc_trace_parent_valid(parent);

    memcpy(out, "00-", 3);
    if (known) {
        memcpy(out + TRACE_AT, parent.data + TRACE_AT, 32);
    } else {
        put_random(out + TRACE_AT);
        put_random(out + TRACE_AT + 16);
    }
    out[35] = '-';
    put_random(out + SPAN_AT);
    memcpy(out + 52, "-00", 3);
    if (known)
        out[FLAGS_AT + 1] = (parent.data[FLAGS_AT + 1] & 1) ? '1' : '0';
    out[UC_TRACE_PARENT_BYTES] = '\0';
}
