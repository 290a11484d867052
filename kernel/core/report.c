/* SPDX-License-Identifier: MIT */
/*
 * report.c - print why and where the image died, trusting as little as possible.
 */
#include "core/report.h"

#include <stdarg.h>
#include <stdbool.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/serial.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/power_internal.h"
#include "core/symbols.h"

#define FRAMES_MAX 100000
#define FRAMES_SHOWN 12
#define FRAME_BYTES_MAX (1ul << 20)

static bool reporting;

void k_report_begin(void)
{
    k_interrupts_off();
    if (reporting)
        k_power_stop(K_POWER_PANIC);
    reporting = true;
}

static void report_line(const char *format, va_list args)
{
    char line[200] = "ucompose: ";
    int length = 10 + k_vsnprintf(line + 10, sizeof line - 11, format, args);

    if (length > (int)sizeof line - 2)
        length = sizeof line - 2;
    line[length++] = '\n';
    k_serial_write(line, (size_t)length);
}

void k_report(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report_line(format, args);
    va_end(args);
}

static void report_frame(unsigned number, uintptr_t address, bool is_return)
{
    uintptr_t offset = 0;
    /* A return address may be the first byte after its function. */
    const char *name = k_symbols_find(address - is_return, &offset);

    if (name)
        k_report("  #%u 0x%lx %s+0x%lx", number, address, name, offset + is_return);
    else
        k_report("  #%u 0x%lx", number, address);
}

static bool is_readable(uintptr_t address)
{
    return address && !(address & 7) && k_paging_access(address) && k_paging_access(address + 8);
}

/* The frame of the caller's caller, or 0 at the end of the chain. */
static uintptr_t next_frame(uintptr_t at)
{
    uintptr_t next = ((const uintptr_t *)at)[0];

    if (next <= at || next - at > FRAME_BYTES_MAX || !is_readable(next))
        return 0;
    return ((const uintptr_t *)next)[1] ? next : 0;
}

/* Of a long chain (an endless recursion), both ends. */
void k_report_backtrace(uintptr_t rip, uintptr_t frame_pointer)
{
    unsigned count = 1, number = 1;
    uintptr_t first = 0;

    report_frame(0, rip, false);
    if (is_readable(frame_pointer) && ((const uintptr_t *)frame_pointer)[1])
        first = frame_pointer;
    for (uintptr_t at = first; at && count < FRAMES_MAX; at = next_frame(at))
        count++;
    for (uintptr_t at = first; at && number < count; at = next_frame(at), number++) {
        if (number == FRAMES_SHOWN && count > 2 * FRAMES_SHOWN)
            k_report("  ... %u more ...", count - 2 * FRAMES_SHOWN);
        if (number < FRAMES_SHOWN || number >= count - FRAMES_SHOWN || count <= 2 * FRAMES_SHOWN)
            report_frame(number, ((const uintptr_t *)at)[1], true);
    }
}

void k_report_stop(void)
{
    k_power_flush();
    k_power_stop(K_POWER_PANIC);
}

void k_panic(const char *format, ...)
{
    char reason[160];
    va_list args;

    k_report_begin();
    va_start(args, format);
    k_vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    k_report("panic: %s", reason);
    k_report_backtrace((uintptr_t)__builtin_return_address(0),
                       *(uintptr_t *)__builtin_frame_address(0));
    k_report_stop();
}

/* The compiler's stack protector, in the kernel's own code. */
uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);
void __stack_chk_fail(void) { k_panic("stack smashed"); }
