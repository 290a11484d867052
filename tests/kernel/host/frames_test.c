/* SPDX-License-Identifier: MIT */
/*
 * frames_test.c - the protocol stack on Linux, behind a card that is an array: whatever a network can
 * send must not break it, and memory comes back.
 *
 *     frames_test [ROUNDS [SEED]]
 *
 * A listening socket waits behind valid TCP segments (handshake, data, end), then behind the same
 * ones cut short, with bytes changed, and behind noise.
 */
#include <stdint.h>
#include <string.h>

#include "array_card.h"
#include "core.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "net/net.h"
#include "net/sock.h"
#include "tap.h"
#include "virtio/netdev.h"

/* <stdlib.h> would bring the C library's struct timeval beside the kernel's own. */
int atoi(const char *text);
int rand(void);
void srand(unsigned seed);

#define BACKLOG 64

/* A second card, to which nothing comes. */
static int quiet_send(struct k_netdev *dev, const struct k_virtq_seg *segs, unsigned count,
                      void *cookie)
{
    (void)dev, (void)segs, (void)count, (void)cookie;
    return -11;
}
static void *quiet_sent(struct k_netdev *dev)
{
    (void)dev;
    return NULL;
}
static int quiet_lend(struct k_netdev *dev, void *buffer, uint32_t bytes, void *cookie)
{
    (void)dev, (void)buffer, (void)bytes, (void)cookie;
    return -11;
}
static void *quiet_receive(struct k_netdev *dev, uint32_t *bytes)
{
    (void)dev, (void)bytes;
    return NULL;
}

static void quiet_flush(struct k_netdev *dev) { (void)dev; }
static bool quiet_arm(struct k_netdev *dev)
{
    (void)dev;
    return false;
}

static const struct k_netdev_ops quiet_ops = {quiet_send,    quiet_sent, quiet_lend,
                                              quiet_receive, quiet_flush, quiet_arm};
static struct k_netdev quiet = {&quiet_ops, {2, 0, 0, 0, 0, 2}, ARRAY_BUFFERS};

struct k_netdev *k_netdev_get(unsigned index)
{
    return index == 0 ? &array_card_dev : index == 1 ? &quiet : NULL;
}

/* ---- the peer, 10.77.0.1 ---- */

static size_t tcp_frame(uint8_t *f, uint16_t port, uint32_t seq, uint32_t ack, uint8_t flags,
                        const char *data)
{
    size_t bytes = strlen(data);
    uint8_t *tcp = f + 34;

    memset(tcp, 0, 20);
    put16(tcp, port);
    put16(tcp + 2, 8080);
    put32(tcp + 4, seq);
    put32(tcp + 8, ack);
    tcp[12] = 5 << 4;
    tcp[13] = flags;
    put16(tcp + 14, 8192);
    memcpy(tcp + 20, data, bytes);
    put16(tcp + 16, wire_sum(tcp, 20 + bytes, 0x0a4d + 1 + 0x0a4d + 5 + 6 + 20 + (uint32_t)bytes));
    return wire_ip(f, 6, 20 + bytes, 0x0a4d0001, 0x0a4d0005);
}

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

/* Tell our MAC address, so that answers have somewhere to go. */
static void say_arp(void)
{
    uint8_t f[42] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
                     2, 0, 0, 0, 0, 2, 10, 77, 0, 1, 0, 0, 0, 0, 0, 0, 10, 77, 0, 5};

    array_card_deliver(f, sizeof(f));
}

static struct k_sock *listener;

static uint32_t shake_hands(uint16_t port)
{
    uint8_t f[ARRAY_FRAME_MAX];
    uint32_t theirs;

    array_card.sent_bytes = 0;
    array_card_deliver(f, tcp_frame(f, port, 1000, 0, SYN, ""));
    theirs = get32(array_card.sent_frame + 38);
    array_card_deliver(f, tcp_frame(f, port, 1001, theirs + 1, ACK, ""));
    return theirs + 1;
}

static void a_valid_conversation_works(void)
{
    uint8_t f[ARRAY_FRAME_MAX];
    char text[32] = "";
    struct iovec iov = {text, sizeof(text)};
    struct k_sock *sock = NULL;
    bool truncated;
    uint32_t ack;

    say_arp();
    ack = shake_hands(4000);
    ok(!listener->ops->accept(listener, &sock) && sock, "a handshake makes a connection");
    array_card_deliver(f, tcp_frame(f, 4000, 1001, ack, ACK | PSH, "hello"));
    ok(sock && sock->ops->recv(sock, &iov, 1, 0, NULL, &truncated) == 5 && !strcmp(text, "hello"),
       "data arrives");
    array_card.sent_bytes = 0;
    iov.iov_len = 5;
    ok(sock && sock->ops->send(sock, &iov, 1, 0, NULL) == 5 && array_card.sent_bytes == 54 + 5 &&
           get32(array_card.sent_frame + 42) == 1006,
       "the answer is one frame and carries the acknowledgement");
    array_card_deliver(f, tcp_frame(f, 4000, 1006, ack + 5, ACK | FIN, ""));
    ok(sock && sock->ops->recv(sock, &iov, 1, 0, NULL, &truncated) == 0, "its end is the end");
    if (sock)
        sock->ops->close(sock);
    array_card_deliver(f, tcp_frame(f, 4000, 1007, ack + 6, ACK, ""));
}

/* Handshakes that nobody ends, more than the backlog holds. */
static void a_flood_keeps_nobody_out(void)
{
    uint8_t f[ARRAY_FRAME_MAX];
    struct k_sock *sock = NULL;
    long before = host_blocks;
    long most = 0;

    say_arp();
    for (uint16_t port = 10000; port < 12000; port++) {
        array_card_deliver(f, tcp_frame(f, port, 1000, 0, SYN, ""));
        if (port >= 10000 + BACKLOG && host_blocks > most)
            most = host_blocks;
        if (port == 10000 + BACKLOG)
            before = host_blocks;
    }
    ok(most <= before, "a flood of half-open connections takes no more memory than the backlog");
    shake_hands(4100);
    ok(!listener->ops->accept(listener, &sock) && sock, "and an honest handshake is taken");
    if (sock) {
        sock->linger = (struct linger){.l_onoff = 1};
        sock->ops->close(sock);
    }
    for (uint16_t port = 10000; port < 12000; port++)
        array_card_deliver(f, tcp_frame(f, port, 1001, 0, RST, ""));
}

/* What one peer makes us hold is bounded by its window, however it cuts its bytes. */
static void tiny_segments_take_little(void)
{
    uint8_t f[ARRAY_FRAME_MAX], text[3000];
    struct iovec iov = {text, sizeof(text)};
    struct k_sock *sock = NULL;
    bool truncated, in_order = true;
    uint32_t ack, at = 1001;
    long before;

    say_arp();
    ack = shake_hands(4200);
    ok(!listener->ops->accept(listener, &sock) && sock, "a connection that nobody reads");
    before = host_blocks;
    for (; at < 1001 + 2000; at++)
        array_card_deliver(f, tcp_frame(f, 4200, at, ack, ACK | PSH, at % 2 ? "o" : "e"));
    ok(host_blocks - before < 20, "two thousand segments of a byte take few blocks");
    ok(sock && sock->ops->recv(sock, &iov, 1, 0, NULL, &truncated) == 2000, "all of them are read");
    for (uint32_t i = 0; i < 2000; i++)
        in_order &= text[i] == ((1001 + i) % 2 ? 'o' : 'e');
    ok(in_order, "in their order");
    before = host_blocks;
    for (uint32_t hole = 1; hole < 4000; hole += 2)
        array_card_deliver(f, tcp_frame(f, 4200, at + hole, ack, ACK | PSH, "x"));
    ok(host_blocks - before < 2500, "nor do those that come out of order take more and more");
    if (host_blocks - before >= 2500)
        printf("# %ld blocks\n", host_blocks - before);
    if (sock) {
        sock->linger = (struct linger){.l_onoff = 1};
        sock->ops->close(sock);
    }
}

static void read_and_close_all(struct k_sock **socks, int *count)
{
    struct k_sock *sock;
    char text[64];
    struct iovec iov = {text, sizeof(text)};
    bool truncated;

    while (*count < 16 && !listener->ops->accept(listener, &sock))
        socks[(*count)++] = sock;
    for (int i = 0; i < *count; i++) {
        if (socks[i]->ops->recv(socks[i], &iov, 1, 0, NULL, &truncated) > 0)
            socks[i]->ops->send(socks[i], &iov, 1, 0, NULL);
        if (rand() % 8 == 0) {
            socks[i]->ops->close(socks[i]);
            --*count;
            socks[i--] = socks[*count];
        }
    }
}

/* One frame of a conversation, damaged in one of several ways. */
static void deliver_damaged(uint32_t ack, uint16_t port, uint32_t seq)
{
    static const uint8_t flags[] = {ACK, ACK | PSH, ACK | FIN, SYN, RST, RST | ACK, 0, 0xff};
    uint8_t f[ARRAY_FRAME_MAX];
    size_t bytes = tcp_frame(f, port, seq + (uint32_t)(rand() % 7) - 3,
                             ack + (uint32_t)(rand() % 3) - 1, flags[rand() % 8],
                             rand() % 2 ? "GET / HTTP/1.1\r\n\r\n" : "");

    switch (rand() % 4) {
    case 0: bytes = (size_t)rand() % (bytes + 1); break;
    case 1: f[(size_t)rand() % bytes] ^= (uint8_t)(1 << rand() % 8); break;
    case 2: /* options that lie, under a right checksum */
        f[46] = (uint8_t)(rand() % 16 << 4);
        for (size_t i = 54; i < bytes; i++)
            f[i] = (uint8_t)rand();
        put16(f + 50, 0);
        put16(f + 50, wire_sum(f + 34, bytes - 34, 0x0a4d + 1 + 0x0a4d + 5 + 6 + (uint32_t)bytes - 34));
        break;
    default: break;
    }
    array_card_deliver(f, bytes);
}

static void deliver_noise(void)
{
    static const uint8_t protocols[] = {1, 6, 17, 2, 255};
    uint8_t f[ARRAY_FRAME_MAX];
    size_t payload = (size_t)rand() % (ARRAY_FRAME_MAX - 34);
    size_t bytes;

    for (size_t i = 0; i < sizeof(f); i++)
        f[i] = (uint8_t)rand();
    bytes = wire_ip(f, protocols[rand() % 5], payload, 0x0a4d0001, 0x0a4d0005);
    if (rand() % 3 == 0) { /* fragments */
        put16(f + 20, (unsigned)rand() & 0x3fff);
        put16(f + 24, 0);
        put16(f + 24, wire_sum(f + 14, 20, 0));
    }
    if (rand() % 4 == 0)
        put16(f + 12, rand() % 2 ? 0x0806 : (unsigned)rand());
    array_card_deliver(f, bytes);
}

static void damage_is_survived(int rounds)
{
    struct k_sock *socks[16];
    int count = 0;
    long before;
    uint16_t port = 5000;

    host_run(60000000000ull);
    before = host_blocks;
    for (int i = 0; i < rounds; i++) {
        uint32_t ack;

        port = port < 60000 ? port + 1 : 5000;
        say_arp();
        ack = shake_hands(port);
        for (int j = rand() % 12; j > 0; j--) {
            deliver_damaged(ack, port, 1001);
            read_and_close_all(socks, &count);
        }
        if (rand() % 2)
            deliver_noise();
        if (rand() % 4 == 0)
            host_run(300000000ull);
    }
    ok(true, "damaged and false frames are survived");
    for (; count; count--)
        socks[count - 1]->ops->close(socks[count - 1]);
    while (!listener->ops->accept(listener, &socks[0]))
        socks[0]->ops->close(socks[0]);
    a_valid_conversation_works();
    /* A peer that vanished is given up after the last retransmission. */
    for (int i = 0; i < 200 && host_blocks > before; i++)
        host_run(10000000000ull);
    ok(host_blocks <= before, "memory comes back to where it was");
    if (host_blocks > before)
        printf("# %ld blocks before, %ld after\n", before, host_blocks);
}

static void a_connection_leaves_by_the_card_whose_address_it_has(void)
{
    static const struct {
        const char *name, *source, *to, *by;
    } rows[] = {
        {"nobody's address: by the first card", "0.0.0.0", "9.9.9.9", "10.77.0.5"},
        {"the first card's address: by the first", "10.77.0.5", "9.9.9.9", "10.77.0.5"},
        {"the second's: by the second", "10.9.0.5", "9.9.9.9", "10.9.0.5"},
        {"to a neighbour of the second: by the second", "0.0.0.0", "10.9.0.7", "10.9.0.5"},
        {"to ourselves: not by a gateway", "10.77.0.5", "10.9.0.5", "10.9.0.5"},
        {"loopback stays", "127.0.0.1", "127.0.0.1", "127.0.0.1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ip4_addr_t source, to, by;
        struct netif *netif;

        ip4addr_aton(rows[i].source, &source);
        ip4addr_aton(rows[i].to, &to);
        ip4addr_aton(rows[i].by, &by);
        netif = ip4_route_src(&source, &to);
        ok(netif && netif_ip4_addr(netif)->addr == by.addr, rows[i].name);
    }
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 3000;

    srand(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
    host_cmdline[0] = "ip=10.77.0.5/24";
    host_cmdline[1] = "gw=10.77.0.1";
    host_cmdline[2] = "ip1=10.9.0.5/24";
    host_cmdline[3] = "gw1=10.9.0.1";
    k_net_init();
    a_connection_leaves_by_the_card_whose_address_it_has();
    listener = k_tcp_sock_new();
    listener->ops->bind(listener, (struct k_sock_name){0, 0x901f}); /* 8080 */
    ok(!listener->ops->listen(listener, BACKLOG), "a socket listens");
    a_flood_keeps_nobody_out();
    tiny_segments_take_little();
    a_valid_conversation_works();
    damage_is_survived(rounds);
    listener->ops->close(listener);
    return tap_done();
}
