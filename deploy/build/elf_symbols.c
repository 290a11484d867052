/* SPDX-License-Identifier: MIT */
#include "elf_image.h"

#include "../../kernel/abi/ksyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The symbol table and its strings, as found in the file. */
struct source {
    const uint8_t *symbols;
    size_t count;
    const char *names;
    size_t names_bytes; /* the last byte is NUL */
};

struct entry {
    uint32_t address;
    bool is_function; /* not merely a label in assembly or of the linker script */
    const char *name;
};

static bool section_at(const struct elf_view *view, size_t index, Elf64_Shdr *section)
{
    const Elf64_Ehdr *header = &view->header;

    if (index >= header->e_shnum)
        return false;
    memcpy(section, view->bytes + header->e_shoff + index * sizeof(*section), sizeof(*section));
    return true;
}

static bool section_in_file(const struct elf_view *view, const Elf64_Shdr *section)
{
    return section->sh_offset <= view->len && section->sh_size <= view->len - section->sh_offset;
}

static const char *use_symbol_section(const struct elf_view *view, const Elf64_Shdr *section,
                                      struct source *source)
{
    Elf64_Shdr names;

    if (section->sh_entsize != sizeof(Elf64_Sym) || !section_in_file(view, section) ||
        !section_at(view, section->sh_link, &names) || names.sh_type != SHT_STRTAB ||
        !section_in_file(view, &names) || names.sh_size == 0 ||
        view->bytes[names.sh_offset + names.sh_size - 1] != '\0')
        return "its symbol table is malformed";
    source->symbols = view->bytes + section->sh_offset;
    source->count = section->sh_size / sizeof(Elf64_Sym);
    source->names = (const char *)view->bytes + names.sh_offset;
    source->names_bytes = names.sh_size;
    return NULL;
}

static const char *find_source(const struct elf_view *view, struct source *source)
{
    const Elf64_Ehdr *header = &view->header;
    Elf64_Shdr section;

    if (header->e_shnum == 0)
        return NULL;
    if (header->e_shentsize != sizeof(section) || header->e_shoff > view->len ||
        header->e_shnum > (view->len - header->e_shoff) / sizeof(section))
        return "its section headers lie outside of the file";
    for (size_t i = 0; section_at(view, i, &section); i++) {
        if (section.sh_type == SHT_SYMTAB)
            return use_symbol_section(view, &section, source);
    }
    return NULL;
}

static int by_address(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;

    if (left->address != right->address)
        return left->address < right->address ? -1 : 1;
    if (left->is_function != right->is_function)
        return left->is_function ? -1 : 1;
    return strcmp(left->name, right->name); /* the same bytes from the same input */
}

/* Functions, and labels of code such as _start that nobody gave a type. */
static bool names_code(const struct elf_view *view, const Elf64_Sym *symbol)
{
    unsigned type = ELF64_ST_TYPE(symbol->st_info);
    Elf64_Shdr section;

    if (type == STT_FUNC)
        return true;
    return type == STT_NOTYPE && section_at(view, symbol->st_shndx, &section) &&
           section.sh_flags & SHF_EXECINSTR;
}

/* Sorted, one for each address. */
static size_t collect(const struct elf_view *view, const struct source *source, struct entry *entries,
                      uint64_t *header_address)
{
    size_t count = 0;
    size_t kept = 0;

    for (size_t i = 0; i < source->count; i++) {
        Elf64_Sym symbol;
        const char *name;

        memcpy(&symbol, source->symbols + i * sizeof(symbol), sizeof(symbol));
        if (symbol.st_name >= source->names_bytes || symbol.st_shndx == SHN_UNDEF ||
            symbol.st_value > UINT32_MAX)
            continue;
        name = source->names + symbol.st_name;
        if (!strcmp(name, K_KSYMS_HEADER_SYMBOL))
            *header_address = symbol.st_value;
        if (*name && names_code(view, &symbol))
            entries[count++] =
                (struct entry){(uint32_t)symbol.st_value,
                               ELF64_ST_TYPE(symbol.st_info) == STT_FUNC, name};
    }
    qsort(entries, count, sizeof(*entries), by_address);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || entries[kept - 1].address != entries[i].address)
            entries[kept++] = entries[i];
    }
    return kept;
}

static void write_table(struct gen_arena *arena, const struct entry *entries, size_t count,
                        struct elf_symbols *symbols)
{
    size_t names_at = count * sizeof(struct k_ksym);

    symbols->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        symbols->names_bytes += strlen(entries[i].name) + 1;
    symbols->bytes = names_at + symbols->names_bytes;
    symbols->table = gen_arena_alloc(arena, symbols->bytes);
    for (size_t i = 0, name = 0; i < count; i++) {
        struct k_ksym row = {entries[i].address, (uint32_t)name};
        size_t len = strlen(entries[i].name) + 1;

        memcpy(symbols->table + i * sizeof(row), &row, sizeof(row));
        memcpy(symbols->table + names_at + name, entries[i].name, len);
        name += len;
    }
}

int elf_symbols_read(struct gen_arena *arena, const struct elf_view *view,
                     struct elf_symbols *symbols, struct deploy_error *error)
{
    struct source source = {0};
    const char *fault = find_source(view, &source);
    struct entry *entries;
    size_t count;

    *symbols = (struct elf_symbols){0};
    if (fault)
        return deploy_fail(error, -ENOEXEC, "%s", fault);
    entries = gen_arena_array(arena, source.count + 1, sizeof(*entries));
    count = collect(view, &source, entries, &symbols->header_address);
    if (count)
        write_table(arena, entries, count, symbols);
    return 0;
}
