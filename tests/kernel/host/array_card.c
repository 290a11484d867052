/* SPDX-License-Identifier: MIT */
#include "array_card.h"

#include <string.h>

#include "core.h"

_Noreturn void abort(void); /* <stdlib.h> would bring the C library's struct timeval beside the kernel's own */

struct array_card array_card;

static struct {
    void *buffer[ARRAY_BUFFERS], *cookie[ARRAY_BUFFERS];
    unsigned lent;
    void *sent_cookie[256];
    unsigned sent;
    uint8_t incoming[ARRAY_FRAME_MAX + K_NETDEV_HEAD];
    size_t incoming_bytes;
} card;

static int card_send(struct k_netdev *dev, const struct k_virtq_seg *segs, unsigned count,
                     void *cookie)
{
    size_t at = 0;

    (void)dev;
    if (card.sent == 256)
        return -11;
    for (unsigned i = 0; i < count; i++) {
        size_t skip = i ? 0 : K_NETDEV_HEAD;
        if (at + segs[i].bytes - skip > ARRAY_FRAME_MAX)
            abort();
        memcpy(array_card.sent_frame + at, (uint8_t *)segs[i].at + skip, segs[i].bytes - skip);
        at += segs[i].bytes - skip;
    }
    array_card.sent_bytes = at;
    if (array_card.on_sent)
        array_card.on_sent(array_card.sent_frame, at);
    card.sent_cookie[card.sent++] = cookie;
    return 0;
}

static void *card_sent(struct k_netdev *dev)
{
    (void)dev;
    return card.sent ? card.sent_cookie[--card.sent] : NULL;
}

static int card_lend(struct k_netdev *dev, void *buffer, uint32_t bytes, void *cookie)
{
    (void)dev;
    (void)bytes;
    if (card.lent == ARRAY_BUFFERS)
        return -11;
    card.buffer[card.lent] = buffer;
    card.cookie[card.lent++] = cookie;
    return 0;
}

static void *card_receive(struct k_netdev *dev, uint32_t *bytes)
{
    (void)dev;
    if (!card.incoming_bytes || !card.lent)
        return NULL;
    card.lent--;
    *bytes = (uint32_t)card.incoming_bytes;
    memcpy(card.buffer[card.lent], card.incoming, card.incoming_bytes);
    card.incoming_bytes = 0;
    return card.cookie[card.lent];
}

static void card_flush(struct k_netdev *dev) { (void)dev; }
static bool card_arm(struct k_netdev *dev)
{
    (void)dev;
    return false;
}

static const struct k_netdev_ops card_ops = {card_send, card_sent,  card_lend,
                                             card_receive, card_flush, card_arm};
struct k_netdev array_card_dev = {&card_ops, {2, 0, 0, 0, 0, 1}, ARRAY_BUFFERS};

void array_card_put(const uint8_t *frame, size_t bytes)
{
    memset(card.incoming, 0, K_NETDEV_HEAD);
    memcpy(card.incoming + K_NETDEV_HEAD, frame, bytes);
    card.incoming_bytes = bytes + K_NETDEV_HEAD;
}

void array_card_deliver(const uint8_t *frame, size_t bytes)
{
    array_card_put(frame, bytes);
    host_run(0);
}

uint16_t wire_sum(const uint8_t *at, size_t bytes, uint32_t start)
{
    uint32_t total = start;

    for (size_t i = 0; i < bytes; i++)
        total += i & 1 ? at[i] : (uint32_t)at[i] << 8;
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

size_t wire_ip(uint8_t *f, unsigned protocol, size_t payload, uint32_t from, uint32_t to)
{
    static const uint8_t head[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    uint8_t *ip = f + 14;

    memcpy(f, head, 14);
    memset(ip, 0, 20);
    ip[0] = 0x45;
    put16(ip + 2, (unsigned)(20 + payload));
    ip[8] = 64;
    ip[9] = (uint8_t)protocol;
    put32(ip + 12, from);
    put32(ip + 16, to);
    put16(ip + 10, wire_sum(ip, 20, 0));
    return 34 + payload;
}
