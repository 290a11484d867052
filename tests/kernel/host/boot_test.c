/* SPDX-License-Identifier: MIT */
/* boot_test.c - what loaders tell: memory maps, well made and not, and the readers of each
 * protocol. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/boot_info.h"
#include "core/page.h"
#include "tap.h"

#define BASE   0x7000u /* where the physical memory of these tests begins */
#define PAGES  64u
#define ROUNDS 20000

/* Of the very size that is given, so that a byte read beyond it is noticed. */
static uint8_t *memory;
static size_t memory_bytes;

const void *k_boot_at(uint64_t address, size_t bytes)
{
    if (address < BASE || address - BASE > memory_bytes || bytes > memory_bytes - (address - BASE))
        return NULL;
    return memory + (address - BASE);
}

static void set_memory(const void *from, size_t bytes)
{
    free(memory);
    memory = malloc(bytes ? bytes : 1);
    memory_bytes = bytes;
    memcpy(memory, from, bytes);
}

static bool is(const struct k_ram *ram, size_t at, uint64_t start, uint64_t end)
{
    return at < ram->count && ram->ranges[at].start == start && ram->ranges[at].end == end;
}

static bool is_sound(const struct k_ram *ram)
{
    uint64_t before = 0;

    for (size_t i = 0; i < ram->count; i++) {
        struct k_ram_range range = ram->ranges[i];

        if ((range.start | range.end) % K_PAGE_SIZE || range.start >= range.end ||
            range.end > K_RAM_LIMIT || (i && range.start <= before))
            return false;
        before = range.end;
    }
    return ram->count <= K_RAM_RANGES_MAX;
}

static void maps(void)
{
    struct k_ram ram = {0};

    k_ram_add(&ram, 0x100000000, 0x1000000);
    k_ram_add(&ram, 0x100800, 0x3000);
    k_ram_add(&ram, 0, 0x9fc00);
    ok(ram.count == 3 && is(&ram, 0, 0, 0x9f000) && is(&ram, 1, 0x101000, 0x103000),
       "entries in any order become whole pages in order");
    k_ram_add(&ram, 0x9f000, 0x63000);
    ok(ram.count == 2 && is(&ram, 0, 0, 0x103000), "what overlaps or touches is one range");
    k_ram_add(&ram, 0x200000, 0);
    k_ram_add(&ram, 0x200800, 0xfff);
    k_ram_add(&ram, UINT64_MAX, UINT64_MAX);
    k_ram_remove(&ram, 0x1000, 0);
    ok(ram.count == 2, "what holds no page changes nothing");
    k_ram_remove(&ram, 0x50800, 0x1000);
    ok(ram.count == 3 && is(&ram, 0, 0, 0x50000) && is(&ram, 1, 0x52000, 0x103000),
       "a hole takes all pages that it touches");
    ok(k_ram_find(&ram, 0x51000, 0x1000, 1 << 30) == 0x52000 &&
           k_ram_find(&ram, 0x1000, 0x60000, 1 << 30) == 0x60000 &&
           !k_ram_find(&ram, 0x1000, 0x103000, 1 << 30),
       "a place is the lowest that is large enough, within bounds");
    k_ram_add(&ram, 0x200000000, UINT64_MAX);
    ok(k_ram_end(&ram) == K_RAM_LIMIT, "an entry that wraps around ends at the limit");
    k_ram_remove(&ram, 0, UINT64_MAX);
    ok(!ram.count && !k_ram_end(&ram), "all of it can be removed");
}

/* Against a page-wise model, as long as the list has places. */
static bool agrees(unsigned seed)
{
    struct k_ram ram = {0};
    bool model[PAGES] = {0};

    srand(seed);
    for (int round = 0; round < ROUNDS / 20; round++) {
        unsigned start = rand() % PAGES, count = rand() % (PAGES - start);
        bool add = rand() % 2;

        (add ? k_ram_add : k_ram_remove)(&ram, start * K_PAGE_SIZE, count * K_PAGE_SIZE);
        memset(model + start, add, count);
        for (unsigned page = 0; page < PAGES; page++)
            if (!!k_ram_find(&ram, K_PAGE_SIZE, (page + 1) * K_PAGE_SIZE,
                             (page + 2) * K_PAGE_SIZE) != (page + 1 < PAGES && model[page + 1]))
                return false;
        if (!is_sound(&ram))
            return false;
    }
    return true;
}

static bool survives_many(unsigned seed)
{
    struct k_ram ram = {0};

    srand(seed);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t start = (uint64_t)rand() << rand() % 33, bytes = (uint64_t)rand() << rand() % 33;

        (rand() % 3 ? k_ram_remove : k_ram_add)(&ram, start, bytes);
        if (round % 2)
            k_ram_add(&ram, (uint64_t)rand() % 1000 * 2 * K_PAGE_SIZE, K_PAGE_SIZE);
        if (!is_sound(&ram))
            return false;
    }
    return true;
}

static void put(uint8_t *at, uint64_t value, size_t bytes)
{
    memcpy(at, &value, bytes);
}

static bool line_is(const struct k_boot_info *info, const char *text)
{
    return info->command_line_bytes >= strlen(text) &&
           !memcmp(info->command_line, text, strlen(text));
}

static size_t make_pvh(uint8_t *at)
{
    memset(at, 0, 256);
    put(at, 0x336ec578, 4);
    put(at + 4, 1, 4);
    put(at + 24, BASE + 128, 8); /* command line */
    put(at + 32, 0xf5a30, 8);
    put(at + 40, BASE + 56, 8);
    put(at + 48, 3, 4);
    put(at + 56, 0x100000, 8);
    put(at + 64, 0x1000000, 8);
    put(at + 72, 1, 4);
    put(at + 80, 0x200000, 8);
    put(at + 88, 0x1000, 8);
    put(at + 96, 2, 4);
    put(at + 104, 0, 8);
    put(at + 112, 0xa0000, 8);
    put(at + 120, 1, 4);
    memcpy(at + 128, "host=a", 7);
    return 135;
}

static size_t make_linux(uint8_t *at)
{
    memset(at, 0, 4200);
    memcpy(at + 0x202, "HdrS", 4);
    put(at + 0x70, 0xe0000, 8);
    at[0x1e8] = 2;
    put(at + 0x228, BASE + 4096, 4);
    put(at + 0x2d0, 0x100000, 8);
    put(at + 0x2d8, 0x1000000, 8);
    put(at + 0x2e0, 1, 4);
    put(at + 0x2e4, 0x9fc00, 8);
    put(at + 0x2ec, 0x400, 8);
    put(at + 0x2f4, 2, 4);
    memcpy(at + 4096, "host=a", 7);
    return 4103;
}

static size_t make_multiboot2(uint8_t *at)
{
    memset(at, 0, 256);
    put(at, 136, 4);
    put(at + 8, 1, 4); /* command line */
    put(at + 12, 15, 4);
    memcpy(at + 16, "host=a", 7);
    put(at + 24, 6, 4); /* memory map */
    put(at + 28, 64, 4);
    put(at + 32, 24, 4);
    put(at + 40, 0x100000, 8);
    put(at + 48, 0x1000000, 8);
    put(at + 56, 1, 4);
    put(at + 64, 0x100000000, 8);
    put(at + 72, 0x1000000, 8);
    put(at + 80, 1, 4);
    put(at + 88, 14, 4); /* ACPI */
    put(at + 92, 28, 4);
    memcpy(at + 96, "RSD PTR ", 8);
    put(at + 120, 0, 4); /* end */
    put(at + 124, 8, 4);
    return 136;
}

static const struct protocol {
    const char *name;
    int (*read)(struct k_boot_info *info, uint64_t address);
    size_t (*make)(uint8_t *at);
} protocols[] = {
    {"PVH", k_boot_pvh, make_pvh},
    {"Linux", k_boot_linux, make_linux},
    {"Multiboot 2", k_boot_multiboot2, make_multiboot2},
};

/* Any prefix, and any bytes changed: read within bounds, and the map stays sound. */
static bool survives_damage(const struct protocol *protocol)
{
    static uint8_t bytes[8192];
    size_t len = protocol->make(bytes);

    for (size_t part = 0; part <= len; part++) {
        struct k_boot_info info = {0};

        set_memory(bytes, part);
        protocol->read(&info, BASE);
        if (!is_sound(&info.ram))
            return false;
    }
    srand(3);
    for (int round = 0; round < ROUNDS; round++) {
        struct k_boot_info info = {0};

        protocol->make(bytes);
        for (int i = rand() % 8; i >= 0; i--)
            bytes[rand() % (rand() % 2 ? 0x310 : 140)] =
                (uint8_t)(rand() % 3 ? rand() : -(rand() % 2));
        set_memory(bytes, len);
        protocol->read(&info, BASE);
        if (!is_sound(&info.ram) || info.command_line_bytes > memory_bytes)
            return false;
    }
    return true;
}

static void readers(void)
{
    static uint8_t bytes[8192];
    struct k_boot_info info[3] = {0};

    for (size_t i = 0; i < 3; i++) {
        set_memory(bytes, protocols[i].make(bytes));
        ok(!protocols[i].read(&info[i], BASE) && line_is(&info[i], "host=a"), protocols[i].name);
    }
    ok(info[0].rsdp == 0xf5a30 && info[0].ram.count == 3 && is(&info[0].ram, 1, 0x100000, 0x200000),
       "PVH: RSDP and memory, without what another entry reserves");
    ok(info[1].rsdp == 0xe0000 && info[1].ram.count == 1 &&
           is(&info[1].ram, 0, 0x100000, 0x1100000),
       "Linux: RSDP and memory");
    ok(info[2].rsdp == (uintptr_t)info[2].rsdp_copy && !memcmp(info[2].rsdp_copy, "RSD PTR ", 8) &&
           is(&info[2].ram, 1, 0x100000000, 0x101000000),
       "Multiboot 2: a copy of the RSDP, and memory");
    for (size_t i = 0; i < 3; i++) {
        memset(bytes, 0, sizeof bytes);
        set_memory(bytes, sizeof bytes);
        ok(protocols[i].read(&(struct k_boot_info){0}, BASE) &&
               protocols[i].read(&(struct k_boot_info){0}, 1ull << 40),
           "what is not its structure, or out of reach, is refused");
        ok(survives_damage(&protocols[i]), "damage stays within bounds");
    }
}

int main(void)
{
    bool all = true;

    maps();
    for (unsigned seed = 1; seed <= 20; seed++)
        all &= agrees(seed);
    ok(all, "adding and removing at random agrees with the model");
    ok(survives_many(5), "too many entries leave a sound list");
    readers();
    free(memory);
    return tap_done();
}
