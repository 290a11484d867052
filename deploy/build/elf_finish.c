/* SPDX-License-Identifier: MIT */
#include "elf_image.h"

#include "../../kernel/abi/ksyms.h"
#include "files.h"

#include <errno.h>
#include <string.h>

#define PAGE ((size_t)4096)

/*
 * The finished file: what is loaded | padding | symbol table. The table's program header takes the
 * place of a PT_NULL one that the linker script left free; without one, all program headers move
 * to the end of the file.
 */
struct layout {
    size_t table_at;
    size_t headers_at;
    size_t slot; /* of the table's program header */
    size_t count; /* of program headers */
    size_t len;
    bool with_table;
    size_t header_offset; /* of k_ksyms_header */
};

static size_t round_up(size_t value, size_t to)
{
    return (value + to - 1) / to * to;
}

static size_t free_slot(const struct elf_view *view)
{
    size_t slot = 0;

    while (slot < view->segment_count && view->segments[slot].p_type != PT_NULL)
        slot++;
    return slot;
}

/* The linker's program headers lie among the bytes that the image keeps? */
static bool headers_are_loaded(const struct elf_view *view)
{
    return view->header.e_phoff + view->segment_count * sizeof(Elf64_Phdr) <= view->file_end;
}

static struct layout plan(const struct elf_view *view, const struct elf_symbols *symbols)
{
    struct layout layout = {.table_at = view->file_end, .headers_at = view->header.e_phoff};
    size_t end = view->file_end;

    layout.slot = free_slot(view);
    layout.with_table =
        symbols->count && symbols->header_address && layout.slot < ELF_SEGMENTS_MAX &&
        !elf_view_locate(view, symbols->header_address, sizeof(struct k_ksyms_header),
                         &layout.header_offset) &&
        round_up(view->load_end, PAGE) + symbols->bytes <= UINT32_MAX;
    if (layout.with_table) {
        layout.table_at = round_up(end, PAGE);
        end = layout.table_at + symbols->bytes;
    }
    layout.count = view->segment_count + (layout.with_table && layout.slot == view->segment_count);
    if (layout.count > view->segment_count || !headers_are_loaded(view)) {
        layout.headers_at = round_up(end, 8);
        end = layout.headers_at + layout.count * sizeof(Elf64_Phdr);
    }
    layout.len = end;
    return layout;
}

static void put_table(uint8_t *image, const struct elf_view *view,
                      const struct elf_symbols *symbols, const struct layout *layout)
{
    uint64_t address = round_up(view->load_end, PAGE);
    struct k_ksyms_header header = {
        .magic = K_KSYMS_MAGIC,
        .count = symbols->count,
        .address = address,
        .bytes = (uint32_t)symbols->bytes,
        .names_bytes = (uint32_t)symbols->names_bytes,
    };
    Elf64_Phdr segment = {
        .p_type = PT_LOAD,
        .p_flags = PF_R,
        .p_offset = layout->table_at,
        .p_vaddr = address,
        .p_paddr = address,
        .p_filesz = symbols->bytes,
        .p_memsz = symbols->bytes,
        .p_align = PAGE,
    };

    memcpy(image + layout->header_offset, &header, sizeof(header));
    memcpy(image + layout->table_at, symbols->table, symbols->bytes);
    memcpy(image + layout->headers_at + layout->slot * sizeof(segment), &segment, sizeof(segment));
}

static void put_headers(uint8_t *image, const struct elf_view *view, const struct layout *layout)
{
    Elf64_Ehdr header = view->header;

    header.e_phoff = layout->headers_at;
    header.e_phnum = (Elf64_Half)layout->count;
    header.e_shoff = 0;
    header.e_shnum = 0;
    header.e_shstrndx = SHN_UNDEF;
    memcpy(image, &header, sizeof(header));
    memcpy(image + layout->headers_at, view->segments,
           view->segment_count * sizeof(view->segments[0]));
}

/* A segment that is not loaded (a note outside of those that are) would be cut off. */
static bool keeps_all_segments(const struct elf_view *view)
{
    for (size_t i = 0; i < view->segment_count; i++) {
        const Elf64_Phdr *segment = &view->segments[i];

        if (segment->p_type != PT_NULL && segment->p_filesz &&
            segment->p_offset + segment->p_filesz > view->file_end)
            return false;
    }
    return true;
}

int elf_finish(struct gen_arena *arena, const void *bytes, size_t len, uint8_t **image,
               size_t *image_len, struct deploy_error *error)
{
    struct elf_view view;
    struct elf_symbols symbols;
    struct layout layout;
    int err = elf_view_init(&view, bytes, len, error);

    if (!err)
        err = elf_symbols_read(arena, &view, &symbols, error);
    if (err)
        return err;
    if (!keeps_all_segments(&view))
        return deploy_fail(error, -ENOEXEC, "a segment that is not loaded lies behind those that are");
    layout = plan(&view, &symbols);
    *image = gen_arena_alloc(arena, layout.len);
    *image_len = layout.len;
    memcpy(*image, bytes, view.file_end);
    put_headers(*image, &view, &layout);
    if (layout.with_table)
        put_table(*image, &view, &symbols, &layout);
    return 0;
}

int build_finish_image(const char *linked, const char *image, struct deploy_error *error)
{
    struct deploy_error reason = {0};
    struct gen_arena arena;
    char *bytes;
    uint8_t *finished;
    size_t len;
    size_t finished_len;
    int err;

    gen_arena_init(&arena);
    err = build_file_read(&arena, linked, &bytes, &len);
    if (err) {
        deploy_fail(error, err, "cannot read %s: %s", linked, strerror(-err));
        goto deinit_arena;
    }
    err = elf_finish(&arena, bytes, len, &finished, &finished_len, &reason);
    if (err) {
        deploy_fail(error, err, "%s cannot become an image: %s", linked, reason.text);
        goto deinit_arena;
    }
    err = build_file_write(image, finished, finished_len, 0644);
    if (err)
        deploy_fail(error, err, "cannot write %s: %s", image, strerror(-err));
deinit_arena:
    gen_arena_deinit(&arena);
    return err;
}
