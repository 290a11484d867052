/* SPDX-License-Identifier: MIT */
/*
 * netdev.h - a network card, as the protocol stack sees it.
 *
 * Frames move without copies: the stack lends memory and gets it back by its cookie. A second
 * platform brings its own table of verbs.
 */
#ifndef K_VIRTIO_NETDEV_H
#define K_VIRTIO_NETDEV_H

#include <stdbool.h>
#include <stdint.h>

#include "virtio/virtq.h"

/* Bytes in front of each frame, in both directions, that belong to the device. */
#define K_NETDEV_HEAD 12

/* Most pieces of a frame to send. */
#define K_NETDEV_PIECES_MAX 24

struct k_netdev;

struct k_netdev_ops {
    /* Send a frame of `count` pieces; the first begins with K_NETDEV_HEAD bytes for the device.
     * Borrows them until `sent` returns the cookie. -EAGAIN: no room now. */
    int (*send)(struct k_netdev *dev, const struct k_virtq_seg *segs, unsigned count, void *cookie);
    void *(*sent)(struct k_netdev *dev);
    /* Lend a buffer for one frame, borrowed until `receive` returns its cookie. -EAGAIN: enough. */
    int (*lend)(struct k_netdev *dev, void *buffer, uint32_t bytes, void *cookie);
    /* NULL: nothing came. `bytes` counts K_NETDEV_HEAD too, and may be anything up to the room. */
    void *(*receive)(struct k_netdev *dev, uint32_t *bytes);
    /* Tell the device of all sends and lends since the last time. Once a round. */
    void (*flush)(struct k_netdev *dev);
    /* Interrupt at the next frame. True: there is one already. */
    bool (*arm)(struct k_netdev *dev);
};

struct k_netdev {
    const struct k_netdev_ops *ops;
    uint8_t mac[6];
    uint16_t receive_slots; /* buffers that it can hold */
};

/* Most cards; further ones are named in the log and left alone. */
#define K_NETDEVS_MAX 4

/* The cards, from 0 on, in the order in which they were found; NULL behind the last. */
struct k_netdev *k_netdev_get(unsigned index);

#endif
