/* SPDX-License-Identifier: MIT */
/* vfork.c - an image is one process and stays one. */
#include <errno.h>
#include <unistd.h>

pid_t vfork(void)
{
    errno = ENOSYS;
    return -1;
}
