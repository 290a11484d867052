/* SPDX-License-Identifier: MIT */
#include "core.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/cmdline.h"
#include "core/heap.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/page.h"
#include "core/panic.h"
#include "core/poll.h"
#include "core/power.h"
#include "core/random.h"
#include "core/thread.h"
#include "core/timer.h"
#include "sys/signal.h"

uint64_t host_now_ns = 1000000000;
long host_blocks;
long host_fail_after = -1;
uint64_t host_memory_total = 64ull << 20;
const char *host_cmdline[8];
char host_logged[160];

static struct k_poller *pollers;

uint64_t host_wall_at_zero_ns;

uint64_t k_clock_now_ns(void) { return host_now_ns; }
uint64_t k_clock_wall_ns(void) { return host_wall_at_zero_ns + host_now_ns; }
void k_clock_set_wall_ns(uint64_t ns) { host_wall_at_zero_ns = ns - host_now_ns; }

static bool may_allocate(void)
{
    if (host_fail_after == 0)
        return false;
    if (host_fail_after > 0)
        host_fail_after--;
    return true;
}

void *k_malloc(size_t bytes)
{
    void *block = may_allocate() ? malloc(bytes) : NULL;

    host_blocks += block != NULL;
    return block;
}

void *k_calloc(size_t count, size_t bytes)
{
    void *block = may_allocate() ? calloc(count, bytes) : NULL;

    host_blocks += block != NULL;
    return block;
}

void k_free(void *block)
{
    host_blocks -= block != NULL;
    free(block);
}

void *k_pages_alloc(size_t count)
{
    void *pages = may_allocate() ? aligned_alloc(K_PAGE_SIZE, count * K_PAGE_SIZE) : NULL;

    host_blocks += pages != NULL;
    return pages;
}

void k_pages_free(void *pages, size_t count)
{
    (void)count;
    k_free(pages);
}

uint64_t k_memory_total(void) { return host_memory_total; }
uint64_t k_memory_free(void) { return host_memory_total / 2; }

void k_log(enum k_log_level level, const char *format, ...)
{
    va_list args;

    (void)level;
    va_start(args, format);
    vsnprintf(host_logged, sizeof(host_logged), format, args);
    va_end(args);
}

int k_snprintf(char *out, size_t capacity, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(out, capacity, format, args);
    va_end(args);
    return length;
}

void k_panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

void k_random_bytes(void *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((uint8_t *)out)[i] = (uint8_t)rand();
}

uint32_t k_random_u32(void) { return (uint32_t)rand() << 16 ^ (uint32_t)rand(); }

const char *k_cmdline_get(const char *name)
{
    size_t length = strlen(name);

    for (int i = 0; i < 8; i++)
        if (host_cmdline[i] && !strncmp(host_cmdline[i], name, length) &&
            host_cmdline[i][length] == '=')
            return host_cmdline[i] + length + 1;
    return NULL;
}

void k_poller_add(struct k_poller *poller)
{
    poller->next = pollers;
    pollers = poller;
}

bool k_poll_once(void)
{
    bool any = k_timer_run(host_now_ns);

    for (struct k_poller *poller = pollers; poller; poller = poller->next)
        any |= poller->poll(poller->arg);
    return any;
}

void k_idle_round(void) { host_run(10 * K_NS_PER_MS); }

void host_run(uint64_t ns)
{
    uint64_t end = host_now_ns + ns;

    for (;;) {
        while (k_poll_once())
            ;
        if (host_now_ns >= end)
            return;
        host_now_ns += 10 * K_NS_PER_MS;
    }
}

int k_waitq_sleep(struct k_waitq *queue, uint64_t deadline_ns)
{
    (void)queue;
    if (!k_poll_once() && deadline_ns != K_NEVER && deadline_ns > host_now_ns)
        host_now_ns = deadline_ns;
    return -110; /* ETIMEDOUT */
}

int k_waitq_wake(struct k_waitq *queue, int count)
{
    (void)queue;
    (void)count;
    return 0;
}

struct k_thread *k_thread_current(void) { return NULL; }
void k_signal_thread(struct k_thread *thread, int signal)
{
    (void)thread;
    (void)signal;
}
uint64_t k_signal_set_mask(uint64_t mask) { return mask; }
