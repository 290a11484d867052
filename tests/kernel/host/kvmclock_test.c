/* SPDX-License-Identifier: MIT */
/* kvmclock_test.c - rates and dates of pages made up here, and a page that is written while it is read. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "arch/x86_64/kvmclock.h"
#include "tap.h"

#define GHZ_2_5    0xccccccccu /* with shift -1: 0.4 ns a tick */
#define NS         1000000000ull
#define READS      20000
#define WRITES_MAX 100000000u

static void rates(void)
{
    static const struct {
        const char *name;
        uint32_t version, multiplier;
        int8_t shift;
        uint64_t ns_per_tick_32; /* 0: refused */
    } rows[] = {
        {"1 GHz: a nanosecond a tick", 2, 0x80000000, 1, 1ull << 32},
        {"2.5 GHz: a shift to the right", 2, GHZ_2_5, -1, 0x66666666},
        {"no shift", 4, 0x80000000, 0, 0x80000000},
        {"24 MHz: a shift of some bits", 2, 0xa6aaaaaa, 6, 0x29aaaaaa80},
        {"the largest shift", 2, 0xffffffff, 31, 0xffffffffull << 31},
        {"the smallest", 2, 0x80000000, -31, 1},
        {"what KVM has not written is no rate", 0, 0, 0, 0},
        {"nor is one of which nothing is left", 2, 0x40000000, -31, 0},
        {"a shift beyond a word", 2, 0x80000000, 32, 0},
        {"and one below", 2, 0x80000000, -32, 0},
        {"the least that there is", 2, 0x80000000, INT8_MIN, 0},
        {"a page that KVM is always about to write", 3, 0x80000000, 1, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct k_kvm_time page = {.version = rows[i].version, .multiplier = rows[i].multiplier, .shift = rows[i].shift};
        struct k_kvm_time time;
        bool good = k_kvm_time_read(&page, &time);

        ok(good == (rows[i].ns_per_tick_32 != 0) && (!good || k_kvm_ns_per_tick_32(&time) == rows[i].ns_per_tick_32),
           rows[i].name);
    }
}

static void dates(void)
{
    static const struct {
        const char *name;
        struct k_kvm_time time;
        struct k_kvm_wall wall;
        uint64_t tsc, ns;
    } rows[] = {
        {"the date is that of zero, and the system's time",
         {.tsc = 1000, .system_ns = 5 * NS, .multiplier = 0x80000000, .shift = 1},
         {2, 1700000000, 250},
         1000,
         1700000005 * NS + 250},
        {"ticks since then count",
         {.tsc = 1000, .system_ns = 5 * NS, .multiplier = 0x80000000, .shift = 1},
         {2, 1700000000, 250},
         1000 + 3 * NS,
         1700000008 * NS + 250},
        {"each for less, by a shift to the right",
         {.tsc = 7, .system_ns = 0, .multiplier = 0x80000000, .shift = -1},
         {2, 1700000000, 0},
         7 + 4 * NS,
         1700000001 * NS},
        {"more of them than 32 bits times 32 bits",
         {.tsc = 0, .system_ns = 0, .multiplier = 0x80000000, .shift = 1},
         {2, 1, 0},
         1ull << 60,
         (1ull << 60) + NS},
        {"after 2038 and 2106's half",
         {.tsc = 0, .system_ns = 0, .multiplier = 0x80000000, .shift = 1},
         {2, 4294967295u, 999999999},
         0,
         4294967295 * NS + 999999999},
        {"a date that KVM has not told",
         {.tsc = 0, .system_ns = 5 * NS, .multiplier = 0x80000000, .shift = 1},
         {0, 0, 0},
         NS,
         0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ok(k_kvm_wall_ns(&rows[i].time, &rows[i].wall, rows[i].tsc) == rows[i].ns, rows[i].name);
}

static volatile struct k_kvm_time page = {.version = 2, .tsc = 2, .system_ns = 4, .multiplier = 6, .shift = 2};
static atomic_bool is_enough;

/* As KVM: odd, the fields, even. All follow from the version. */
static void *keep_writing(void *none)
{
    for (uint32_t i = 4; !is_enough && i < WRITES_MAX; i += 2) {
        page.version = i - 1;
        atomic_signal_fence(memory_order_seq_cst);
        page.tsc = i;
        page.system_ns = 2ull * i;
        page.multiplier = 3 * i;
        page.shift = (int8_t)(i % 32);
        atomic_signal_fence(memory_order_seq_cst);
        page.version = i;
    }
    return none;
}

static void whole(void)
{
    pthread_t writer;
    unsigned torn = 0, read = 0;

    if (pthread_create(&writer, NULL, keep_writing, NULL)) {
        ok(0, "a thread that writes");
        return;
    }
    for (unsigned i = 0; i < READS; i++) {
        struct k_kvm_time time;

        if (!k_kvm_time_read(&page, &time))
            continue; /* it was always at it */
        read++;
        torn += time.version & 1 || time.tsc != time.version || time.system_ns != 2ull * time.version ||
                time.multiplier != 3 * time.version || time.shift != (int8_t)(time.version % 32);
    }
    is_enough = true;
    pthread_join(writer, NULL);
    ok(read > 0, "a page that is written all the time can be read");
    ok(!torn, "and never half of one and half of the next");
}

int main(void)
{
    rates();
    dates();
    whole();
    return tap_done();
}
