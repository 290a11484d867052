/* SPDX-License-Identifier: MIT */
#include "convert.h"

#include "put.h"
#include "run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what is drawn at random ---- */

static void put_uuid(uint8_t *at, const uint64_t seed[2], unsigned number)
{
    put64(at, seed[0] ^ number);
    put64(at + 8, seed[1]);
    at[6] = (uint8_t)((at[6] & 0x0f) | 0x80); /* version 8 (RFC 9562) */
    at[8] = (uint8_t)((at[8] & 0x3f) | 0x80);
}

/* "CID=" and up to eight digits, in the descriptor, which is text with zeros behind: always eight. */
static int settle_vmdk(uint8_t *bytes, size_t len, const uint64_t seed[2])
{
    static const char key[] = "\nCID=";
    uint8_t *at = memmem(bytes, len, key, sizeof(key) - 1), *end, *line;
    char digits[9];
    size_t shift;

    if (!at)
        return -EINVAL;
    at += sizeof(key) - 1;
    end = memchr(at, 0, len - (size_t)(at - bytes));
    line = end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    if (!line || line > at + 8)
        return -EINVAL;
    shift = (size_t)(at + 8 - line);
    if ((size_t)(bytes + len - end) <= shift || end[shift])
        return -EINVAL;
    memmove(at + 8, line, (size_t)(end - line));
    snprintf(digits, sizeof(digits), "%08x", (uint32_t)seed[0]);
    memcpy(at, digits, 8);
    return 0;
}

/* VHD image format specification: footer, big-endian. */
static int settle_vhd(uint8_t *footer, size_t len, const uint64_t seed[2])
{
    uint32_t sum = 0;

    if (len != 512 || memcmp(footer, "conectix", 8) != 0)
        return -EINVAL;
    memset(footer + 24, 0, 4); /* seconds since 2000 */
    put_uuid(footer + 68, seed, 0);
    memset(footer + 64, 0, 4);
    for (size_t i = 0; i < len; i++)
        sum += footer[i];
    sum = ~sum;
    for (int i = 0; i < 4; i++)
        footer[64 + i] = (uint8_t)(sum >> (24 - 8 * i));
    return 0;
}

/* The image's and its last snapshot's numbers, at 0x188 of the header. */
static int settle_vdi(uint8_t *bytes, size_t len, const uint64_t seed[2])
{
    if (len < 512 || memcmp(bytes + 0x40, "\x7f\x10\xda\xbe", 4) != 0)
        return -EINVAL;
    put_uuid(bytes + 0x188, seed, 0);
    put_uuid(bytes + 0x198, seed, 1);
    return 0;
}

int image_convert_settle(enum image_conversion form, uint8_t *bytes, size_t len,
                         const uint64_t seed[2])
{
    switch (form) {
    case IMAGE_TO_VMDK:
        return settle_vmdk(bytes, len, seed);
    case IMAGE_TO_VHD:
        return settle_vhd(bytes, len, seed);
    case IMAGE_TO_VDI:
        return settle_vdi(bytes, len, seed);
    default:
        return 0;
    }
}

#define HEAD_BYTES 65536 /* of a VMDK, its descriptor included */

static int settle_file(enum image_conversion form, const char *path, const uint64_t seed[2])
{
    uint8_t bytes[HEAD_BYTES];
    FILE *file = fopen(path, "r+be");
    long at = 0;
    size_t len;
    int err;

    if (!file)
        return -errno;
    if (form == IMAGE_TO_VHD && (fseek(file, -512, SEEK_END) || (at = ftell(file)) < 0)) {
        fclose(file);
        return -EINVAL;
    }
    len = fread(bytes, 1, sizeof(bytes), file);
    err = image_convert_settle(form, bytes, len, seed);
    if (!err && (fseek(file, at, SEEK_SET) || fwrite(bytes, 1, len, file) != len))
        err = -EIO;
    if (fclose(file) && !err)
        err = -errno;
    return err;
}

/* ---- the programs ---- */

static int run(const char *const argv[], const char *package, struct deploy_error *error)
{
    int status = image_run(argv, package, NULL, 0, error);

    return status > 0 ? deploy_fail(error, -EIO, "%s failed", argv[0]) : status;
}

/* A VMDK holds its file's name: it is made under one that does not vary. */
static int by_qemu_img(enum image_conversion to, const char *raw, const char *path,
                       struct deploy_error *error)
{
    static const char *const forms[][2] = {
        [IMAGE_TO_QCOW2] = {"qcow2", "compat=1.1"},
        [IMAGE_TO_VMDK] = {"vmdk", "subformat=streamOptimized"},
        [IMAGE_TO_VHD] = {"vpc", "subformat=fixed,force_size"},
        [IMAGE_TO_VDI] = {"vdi", "static=off"},
    };
    char folder[PATH_MAX], made[PATH_MAX];
    const char *argv[] = {"qemu-img", "convert",    "-f", "raw", "-O", forms[to][0],
                          "-o",       forms[to][1], raw,  made,  NULL};
    int err;

    if (snprintf(folder, sizeof(folder), "%s.d", path) >= PATH_MAX ||
        snprintf(made, sizeof(made), "%s.d/disk", path) >= PATH_MAX)
        return deploy_fail(error, -ENAMETOOLONG, "%s: the path is too long", path);
    if (mkdir(folder, 0700) && errno != EEXIST)
        return deploy_fail(error, -errno, "cannot make %s: %s", folder, strerror(errno));
    err = run(argv, "qemu-utils", error);
    if (!err && rename(made, path))
        err = deploy_fail(error, -errno, "cannot write %s: %s", path, strerror(errno));
    unlink(made);
    rmdir(folder);
    return err;
}

/* A disk of whole GiB called disk.raw, mostly a hole, in a tar of the old GNU form. */
static int as_archive(const char *raw, const char *path, struct deploy_error *error)
{
    static const char script[] =
        "set -e; d=\"$2.d\"; mkdir \"$d\"; trap 'rm -rf \"$d\"' EXIT; cp \"$1\" \"$d/disk.raw\"; "
        "truncate -s 1G \"$d/disk.raw\"; "
        "tar -C \"$d\" --format=oldgnu --sparse --mtime=@0 --owner=0 --group=0 --numeric-owner "
        "--mode=0644 -cf \"$d/tar\" disk.raw; gzip -n -9 <\"$d/tar\" >\"$2\"";
    const char *argv[] = {"sh", "-c", script, "sh", raw, path, NULL};

    return run(argv, "dash", error);
}

int image_convert(enum image_conversion to, const char *raw, const char *path,
                  const uint64_t seed[2], struct deploy_error *error)
{
    int err;

    if (to == IMAGE_TO_GCP)
        return as_archive(raw, path, error);
    err = by_qemu_img(to, raw, path, error);
    if (err || to == IMAGE_TO_QCOW2)
        return err;
    err = settle_file(to, path, seed);
    return err ? deploy_fail(error, err, "%s is not as qemu-img writes it: %s", path,
                             strerror(-err))
               : 0;
}
