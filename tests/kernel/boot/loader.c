/* SPDX-License-Identifier: MIT */
/*
 * loader.c - start an image as Firecracker starts it by Linux's 64-bit protocol.
 *
 * QEMU starts this by PVH with the image as its -initrd, which is fetched from the firmware
 * configuration device. Memory, tables and registers are then what Firecracker leaves: the zero
 * page at 0x7000, the command line at 0x20000, page tables at 0x9000 that map the first GiB, a
 * descriptor table at 0x500, caches off, the stack at 0x8ff0, RSI at the zero page. The command
 * line is our own.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GDT              0x500u
#define ZERO_PAGE        0x7000u
#define PML4             0x9000u
#define PDPT             0xa000u
#define PD               0xb000u
#define COMMAND_LINE     0x20000u
#define COMMAND_LINE_MAX 2048u
#define LOW_END          0x9fc00u
#define HIGH_START       0x100000u
#define ACPI             LOW_END /* reserved from here on */
#define MMCONFIG         0xeec00000u
#define MMCONFIG_BYTES   0x10000000u

#define FW_CFG_SELECT      0x510
#define FW_CFG_DATA        0x511
#define FW_CFG_INITRD_SIZE 0x0b
#define FW_CFG_INITRD_DATA 0x12
#define IMAGE_MAX          (8u << 20)
#define PT_LOAD            1

struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp, memory_map;
    uint32_t memory_map_entries, reserved;
};

struct memory {
    uint64_t start, bytes;
    uint32_t type, reserved;
};

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, segments_at, sections_at;
    uint32_t flags;
    uint16_t header_bytes, segment_bytes, segment_count;
};

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, virtual, physical, file_bytes, memory_bytes, align;
};

_Noreturn void enter(uint32_t entry); /* entry.S */
void load(const struct start_info *info);

static uint8_t image[IMAGE_MAX];

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

void *memcpy(void *to, const void *from, size_t bytes)
{
    void *start = to;

    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
    return start;
}

void *memset(void *to, int value, size_t bytes)
{
    void *start = to;

    __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
    return start;
}

static _Noreturn void fail(const char *text)
{
    while (*text)
        out8(0x3f8, (uint8_t)*text++);
    for (;;)
        __asm__ volatile("cli; hlt");
}

static void fw_cfg_read(uint16_t key, void *to, size_t bytes)
{
    out16(FW_CFG_SELECT, key);
    __asm__ volatile("rep insb" : "+D"(to), "+c"(bytes) : "d"((uint16_t)FW_CFG_DATA) : "memory");
}

static uint32_t fetch_image(void)
{
    uint32_t bytes = 0;

    fw_cfg_read(FW_CFG_INITRD_SIZE, &bytes, sizeof bytes);
    if (!bytes || bytes > IMAGE_MAX)
        fail("loader: no image, or one that is too large\n");
    fw_cfg_read(FW_CFG_INITRD_DATA, image, bytes);
    return bytes;
}

static uint32_t place_image(void)
{
    const struct elf_header *header = (const void *)image;
    const struct elf_segment *segment = (const void *)(image + header->segments_at);

    for (unsigned i = 0; i < header->segment_count; i++, segment++) {
        uint8_t *to = (void *)(uintptr_t)segment->physical;

        if (segment->type != PT_LOAD)
            continue;
        memset(to, 0, (size_t)segment->memory_bytes);
        memcpy(to, image + segment->offset, (size_t)segment->file_bytes);
    }
    return (uint32_t)header->entry;
}

static void add_e820(uint64_t start, uint64_t bytes, uint32_t type)
{
    uint8_t *page = (void *)ZERO_PAGE, *entry = page + 0x2d0 + page[0x1e8]++ * 20;

    memcpy(entry, &start, 8);
    memcpy(entry + 8, &bytes, 8);
    memcpy(entry + 16, &type, 4);
}

/* For a command line that begins with "ODD": entries that overlap, are empty, or wrap around. */
static void add_oddities(void)
{
    add_e820(0x800000, 0x400000, 1);
    add_e820(0x900400, 0x100, 2);
    add_e820(0x901800, 0, 1);
    add_e820(0xfffffffffffff000, 0x2000, 1);
    add_e820(0x2000000, 0x200000, 2);
    add_e820(0x1f00000, 0x200000, 1);
    add_e820(0x8000000000000000, 0x8000000000000000, 2);
}

/* For one that begins with "RESET=": ACPI that cannot switch off. It has the chip set's reset register, and with
 * "RESET=1" says so. */
static void add_acpi(bool tells)
{
    uint8_t *root = (void *)ACPI, *list = root + 64, *fixed = list + 64;

    memset(root, 0, 64 + 64 + 144);
    memcpy(root, "RSD PTR ", 8);
    root[15] = 2;
    *(uint32_t *)(root + 24) = ACPI + 64;
    memcpy(list, "XSDT", 4);
    *(uint32_t *)(list + 4) = 44;
    *(uint32_t *)(list + 36) = ACPI + 128;
    memcpy(fixed, "FACP", 4);
    *(uint32_t *)(fixed + 4) = 132;
    *(uint32_t *)(fixed + 112) = (uint32_t)tells << 10;
    memcpy(fixed + 116, "\x01\x08\0\x01\xf9\x0c", 6); /* a port, 8 bits, by bytes, 0xcf9 */
    fixed[128] = 0x0f;
    *(uint32_t *)(ZERO_PAGE + 0x70) = ACPI;
}

static uint64_t ram_end(const struct start_info *info)
{
    const struct memory *map = (const void *)(uintptr_t)info->memory_map;
    uint64_t end = 0;

    for (uint32_t i = 0; i < info->memory_map_entries; i++)
        if (map[i].type == 1 && map[i].start == HIGH_START)
            end = map[i].start + map[i].bytes;
    return end;
}

static void make_zero_page(const struct start_info *info)
{
    uint8_t *page = (void *)ZERO_PAGE;
    const char *from = (const void *)(uintptr_t)info->command_line;
    char *to = (void *)COMMAND_LINE;
    uint32_t bytes = 0;

    while (from[bytes] && bytes < COMMAND_LINE_MAX - 1)
        bytes++;
    memcpy(to, from, bytes);
    to[bytes++] = '\0';

    memset(page, 0, 4096);
    memcpy(page + 0x1fe, "\x55\xaa", 2);
    memcpy(page + 0x202, "HdrS", 4);
    page[0x210] = 0xff; /* a loader without a number */
    *(uint32_t *)(page + 0x228) = COMMAND_LINE;
    *(uint32_t *)(page + 0x230) = 0x1000000; /* alignment */
    *(uint32_t *)(page + 0x238) = bytes;
    add_e820(0, LOW_END, 1);
    add_e820(LOW_END, HIGH_START - LOW_END, 2);
    add_e820(MMCONFIG, MMCONFIG_BYTES, 2);
    add_e820(HIGH_START, ram_end(info) - HIGH_START, 1);
    if (from[0] == 'O')
        add_oddities();
    if (from[0] == 'R')
        add_acpi(from[6] == '1');
}

static void make_tables(void)
{
    static const uint64_t gdt[] = {0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x008f8b000000ffff};
    uint64_t *pd = (void *)PD;

    memcpy((void *)GDT, gdt, sizeof gdt);
    memset((void *)PML4, 0, 3 * 4096);
    *(uint64_t *)PML4 = PDPT | 3;
    *(uint64_t *)PDPT = PD | 3;
    for (unsigned i = 0; i < 512; i++)
        pd[i] = ((uint64_t)i << 21) | 0x83;
}

void load(const struct start_info *info)
{
    uint32_t entry;

    make_zero_page(info);
    make_tables();
    fetch_image();
    entry = place_image();
    enter(entry);
}
