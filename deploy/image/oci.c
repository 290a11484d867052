/* SPDX-License-Identifier: MIT */
#include "oci.h"

#include "base64.h"
#include "sha256.h"
#include "tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QEMU_USER 107 /* KubeVirt, "Disks and volumes": containerDisk */
#define KERNEL "boot/service.elf"

struct blob { /* of the layout: named by its content */
    const char *bytes;
    size_t len;
    char digest[IMAGE_SHA256_DIGITS + 1];
};

struct page { /* what is being written */
    FILE *out;
    char *bytes;
    size_t len;
};

static FILE *begin(struct page *page)
{
    page->out = open_memstream(&page->bytes, &page->len);
    if (!page->out)
        abort(); /* out of memory, as everywhere with arenas */
    return page->out;
}

static struct image_blob end(struct page *page, struct gen_arena *arena)
{
    struct image_blob blob;

    if (fclose(page->out))
        abort();
    blob = (struct image_blob){gen_arena_bytes(arena, page->bytes, page->len), page->len};
    free(page->bytes);
    return blob;
}

static struct blob blob_of(struct page *page, struct gen_arena *arena)
{
    struct image_blob whole = end(page, arena);
    struct blob blob = {.bytes = whole.bytes, .len = whole.len};

    image_sha256(blob.bytes, blob.len, blob.digest);
    return blob;
}

/* What urunc asks of an image. Its type "linux" starts the ELF by PVH and gives the command line
 * that we read: ip= as Linux has it, and the environment. */
static const char *const urunc[][2] = {
    {"com.urunc.unikernel.binary", "/" KERNEL},
    {"com.urunc.unikernel.hypervisor", "qemu"},
    {"com.urunc.unikernel.unikernelType", "linux"},
};
#define URUNC (sizeof(urunc) / sizeof(urunc[0]))

static struct blob make_layer(struct gen_arena *arena, const struct image_oci *oci)
{
    struct page page;
    struct image_blob annotations;
    FILE *json = begin(&page), *tar;

    for (size_t i = 0; i < URUNC; i++)
        fprintf(json, "%s\"%s\":\"%s\"", i ? "," : "{", urunc[i][0], image_base64(arena, urunc[i][1], strlen(urunc[i][1])));
    fputs("}\n", json);
    annotations = end(&page, arena);
    tar = begin(&page);
    image_tar_folder(tar, "boot");
    image_tar_file(tar, KERNEL, oci->elf.bytes, oci->elf.len, 0);
    image_tar_folder(tar, "disk");
    image_tar_file(tar, "disk/disk.img", oci->disk.bytes, oci->disk.len, QEMU_USER);
    image_tar_file(tar, "urunc.json", annotations.bytes, annotations.len, 0);
    image_tar_end(tar);
    return blob_of(&page, arena);
}

static void put_labels(FILE *json, const char *name)
{
    fprintf(json, "{\"org.opencontainers.image.title\":\"%s\"", name);
    for (size_t i = 0; i < URUNC; i++)
        fprintf(json, ",\"%s\":\"%s\"", urunc[i][0], urunc[i][1]);
    fputs("}", json);
}

static struct blob make_config(struct gen_arena *arena, const struct image_oci *oci, const struct blob *layer)
{
    struct page page;
    FILE *json = begin(&page);

    fprintf(json,
                   "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/" KERNEL
                   "\"],\"Labels\":");
    put_labels(json, oci->name);
    fprintf(json, "},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}", layer->digest);
    return blob_of(&page, arena);
}

static void put_descriptor(FILE *json, const char *kind, const struct blob *blob)
{
    fprintf(json, "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"sha256:%s\",\"size\":%zu",
                   kind, blob->digest, blob->len);
}

static struct blob make_manifest(struct gen_arena *arena, const struct image_oci *oci, const struct blob *config,
                                 const struct blob *layer)
{
    struct page page;
    FILE *json = begin(&page);

    fputs("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        "\"config\":", json);
    put_descriptor(json, "config.v1+json", config);
    fputs("},\"layers\":[", json);
    put_descriptor(json, "layer.v1.tar", layer);
    fputs("}],\"annotations\":", json);
    put_labels(json, oci->name);
    fputs("}", json);
    return blob_of(&page, arena);
}

static void put_blob(FILE *tar, struct gen_arena *arena, const struct blob *blob)
{
    image_tar_file(tar, gen_arena_printf(arena, "blobs/sha256/%s", blob->digest), blob->bytes, blob->len, 0);
}

struct image_blob image_oci_make(struct gen_arena *arena, const struct image_oci *oci)
{
    static const char layout[] = "{\"imageLayoutVersion\":\"1.0.0\"}";
    struct blob layer = make_layer(arena, oci), config = make_config(arena, oci, &layer);
    struct blob manifest = make_manifest(arena, oci, &config, &layer);
    struct page page;
    struct image_blob index;
    FILE *out = begin(&page);

    fputs( "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
          "\"manifests\":[", out);
    put_descriptor(out, "manifest.v1+json", &manifest);
    fputs(",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"},"
                         "\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}]}", out);
    index = end(&page, arena);
    out = begin(&page);
    image_tar_file(out, "oci-layout", layout, sizeof(layout) - 1, 0);
    image_tar_file(out, "index.json", index.bytes, index.len, 0);
    image_tar_folder(out, "blobs");
    image_tar_folder(out, "blobs/sha256");
    put_blob(out, arena, &config);
    put_blob(out, arena, &layer);
    put_blob(out, arena, &manifest);
    image_tar_end(out);
    return end(&page, arena);
}
