/* SPDX-License-Identifier: MIT */
#include "fnv.h"

#include <string.h>

#define PRIME 0x100000001b3ull

uint64_t deploy_fnv(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    while (len--)
        hash = (hash ^ *at++) * PRIME;
    return hash;
}

uint64_t deploy_fnv_text(uint64_t hash, const char *text)
{
    return deploy_fnv(hash, text, strlen(text));
}

uint32_t deploy_fnv_short(const char *text)
{
    uint64_t hash = deploy_fnv_text(DEPLOY_FNV_BASIS, text);

    return (uint32_t)(hash ^ hash >> 32);
}
