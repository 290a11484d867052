/* SPDX-License-Identifier: MIT */
/*
 * apic.h - the local APIC (its timer counts nanoseconds) and vectors.
 */
#ifndef K_ARCH_APIC_H
#define K_ARCH_APIC_H

#include <stdbool.h>
#include <stdint.h>

#define K_VECTOR_TIMER 32
#define K_VECTOR_FIRST 33
#define K_VECTOR_SPURIOUS 63

void k_apic_init(void);

/* Run what belongs to the vector. False for a spurious one. */
bool k_apic_dispatch(unsigned vector);

/* One shot after this many nanoseconds (at most 2^32 - 1); 0 stops it. */
void k_apic_timer_start(uint32_t ns);

/* Nanoseconds until it fires; 0 when it has. */
uint32_t k_apic_timer_left(void);

/* Physical destination of interrupts to this processor. */
uint32_t k_apic_id(void);

#endif
