/* SPDX-License-Identifier: MIT */
#include "elf_image.h"

#include "deploy/build.h"
#include "files.h"

#include <errno.h>
#include <string.h>

/* `bytes` bytes at `offset` lie in a file of `len` bytes? */
static bool in_file(uint64_t offset, uint64_t bytes, size_t len)
{
    return offset <= len && bytes <= len - offset;
}

static const char *header_fault(const Elf64_Ehdr *header)
{
    if (memcmp(header->e_ident, ELFMAG, SELFMAG))
        return "it is no ELF file";
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
        header->e_machine != EM_X86_64)
        return "it is not for x86_64";
    if (header->e_type != ET_EXEC)
        return "it is not a static executable";
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
        header->e_phnum > ELF_SEGMENTS_MAX)
        return "its program headers are not as expected";
    return NULL;
}

static const char *add_segment(struct elf_view *view, const Elf64_Phdr *segment)
{
    view->segments[view->segment_count++] = *segment;
    if (segment->p_type == PT_NULL)
        return NULL;
    if (!in_file(segment->p_offset, segment->p_filesz, view->len))
        return "a segment lies outside of the file";
    if (segment->p_type != PT_LOAD)
        return NULL;
    if (segment->p_filesz > segment->p_memsz)
        return "a segment has more bytes in the file than in memory";
    if (segment->p_memsz > UINT32_MAX || segment->p_paddr > UINT32_MAX ||
        segment->p_vaddr > UINT32_MAX - segment->p_memsz)
        return "a segment lies above 4 GiB";
    if (segment->p_paddr + segment->p_memsz > view->load_end)
        view->load_end = segment->p_paddr + segment->p_memsz;
    if (segment->p_offset + segment->p_filesz > view->file_end)
        view->file_end = segment->p_offset + segment->p_filesz;
    return NULL;
}

int elf_view_init(struct elf_view *view, const void *bytes, size_t len, struct deploy_error *error)
{
    const char *fault;

    *view = (struct elf_view){.bytes = bytes, .len = len};
    if (len < sizeof(view->header))
        return deploy_fail(error, -ENOEXEC, "it is no ELF file");
    memcpy(&view->header, bytes, sizeof(view->header));
    view->file_end = sizeof(view->header);
    fault = header_fault(&view->header);
    if (!fault && !in_file(view->header.e_phoff, view->header.e_phnum * sizeof(Elf64_Phdr), len))
        fault = "its program headers lie outside of the file";
    for (size_t i = 0; !fault && i < view->header.e_phnum; i++) {
        Elf64_Phdr segment;

        memcpy(&segment, view->bytes + view->header.e_phoff + i * sizeof(segment), sizeof(segment));
        fault = add_segment(view, &segment);
    }
    if (!fault && view->load_end == 0)
        fault = "it loads nothing";
    return fault ? deploy_fail(error, -ENOEXEC, "%s", fault) : 0;
}

int elf_view_locate(const struct elf_view *view, uint64_t address, uint64_t bytes, size_t *offset)
{
    for (size_t i = 0; i < view->segment_count; i++) {
        const Elf64_Phdr *segment = &view->segments[i];

        if (segment->p_type != PT_LOAD || address < segment->p_vaddr)
            continue;
        if (in_file(address - segment->p_vaddr, bytes, segment->p_filesz)) {
            *offset = segment->p_offset + (address - segment->p_vaddr);
            return 0;
        }
    }
    return -ERANGE;
}

int deploy_image_load_bytes(const char *image, uint64_t *load_bytes)
{
    struct gen_arena arena;
    struct elf_view view;
    char *bytes;
    size_t len;
    int err;

    gen_arena_init(&arena);
    err = build_file_read(&arena, image, &bytes, &len);
    if (!err)
        err = elf_view_init(&view, bytes, len, NULL);
    if (!err)
        *load_bytes = view.load_end;
    gen_arena_deinit(&arena);
    return err;
}
