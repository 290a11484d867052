/* SPDX-License-Identifier: MIT */
/*
 * keyboard.h - Ctrl+Alt+Del, for machines that have no power button: Firecracker's SendCtrlAltDel
 * presses it.
 */
#ifndef K_ARCH_KEYBOARD_H
#define K_ARCH_KEYBOARD_H

/* Does nothing where there is no keyboard controller. */
void k_keyboard_init(void);

#endif
