/* SPDX-License-Identifier: MIT */
/*
 * acpi.h - the little of ACPI that a guest needs: its power button, its off switch, its reset register.
 */
#ifndef K_ARCH_ACPI_H
#define K_ARCH_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `rsdp`: address of the root pointer, 0 when the loader does not know it. */
void k_acpi_init(uint64_t rsdp);

/* Is there a power button that is heard? */
bool k_acpi_has_button(void);

/* Returns when there is no such switch. */
void k_acpi_power_off(void);

/* By the register that the fixed table names. Returns when there is none, or before it takes effect. */
void k_acpi_reset(void);

/* Make the firmware's bytes there readable. They lie anywhere; pages that are mapped stay as they are,
 * for some may be RAM or our own. False: they cannot be. */
bool k_acpi_map(uint64_t address, size_t bytes);

#endif
