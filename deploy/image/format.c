/* SPDX-License-Identifier: MIT */
#include "format.h"

#include "build/files.h"
#include "convert.h"
#include "disk.h"
#include "oci.h"
#include "plan/fnv.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int read_blob(struct gen_arena *arena, const char *path, struct image_blob *blob,
                     struct deploy_error *error)
{
    char *bytes;
    int err = build_file_read(arena, path, &bytes, &blob->len);

    blob->bytes = bytes;
    return err ? deploy_fail(error, err, "cannot read %s: %s", path, strerror(-err)) : 0;
}

static int write_bytes(const char *path, const void *bytes, size_t len, struct deploy_error *error)
{
    int err = build_file_write(path, bytes, len, 0644);

    return err ? deploy_fail(error, err, "cannot write %s: %s", path, strerror(-err)) : 0;
}

static int read_loaders(struct gen_arena *arena, const char *folder, struct image_loaders *loaders, struct deploy_error *error)
{
    int err = read_blob(arena, gen_arena_printf(arena, "%s/bios-mbr.bin", folder), &loaders->mbr, error);

    if (!err)
        err = read_blob(arena, gen_arena_printf(arena, "%s/bios-stage2.bin", folder), &loaders->stage2, error);
    return err ? err : read_blob(arena, gen_arena_printf(arena, "%s/uefi.efi", folder), &loaders->uefi, error);
}

int image_format_number(const char *folder, uint64_t *number, struct deploy_error *error)
{
    struct image_loaders loaders;
    struct gen_arena arena;
    int err;

    gen_arena_init(&arena);
    err = read_loaders(&arena, folder, &loaders, error);
    if (!err) {
        *number = deploy_fnv(DEPLOY_FNV_BASIS, &(uint64_t){IMAGE_DISK_VERSION}, sizeof(uint64_t));
        *number = deploy_fnv(*number, loaders.mbr.bytes, loaders.mbr.len);
        *number = deploy_fnv(*number, loaders.stage2.bytes, loaders.stage2.len);
        *number = deploy_fnv(*number, loaders.uefi.bytes, loaders.uefi.len);
    }
    gen_arena_deinit(&arena);
    return err;
}

static int make_disk(struct gen_arena *arena, const struct image_request *request,
                     struct image_disk *disk, struct deploy_error *error)
{
    struct image_loaders loaders;
    struct image_blob elf;
    struct deploy_error why = {""};
    int err = read_blob(arena, request->elf, &elf, error);

    if (!err)
        err = read_loaders(arena, request->loaders, &loaders, error);
    if (err)
        return err;
    err = image_disk_make(arena, &elf, &loaders, request->command_line, disk, &why);
    return err ? deploy_fail(error, err, "%s: %s", request->elf, why.text) : 0;
}

static int write_elf(const struct image_request *request, const char *path,
                     struct deploy_error *error)
{
    struct gen_arena arena;
    struct image_blob elf;
    int err;

    gen_arena_init(&arena);
    err = read_blob(&arena, request->elf, &elf, error);
    if (!err)
        err = write_bytes(path, elf.bytes, elf.len, error);
    gen_arena_deinit(&arena);
    return err;
}

static int write_raw(const struct image_request *request, const char *path,
                     struct deploy_error *error)
{
    struct gen_arena arena;
    struct image_disk disk;
    int err;

    gen_arena_init(&arena);
    err = make_disk(&arena, request, &disk, error);
    if (!err)
        err = write_bytes(path, disk.bytes, disk.len, error);
    gen_arena_deinit(&arena);
    return err;
}

static int write_oci(const struct image_request *request, const char *path, struct deploy_error *error)
{
    struct gen_arena arena;
    struct image_disk disk;
    struct image_oci oci = {.name = request->name};
    int err;

    gen_arena_init(&arena);
    err = make_disk(&arena, request, &disk, error);
    if (!err)
        err = read_blob(&arena, request->elf, &oci.elf, error);
    if (!err) {
        struct image_blob archive;

        oci.disk = (struct image_blob){disk.bytes, disk.len};
        archive = image_oci_make(&arena, &oci);
        err = write_bytes(path, archive.bytes, archive.len, error);
    }
    gen_arena_deinit(&arena);
    return err;
}

static int write_converted(const struct image_request *request, const char *path,
                           enum image_conversion to, struct deploy_error *error)
{
    struct gen_arena arena;
    struct image_disk disk;
    const char *raw;
    int err;

    gen_arena_init(&arena);
    raw = gen_arena_printf(&arena, "%s.raw", path);
    err = make_disk(&arena, request, &disk, error);
    if (!err)
        err = write_bytes(raw, disk.bytes, disk.len, error);
    if (!err)
        err = image_convert(to, raw, path, disk.seed, error);
    unlink(raw);
    gen_arena_deinit(&arena);
    return err;
}

#define CONVERTED(name, to)                                                \
    static int name(const struct image_request *request, const char *path, \
                    struct deploy_error *error)                            \
    {                                                                      \
        return write_converted(request, path, to, error);                  \
    }
CONVERTED(write_qcow2, IMAGE_TO_QCOW2)
CONVERTED(write_vmdk, IMAGE_TO_VMDK)
CONVERTED(write_vhd, IMAGE_TO_VHD)
CONVERTED(write_vdi, IMAGE_TO_VDI)
CONVERTED(write_gcp, IMAGE_TO_GCP)

const struct image_format image_formats[] = {
    {"elf", "elf", "the image itself: QEMU, libvirt and others start it as a kernel", write_elf},
    {"raw", "raw", "a disk that boots by BIOS and by UEFI", write_raw},
    {"qcow2", "qcow2", "the same disk for QEMU, libvirt, OpenStack, Proxmox", write_qcow2},
    {"vmdk", "vmdk", "the same, stream-optimised, for VMware", write_vmdk},
    {"vhd", "vhd", "the same, of a fixed size, for Hyper-V and Azure", write_vhd},
    {"vdi", "vdi", "the same for VirtualBox", write_vdi},
    {"oci", "oci.tar", "a container image for urunc and KubeVirt: an OCI layout in an archive", write_oci},
    {"gcp", "tar.gz", "the archive that Google Compute Engine imports", write_gcp},
    {0},
};

const struct image_format *image_format_find(const char *name)
{
    for (size_t i = 0; image_formats[i].name; i++)
        if (!strcmp(image_formats[i].name, name))
            return &image_formats[i];
    return NULL;
}

int image_format_write(const struct image_format *format, const struct image_request *request, const char *path,
                       struct deploy_error *error)
{
    char begun[PATH_MAX];
    int err;

    if (snprintf(begun, sizeof(begun), "%s.begun", path) >= PATH_MAX)
        return deploy_fail(error, -ENAMETOOLONG, "%s: the path is too long", path);
    unlink(begun);
    err = format->write(request, begun, error);
    if (!err && rename(begun, path))
        err = deploy_fail(error, -errno, "cannot write %s: %s", path, strerror(errno));
    if (err)
        unlink(begun);
    return err;
}
