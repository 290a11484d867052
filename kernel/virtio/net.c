/* SPDX-License-Identifier: MIT */
/*
 * net.c - virtio-net: queue 0 receives, queue 1 sends.
 *
 * Checksum and segmentation offloads are not asked for: QEMU's stream, dgram and user back ends
 * do not offer them. Completions of the sending queue never interrupt; they are collected when
 * the next frame is sent or the next round begins.
 */
#include <string.h>

#include "abi/errno.h"
#include "core/heap.h"
#include "core/log.h"
#include "core/random.h"
#include "virtio/netdev.h"
#include "virtio/virtio.h"

#define VIRTIO_NET_F_MAC 5
#define SLOTS_MAX 256
#define LEGACY_HEAD 10 /* the count of buffers came with version 1 */

/* We ask for what this file implements; whatever else is offered stays off. */
static const uint64_t wanted = K_BIT(VIRTIO_NET_F_MAC) | K_BIT(VIRTIO_F_EVENT_IDX);

struct net {
    struct k_netdev dev;
    struct k_virtio *virtio;
    struct k_virtq receive, send;
    bool splits_head; /* the device's head must be a piece of its own */
};

static struct net *cards[K_NETDEVS_MAX];
static unsigned card_count;

static struct net *net_of(struct k_netdev *dev)
{
    return (struct net *)dev;
}

/* The pieces as the device wants them, of which there may be one more. */
static unsigned cut(const struct net *net, const struct k_virtq_seg *segs, unsigned count,
                    struct k_virtq_seg *pieces)
{
    unsigned skip = net->virtio->is_legacy ? K_NETDEV_HEAD - LEGACY_HEAD : 0;
    uint8_t *first = segs[0].at;

    memcpy(pieces + net->splits_head, segs, count * sizeof(segs[0]));
    if (!net->splits_head) {
        pieces[0] = (struct k_virtq_seg){first + skip, segs[0].bytes - skip};
        return count;
    }
    pieces[0] = (struct k_virtq_seg){first + skip, K_NETDEV_HEAD - skip};
    pieces[1] = (struct k_virtq_seg){first + K_NETDEV_HEAD, segs[0].bytes - K_NETDEV_HEAD};
    return count + 1;
}

static int net_send(struct k_netdev *dev, const struct k_virtq_seg *segs, unsigned count,
                    void *cookie)
{
    struct net *net = net_of(dev);
    struct k_virtq_seg pieces[K_NETDEV_PIECES_MAX + 1];

    memset(segs[0].at, 0, K_NETDEV_HEAD); /* virtio_net_hdr: no offload of any kind */
    return k_virtq_add(&net->send, pieces, cut(net, segs, count, pieces), 0, cookie);
}

static void *net_sent(struct k_netdev *dev)
{
    uint32_t written;

    return k_virtq_take(&net_of(dev)->send, &written);
}

static int net_lend(struct k_netdev *dev, void *buffer, uint32_t bytes, void *cookie)
{
    struct net *net = net_of(dev);
    struct k_virtq_seg seg = {buffer, bytes}, pieces[2];

    return k_virtq_add(&net->receive, pieces, 0, cut(net, &seg, 1, pieces), cookie);
}

static void *net_receive(struct k_netdev *dev, uint32_t *bytes)
{
    struct net *net = net_of(dev);
    void *cookie = k_virtq_take(&net->receive, bytes);

    if (cookie && net->virtio->is_legacy)
        *bytes += K_NETDEV_HEAD - LEGACY_HEAD;
    return cookie;
}

static void net_flush(struct k_netdev *dev)
{
    struct net *net = net_of(dev);

    k_virtio_kick(net->virtio, &net->receive);
    k_virtio_kick(net->virtio, &net->send);
}

static bool net_arm(struct k_netdev *dev)
{
    return k_virtq_arm(&net_of(dev)->receive);
}

static const struct k_netdev_ops net_ops = {
    .send = net_send,
    .sent = net_sent,
    .lend = net_lend,
    .receive = net_receive,
    .flush = net_flush,
    .arm = net_arm,
};

static void read_mac(struct net *net)
{
    if (net->virtio->features & K_BIT(VIRTIO_NET_F_MAC)) {
        for (unsigned i = 0; i < 6; i++)
            net->dev.mac[i] = net->virtio->ops->config8(net->virtio, i);
    } else {
        k_random_bytes(net->dev.mac, 6);
        net->dev.mac[0] = (uint8_t)((net->dev.mac[0] & ~1u) | 2); /* one station, chosen here */
    }
}

int k_virtio_net_attach(struct k_virtio *device)
{
    struct net *net;
    int err;

    if (card_count == K_NETDEVS_MAX) {
        k_log(K_LOG_WARN, "net: one card more than the %u that are used; it is left alone", K_NETDEVS_MAX);
        return -ENOSPC;
    }
    net = k_calloc(1, sizeof(*net));
    if (!net)
        return -ENOMEM;
    net->virtio = device;
    net->dev.ops = &net_ops;
    err = k_virtio_begin(device, wanted);
    if (!err)
        err = k_virtio_queue(device, 0, &net->receive, SLOTS_MAX);
    if (!err)
        err = k_virtio_queue(device, 1, &net->send, SLOTS_MAX);
    if (!err)
        err = k_virtio_ready(device);
    if (err) {
        k_free(net);
        return err;
    }
    net->splits_head = device->is_legacy && !(device->features & K_BIT(VIRTIO_F_ANY_LAYOUT));
    net->dev.receive_slots = net->receive.slot_count >> net->splits_head;
    read_mac(net);
    cards[card_count++] = net;
    return 0;
}

struct k_netdev *k_netdev_get(unsigned index)
{
    return index < card_count ? &cards[index]->dev : NULL;
}
