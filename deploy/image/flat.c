/* SPDX-License-Identifier: MIT */
#include "flat.h"

#include "build/elf_image.h"

#include <errno.h>
#include <string.h>

#define NOTE_PVH_ENTRY 18 /* XEN_ELFNOTE_PHYS32_ENTRY */

/* The PVH entry among the notes of a segment, or 0. */
static uint32_t find_entry(const uint8_t *notes, uint64_t len)
{
    while (len >= 12) {
        uint32_t name, value, type;
        uint64_t name_room, value_room;

        memcpy(&name, notes, 4);
        memcpy(&value, notes + 4, 4);
        memcpy(&type, notes + 8, 4);
        name_room = ((uint64_t)name + 3) & ~3ull;
        value_room = ((uint64_t)value + 3) & ~3ull;
        if (name_room + value_room > len - 12)
            return 0;
        if (type == NOTE_PVH_ENTRY && name == 4 && value >= 4 && !memcmp(notes + 12, "Xen", 4)) {
            memcpy(&value, notes + 12 + name_room, 4);
            return value;
        }
        notes += 12 + name_room + value_room;
        len -= 12 + name_room + value_room;
    }
    return 0;
}

static void measure(const struct elf_view *view, struct image_flat *flat, uint64_t *bytes_end)
{
    flat->load = UINT32_MAX;
    flat->end = (uint32_t)view->load_end;
    *bytes_end = 0;
    for (size_t i = 0; i < view->segment_count; i++) {
        const Elf64_Phdr *segment = &view->segments[i];

        if (segment->p_type == PT_NOTE && !flat->entry)
            flat->entry = find_entry(view->bytes + segment->p_offset, segment->p_filesz);
        if (segment->p_type != PT_LOAD)
            continue;
        if (segment->p_paddr < flat->load)
            flat->load = (uint32_t)segment->p_paddr;
        if (segment->p_paddr + segment->p_filesz > *bytes_end)
            *bytes_end = segment->p_paddr + segment->p_filesz;
    }
}

int image_flat_read(struct gen_arena *arena, const void *elf, size_t len, struct image_flat *flat,
                    struct deploy_error *error)
{
    struct elf_view view;
    uint64_t bytes_end, bytes;
    int err = elf_view_init(&view, elf, len, error);

    if (err)
        return err;
    *flat = (struct image_flat){0};
    measure(&view, flat, &bytes_end);
    if (view.load_end > UINT32_MAX || bytes_end - flat->load > IMAGE_FLAT_BYTES_MAX)
        return deploy_fail(error, -ENOEXEC, "it occupies too much memory");
    if (!flat->entry)
        return deploy_fail(error, -ENOEXEC, "it has no PVH entry");
    flat->sectors = (uint32_t)((bytes_end - flat->load + IMAGE_SECTOR - 1) / IMAGE_SECTOR);
    bytes = (uint64_t)flat->sectors * IMAGE_SECTOR;
    if (flat->load + bytes > flat->end)
        flat->end = (uint32_t)(flat->load + bytes);
    flat->bytes = gen_arena_alloc(arena, bytes);
    memset(flat->bytes, 0, bytes);
    for (size_t i = 0; i < view.segment_count; i++)
        if (view.segments[i].p_type == PT_LOAD)
            memcpy(flat->bytes + (view.segments[i].p_paddr - flat->load),
                   view.bytes + view.segments[i].p_offset, view.segments[i].p_filesz);
    return 0;
}
