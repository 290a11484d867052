/* SPDX-License-Identifier: MIT */
/*
 * efi_loader.c - as much of an UEFI program as starts \image.elf by its PVH entry, so that the
 * kernel meets what UEFI firmware leaves behind: its tables, its BARs, its memory map.
 *
 * The command line is \cmdline. Offsets into firmware's tables are those of the UEFI specification.
 */
#include <stddef.h>
#include <stdint.h>

#define CALL(table, offset, type) ((type)(*(void **)((uint8_t *)(table) + (offset))))
#define FILE_BYTES_MAX            (8u << 20)
#define RANGES_MAX                256
#define PVH_MAGIC                 0x336ec578u
#define SEGMENT_LOAD              1
#define SEGMENT_NOTE              4
#define NOTE_HEAD                 16 /* sizes, type, "Xen" */
#define READ_ONLY                 1

struct guid {
    uint32_t first;
    uint16_t second, third;
    uint8_t rest[8];
};

typedef uint64_t handle_fn(void *handle, const struct guid *protocol, void **found);
typedef uint64_t volume_fn(void *volume, void **root);
typedef uint64_t open_fn(void *root, void **file, const uint16_t *name, uint64_t mode,
                         uint64_t bits);
typedef uint64_t read_fn(void *file, uint64_t *bytes, void *buffer);
typedef uint64_t map_fn(uint64_t *bytes, void *map, uint64_t *key, uint64_t *step,
                        uint32_t *version);
typedef uint64_t exit_fn(void *handle, uint64_t key);

static const struct guid loaded_image = {
    0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct guid file_system = {
    0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
#define ACPI_TABLE 0x8868e871u

static uint8_t image[FILE_BYTES_MAX], map[65536], command_line[512];
static struct {
    uint64_t start, bytes;
    uint32_t type, reserved;
} ranges[RANGES_MAX];
static struct {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp, ranges;
    uint32_t range_count, reserved;
} start_info;
static uint64_t segments[] = {0, 0x00cf9b000000ffffull, 0x00cf93000000ffffull};
static struct __attribute__((packed)) {
    uint16_t limit;
    uint64_t base;
} segments_pointer;

static uint64_t get(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes--)
        value = value << 8 | at[bytes];
    return value;
}

static uint64_t read_file(void *root, const uint16_t *name, uint8_t *out, uint64_t bytes)
{
    void *file;

    if (CALL(root, 8, open_fn *)(root, &file, name, READ_ONLY, 0))
        return 0;
    return CALL(file, 32, read_fn *)(file, &bytes, out) ? 0 : bytes;
}

static uint64_t find_rsdp(const uint8_t *system)
{
    const uint8_t *entry = (const uint8_t *)get(system + 112, 8);

    for (uint64_t left = get(system + 104, 8); left; left--, entry += 24)
        if (get(entry, 4) == ACPI_TABLE)
            return get(entry + 16, 8);
    return 0;
}

/* What is RAM once firmware has ended: the loader's, boot services' and free memory. */
static void tell_ranges(uint64_t bytes, uint64_t step)
{
    for (uint64_t at = 0; at < bytes && start_info.range_count < RANGES_MAX; at += step) {
        uint64_t type = get(map + at, 4), start = get(map + at + 8, 8);
        uint64_t size = get(map + at + 24, 8) * 4096;
        uint32_t last = start_info.range_count - 1;

        if (!((type >= 1 && type <= 4) || type == 7))
            continue;
        if (start_info.range_count && ranges[last].start + ranges[last].bytes == start) {
            ranges[last].bytes += size;
            continue;
        }
        ranges[last + 1].start = start;
        ranges[last + 1].bytes = size;
        ranges[last + 1].type = 1;
        start_info.range_count++;
    }
}

/* Copies the image to where it runs; returns its PVH entry, from the first note. */
static uint64_t place_segments(void)
{
    uint64_t entry = 0;
    const uint8_t *header = image + get(image + 32, 8);

    for (uint64_t left = get(image + 56, 2); left; left--, header += 56) {
        volatile uint8_t *to = (uint8_t *)get(header + 24, 8);
        const uint8_t *from = image + get(header + 8, 8);
        uint64_t filled = get(header + 32, 8), bytes = get(header + 40, 8);

        if (get(header, 4) == SEGMENT_NOTE)
            entry = get(from + NOTE_HEAD, 8);
        for (uint64_t i = 0; get(header, 4) == SEGMENT_LOAD && i < bytes; i++)
            to[i] = i < filled ? from[i] : 0;
    }
    return entry;
}

/* Out of long mode, as the PVH convention wants it: protected mode, EBX = start information. */
static void enter(uint64_t entry)
{
    segments_pointer.limit = sizeof segments - 1;
    segments_pointer.base = (uint64_t)segments;
    __asm__ volatile("lgdt %0\n"
                     "pushq $8\n"
                     "leaq 1f(%%rip), %%rax\n"
                     "pushq %%rax\n"
                     "lretq\n"
                     ".code32\n"
                     "1: movl $16, %%eax\n"
                     "movl %%eax, %%ds\n"
                     "movl %%eax, %%es\n"
                     "movl %%eax, %%ss\n"
                     "movl %%cr0, %%eax\n"
                     "andl $0x7fffffff, %%eax\n" /* no paging */
                     "movl %%eax, %%cr0\n"
                     "movl $0xc0000080, %%ecx\n"
                     "rdmsr\n"
                     "andl $0xfffffeff, %%eax\n" /* no long mode */
                     "wrmsr\n"
                     "jmp *%%edi\n"
                     ".code64\n"
                     :
                     : "m"(segments_pointer), "D"(entry), "b"((uint64_t)&start_info)
                     : "rax", "rcx", "rdx", "memory");
}

uint64_t efi_main(void *self, uint8_t *system);
uint64_t efi_main(void *self, uint8_t *system)
{
    uint8_t *services = (uint8_t *)get(system + 96, 8), *loaded;
    uint64_t bytes = sizeof map, key, step;
    uint32_t version;
    void *volume, *root;

    CALL(services, 152, handle_fn *)(self, &loaded_image, (void **)&loaded);
    CALL(services, 152, handle_fn *)((void *)get(loaded + 24, 8), &file_system, &volume);
    CALL(volume, 8, volume_fn *)(volume, &root);
    read_file(root, u"\\cmdline", command_line, sizeof command_line - 1);
    if (!read_file(root, u"\\image.elf", image, sizeof image))
        return 1;
    start_info.magic = PVH_MAGIC;
    start_info.version = 1;
    start_info.command_line = (uint64_t)command_line;
    start_info.ranges = (uint64_t)ranges;
    start_info.rsdp = find_rsdp(system);
    if (CALL(services, 56, map_fn *)(&bytes, map, &key, &step, &version) ||
        CALL(services, 232, exit_fn *)(self, key))
        return 1;
    __asm__ volatile("cli");
    tell_ranges(bytes, step);
    enter(place_segments());
    return 1;
}
