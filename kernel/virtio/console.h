/* SPDX-License-Identifier: MIT */
/*
 * console.h - the service's output, through virtio-console.
 *
 * Text is copied into page-sized chunks; a chunk goes to the device when it is full or when the
 * next poll round begins, whichever comes first. While all chunks are with the device a writer
 * waits for a bounded time, and then text is lost, and counted: a host that does not read must
 * not stop the service.
 */
#ifndef K_VIRTIO_CONSOLE_H
#define K_VIRTIO_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* Is there one? Without it output belongs to the serial port. */
bool k_console_is_present(void);

void k_console_write(const char *text, size_t bytes);

/* Hand over what is there, and wait (bounded) until the device has it. */
void k_console_flush(void);

#endif
