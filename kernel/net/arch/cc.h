/* SPDX-License-Identifier: MIT */
/* cc.h - what lwIP asks about the compiler and its surroundings. */
#ifndef K_NET_ARCH_CC_H
#define K_NET_ARCH_CC_H

#include <stddef.h>
#include <stdint.h>

#define BYTE_ORDER LITTLE_ENDIAN
#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_UNISTD_H 1
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_LIMITS_H 1
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#define lwip_htons(x) __builtin_bswap16(x)
#define lwip_htonl(x) __builtin_bswap32(x)

#define X8_F "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "zu"
#define SSIZE_MAX INT32_MAX
typedef long ssize_t;
#define INT_MAX __INT_MAX__

#define LWIP_ERR_T int8_t
#define LWIP_RAND() k_random_u32()
uint32_t k_random_u32(void);

#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x) k_panic("lwip: %s", x)
_Noreturn void k_panic(const char *format, ...);

#endif
