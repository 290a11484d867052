/* SPDX-License-Identifier: MIT */
/*
 * timers.c - lwIP's timers, armed only while something needs them.
 *
 * An idle guest sleeps long: TCP's quarter-second tick runs only while there are connections,
 * DHCP's only while it is used and, once it has an address, by the minute.
 */
#include "core/clock.h"
#include "core/timer.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "net/net.h"

#define TCP_TICK_NS (TCP_TMR_INTERVAL * K_NS_PER_MS)
#define SECOND_NS (1000 * K_NS_PER_MS)
#define DHCP_FINE_NS (DHCP_FINE_TIMER_MSECS * K_NS_PER_MS)
#define DHCP_COARSE_NS (DHCP_COARSE_TIMER_MSECS * K_NS_PER_MS)

static void tcp_tick(void *arg);
static void second_tick(void *arg);
static void dhcp_fine(void *arg);
static void dhcp_coarse(void *arg);

static struct k_timer tcp_timer = {.fn = tcp_tick};
static struct k_timer second_timer = {.fn = second_tick};
static struct k_timer dhcp_fine_timer = {.fn = dhcp_fine};
static struct k_timer dhcp_coarse_timer = {.fn = dhcp_coarse};

static void after(struct k_timer *timer, uint64_t ns)
{
    k_timer_set(timer, k_clock_now_ns() + ns);
}

static void tcp_tick(void *arg)
{
    (void)arg;
    tcp_tmr();
    if (tcp_active_pcbs || tcp_tw_pcbs)
        after(&tcp_timer, TCP_TICK_NS);
}

/* lwIP calls it whenever a connection begins or enters TIME_WAIT. */
void tcp_timer_needed(void)
{
    if (!tcp_timer.is_set && (tcp_active_pcbs || tcp_tw_pcbs))
        after(&tcp_timer, TCP_TICK_NS);
}

static void second_tick(void *arg)
{
    (void)arg;
    etharp_tmr();
    ip_reass_tmr();
    after(&second_timer, SECOND_NS);
}

static bool is_asking(void)
{
    struct netif *netif;

    NETIF_FOREACH(netif) {
        if (netif_dhcp_data(netif) && !dhcp_supplied_address(netif))
            return true;
    }
    return false;
}

/* Retransmissions of DHCP's questions; with an address in hand only the minutes matter. */
static void dhcp_fine(void *arg)
{
    (void)arg;
    dhcp_fine_tmr();
    if (is_asking())
        after(&dhcp_fine_timer, DHCP_FINE_NS);
}

static void dhcp_coarse(void *arg)
{
    (void)arg;
    dhcp_coarse_tmr();
    after(&dhcp_coarse_timer, DHCP_COARSE_NS);
    if (!dhcp_fine_timer.is_set)
        after(&dhcp_fine_timer, DHCP_FINE_NS); /* a renewal may have begun */
}

void k_net_timers_dhcp(bool on)
{
    if (on) {
        after(&dhcp_fine_timer, DHCP_FINE_NS);
        after(&dhcp_coarse_timer, DHCP_COARSE_NS);
    } else {
        k_timer_cancel(&dhcp_fine_timer);
        k_timer_cancel(&dhcp_coarse_timer);
    }
}

void k_net_timers_init(void)
{
    after(&second_timer, SECOND_NS);
}

void sys_timeouts_init(void)
{
}

u32_t sys_now(void)
{
    return (u32_t)(k_clock_now_ns() / K_NS_PER_MS);
}
