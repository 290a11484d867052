/* SPDX-License-Identifier: MIT */
/*
 * serial.h - the first serial port, for early boot and last words.
 */
#ifndef K_ARCH_SERIAL_H
#define K_ARCH_SERIAL_H

#include <stddef.h>

/* Does nothing on a machine without the port. */
void k_serial_write(const char *text, size_t bytes);

#endif
