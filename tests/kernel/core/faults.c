/* SPDX-License-Identifier: MIT */
/* faults.c - do the one forbidden thing that $FAULT names (see faults.sh). */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static const char constant[16] = "constant";
static unsigned char data_code[16] = {0xc3};
static volatile int zero;

/* What the compiler knows nothing about. */
static void *hidden(const void *pointer)
{
    __asm__ volatile("" : "+r"(pointer));
    return (void *)pointer;
}

static void call(void *code)
{
    void (*fn)(void);

    memcpy(&fn, &code, sizeof fn);
    fn();
}

__attribute__((noinline)) static void write_to(void *at) { *(volatile char *)at = 1; }

__attribute__((noinline)) static int recurse(int depth)
{
    volatile char frame[256];

    frame[0] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static void *recurse_in_thread(void *arg)
{
    recurse(0);
    return arg;
}

__attribute__((noinline)) static void smash(size_t bytes)
{
    char small[16];

    memset(hidden(small), 'x', bytes);
}

static void touch_after_unmap(void)
{
    char *at = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    write_to(at);
}

static void run(const char *fault)
{
    unsigned char stack_code[16] = {0xc3};
    pthread_t thread;

    if (!strcmp(fault, "null-read"))
        zero = *(volatile int *)hidden(NULL);
    else if (!strcmp(fault, "null-write"))
        write_to(hidden((void *)8));
    else if (!strcmp(fault, "null-call"))
        call(hidden(NULL));
    else if (!strcmp(fault, "write-text"))
        write_to(hidden((void *)run));
    else if (!strcmp(fault, "write-rodata"))
        write_to(hidden(constant));
    else if (!strcmp(fault, "execute-data"))
        call(hidden(data_code));
    else if (!strcmp(fault, "execute-stack"))
        call(hidden(stack_code));
    else if (!strcmp(fault, "execute-heap"))
        call(memset(malloc(16), 0xc3, 16));
    else if (!strcmp(fault, "overflow"))
        recurse(0);
    else if (!strcmp(fault, "thread-overflow"))
        pthread_create(&thread, NULL, recurse_in_thread, NULL), pthread_join(thread, NULL);
    else if (!strcmp(fault, "no-rights"))
        touch_after_unmap();
    else if (!strcmp(fault, "beyond-ram"))
        write_to(hidden((void *)(1ul << 38)));
    else if (!strcmp(fault, "smash"))
        smash(64);
    else if (!strcmp(fault, "divide"))
        zero = 1000 / zero;
    else if (!strcmp(fault, "trap"))
        __builtin_trap();
    else if (!strcmp(fault, "abort"))
        abort();
}

int main(void)
{
    printf("before the fault\n");
    fflush(stdout);
    run(getenv("FAULT"));
    return 0;
}
