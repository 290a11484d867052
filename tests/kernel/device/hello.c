/* SPDX-License-Identifier: MIT */
/* hello.c - end at once: what is tested is what the kernel says before. */
#include <stdio.h>

int main(void)
{
    puts("hello");
    return 7;
}
