/* SPDX-License-Identifier: MIT */
/* __unmapself.c - end a detached thread; the kernel frees its stack once it is off it. */
#include "pthread_impl.h"
#include "syscall.h"

#define SYS_exit_unmap 500

void __unmapself(void *base, size_t size)
{
    for (;;)
        __syscall(SYS_exit_unmap, base, size);
}
