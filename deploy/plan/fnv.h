/* SPDX-License-Identifier: MIT */
/*
 * fnv.h - FNV-1a: numbers that tell things apart, and keep no forger out.
 */
#ifndef DEPLOY_PLAN_FNV_H
#define DEPLOY_PLAN_FNV_H

#include <stddef.h>
#include <stdint.h>

/* Where a hash begins: that of nothing. */
#define DEPLOY_FNV_BASIS 0xcbf29ce484222325ull

/* `hash`, and then these bytes. */
uint64_t deploy_fnv(uint64_t hash, const void *bytes, size_t len);

/* `hash`, and then the text without its NUL: "ab" "c" is "a" "bc". */
uint64_t deploy_fnv_text(uint64_t hash, const char *text);

/* Of one text, 32 bits. */
uint32_t deploy_fnv_short(const char *text);

#endif
