/* SPDX-License-Identifier: MIT */
#include "net/net.h"

#include <string.h>

#include "core/clock.h"
#include "core/cmdline.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/poll.h"
#include "lwip/dhcp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "netif/ethernet.h"
#include "virtio/netdev.h"

#define DHCP_WAIT_NS (5 * K_NS_PER_S)

static struct netif card;
static void (*changed)(void);

void k_net_set_changed(void (*fn)(void)) { changed = fn; }

/* Loopback and packets to our own address wait in the netif until its turn. */
static bool poll_loopback(void)
{
    bool did = false;
    struct netif *netif;

    NETIF_FOREACH(netif) {
        if (netif->loop_first) {
            netif_poll(netif);
            did = true;
        }
    }
    return did;
}

static bool poll(void *arg)
{
    bool did;

    (void)arg;
    did = k_netif_poll();
    return poll_loopback() || did;
}

static bool before_idle(void *arg)
{
    (void)arg;
    return k_netif_before_idle();
}

static struct k_poller poller = {.poll = poll, .before_idle = before_idle};

static void address_changed(struct netif *netif)
{
    const uint8_t *a = (const uint8_t *)&netif_ip4_addr(netif)->addr;

    if (ip4_addr_isany(netif_ip4_addr(netif)))
        return;
    k_log(K_LOG_INFO, "net: address %d.%d.%d.%d", a[0], a[1], a[2], a[3]);
    if (changed)
        changed();
}

static bool is_off(void)
{
    const char *net = k_cmdline_get("net");

    return net && !strcmp(net, "off");
}

void k_net_init(void)
{
    struct k_net_sizes sizes = k_net_tune();
    struct k_netdev *dev = k_netdev_get();
    uint64_t deadline;

    if (!k_tcp_hash_init())
        k_panic("net: no memory for the table of connections");
    lwip_init();
    k_poller_add(&poller);
    if (!dev || is_off())
        return;
    netif_add(&card, NULL, NULL, NULL, NULL, k_netif_init, ethernet_input);
    if (k_netif_lend_buffers(sizes.receive_buffers)) {
        k_log(K_LOG_WARN, "net: no memory for receive buffers; there is no network");
        netif_remove(&card);
        return;
    }
    netif_set_default(&card);
    netif_set_status_callback(&card, address_changed);
    netif_set_up(&card);
    k_net_timers_init();
    if (k_address_configure(&card))
        return;
    deadline = k_clock_now_ns() + DHCP_WAIT_NS;
    while (!dhcp_supplied_address(&card) && k_clock_now_ns() < deadline)
        k_idle_round(); /* there is no thread yet; DHCP's own timer ends each halt */
    if (!dhcp_supplied_address(&card))
        k_log(K_LOG_WARN, "net: no answer from DHCP yet; the service starts without an address");
}
