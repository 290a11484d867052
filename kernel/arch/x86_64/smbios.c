/* SPDX-License-Identifier: MIT */
#include "arch/x86_64/smbios.h"

#include <string.h>

#include "arch/x86_64/acpi.h"
#include "core/cmdline.h"

#define SCAN_START 0xf0000
#define SCAN_END 0x100000
#define ENTRY_BYTES 32
#define STRUCTURES_BYTES_MAX 65536
#define TYPE_SYSTEM 1
#define TYPE_END 127

/* Offsets into the entry points and into structure type 1. */
enum { E2_LENGTH = 5, E2_BYTES = 22, E2_ADDRESS = 24, E3_LENGTH = 6, E3_BYTES = 12, E3_ADDRESS = 16 };
enum { S_TYPE = 0, S_LENGTH = 1, S_MANUFACTURER = 4, S_PRODUCT = 5, S_SYSTEM_BYTES = 6 };

static uint64_t number(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;

    memcpy(&value, at, bytes);
    return value;
}

static bool sums_up(const uint8_t *at, size_t bytes)
{
    uint8_t sum = 0;

    if (!bytes || bytes > ENTRY_BYTES)
        return false; /* and more than that is not known to be readable */
    for (size_t i = 0; i < bytes; i++)
        sum = (uint8_t)(sum + at[i]);
    return !sum;
}

bool k_smbios_read_entry(const uint8_t *at, uint64_t *structures, size_t *bytes)
{
    if (!memcmp(at, "_SM3_", 5) && sums_up(at, at[E3_LENGTH])) {
        *structures = number(at + E3_ADDRESS, 8);
        *bytes = number(at + E3_BYTES, 4);
    } else if (!memcmp(at, "_SM_", 4) && sums_up(at, at[E2_LENGTH])) {
        *structures = number(at + E2_ADDRESS, 4);
        *bytes = number(at + E2_BYTES, 2);
    } else {
        return false;
    }
    if (*bytes > STRUCTURES_BYTES_MAX)
        *bytes = STRUCTURES_BYTES_MAX;
    return *structures && *bytes;
}

/* String `index`, from 1, of those behind a structure; 0 is none. */
static void take_string(const uint8_t *at, const uint8_t *end, unsigned index, char *out)
{
    size_t length = 0;

    for (unsigned i = 1; i < index && at < end && *at; i++)
        at += strnlen((const char *)at, (size_t)(end - at)) + 1;
    while (index && at < end && *at && length < K_SMBIOS_TEXT_BYTES - 1)
        out[length++] = (char)*at++;
    out[length] = 0;
}

/* Behind the strings, which an empty one ends. */
static const uint8_t *skip_strings(const uint8_t *at, const uint8_t *end)
{
    while (at + 1 < end && (at[0] || at[1]))
        at++;
    return at + 2;
}

bool k_smbios_read_system(const uint8_t *at, size_t bytes, struct k_smbios_system *out)
{
    const uint8_t *end = at + bytes;

    while (end - at >= 4 && at[S_TYPE] != TYPE_END) {
        const uint8_t *strings = at + at[S_LENGTH];

        if (at[S_LENGTH] < 4 || at[S_LENGTH] > end - at)
            return false;
        if (at[S_TYPE] == TYPE_SYSTEM && at[S_LENGTH] >= S_SYSTEM_BYTES) {
            take_string(strings, end, at[S_MANUFACTURER], out->manufacturer);
            take_string(strings, end, at[S_PRODUCT], out->product);
            return true;
        }
        at = skip_strings(strings, end);
        if (at > end)
            return false;
    }
    return false;
}

static uint64_t told_entry(void)
{
    const char *digit = k_cmdline_get("smbios");
    uint64_t value = 0;

    if (!digit || strncmp(digit, "0x", 2))
        return 0;
    for (digit += 2; *digit; digit++) {
        if (!((*digit >= '0' && *digit <= '9') || (*digit >= 'a' && *digit <= 'f')) || value >> 60)
            return 0;
        value = value << 4 | (uint64_t)(*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
    }
    return value;
}

static bool find_structures(uint64_t *structures, size_t *bytes)
{
    uint64_t told = told_entry();

    if (told)
        return k_acpi_map(told, ENTRY_BYTES) && k_smbios_read_entry((const uint8_t *)told, structures, bytes);
    for (uint64_t at = SCAN_START; at + ENTRY_BYTES <= SCAN_END; at += 16)
        if (k_smbios_read_entry((const uint8_t *)at, structures, bytes))
            return true;
    return false;
}

bool k_smbios_system(struct k_smbios_system *out)
{
    uint64_t structures;
    size_t bytes;

    memset(out, 0, sizeof *out);
    return find_structures(&structures, &bytes) && k_acpi_map(structures, bytes) &&
           k_smbios_read_system((const uint8_t *)structures, bytes, out);
}
