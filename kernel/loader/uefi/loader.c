/* SPDX-License-Identifier: MIT */
/*
 * loader.c - an EFI application that starts the image on its own volume.
 *
 * UCOMPOSE.IMG (params.h, then the flat image) is read to where there is room; the firmware is
 * left; the image moves to its place, over what the firmware had there; and the kernel is entered as
 * the PVH convention says, from a page in the first GiB, in 32 bits.
 */
#include "arch/x86_64/pvh.h"
#include "efi.h"
#include "loader/params.h"

#include <stdbool.h>
#include <stddef.h>

#define COM1 0x3f8
#define PAGE 4096ull
#define FOUR_GIB 0x100000000ull
#define GIB 0x40000000ull /* the kernel maps no more before it has read the handover */
#define MAP_BYTES 65536 /* the firmware's memory map */
#define RANGES_MAX 32   /* the kernel takes no more */

/* What must outlive the firmware, in the first GiB: one allocation. */
struct handover {
    uint8_t code[2048]; /* the trampoline, and its stack behind it */
    struct pvh_start_info info;
    struct pvh_memory ranges[RANGES_MAX];
    char command_line[LOADER_COMMAND_LINE_MAX + 32];
};

typedef void EFIAPI trampoline_fn(uint32_t entry, uint32_t start_info, uint32_t here);
extern const uint8_t trampoline[], trampoline_end[];

static struct efi_system_table *firmware; /* NULL once it is left */

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void print_serial(const char *text)
{
    for (; *text; text++) {
        for (int i = 0; i < 100000 && !(in8(COM1 + 5) & 0x20); i++)
            ;
        out8(COM1, (uint8_t)*text);
    }
}

/* On the screen while there is firmware, and on the serial port. */
static _Noreturn void fail(const char *text)
{
    uint16_t wide[2] = {0, 0};

    print_serial("ucompose: ");
    print_serial(text);
    print_serial("\r\n");
    for (; firmware && *text; text++) {
        wide[0] = (uint8_t)*text;
        firmware->out->output_string(firmware->out, wide);
    }
    for (;;)
        __asm__ volatile("cli; hlt");
}

/* The compiler may call these two. */
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t bytes);
void *memset(void *to, int value, size_t bytes)
{
    void *at = to;

    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
    return to;
}

static bool same_guid(const struct efi_guid *a, const struct efi_guid *b)
{
    const uint8_t *x = (const uint8_t *)a, *y = (const uint8_t *)b;

    for (size_t i = 0; i < sizeof(*a); i++)
        if (x[i] != y[i])
            return false;
    return true;
}

/* A table of the firmware, under its newer name before the older. */
static uint64_t find_table(const struct efi_system_table *system, const struct efi_guid *newer,
                           const struct efi_guid *older)
{
    uint64_t found = 0;

    for (uint64_t i = 0; i < system->table_count; i++) {
        if (same_guid(&system->tables[i].guid, newer))
            return (uint64_t)system->tables[i].table;
        if (same_guid(&system->tables[i].guid, older))
            found = (uint64_t)system->tables[i].table;
    }
    return found;
}

static uint64_t find_rsdp(const struct efi_system_table *system)
{
    static const struct efi_guid acpi2 = {
        0x8868e871, 0xe4f1, 0x11d3, {0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}};
    static const struct efi_guid acpi1 = {
        0xeb9d2d30, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

    return find_table(system, &acpi2, &acpi1);
}

static uint64_t find_smbios(const struct efi_system_table *system)
{
    static const struct efi_guid smbios3 = {
        0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}};
    static const struct efi_guid smbios = {
        0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

    return find_table(system, &smbios3, &smbios);
}

/* PVH has no place for it: "smbios=0x..." joins the command line. */
static void tell_smbios(char *command_line, uint64_t address)
{
    static const char name[] = " smbios=0x";

    if (!address)
        return;
    while (*command_line)
        command_line++;
    memcpy(command_line, name, sizeof(name) - 1);
    command_line += sizeof(name) - 1;
    for (int shift = 60; shift >= 0; shift -= 4)
        *command_line++ = "0123456789abcdef"[address >> shift & 15];
    *command_line = 0;
}

/* ---- the image's file ---- */

static struct efi_file *open_image(efi_handle self)
{
    static const struct efi_guid loaded_image = {
        0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
    static const struct efi_guid file_system = {
        0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
    static const uint16_t name[] = {'\\', 'U', 'C', 'O', 'M', 'P', 'O', 'S',
                                    'E',  '.', 'I', 'M', 'G', 0};
    struct efi_boot_services *boot = firmware->boot;
    struct efi_loaded_image *image;
    struct efi_file_system *volume;
    struct efi_file *root, *file;

    if (EFI_ERROR(boot->handle_protocol(self, &loaded_image, (void **)&image)) ||
        EFI_ERROR(boot->handle_protocol(image->device, &file_system, (void **)&volume)) ||
        EFI_ERROR(volume->open_volume(volume, &root)) ||
        EFI_ERROR(root->open(root, &file, name, 1, 0)))
        fail("there is no UCOMPOSE.IMG on the volume that the loader came from");
    return file;
}

static void read_bytes(struct efi_file *file, void *to, uint64_t bytes)
{
    uint64_t got = bytes;

    if (EFI_ERROR(file->read(file, &got, to)) || got != bytes)
        fail("the disk ends before the image does, or cannot be read");
}

/* Pages below an address that are no part of the image's own place. */
static void *allocate_below(uint64_t limit, uint64_t bytes, const struct loader_params *params)
{
    uint64_t pages = (bytes + PAGE - 1) / PAGE, address = limit - 1;

    if (EFI_ERROR(firmware->boot->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA, pages,
                                                 &address)) ||
        (address < params->end && address + pages * PAGE > params->load))
        fail("the machine has too little memory to load the image");
    return (void *)address;
}

/* ---- the memory map ---- */

static bool is_ram(uint32_t type)
{
    return type == EFI_CONVENTIONAL_MEMORY || type == EFI_LOADER_CODE || type == EFI_LOADER_DATA ||
           type == EFI_BOOT_SERVICES_CODE || type == EFI_BOOT_SERVICES_DATA;
}

/* Neighbours become one, whatever the firmware used them for. */
static void add_range(struct handover *handover, uint64_t start, uint64_t bytes)
{
    struct pvh_memory *ranges = handover->ranges;
    uint32_t count = handover->info.memory_map_entries;

    for (uint32_t i = 0; i < count; i++) {
        if (ranges[i].start + ranges[i].bytes == start) {
            ranges[i].bytes += bytes;
            return;
        }
        if (start + bytes == ranges[i].start) {
            ranges[i].start = start;
            ranges[i].bytes += bytes;
            return;
        }
    }
    if (count < RANGES_MAX) {
        ranges[count] = (struct pvh_memory){start, bytes, PVH_MEMORY_RAM, 0};
        handover->info.memory_map_entries++;
    }
}

static bool holds(const struct handover *handover, uint64_t start, uint64_t end)
{
    for (uint32_t i = 0; i < handover->info.memory_map_entries; i++)
        if (handover->ranges[i].start <= start &&
            handover->ranges[i].start + handover->ranges[i].bytes >= end)
            return true;
    return false;
}

/* Leave the firmware. A map that changed meanwhile is asked for again, as the specification has it. */
static void exit_firmware(efi_handle self, void *map, struct handover *handover)
{
    struct efi_boot_services *boot = firmware->boot;
    uint64_t bytes, key, entry_bytes;
    uint32_t version;
    int tries = 0;

    do {
        bytes = MAP_BYTES;
        if (tries++ == 4 || EFI_ERROR(boot->get_memory_map(&bytes, map, &key, &entry_bytes, &version)))
            fail("the firmware does not tell its memory map");
    } while (EFI_ERROR(boot->exit_boot_services(self, key)));
    firmware = NULL;
    __asm__ volatile("cli");
    for (uint64_t at = 0; at + sizeof(struct efi_memory) <= bytes; at += entry_bytes) {
        const struct efi_memory *entry = (const void *)((const uint8_t *)map + at);

        if (is_ram(entry->type))
            add_range(handover, entry->start, entry->pages * PAGE);
    }
}

efi_status EFIAPI loader_main(efi_handle self, struct efi_system_table *system);
efi_status EFIAPI loader_main(efi_handle self, struct efi_system_table *system)
{
    struct loader_params params;
    struct handover *handover;
    struct efi_file *file;
    trampoline_fn *leap;
    uint64_t flat_bytes;
    void *flat, *map;

    firmware = system;
    file = open_image(self);
    read_bytes(file, &params, sizeof(params));
    for (size_t i = 0; i < sizeof(params.magic); i++)
        if (params.magic[i] != LOADER_MAGIC[i])
            fail("UCOMPOSE.IMG is not an image of ours");
    flat_bytes = params.flat_sectors * 512ull;
    flat = allocate_below(FOUR_GIB, flat_bytes, &params);
    read_bytes(file, flat, flat_bytes);
    handover = allocate_below(GIB, sizeof(*handover), &params);
    map = allocate_below(FOUR_GIB, MAP_BYTES, &params);
    memset(handover, 0, sizeof(*handover));
    memcpy(handover->code, trampoline, (size_t)(trampoline_end - trampoline));
    memcpy(handover->command_line, params.command_line, sizeof(params.command_line) - 1);
    tell_smbios(handover->command_line, find_smbios(system));
    handover->info.magic = PVH_MAGIC;
    handover->info.version = 1;
    handover->info.rsdp = find_rsdp(system);
    handover->info.command_line = (uint64_t)handover->command_line;
    handover->info.memory_map = (uint64_t)handover->ranges;

    exit_firmware(self, map, handover);
    if (!holds(handover, params.load, params.end))
        fail("the firmware keeps memory where the image belongs");
    memcpy((void *)(uint64_t)params.load, flat, flat_bytes);
    if (params.load + flat_bytes < params.end)
        memset((void *)(params.load + flat_bytes), 0, params.end - params.load - flat_bytes);
    leap = (trampoline_fn *)handover->code;
    leap(params.entry, (uint32_t)(uint64_t)&handover->info, (uint32_t)(uint64_t)handover->code);
    __builtin_unreachable();
}
