/* SPDX-License-Identifier: MIT */
#include "reset.h"

#include <string.h>

enum {
    ETHER = 14,
    IPV4 = 20,
    TCP = 20,
    PROTOCOL_TCP = 6,
    FIN = 0x01,
    SYN = 0x02,
    RST = 0x04,
    ACK = 0x10,
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, value >> 16);
    put16(p + 2, value);
}

/* RFC 1071; `len` is even. */
static uint16_t checksum(uint32_t sum, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i += 2)
        sum += get16(p + i);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* The TCP header of a whole IPv4 packet, and the bytes of header and text; or NULL. */
static const uint8_t *find_tcp(const uint8_t *ip, size_t len, size_t *tcp_len)
{
    size_t header = (size_t)(ip[0] & 15) * 4, total = get16(ip + 2);

    if (ip[0] >> 4 != 4 || header < IPV4 || total > len || total < header + TCP ||
        ip[9] != PROTOCOL_TCP || get16(ip + 6) & 0x3fff)
        return NULL;
    *tcp_len = total - header;
    return (size_t)(ip[header + 12] >> 4) * 4 <= *tcp_len ? ip + header : NULL;
}

static void write_ip(uint8_t *out, const uint8_t *ip)
{
    memset(out, 0, IPV4);
    out[0] = 0x45;
    put16(out + 2, IPV4 + TCP);
    out[8] = 64; /* time to live */
    out[9] = PROTOCOL_TCP;
    memcpy(out + 12, ip + 16, 4);
    memcpy(out + 16, ip + 12, 4);
    put16(out + 10, checksum(0, out, IPV4));
}

static void write_tcp(uint8_t *out, const uint8_t *tcp, size_t tcp_len, const uint8_t *addresses)
{
    size_t text = tcp_len - (size_t)(tcp[12] >> 4) * 4;
    uint8_t pseudo[12] = {0};

    memset(out, 0, TCP);
    memcpy(out, tcp + 2, 2);
    memcpy(out + 2, tcp, 2);
    out[12] = TCP / 4 << 4;
    if (tcp[13] & ACK) {
        memcpy(out + 4, tcp + 8, 4);
        out[13] = RST;
    } else {
        put32(out + 8, get32(tcp + 4) + (uint32_t)text + !!(tcp[13] & SYN) + !!(tcp[13] & FIN));
        out[13] = RST | ACK;
    }
    memcpy(pseudo, addresses, 8);
    pseudo[9] = PROTOCOL_TCP;
    pseudo[11] = TCP;
    put16(out + 16, checksum((uint16_t)~checksum(0, pseudo, sizeof(pseudo)), out, TCP));
}

size_t act_reset(const uint8_t *frame, size_t len, uint8_t out[ACT_RESET_LEN])
{
    const uint8_t *ip = frame + ETHER, *tcp;
    size_t tcp_len;

    if (len < ETHER + IPV4 + TCP)
        return 0;
    tcp = find_tcp(ip, len - ETHER, &tcp_len);
    if (!tcp || tcp[13] & RST || (tcp[12] >> 4) * 4 < TCP)
        return 0;
    memcpy(out, frame + 6, 6);
    memcpy(out + 6, frame, 6);
    put16(out + 12, 0x0800);
    write_ip(out + ETHER, ip);
    write_tcp(out + ETHER + IPV4, tcp, tcp_len, out + ETHER + 12);
    return ACT_RESET_LEN;
}
