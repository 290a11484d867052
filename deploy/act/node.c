/* SPDX-License-Identifier: MIT */
#include "node.h"
#include "clock.h"

#include <errno.h>
#include <lwip/init.h>
#include <lwip/ip4.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <string.h>
#include <sys/random.h>

enum { ETHER_HEADER = 14, MTU = 1500 };

static struct {
    struct act_switch *sw;
    int port;
    struct act_address address;
    struct netif netif;
    uv_timer_t timer;
    uv_prepare_t prepare;
} node;

u32_t sys_now(void)
{
    return (u32_t)act_now_ms();
}

unsigned int act_node_random(void)
{
    unsigned int value;

    if (getrandom(&value, sizeof(value), 0) != sizeof(value))
        abort();
    return value;
}

/* lwIP has an IP packet: put the Ethernet header before it. Inside the subnet the
 * switch knows every MAC; the node speaks to nobody outside. */
static err_t output(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    uint8_t frame[ETHER_HEADER + MTU];
    const uint8_t *mac = act_switch_mac_of(node.sw, lwip_ntohl(ip4_addr_get_u32(to)));

    (void)netif;
    if (!mac)
        return ERR_RTE;
    if (p->tot_len > MTU)
        return ERR_BUF;
    memcpy(frame, mac, 6);
    memcpy(frame + 6, node.address.mac, 6);
    frame[12] = 0x08;
    frame[13] = 0x00;
    pbuf_copy_partial(p, frame + ETHER_HEADER, p->tot_len, 0);
    act_switch_send(node.sw, node.port, frame, (size_t)ETHER_HEADER + p->tot_len);
    return ERR_OK;
}

static void receive(const uint8_t *frame, size_t len, void *arg)
{
    struct pbuf *p;

    (void)arg;
    if (len <= ETHER_HEADER || len > ETHER_HEADER + MTU + 4)
        return;
    len -= ETHER_HEADER;
    p = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_RAM);
    if (!p)
        return;
    memcpy(p->payload, frame + ETHER_HEADER, len);
    if (ip4_input(p, &node.netif) != ERR_OK)
        pbuf_free(p);
}

static err_t netif_ready(struct netif *netif)
{
    netif->name[0] = 'u';
    netif->name[1] = 'c';
    netif->mtu = MTU;
    netif->output = output;
    netif->flags = NETIF_FLAG_LINK_UP | NETIF_FLAG_BROADCAST;
    return ERR_OK;
}

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
    sys_check_timeouts();
}

/* Before each sleep: wake up when lwIP's next time-out is due. */
static void on_prepare(uv_prepare_t *prepare)
{
    u32_t sleep_ms = sys_timeouts_sleeptime();

    (void)prepare;
    if (sleep_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE)
        uv_timer_stop(&node.timer);
    else
        uv_timer_start(&node.timer, on_timer, sleep_ms, 0);
}

int act_node_start(uv_loop_t *loop, struct act_switch *sw, const struct act_address *address,
                   uint32_t mask)
{
    static bool lwip_ready;
    ip4_addr_t ip, netmask, gateway;

    if (node.sw)
        return -EALREADY;
    node.port = act_switch_join_local(sw, address, receive, NULL);
    if (node.port < 0)
        return node.port;
    node.sw = sw;
    node.address = *address;
    if (!lwip_ready)
        lwip_init();
    lwip_ready = true;
    ip4_addr_set_u32(&ip, lwip_htonl(address->ip));
    ip4_addr_set_u32(&netmask, lwip_htonl(mask));
    ip4_addr_set_zero(&gateway);
    netif_add(&node.netif, &ip, &netmask, &gateway, NULL, netif_ready, ip4_input);
    netif_set_default(&node.netif);
    netif_set_up(&node.netif);
    uv_timer_init(loop, &node.timer);
    uv_prepare_init(loop, &node.prepare);
    uv_prepare_start(&node.prepare, on_prepare);
    return 0;
}

void act_node_stop(void)
{
    if (!node.sw)
        return;
    netif_remove(&node.netif);
    uv_close((uv_handle_t *)&node.timer, NULL);
    uv_close((uv_handle_t *)&node.prepare, NULL);
    act_switch_leave(node.sw, node.port);
    node.sw = NULL;
}
