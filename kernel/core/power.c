/* SPDX-License-Identifier: MIT */
/*
 * power.c - the last line of the log, and the switch.
 */
#include "core/power.h"

#include <stddef.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "core/mmio.h"
#include "core/power_internal.h"
#include "core/report.h"

#define DEBUG_EXIT_PORT 0x501
#define KEYBOARD_PORT 0x64
#define KEYBOARD_RESET 0xfe
#define RESET_SPINS 1000 /* until it takes effect */
#define SIGTERM 15

static void (*flush_console)(void);
static void (*finish_network)(void);

void k_power_set_finish(void (*finish)(void)) { finish_network = finish; }

/* The program has ended: no other thread runs any more. */
static void finish(void)
{
    k_interrupts_off();
    if (finish_network)
        finish_network();
    k_power_flush();
}

void k_power_set_flush(void (*flush)(void)) { flush_console = flush; }

void k_power_flush(void)
{
    void (*flush)(void) = flush_console;

    flush_console = NULL;
    if (flush)
        flush();
}

void k_power_exit(int status)
{
    status &= 0xff;
    finish();
    k_report("exit status %d", status);
    k_power_stop(status < K_POWER_STATUS_MAX ? (unsigned)status : K_POWER_STATUS_MAX);
}

/* The device's value has seven bits: SIGTERM (15) takes the place of signal 0. */
void k_power_killed(int signal)
{
    unsigned code = signal < SIGTERM ? (unsigned)signal : 0;

    finish();
    k_report("killed by signal %d, exit status %d", signal, 128 + signal);
    k_power_stop(K_POWER_SIGNAL + code);
}

static void await_reset(void)
{
    for (unsigned spins = 0; spins < RESET_SPINS; spins++)
        k_in8(KEYBOARD_PORT);
}

/* By ACPI's register, else the keyboard controller. Firecracker ends at that; others start anew, or end by
 * -no-reboot. */
static void reset(void)
{
    k_acpi_reset();
    await_reset();
    k_out8(KEYBOARD_PORT, KEYBOARD_RESET);
    await_reset();
}

void k_power_stop(unsigned code)
{
    static const struct __attribute__((packed)) {
        uint16_t limit;
        uint64_t base;
    } no_vectors;

    k_interrupts_off();
    k_out32(DEBUG_EXIT_PORT, code);
    k_acpi_power_off();
    reset();
    __asm__ volatile("lidt %0; ud2" : : "m"(no_vectors));
    __builtin_unreachable();
}
