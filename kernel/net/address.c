/* SPDX-License-Identifier: MIT */
/*
 * address.c - who we are on the network: from the command line, else from DHCP.
 *
 * ip=A.B.C.D/N (N: 24 when it is missing), or ip=ADDRESS:SERVER:GATEWAY:MASK:... as Linux has it (nfsroot)
 * and some launchers give it: fields may be empty or missing (MASK: 24 bits then), SERVER and the rest are not
 * looked at; gw=, dns=A.B.C.D[,A.B.C.D], host=NAME; ip1=, gw1= and so on for further cards. Name servers come
 * from the first card's DHCP.
 */
#include <string.h>

#include "core/cmdline.h"
#include "core/log.h"
#include "lwip/dns.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "net/lease.h"
#include "net/net.h"

#define SERVERS 2
#define MASK_BITS 24 /* where none is told */

static ip4_addr_t servers[SERVERS];

/* "10.0.0.1": lwIP's parser also takes the old short forms, which we do not. */
static const char *parse_address(const char *text, ip4_addr_t *address)
{
    uint32_t value = 0;

    for (int part = 0; part < 4; part++) {
        unsigned number = 0, digits = 0;

        for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++)
            number = number * 10 + (unsigned)(*text - '0');
        if (!digits || number > 255 || (part < 3 && *text++ != '.'))
            return NULL;
        value = value << 8 | number;
    }
    address->addr = lwip_htonl(value);
    return text;
}

bool k_address_parse(const char *text, uint32_t *address)
{
    ip4_addr_t parsed;

    text = parse_address(text, &parsed);
    if (!text || *text)
        return false;
    *address = parsed.addr;
    return true;
}

static uint32_t mask_of(unsigned bits) { return lwip_htonl(~0u << (32 - bits)); }

static bool parse_network(const char *text, ip4_addr_t *address, ip4_addr_t *mask)
{
    unsigned bits = MASK_BITS;

    text = parse_address(text, address);
    if (text && *text == '/') {
        bits = 0;
        for (text++; *text >= '0' && *text <= '9' && bits <= 32; text++)
            bits = bits * 10 + (unsigned)(*text - '0');
    }
    if (!text || *text || bits == 0 || bits > 32)
        return false;
    mask->addr = mask_of(bits);
    return true;
}

/* What stands behind the colon at `text`. A field that is empty, or not there, leaves *address as it is. */
static const char *parse_field(const char *text, ip4_addr_t *address)
{
    if (!text || *text != ':')
        return text;
    text++;
    return *text && *text != ':' ? parse_address(text, address) : text;
}

/* "10.0.0.5::10.0.0.1:255.255.255.0:name:eth0:off" */
static bool parse_linux(const char *text, ip4_addr_t *address, ip4_addr_t *mask, ip4_addr_t *gateway)
{
    ip4_addr_t server;

    mask->addr = mask_of(MASK_BITS);
    text = parse_address(text, address);
    text = parse_field(text, &server);
    text = parse_field(text, gateway);
    text = parse_field(text, mask);
    return text && (!*text || *text == ':');
}

/* lwIP's names: instead of its resolver, which is not built, the addresses come to us. */
void dns_setserver(u8_t index, const ip_addr_t *address)
{
    struct netif *from = ip_current_input_netif();

    if (index < SERVERS && address && (!from || from == netif_default))
        servers[index] = *address;
}

void dns_init(void)
{
}

static void parse_servers(const char *text)
{
    for (int i = 0; i < SERVERS && text; i++) {
        text = parse_address(text, &servers[i]);
        if (text && *text++ != ',')
            return;
    }
}

/* The value of `name`, or of `name` with the card's number behind. */
static const char *option(const char *name, unsigned index)
{
    char full[16];

    if (!index)
        return k_cmdline_get(name);
    k_snprintf(full, sizeof(full), "%s%u", name, index);
    return k_cmdline_get(full);
}

bool k_address_configure(struct netif *netif, unsigned index)
{
    const char *ip = option("ip", index), *gw = option("gw", index);
    const char *dns = index ? NULL : k_cmdline_get("dns");
    ip4_addr_t address, mask, gateway = {0};

    if (dns)
        parse_servers(dns);
    if (!ip) {
        k_lease_start(netif);
        return false;
    }
    if (!(strchr(ip, ':') ? parse_linux(ip, &address, &mask, &gateway)
                          : parse_network(ip, &address, &mask)) ||
        (gw && !parse_address(gw, &gateway))) {
        k_log(K_LOG_WARN, "net: ip= or gw= on the command line is malformed; card %u has no network",
              index);
        return true;
    }
    netif_set_addr(netif, &address, &mask, &gateway);
    return true;
}

size_t k_net_resolv_conf(char *out, size_t capacity)
{
    size_t at = 0;

    if (capacity)
        out[0] = 0;
    for (int i = 0; i < SERVERS; i++) {
        const uint8_t *a = (const uint8_t *)&servers[i].addr;

        if (servers[i].addr && at < capacity)
            at += (size_t)k_snprintf(out + at, capacity - at, "nameserver %d.%d.%d.%d\n", a[0],
                                     a[1], a[2], a[3]);
    }
    return at < capacity ? at : capacity;
}
