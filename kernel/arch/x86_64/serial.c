/* SPDX-License-Identifier: MIT */
/*
 * serial.c - a 16550 at the usual place, without interrupts.
 */
#include "arch/x86_64/serial.h"

#include "core/mmio.h"

#define PORT 0x3f8
#define LINE_CONTROL (PORT + 3)
#define LINE_STATUS (PORT + 5)
#define SCRATCH (PORT + 7)
#define TRANSMITTER_EMPTY 0x20
#define SPINS_MAX 100000

static enum { UNKNOWN, PRESENT, ABSENT } state;

static void probe(void)
{
    k_out8(SCRATCH, 0x5a);
    if (k_in8(SCRATCH) != 0x5a) {
        state = ABSENT;
        return;
    }
    k_out8(PORT + 1, 0x00);     /* no interrupts */
    k_out8(LINE_CONTROL, 0x80); /* divisor: 115200 */
    k_out8(PORT, 0x01);
    k_out8(PORT + 1, 0x00);
    k_out8(LINE_CONTROL, 0x03); /* 8 bits, no parity */
    k_out8(PORT + 2, 0x07);     /* FIFO on */
    state = PRESENT;
}

void k_serial_write(const char *text, size_t bytes)
{
    if (state == UNKNOWN)
        probe();
    for (size_t i = 0; state == PRESENT && i < bytes; i++) {
        unsigned spins = 0;

        while (!(k_in8(LINE_STATUS) & TRANSMITTER_EMPTY) && spins < SPINS_MAX)
            spins++;
        k_out8(PORT, (uint8_t)text[i]);
    }
}
