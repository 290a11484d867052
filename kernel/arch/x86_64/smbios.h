/* SPDX-License-Identifier: MIT */
/*
 * smbios.h - who made this machine (DMTF DSP0134, System Management BIOS).
 */
#ifndef K_ARCH_SMBIOS_H
#define K_ARCH_SMBIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define K_SMBIOS_TEXT_BYTES 65

struct k_smbios_system { /* "" where nothing is told */
    char manufacturer[K_SMBIOS_TEXT_BYTES];
    char product[K_SMBIOS_TEXT_BYTES];
};

/*
 * Look for the tables where the loader says ("smbios=0x..." on the command line), else below 1 MiB,
 * and read structure type 1. False: there is none.
 */
bool k_smbios_system(struct k_smbios_system *out);

/* ---- the pure part ---- */

/* An entry point (2.x or 3.x) at `at`, of at least 32 bytes: where its structures are. */
bool k_smbios_read_entry(const uint8_t *at, uint64_t *structures, size_t *bytes);

/* Structure type 1 among `bytes` bytes of structures. */
bool k_smbios_read_system(const uint8_t *at, size_t bytes, struct k_smbios_system *out);

#endif
