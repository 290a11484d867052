/* SPDX-License-Identifier: MIT */
/* process.c - show what the program was given, then end with $STATUS (see process.sh). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static void at_exit(void) { puts("atexit ran"); }

__attribute__((constructor)) static void before_main(void) { puts("constructor ran"); }

int main(int argc, char **argv)
{
    const char *status = getenv("STATUS");
    unsigned long canary;

    atexit(at_exit);
    printf("argc %d argv0 %s\n", argc, argv[0]);
    for (char **pair = environ; *pair; pair++)
        printf("env %s\n", *pair);
    __asm__("movq %%fs:0x28, %0" : "=r"(canary));
    printf("canary %lx\n", canary);
    printf("page %lu\n", getauxval(AT_PAGESZ));
    for (int i = 0; i < 3; i++)
        syscall(SYS_ptrace, 0, 0, 0, 0);
    syscall(499);
    return status ? atoi(status) : 0;
}
