/* SPDX-License-Identifier: MIT */
/*
 * kvmclock.h - the pages in which KVM tells of its clock, and what they mean.
 *
 * Source: Linux, Documentation/virt/kvm/x86/msr.rst (MSR_KVM_WALL_CLOCK_NEW, MSR_KVM_SYSTEM_TIME_NEW). Pure: clock.c
 * hands KVM the pages.
 */
#ifndef K_ARCH_KVMCLOCK_H
#define K_ARCH_KVMCLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* At `tsc` it was `system_ns`; (ticks << shift) * multiplier >> 32 are nanoseconds, a negative shift being to the
 * right. */
struct k_kvm_time {
    uint32_t version, pad; /* odd while KVM writes */
    uint64_t tsc, system_ns;
    uint32_t multiplier;
    int8_t shift;
    uint8_t flags, pad2[2];
};

/* When the system time was zero, since 1970. */
struct k_kvm_wall {
    uint32_t version, seconds, nanoseconds;
};

/* Copy what KVM may be writing. False: in every try it was, or it has written nothing that we can count with. */
bool k_kvm_time_read(const volatile struct k_kvm_time *from, struct k_kvm_time *time);

/* Nanoseconds of a TSC tick, 32 bits of fraction. */
uint64_t k_kvm_ns_per_tick_32(const struct k_kvm_time *time);

/* Nanoseconds since 1970 at `tsc`; 0: KVM has not told the date. */
uint64_t k_kvm_wall_ns(const struct k_kvm_time *time, const volatile struct k_kvm_wall *wall, uint64_t tsc);

#endif
