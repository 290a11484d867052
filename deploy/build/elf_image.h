/* SPDX-License-Identifier: MIT */
/*
 * elf_image.h - from the ELF that the linker made to the image that boots.
 *
 * The image holds what is loaded, byte for byte where the linker put it, and no section headers,
 * symbols or debug information; behind it a compact symbol table for the kernel's panics
 * (kernel/abi/ksyms.h). The bytes of an ELF file are not trusted:
 * every offset and count is checked before use.
 */
#ifndef BUILD_ELF_IMAGE_H
#define BUILD_ELF_IMAGE_H

#include "deploy/error.h"
#include "gen/arena.h"

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than any image of ours has. */
#define ELF_SEGMENTS_MAX 64

/* A static x86_64 executable; borrows the file's bytes. */
struct elf_view {
    const uint8_t *bytes;
    size_t len;
    Elf64_Ehdr header;
    Elf64_Phdr segments[ELF_SEGMENTS_MAX];
    size_t segment_count;
    uint64_t load_end; /* highest address that is loaded, exclusive */
    size_t file_end;   /* end of the last byte that is loaded, in the file */
};

/* Returns 0 or -ENOEXEC with the reason in `error`. */
int elf_view_init(struct elf_view *view, const void *bytes, size_t len, struct deploy_error *error);

/* Where in the file the loaded byte at `address` lies, with `bytes` after it in the same segment;
 * -ERANGE when it is not in the file. */
int elf_view_locate(const struct elf_view *view, uint64_t address, uint64_t bytes, size_t *offset);

/*
 * The functions of the symbol table in the form of kernel/abi/ksyms.h. `count` is 0 and `table`
 * NULL when there is no table of symbols. `header_address` is that of k_ksyms_header, or 0.
 */
struct elf_symbols {
    uint8_t *table;
    size_t bytes;
    size_t names_bytes;
    uint32_t count;
    uint64_t header_address;
};

/* Returns 0 or -ENOEXEC. */
int elf_symbols_read(struct gen_arena *arena, const struct elf_view *view,
                     struct elf_symbols *symbols, struct deploy_error *error);

/* The finished image's bytes. Pure. Returns 0 or -ENOEXEC. */
int elf_finish(struct gen_arena *arena, const void *bytes, size_t len, uint8_t **image,
               size_t *image_len, struct deploy_error *error);

/* The same from file to file. Returns 0, -ENOEXEC, or a negative errno of the files. */
int build_finish_image(const char *linked, const char *image, struct deploy_error *error);

#endif
