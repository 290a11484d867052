/* SPDX-License-Identifier: MIT */
/*
 * virtio_pci.h - between the two transports over PCI, of now and of before version 1.
 */
#ifndef K_VIRTIO_VIRTIO_PCI_H
#define K_VIRTIO_VIRTIO_PCI_H

#include "virtio/pci.h"
#include "virtio/virtio.h"

/* A legacy device by its ports; its type is not yet set. NULL: it has no ports, or no memory. */
struct k_virtio *k_virtio_pci_legacy_new(struct k_pci at);

#endif
