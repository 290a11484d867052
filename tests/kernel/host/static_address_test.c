/* SPDX-License-Identifier: MIT */
/* static_address_test.c - what ip= and gw= of the command line mean, in both forms. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "array_card.h"
#include "core.h"
#include "lwip/netif.h"
#include "net/net.h"
#include "tap.h"

struct k_netdev *k_netdev_get(unsigned index) { return index ? NULL : &array_card_dev; }

#define IS_REFUSED 0, 0, 0

static const struct {
    const char *ip, *gw;
    uint32_t address, mask, gateway; /* IS_REFUSED: none is set */
} rows[] = {
    {"ip=10.0.0.5", NULL, 0x0a000005, 0xffffff00, 0},
    {"ip=10.0.0.5/16", "gw=10.0.0.1", 0x0a000005, 0xffff0000, 0x0a000001},
    {"ip=10.0.0.5/32", NULL, 0x0a000005, 0xffffffff, 0},
    {"ip=10.0.0.5/0", NULL, IS_REFUSED},
    {"ip=10.0.0.5/33", NULL, IS_REFUSED},
    {"ip=10.0.0.5::10.0.0.1:255.255.0.0:name:eth0:off", NULL, 0x0a000005, 0xffff0000, 0x0a000001},
    {"ip=10.0.0.5:10.0.0.9:10.0.0.1:255.255.0.0", NULL, 0x0a000005, 0xffff0000, 0x0a000001},
    {"ip=10.0.0.5::10.0.0.1:255.255.0.0", "gw=10.0.0.2", 0x0a000005, 0xffff0000, 0x0a000002},
    {"ip=10.0.0.5::10.0.0.1", NULL, 0x0a000005, 0xffffff00, 0x0a000001},
    {"ip=10.0.0.5::10.0.0.1:", NULL, 0x0a000005, 0xffffff00, 0x0a000001},
    {"ip=10.0.0.5::10.0.0.1::name:eth0:off", NULL, 0x0a000005, 0xffffff00, 0x0a000001},
    {"ip=10.0.0.5:::255.255.0.0", NULL, 0x0a000005, 0xffff0000, 0},
    {"ip=10.0.0.5:", NULL, 0x0a000005, 0xffffff00, 0},
    {"ip=10.0.0.5:::::eth0", NULL, 0x0a000005, 0xffffff00, 0},
    {"ip=10.0.0.5:10.0.0", NULL, IS_REFUSED},
    {"ip=10.0.0.5::10.0.0.1:24", NULL, IS_REFUSED},
    {"ip=::10.0.0.1", NULL, IS_REFUSED},
    {"ip=10.0.0.5x", NULL, IS_REFUSED},
    {"ip=10.0.0.5", "gw=here", IS_REFUSED},
};

int main(void)
{
    host_cmdline[0] = "ip=10.9.9.9/24";
    k_net_init();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const ip4_addr_t none = {0};
        char name[96];
        bool is_refused, is_so;

        host_cmdline[0] = rows[i].ip;
        host_cmdline[1] = rows[i].gw;
        host_logged[0] = 0;
        netif_set_addr(netif_default, &none, &none, &none);
        k_address_configure(netif_default, 0);
        is_refused = strstr(host_logged, "malformed");
        is_so = netif_ip4_addr(netif_default)->addr == lwip_htonl(rows[i].address) &&
                netif_ip4_netmask(netif_default)->addr == lwip_htonl(rows[i].mask) &&
                netif_ip4_gw(netif_default)->addr == lwip_htonl(rows[i].gateway);
        snprintf(name, sizeof(name), "%s %s", rows[i].ip, rows[i].gw ? rows[i].gw : "");
        ok(is_so && is_refused == !rows[i].address, name);
    }
    return tap_done();
}
