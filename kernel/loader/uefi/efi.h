/* SPDX-License-Identifier: MIT */
/*
 * efi.h - the few structures of the UEFI specification (2.10) that the loader reads: sections 4.3
 * (system table), 4.4 (boot services), 7.2 (memory), 9.1 (loaded image), 13.4 and 13.5 (files).
 * Members that are not used only keep their place.
 */
#ifndef LOADER_UEFI_EFI_H
#define LOADER_UEFI_EFI_H

#include <stdint.h>

#define EFIAPI __attribute__((ms_abi))
#define EFI_ERROR(status) ((int64_t)(status) < 0)

typedef uint64_t efi_status;
typedef void *efi_handle;

struct efi_guid {
    uint32_t a;
    uint16_t b, c;
    uint8_t d[8];
};

enum { EFI_ALLOCATE_MAX_ADDRESS = 1 };
enum {
    EFI_LOADER_CODE = 1,
    EFI_LOADER_DATA = 2,
    EFI_BOOT_SERVICES_CODE = 3,
    EFI_BOOT_SERVICES_DATA = 4,
    EFI_CONVENTIONAL_MEMORY = 7,
};

struct efi_memory {
    uint32_t type, reserved;
    uint64_t start, virtual_start, pages, attribute;
};

struct efi_text_output {
    void *reset;
    efi_status(EFIAPI *output_string)(struct efi_text_output *self, const uint16_t *text);
};

struct efi_boot_services {
    uint8_t header[24];
    void *raise_tpl, *restore_tpl;
    efi_status(EFIAPI *allocate_pages)(uint32_t how, uint32_t type, uint64_t pages,
                                       uint64_t *address);
    void *free_pages;
    efi_status(EFIAPI *get_memory_map)(uint64_t *bytes, void *map, uint64_t *key,
                                       uint64_t *entry_bytes, uint32_t *version);
    void *unused1[11];
    efi_status(EFIAPI *handle_protocol)(efi_handle handle, const struct efi_guid *protocol,
                                        void **interface);
    void *unused2[9];
    efi_status(EFIAPI *exit_boot_services)(efi_handle image, uint64_t key);
};

struct efi_configuration_table {
    struct efi_guid guid;
    void *table;
};

struct efi_system_table {
    uint8_t header[24];
    uint16_t *vendor;
    uint32_t revision;
    void *unused1[3];
    struct efi_text_output *out;
    void *unused2[3];
    struct efi_boot_services *boot;
    uint64_t table_count;
    struct efi_configuration_table *tables;
};

struct efi_loaded_image {
    uint32_t revision;
    efi_handle parent;
    struct efi_system_table *system;
    efi_handle device;
    void *unused[4];
    void *base;
    uint64_t bytes;
};

struct efi_file {
    uint64_t revision;
    efi_status(EFIAPI *open)(struct efi_file *self, struct efi_file **file, const uint16_t *name,
                             uint64_t mode, uint64_t attributes);
    void *close, *delete;
    efi_status(EFIAPI *read)(struct efi_file *self, uint64_t *bytes, void *buffer);
};

struct efi_file_system {
    uint64_t revision;
    efi_status(EFIAPI *open_volume)(struct efi_file_system *self, struct efi_file **root);
};

#endif
