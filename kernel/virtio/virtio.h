/* SPDX-License-Identifier: MIT */
/*
 * virtio.h - a virtio device, however it is connected: of version 1.x, or a legacy one on PCI.
 *
 * A transport (mmio.c, pci.c; a model in tests) fills the table of verbs and finds devices; a
 * driver negotiates, sets up its queues and says ready:
 *
 *     k_virtio_begin(device, wanted) -> k_virtio_queue(device, 0, &queue, slots) ... ->
 *     k_virtio_ready(device)
 *
 * A driver asks for the features that it implements and no other. Devices live for ever.
 */
#ifndef K_VIRTIO_VIRTIO_H
#define K_VIRTIO_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "virtio/virtq.h"

#define K_BIT(n) (1ull << (n))

#define VIRTIO_F_ANY_LAYOUT 27 /* of legacy devices: we may cut requests as we like */
#define VIRTIO_F_EVENT_IDX 29
#define VIRTIO_F_VERSION_1 32

#define VIRTIO_ID_NET 1
#define VIRTIO_ID_BLK 2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_RNG 4
#define VIRTIO_ID_SCSI 8

#define VIRTIO_STATUS_ACKNOWLEDGE 1
#define VIRTIO_STATUS_DRIVER 2
#define VIRTIO_STATUS_DRIVER_OK 4
#define VIRTIO_STATUS_FEATURES_OK 8
#define VIRTIO_STATUS_FAILED 128

struct k_virtio;

struct k_virtio_ops {
    uint64_t (*features)(struct k_virtio *device);
    void (*accept_features)(struct k_virtio *device, uint64_t features);
    uint8_t (*status)(struct k_virtio *device);
    void (*set_status)(struct k_virtio *device, uint8_t status);
    /* Most slots that queue `index` may have, or of a legacy device, has; 0: no such queue. */
    uint16_t (*queue_slots)(struct k_virtio *device, uint16_t index);
    void (*queue_enable)(struct k_virtio *device, const struct k_virtq *queue);
    void (*notify)(struct k_virtio *device, uint16_t index);
    uint8_t (*config8)(struct k_virtio *device, unsigned offset);
    /* Interrupts of the device end the halt; nothing else. 0 or a negative errno. */
    int (*irq_enable)(struct k_virtio *device);
};

struct k_virtio {
    const struct k_virtio_ops *ops;
    uint32_t type;     /* VIRTIO_ID_* */
    bool is_legacy;    /* of before version 1; set by the transport */
    uint64_t features; /* what was agreed */
};

/* Reset and negotiate. 0, or -EOPNOTSUPP when the device is not what it says or refuses. */
int k_virtio_begin(struct k_virtio *device, uint64_t wanted);

/* Memory for queue `index`, known to the device, with at most `slots_max` slots; a legacy device
 * has as many as it has. 0, -ENODEV (no such queue, or an impossible one), -ENOMEM. */
int k_virtio_queue(struct k_virtio *device, uint16_t index, struct k_virtq *queue,
                   uint16_t slots_max);

/* Interrupts on, the device may begin. 0 or a negative errno. */
int k_virtio_ready(struct k_virtio *device);

/* The same without interrupts, for a driver that polls. */
void k_virtio_start(struct k_virtio *device);

/* Tell the device what was added, when it wants to know. */
void k_virtio_kick(struct k_virtio *device, struct k_virtq *queue);

/* Boot: find all devices and hand each to its driver. */
void k_virtio_probe(void);

/* The transports' searches, and what they do with a device found. */
void k_virtio_mmio_probe(void);
void k_virtio_pci_probe(void);
void k_virtio_found(struct k_virtio *device);

/* The drivers: take the device or return a negative errno. */
int k_virtio_net_attach(struct k_virtio *device);
int k_virtio_blk_attach(struct k_virtio *device);
int k_virtio_scsi_attach(struct k_virtio *device);
int k_virtio_console_attach(struct k_virtio *device);
int k_virtio_rng_attach(struct k_virtio *device);

#endif
