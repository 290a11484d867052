/* SPDX-License-Identifier: MIT */
/*
 * random.h - numbers that are unlikely to repeat, for trace and span ids. Not for secrets.
 *
 * xoshiro256** seeded once from the system: a span id costs a dozen instructions, while
 * a cryptographic generator would cost more than the rest of a small request. W3C trace
 * context asks for uniqueness only, and nobody may rely on these ids being unguessable.
 * Loop thread only.
 */
#ifndef UC_RANDOM_H
#define UC_RANDOM_H

#include <stdint.h>

uint64_t uc_random_u64(void);

#endif
