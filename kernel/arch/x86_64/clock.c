/* SPDX-License-Identifier: MIT */
/*
 * clock.c - time from the TSC.
 *
 * How fast the TSC runs: kvmclock tells under KVM. Elsewhere it is compared with the
 * local APIC's timer, which counts nanoseconds: once over the time that booting takes
 * anyway, again over longer stretches when the machine goes idle. Nothing waits for a
 * slow reference, and every loop is bounded.
 */
#include "core/clock.h"

#include <stdbool.h>
#include <string.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/kvmclock.h"
#include "arch/x86_64/rtc.h"
#include "core/cmdline.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/timer.h"

#define GUESS_TSC_PER_US 2500
#define FIRST_SAMPLE_NS 1500000u
#define FIRST_SAMPLE_SPINS 1000000u
#define LONG_SAMPLE_NS 100000000u
#define LONG_SAMPLES 3
#define ARM_MAX_NS 4000000000ull
#define TOLD_TRUST_NS (3 * K_NS_PER_S)
#define HYPERVISOR_LEAF 0x40000000u
#define KVM_CLOCKSOURCE2 (1u << 3)
#define MSR_KVM_WALL_CLOCK 0x4b564d00u
#define MSR_KVM_SYSTEM_TIME 0x4b564d01u

static uint64_t base_tsc, base_ns;
static uint64_t ns_per_tick_32; /* nanoseconds of a TSC tick, 32 bits of fraction */
static uint64_t wall_at_zero_ns;
static uint64_t kvm_wall_ns; /* when the rate was asked for; 0: KVM does not tell */

static uint64_t armed_tsc;
static uint32_t armed_ns;
static unsigned samples_left;

static uint64_t scale(uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)ticks * ns_per_tick_32 >> 32);
}

uint64_t k_clock_now_ns(void) { return base_ns + scale(k_rdtsc() - base_tsc); }
uint64_t k_clock_wall_ns(void) { return wall_at_zero_ns + k_clock_now_ns(); }
void k_clock_set_wall_ns(uint64_t ns) { wall_at_zero_ns = ns - k_clock_now_ns(); }

/* Change the rate without a step in time. */
static void set_rate(uint64_t ns, uint64_t ticks)
{
    uint64_t now_tsc = k_rdtsc();

    if (!ticks || !ns || ns > UINT32_MAX)
        return;
    base_ns += scale(now_tsc - base_tsc);
    base_tsc = now_tsc;
    ns_per_tick_32 = (ns << 32) / ticks;
}

static bool rate_from_kvm(void)
{
    static struct k_kvm_time page __attribute__((aligned(64)));
    static struct k_kvm_wall wall __attribute__((aligned(16)));
    struct k_cpuid id = k_cpuid(HYPERVISOR_LEAF);
    struct k_kvm_time time;
    bool is_told = false;

    if (!(k_cpuid(1).ecx >> 31) || id.ebx != 0x4b4d564b || id.ecx != 0x564b4d56)
        return false;
    if (!(k_cpuid(HYPERVISOR_LEAF + 1).eax & KVM_CLOCKSOURCE2))
        return false;
    k_wrmsr(MSR_KVM_SYSTEM_TIME, (uintptr_t)&page | 1);
    if (k_kvm_time_read(&page, &time)) {
        k_wrmsr(MSR_KVM_WALL_CLOCK, (uintptr_t)&wall); /* KVM fills it once, at the write */
        kvm_wall_ns = k_kvm_wall_ns(&time, &wall, k_rdtsc());
        ns_per_tick_32 = k_kvm_ns_per_tick_32(&time);
        is_told = true;
    }
    k_wrmsr(MSR_KVM_SYSTEM_TIME, 0);
    return is_told;
}

/* A TSC value and what the APIC timer had counted at that moment. */
static uint32_t sample(uint64_t *tsc)
{
    uint64_t before = k_rdtsc();
    uint32_t left = k_apic_timer_left();

    *tsc = before + (k_rdtsc() - before) / 2;
    return left;
}

/* "clock=" of the command line: milliseconds since 1970, UTC; 0 when it is not there. */
static uint64_t told_ns(void)
{
    const char *digit = k_cmdline_get("clock");
    uint64_t ms = 0;

    for (; digit && *digit >= '0' && *digit <= '9' && ms < K_NS_PER_S * 1000; digit++)
        ms = ms * 10 + (uint64_t)(*digit - '0');
    return ms * 1000000;
}

/* The battery-backed clock knows seconds; the launcher is finer, and believed where both agree.
 * Firecracker has no such clock, but KVM below it knows. */
static uint64_t wall_now_ns(void)
{
    uint64_t rtc_s = k_rtc_read_s(), told = told_ns();
    uint64_t rtc_ns = rtc_s * K_NS_PER_S + K_NS_PER_S / 2;
    uint64_t apart_ns = told > rtc_ns ? told - rtc_ns : rtc_ns - told;

    if (!rtc_s && !told)
        return kvm_wall_ns;
    return !rtc_s || apart_ns <= TOLD_TRUST_NS ? told : rtc_ns;
}

void k_clock_init(void)
{
    base_tsc = k_rdtsc();
    ns_per_tick_32 = (1000ull << 32) / GUESS_TSC_PER_US;
    if (!rate_from_kvm()) {
        armed_ns = UINT32_MAX;
        k_apic_timer_start(armed_ns);
        sample(&armed_tsc);
        armed_ns = k_apic_timer_left();
        sample(&armed_tsc);
        samples_left = LONG_SAMPLES;
    }
    wall_at_zero_ns = wall_now_ns() - k_clock_now_ns();
}

void k_clock_started(void)
{
    uint64_t tsc;
    uint32_t left;

    if (!samples_left)
        return;
    for (unsigned spins = 0; spins < FIRST_SAMPLE_SPINS; spins++) {
        left = sample(&tsc);
        if (armed_ns - left >= FIRST_SAMPLE_NS)
            break;
    }
    if (left) /* or booting took longer than the timer can count */
        set_rate(armed_ns - left, tsc - armed_tsc);
    armed_ns = 0;
}

/* The time that the timer ran since it was armed makes a better sample than the last. */
static void refine(void)
{
    uint64_t tsc;
    uint32_t left;

    if (!armed_ns)
        return;
    left = sample(&tsc);
    if (!left || armed_ns - left < LONG_SAMPLE_NS)
        return;
    set_rate(armed_ns - left, tsc - armed_tsc);
    samples_left--;
}

bool k_clock_arm(uint64_t deadline_ns)
{
    uint64_t now = k_clock_now_ns();
    uint64_t wait = deadline_ns - now;

    if (deadline_ns == K_NEVER)
        return true;
    if (deadline_ns <= now)
        return false;
    if (samples_left)
        refine();
    if (wait > ARM_MAX_NS)
        wait = ARM_MAX_NS; /* an early wake-up only looks around and sleeps again */
    k_apic_timer_start((uint32_t)wait);
    if (samples_left) {
        armed_ns = (uint32_t)wait;
        armed_tsc = k_rdtsc();
    }
    return true;
}
