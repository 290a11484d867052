/* SPDX-License-Identifier: MIT */
/*
 * keyboard.c - three keys of a keyboard at an i8042.
 *
 * Nothing is written to the controller: Firecracker's sends keys and interrupts from the start, as
 * scan codes of set 2. Firmware of a PC may have set it to translate them to set 1, so a key is
 * known by either code.
 */
#include "arch/x86_64/keyboard.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/irq.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/poll.h"
#include "sys/signal.h"

#define DATA_PORT     0x60
#define STATUS_PORT   0x64
#define STATUS_FULL   1u
#define NO_CONTROLLER 0xff
#define INPUT         1
#define BYTES_MAX     16 /* a controller has room for as many; one that never ends is left */

enum { EXTENDED = 0xe0, RELEASED_2 = 0xf0, RELEASED_1 = 0x80 };
enum { CTRL_2 = 0x14, ALT_2 = 0x11, DELETE_2 = 0x71, CTRL_1 = 0x1d, ALT_1 = 0x38, DELETE_1 = 0x53 };

static volatile bool pressed;

static void take(uint8_t code)
{
    static bool ctrl, alt, extended, released;
    uint8_t key = code & (uint8_t)~RELEASED_1;
    bool down = !released && !(code & RELEASED_1);

    if (code == EXTENDED || code == RELEASED_2) {
        *(code == EXTENDED ? &extended : &released) = true;
        return;
    }
    if (key == CTRL_2 || key == CTRL_1)
        ctrl = down;
    if (key == ALT_2 || key == ALT_1)
        alt = down;
    if (extended && (key == DELETE_2 || key == DELETE_1) && down && ctrl && alt)
        pressed = true;
    extended = released = false;
}

static void on_key(void *arg)
{
    (void)arg;
    for (int i = 0; i < BYTES_MAX && k_in8(STATUS_PORT) & STATUS_FULL; i++)
        take(k_in8(DATA_PORT));
}

static bool poll_keys(void *arg)
{
    (void)arg;
    if (!pressed)
        return false;
    pressed = false;
    k_log(K_LOG_INFO, "Ctrl+Alt+Del");
    k_signal_process(SIGTERM);
    return true;
}

void k_keyboard_init(void)
{
    static struct k_poller keys = {.poll = poll_keys};

    if (k_in8(STATUS_PORT) == NO_CONTROLLER || k_irq_enable(INPUT, false, on_key, NULL))
        return;
    on_key(NULL); /* what lies there already would hold the interrupt back */
    k_poller_add(&keys);
}
