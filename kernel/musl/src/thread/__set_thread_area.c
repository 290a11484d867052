/* SPDX-License-Identifier: MIT */
/* __set_thread_area.c - tell the kernel where the thread's own data is. */
#include "syscall.h"

#define ARCH_SET_FS 0x1002

int __set_thread_area(void *area)
{
    return __syscall(SYS_arch_prctl, ARCH_SET_FS, area);
}
