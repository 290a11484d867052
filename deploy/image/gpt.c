/* SPDX-License-Identifier: MIT */
#include "gpt.h"

#include "put.h"

#include <string.h>

#define SECTOR        512u
#define ENTRY_BYTES   128u
#define ENTRIES       128u
#define ENTRY_SECTORS (ENTRY_BYTES * ENTRIES / SECTOR)
#define HEADER_BYTES  92u

/* In the order of enum image_gpt_type, as they lie on the disk. */
static const uint8_t types[][16] = {
    {0x48, 0x61, 0x68, 0x21, 0x49, 0x64, 0x6f, 0x6e, 0x74, 0x4e, 0x65, 0x65, 0x64, 0x45, 0x46,
     0x49},
    {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9,
     0x3b},
};

/* CRC-32 of IEEE 802.3. */
static uint32_t crc32(const uint8_t *at, size_t len)
{
    uint32_t crc = ~0u;

    for (size_t i = 0; i < len; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* A GUID of version 8 (RFC 9562): what its bits mean is ours. */
static void write_guid(uint8_t *at, const uint64_t seed[2], unsigned number)
{
    put64(at, seed[0] ^ number * 0x9e3779b97f4a7c15ull);
    put64(at + 8, seed[1]);
    at[7] = (uint8_t)((at[7] & 0x0f) | 0x80);
    at[8] = (uint8_t)((at[8] & 0x3f) | 0x80);
}

static void write_mbr(uint8_t *disk, uint64_t sectors)
{
    uint8_t *entry = disk + 446;

    memcpy(entry, "\x00\x00\x02\x00\xee\xff\xff\xff", 8);
    put32(entry + 8, 1);
    put32(entry + 12, sectors - 1 < UINT32_MAX ? (uint32_t)(sectors - 1) : UINT32_MAX);
    put16(disk + 510, 0xaa55);
}

static void write_header(uint8_t *disk, uint64_t here, uint64_t other, uint64_t entries,
                         uint64_t sectors, const uint64_t seed[2])
{
    uint8_t *at = disk + here * SECTOR;

    memcpy(at, "EFI PART\0\0\1\0", 12);
    put32(at + 12, HEADER_BYTES);
    put64(at + 24, here);
    put64(at + 32, other);
    put64(at + 40, IMAGE_GPT_FIRST_SECTOR);
    put64(at + 48, sectors - IMAGE_GPT_BACKUP_SECTORS - 1);
    write_guid(at + 56, seed, 0);
    put64(at + 72, entries);
    put32(at + 80, ENTRIES);
    put32(at + 84, ENTRY_BYTES);
    put32(at + 88, crc32(disk + entries * SECTOR, ENTRIES * ENTRY_BYTES));
    put32(at + 16, crc32(at, HEADER_BYTES));
}

void image_gpt_write(uint8_t *disk, uint64_t sectors, const struct image_gpt_partition *partitions,
                     unsigned count, const uint64_t seed[2])
{
    uint8_t *entries = disk + 2 * SECTOR;

    write_mbr(disk, sectors);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *at = entries + i * ENTRY_BYTES;

        memcpy(at, types[partitions[i].type], 16);
        write_guid(at + 16, seed, i + 1);
        put64(at + 32, partitions[i].first);
        put64(at + 40, partitions[i].last);
        for (unsigned k = 0; partitions[i].name[k] && k < 36; k++)
            at[56 + 2 * k] = (uint8_t)partitions[i].name[k];
    }
    memcpy(disk + (sectors - IMAGE_GPT_BACKUP_SECTORS) * SECTOR, entries, ENTRY_SECTORS * SECTOR);
    write_header(disk, 1, sectors - 1, 2, sectors, seed);
    write_header(disk, sectors - 1, 1, sectors - IMAGE_GPT_BACKUP_SECTORS, sectors, seed);
}
