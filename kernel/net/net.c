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
#include "net/lease.h"
#include "net/ntp.h"
#include "netif/ethernet.h"
#include "virtio/netdev.h"

#define DHCP_WAIT_NS (5 * K_NS_PER_S)
#define FURTHER_BUFFERS 64u /* to receive into, of each card but the first */

static struct netif cards[K_NETDEVS_MAX];
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
    k_lease_changed(netif, (unsigned)(netif - cards));
    if (ip4_addr_isany(netif_ip4_addr(netif)))
        return;
    k_ntp_start();
    if (changed)
        changed();
}

bool k_net_has_address(void)
{
    return netif_default && !ip4_addr_isany(netif_ip4_addr(netif_default));
}

bool k_net_has_network(void)
{
    return k_net_has_address() || (netif_default && netif_dhcp_data(netif_default));
}

static bool is_off(void)
{
    const char *net = k_cmdline_get("net");

    return net && !strcmp(net, "off");
}

static bool is_ours(const ip4_addr_t *address)
{
    struct netif *netif;

    NETIF_FOREACH(netif) {
        if (ip4_addr_cmp(netif_ip4_addr(netif), address))
            return true;
    }
    return false;
}

/* NULL: by the destination, as with one card. */
struct netif *k_net_route(const ip4_addr_t *source, const ip4_addr_t *to)
{
    struct netif *netif;

    if (!source || ip4_addr_isany(source) || is_ours(to))
        return NULL;
    NETIF_FOREACH(netif) {
        if (netif_is_up(netif) && ip4_addr_cmp(netif_ip4_addr(netif), source) &&
            (!ip4_addr_isany_val(*netif_ip4_gw(netif)) || k_lease_has_route(netif, to)))
            return netif;
    }
    return NULL;
}

/* Has card `index` an address already? */
static bool start(unsigned index, struct k_netdev *dev, uint32_t receive_buffers)
{
    struct netif *netif = &cards[index];

    if (!netif_add(netif, NULL, NULL, NULL, dev, k_netif_init, ethernet_input)) {
        k_log(K_LOG_WARN, "net: no memory for card %u", index);
        return true;
    }
    if (k_netif_lend_buffers(netif, receive_buffers)) {
        k_log(K_LOG_WARN, "net: no memory for receive buffers; card %u has no network", index);
        netif_remove(netif);
        return true;
    }
    if (index == 0)
        netif_set_default(netif);
    netif_set_status_callback(netif, address_changed);
    netif_set_up(netif);
    return k_address_configure(netif, index);
}

void k_net_init(void)
{
    struct k_net_sizes sizes = k_net_tune();
    struct k_netdev *dev;
    uint64_t deadline;
    bool is_waiting = false;

    if (!k_tcp_hash_init())
        k_panic("net: no memory for the table of connections");
    lwip_init();
    k_poller_add(&poller);
    if (!k_netdev_get(0) || is_off())
        return;
    k_net_timers_init();
    for (unsigned i = 0; (dev = k_netdev_get(i)); i++) {
        uint32_t most = i ? FURTHER_BUFFERS : sizes.receive_buffers;
        bool has_address = start(i, dev, most < sizes.receive_buffers ? most : sizes.receive_buffers);

        is_waiting |= i == 0 && !has_address;
    }
    deadline = k_clock_now_ns() + DHCP_WAIT_NS;
    while (is_waiting && !dhcp_supplied_address(&cards[0]) && k_clock_now_ns() < deadline)
        k_idle_round(); /* there is no thread yet; DHCP's own timer ends each halt */
    if (is_waiting && !dhcp_supplied_address(&cards[0]))
        k_log(K_LOG_WARN, "net: no answer from DHCP yet; the service starts without an address");
    k_ntp_init();
}
