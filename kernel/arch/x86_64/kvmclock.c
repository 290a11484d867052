/* SPDX-License-Identifier: MIT */
#include "arch/x86_64/kvmclock.h"

#include "core/clock.h"
#include "core/mmio.h"

#define TRIES 1000
#define SHIFT_END 32 /* KVM's lie far within: it makes the multiplier at least 2^31 */

static bool is_copied(const volatile struct k_kvm_time *from, struct k_kvm_time *time)
{
    time->version = from->version;
    k_rmb();
    time->tsc = from->tsc;
    time->system_ns = from->system_ns;
    time->multiplier = from->multiplier;
    time->shift = from->shift;
    k_rmb();
    return !(time->version & 1) && time->version == from->version;
}

bool k_kvm_time_read(const volatile struct k_kvm_time *from, struct k_kvm_time *time)
{
    for (unsigned i = 0; i < TRIES; i++) {
        if (is_copied(from, time))
            return time->shift > -SHIFT_END && time->shift < SHIFT_END && k_kvm_ns_per_tick_32(time);
        __builtin_ia32_pause();
    }
    return false;
}

uint64_t k_kvm_ns_per_tick_32(const struct k_kvm_time *time)
{
    uint64_t ns = time->multiplier;

    return time->shift >= 0 ? ns << time->shift : ns >> -time->shift;
}

uint64_t k_kvm_wall_ns(const struct k_kvm_time *time, const volatile struct k_kvm_wall *wall, uint64_t tsc)
{
    uint64_t ticks = tsc - time->tsc;

    if (!wall->seconds)
        return 0;
    ticks = time->shift >= 0 ? ticks << time->shift : ticks >> -time->shift;
    return wall->seconds * K_NS_PER_S + wall->nanoseconds + time->system_ns +
           (uint64_t)((unsigned __int128)ticks * time->multiplier >> 32);
}
