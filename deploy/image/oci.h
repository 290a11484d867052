/* SPDX-License-Identifier: MIT */
/*
 * oci.h - an image as a container image: an OCI image layout (image-spec 1.1) in a tar archive.
 *
 * One layer, for those who unpack container images and start machines from them:
 *
 *   boot/service.elf    the kernel of KubeVirt's kernelBoot, and of urunc
 *   disk/disk.img       KubeVirt's containerDisk: owned by 107, QEMU's user there
 *   urunc.json          what urunc reads where a runtime drops annotations
 */
#ifndef DEPLOY_IMAGE_OCI_H
#define DEPLOY_IMAGE_OCI_H

#include "disk.h"
#include "gen/arena.h"

struct image_oci {
    const char *name; /* of the service */
    struct image_blob elf, disk;
};

/* The archive. Pure: the same input gives the same bytes. */
struct image_blob image_oci_make(struct gen_arena *arena, const struct image_oci *oci);

#endif
