/* SPDX-License-Identifier: MIT */
/*
 * main.c - booting, top to bottom.
 *
 * arch/x86_64/entry.S and boot.c come before: long mode, memory map, page tables,
 * vectors, clock, random numbers.
 */
#include <stddef.h>
#include <string.h>

#include "abi/errno.h"
#include "cloud/cloud.h"
#include "core/boot.h"
#include "core/clock.h"
#include "core/cmdline.h"
#include "core/environment.h"
#include "core/log.h"
#include "core/page.h"
#include "core/power.h"
#include "core/process.h"
#include "core/random.h"
#include "net/net.h"
#include "sys/sys_internal.h"
#include "sys/tree.h"
#include "virtio/console.h"
#include "virtio/virtio.h"

static void choose_log_level(void)
{
    const char *level = k_cmdline_get("log");

    if (level && !strcmp(level, "debug"))
        k_log_set_level(K_LOG_DEBUG);
    else if (level && !strcmp(level, "info"))
        k_log_set_level(K_LOG_INFO);
}

static void init_console(void)
{
    if (k_console_is_present()) {
        k_log_set_sink(k_console_write);
        k_power_set_flush(k_console_flush);
    }
    k_console_file_init();
}

static void write_resolv_conf(void)
{
    static char text[256];

    k_tree_set("/etc/resolv.conf", text, k_net_resolv_conf(text, sizeof text));
}

static void init_files(void)
{
    k_tree_init();
    write_resolv_conf();
    k_net_set_changed(write_resolv_conf);
}

/* Once there is a console that shows it. */
static void tell_entropy(void)
{
    if (!k_random_is_seeded())
        k_log(K_LOG_WARN,
              "no entropy: the processor has no RDRAND, and no virtio-rng device gave any yet; until one does, "
              "getrandom fails (error %d)",
              EIO);
}

void k_main(void)
{
    choose_log_level();
    k_virtio_probe();
    init_console();
    tell_entropy();
    k_net_init();
    k_power_set_finish(k_net_finish);
    k_cloud_init();
    init_files();
    k_environment_init();
    k_clock_started();
    k_log(K_LOG_INFO, "booted in %lu us, %lu of %lu KiB free", k_clock_now_ns() / 1000,
          k_memory_free() / 1024, k_memory_total() / 1024);
    k_process_start();
}
