/* SPDX-License-Identifier: MIT */
#include "disk.h"

#include "fat.h"
#include "gpt.h"
#include "plan/fnv.h"
#include "put.h"

#include <errno.h>
#include <string.h>

/* As kernel/loader/params.h and kernel/loader/bios/layout.h have them; disk_test boots by them. */
#define PARAMS_BYTES     1024u
#define COMMAND_LINE_MAX (PARAMS_BYTES - 32)
#define MBR_CODE_MAX     440u
#define STAGE2_SECTOR    34u
#define STAGE2_SECTORS   16u

#define ESP_SECTOR 64u
#define MIB        (1u << 20)

static void write_params(uint8_t *at, const struct image_flat *flat, uint32_t flat_sector,
                         const char *command_line)
{
    memcpy(at, "UCBOOT1", 8);
    put32(at + 8, flat_sector);
    put32(at + 12, flat->sectors);
    put32(at + 16, flat->load);
    put32(at + 20, flat->end);
    put32(at + 24, flat->entry);
    memcpy(at + 32, command_line, strlen(command_line));
}

/* They only have to tell disks apart. */
static void seed_of(const struct image_flat *flat, const char *command_line, uint64_t seed[2])
{
    for (int i = 0; i < 2; i++) {
        seed[i] = deploy_fnv(DEPLOY_FNV_BASIS + (uint64_t)i, command_line, strlen(command_line) + 1);
        seed[i] = deploy_fnv(seed[i], flat->bytes, (size_t)flat->sectors * IMAGE_SECTOR);
    }
}

static int check(const struct image_loaders *loaders, const char *command_line,
                 struct deploy_error *error)
{
    if (strlen(command_line) >= COMMAND_LINE_MAX)
        return deploy_fail(error, -E2BIG,
                           "the kernel's command line is %zu bytes long; a disk holds up to %u",
                           strlen(command_line), COMMAND_LINE_MAX - 1);
    if (loaders->mbr.len > MBR_CODE_MAX ||
        loaders->stage2.len > STAGE2_SECTORS * IMAGE_SECTOR - PARAMS_BYTES || !loaders->uefi.len)
        return deploy_fail(error, -EINVAL, "the boot loaders of this installation do not fit it");
    return 0;
}

int image_disk_make(struct gen_arena *arena, const struct image_blob *elf,
                    const struct image_loaders *loaders, const char *command_line,
                    struct image_disk *disk, struct deploy_error *error)
{
    struct image_flat flat;
    struct image_fat fat;
    uint8_t *file, *stage2;
    uint64_t sectors;
    size_t file_len;
    int err = check(loaders, command_line, error);

    if (!err)
        err = image_flat_read(arena, elf->bytes, elf->len, &flat, error);
    if (err)
        return err;
    seed_of(&flat, command_line, disk->seed);
    file_len = PARAMS_BYTES + (size_t)flat.sectors * IMAGE_SECTOR;
    file = gen_arena_alloc(arena, file_len);
    memset(file, 0, PARAMS_BYTES);
    memcpy(file + PARAMS_BYTES, flat.bytes, file_len - PARAMS_BYTES);
    err = image_fat_make(arena, loaders->uefi.bytes, loaders->uefi.len, file, file_len, ESP_SECTOR,
                         (uint32_t)disk->seed[0], &fat);
    if (err)
        return deploy_fail(error, err, "the image is larger than the disk's file system holds");
    sectors = ESP_SECTOR + fat.sectors + IMAGE_GPT_BACKUP_SECTORS;
    disk->len = (size_t)((sectors * IMAGE_SECTOR + MIB - 1) / MIB * MIB);
    sectors = disk->len / IMAGE_SECTOR;
    disk->bytes = gen_arena_alloc(arena, disk->len);
    memset(disk->bytes, 0, disk->len);

    stage2 = disk->bytes + STAGE2_SECTOR * IMAGE_SECTOR;
    write_params(stage2, &flat, ESP_SECTOR + fat.image_sector + PARAMS_BYTES / IMAGE_SECTOR,
                 command_line);
    memcpy(stage2 + PARAMS_BYTES, loaders->stage2.bytes, loaders->stage2.len);
    memcpy(fat.bytes + (size_t)fat.image_sector * IMAGE_SECTOR, stage2, PARAMS_BYTES);
    memcpy(disk->bytes + ESP_SECTOR * IMAGE_SECTOR, fat.bytes, (size_t)fat.sectors * IMAGE_SECTOR);
    memcpy(disk->bytes, loaders->mbr.bytes, loaders->mbr.len);
    image_gpt_write(
        disk->bytes, sectors,
        (struct image_gpt_partition[]){
            {IMAGE_GPT_BIOS_BOOT, "BIOS boot", STAGE2_SECTOR, STAGE2_SECTOR + STAGE2_SECTORS - 1},
            {IMAGE_GPT_EFI_SYSTEM, "EFI system", ESP_SECTOR, ESP_SECTOR + fat.sectors - 1},
        },
        2, disk->seed);
    return 0;
}
