/* SPDX-License-Identifier: MIT */
/* cc.h - what lwIP asks about compiler and platform, for the host side. */
#ifndef ACT_LWIP_CC_H
#define ACT_LWIP_CC_H

#include <stdio.h>
#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(x) \
    do {                      \
        printf x;             \
    } while (0)
#define LWIP_PLATFORM_ASSERT(message)                                       \
    do {                                                                    \
        fprintf(stderr, "lwip: %s (%s:%d)\n", message, __FILE__, __LINE__); \
        abort();                                                            \
    } while (0)

unsigned int act_node_random(void);
#define LWIP_RAND() act_node_random()

#endif
