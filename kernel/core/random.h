/* SPDX-License-Identifier: MIT */
/*
 * random.h - random bytes.
 *
 * A ChaCha20 generator with fast key erasure, seeded from RDRAND where the
 * processor has it and from virtio-rng through k_random_feed().
 */
#ifndef K_CORE_RANDOM_H
#define K_CORE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void k_random_init(void);

/* True once something that is really random went in. */
bool k_random_is_seeded(void);

/* Mix entropy in. Copies. */
void k_random_feed(const void *bytes, size_t count);

void k_random_bytes(void *out, size_t count);
uint32_t k_random_u32(void);

#endif
