/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "elf_image.h"

#include "../../kernel/abi/ksyms.h"

#include <errno.h>
#include <string.h>

#define BASE 0x100000u
#define DATA_AT 0x1000u
#define DATA_BYTES 0x200u
#define HEADER_AT (DATA_AT + 0x40u)
#define SYMBOLS_AT 0x2000u
#define NAMES_AT 0x2800u
#define SECTIONS_AT 0x3000u
#define FILE_BYTES (SECTIONS_AT + 3 * sizeof(Elf64_Shdr))

/* A file as the linker makes it: one loaded segment, then symbols, strings, section headers. */
struct file {
    uint8_t bytes[FILE_BYTES];
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    Elf64_Sym symbols[8];
    size_t symbol_count;
    char names[0x200];
    size_t names_len;
    Elf64_Shdr sections[3];
    struct gen_arena arena;
};

static void add_symbol(struct file *file, const char *name, uint64_t address, unsigned type)
{
    file->symbols[file->symbol_count++] = (Elf64_Sym){
        .st_name = (Elf64_Word)file->names_len,
        .st_info = ELF64_ST_INFO(STB_GLOBAL, type),
        .st_shndx = 1,
        .st_value = address,
    };
    strcpy(file->names + file->names_len, name);
    file->names_len += strlen(name) + 1;
}

static int set_up(void **state)
{
    static struct file file;

    memset(&file, 0, sizeof(file));
    gen_arena_init(&file.arena);
    file.header = (Elf64_Ehdr){
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_entry = BASE,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 1,
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_shoff = SECTIONS_AT,
        .e_shentsize = sizeof(Elf64_Shdr),
        .e_shnum = 3,
    };
    file.segment = (Elf64_Phdr){PT_LOAD, PF_R | PF_X, DATA_AT, BASE, BASE, DATA_BYTES, 0x5100, 4096};
    file.names_len = 1;
    add_symbol(&file, "second", BASE + 0x20, STT_FUNC);
    add_symbol(&file, "first", BASE + 0x10, STT_FUNC);
    add_symbol(&file, "first_alias", BASE + 0x10, STT_FUNC);
    add_symbol(&file, "a_variable", BASE + 0x30, STT_OBJECT);
    add_symbol(&file, K_KSYMS_HEADER_SYMBOL, BASE + 0x40, STT_OBJECT);
    file.sections[1] = (Elf64_Shdr){
        .sh_type = SHT_SYMTAB,
        .sh_offset = SYMBOLS_AT,
        .sh_size = file.symbol_count * sizeof(Elf64_Sym),
        .sh_entsize = sizeof(Elf64_Sym),
        .sh_link = 2,
    };
    file.sections[2] =
        (Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_offset = NAMES_AT, .sh_size = file.names_len};
    *state = &file;
    return 0;
}

static int tear_down(void **state)
{
    struct file *file = *state;

    gen_arena_deinit(&file->arena);
    return 0;
}

static void assemble(struct file *file)
{
    memcpy(file->bytes, &file->header, sizeof(file->header));
    memcpy(file->bytes + sizeof(file->header), &file->segment, sizeof(file->segment));
    memset(file->bytes + DATA_AT, 0x90, DATA_BYTES);
    memset(file->bytes + HEADER_AT, 0, sizeof(struct k_ksyms_header));
    memcpy(file->bytes + SYMBOLS_AT, file->symbols, sizeof(file->symbols));
    memcpy(file->bytes + NAMES_AT, file->names, sizeof(file->names));
    memcpy(file->bytes + SECTIONS_AT, file->sections, sizeof(file->sections));
}

static int finish(struct file *file, uint8_t **image, size_t *len)
{
    assemble(file);
    return elf_finish(&file->arena, file->bytes, sizeof(file->bytes), image, len, NULL);
}

static void the_table_names_each_function_once_in_order(void **state)
{
    struct file *file = *state;
    struct k_ksyms_header header;
    struct k_ksym rows[2];
    struct elf_view view;
    uint8_t *image;
    const char *names;
    size_t at;
    size_t len;

    assert_int_equal(finish(file, &image, &len), 0);
    assert_int_equal(elf_view_init(&view, image, len, NULL), 0);
    memcpy(&header, image + HEADER_AT, sizeof(header));
    assert_int_equal(header.magic, K_KSYMS_MAGIC);
    assert_int_equal(header.count, 2);
    assert_int_equal(header.address, BASE + 0x6000); /* the first page behind .bss */
    assert_int_equal(elf_view_locate(&view, header.address, header.bytes, &at), 0);
    memcpy(rows, image + at, sizeof(rows));
    names = (const char *)image + at + sizeof(rows);
    assert_int_equal(rows[0].address, BASE + 0x10);
    assert_string_equal(names + rows[0].name, "first");
    assert_int_equal(rows[1].address, BASE + 0x20);
    assert_string_equal(names + rows[1].name, "second");
    assert_int_equal(header.names_bytes, sizeof("first") + sizeof("second"));
    assert_int_equal(view.load_end, header.address + header.bytes);
}

static void loaded_bytes_stay_and_the_rest_goes(void **state)
{
    struct file *file = *state;
    struct elf_view view;
    uint8_t *image;
    size_t len;

    assert_int_equal(finish(file, &image, &len), 0);
    assert_int_equal(elf_view_init(&view, image, len, NULL), 0);
    assert_int_equal(view.header.e_shnum, 0);
    assert_int_equal(view.header.e_entry, BASE);
    assert_int_equal(view.segment_count, 2);
    assert_memory_equal(&view.segments[0], &file->segment, sizeof(file->segment));
    assert_memory_equal(image + DATA_AT, file->bytes + DATA_AT, HEADER_AT - DATA_AT);
    assert_in_range(len, DATA_AT + DATA_BYTES, SYMBOLS_AT + 0x200);
}

static void a_label_of_code_is_named_where_no_function_is(void **state)
{
    struct file *file = *state;
    struct k_ksyms_header header;
    uint8_t *image;
    size_t len;

    add_symbol(file, "_label", BASE + 0x28, STT_NOTYPE);
    file->symbols[5].st_shndx = 2; /* strings hold no code */
    file->sections[1].sh_size = file->symbol_count * sizeof(Elf64_Sym);
    file->sections[2].sh_size = file->names_len;
    assert_int_equal(finish(file, &image, &len), 0);
    memcpy(&header, image + HEADER_AT, sizeof(header));
    assert_int_equal(header.count, 2);
    file->sections[2].sh_flags = SHF_EXECINSTR;
    assert_int_equal(finish(file, &image, &len), 0);
    memcpy(&header, image + HEADER_AT, sizeof(header));
    assert_int_equal(header.count, 3);
}

static void a_free_program_header_is_used_where_it_lies(void **state)
{
    struct file *file = *state;
    Elf64_Phdr spare = {PT_NULL, 0, UINT64_MAX, 0, 0, UINT64_MAX, 0, 0};
    struct elf_view view;
    uint8_t *image;
    size_t len;

    file->header.e_phnum = 2;
    memcpy(file->bytes + sizeof(file->header) + sizeof(file->segment), &spare, sizeof(spare));
    assert_int_equal(finish(file, &image, &len), 0);
    assert_int_equal(elf_view_init(&view, image, len, NULL), 0);
    assert_int_equal(view.header.e_phoff, sizeof(Elf64_Ehdr));
    assert_int_equal(view.segment_count, 2);
    assert_int_equal(view.segments[1].p_type, PT_LOAD);
    assert_int_equal(view.segments[1].p_flags, PF_R);
    assert_int_equal(view.segments[1].p_vaddr, BASE + 0x6000);
}

static void without_symbols_there_is_no_table(void **state)
{
    struct file *file = *state;
    struct elf_view view;
    uint8_t *image;
    size_t len;

    file->header.e_shnum = 0;
    assert_int_equal(finish(file, &image, &len), 0);
    assert_int_equal(elf_view_init(&view, image, len, NULL), 0);
    assert_int_equal(view.segment_count, 1);
    assert_int_equal(image[HEADER_AT], 0);
}

static void without_a_place_for_the_header_there_is_no_table(void **state)
{
    struct file *file = *state;
    struct elf_view view;
    uint8_t *image;
    size_t len;

    file->symbols[4].st_value = BASE + DATA_BYTES - 4; /* its end is not in the file */
    assert_int_equal(finish(file, &image, &len), 0);
    assert_int_equal(elf_view_init(&view, image, len, NULL), 0);
    assert_int_equal(view.segment_count, 1);
}

#define refuses(file, change)                                            \
    do {                                                                 \
        struct file saved_ = *(file);                                    \
        uint8_t *image_;                                                 \
        size_t len_;                                                     \
        change;                                                          \
        assert_int_equal(finish((file), &image_, &len_), -ENOEXEC);      \
        gen_arena_deinit(&(file)->arena);                                \
        *(file) = saved_;                                                \
        gen_arena_init(&(file)->arena);                                  \
    } while (0)

static void hostile_headers_are_refused(void **state)
{
    struct file *file = *state;

    refuses(file, file->header.e_ident[0] = 'x');
    refuses(file, file->header.e_ident[EI_CLASS] = ELFCLASS32);
    refuses(file, file->header.e_machine = EM_AARCH64);
    refuses(file, file->header.e_type = ET_DYN);
    refuses(file, file->header.e_phnum = 0);
    refuses(file, file->header.e_phnum = 65535);
    refuses(file, file->header.e_phentsize = 32);
    refuses(file, file->header.e_phoff = UINT64_MAX - 8);
    refuses(file, file->header.e_phoff = FILE_BYTES - 8);
    refuses(file, file->header.e_shoff = UINT64_MAX - 8);
    refuses(file, file->header.e_shnum = 65535);
    refuses(file, file->header.e_shentsize = 1);
}

static void hostile_segments_are_refused(void **state)
{
    struct file *file = *state;

    refuses(file, file->segment.p_offset = UINT64_MAX);
    refuses(file, file->segment.p_filesz = UINT64_MAX);
    refuses(file, file->segment.p_filesz = 0x5101);
    refuses(file, file->segment.p_offset = FILE_BYTES - DATA_BYTES + 1);
    refuses(file, file->segment.p_memsz = UINT64_MAX - 4);
    refuses(file, file->segment.p_vaddr = UINT64_MAX - 16);
    refuses(file, file->segment.p_paddr = UINT64_MAX - 16);
    refuses(file, file->segment.p_type = PT_NOTE);
}

static void hostile_symbol_tables_are_refused(void **state)
{
    struct file *file = *state;

    refuses(file, file->sections[1].sh_offset = UINT64_MAX);
    refuses(file, file->sections[1].sh_size = UINT64_MAX);
    refuses(file, file->sections[1].sh_entsize = 8);
    refuses(file, file->sections[1].sh_link = 3);
    refuses(file, file->sections[1].sh_link = 1);
    refuses(file, file->sections[2].sh_offset = FILE_BYTES);
    refuses(file, file->sections[2].sh_size = 0);
    refuses(file, file->sections[2].sh_size -= 1); /* the last name has no end */
}

static void symbols_with_names_out_of_range_are_passed_over(void **state)
{
    struct file *file = *state;
    struct k_ksyms_header header;
    uint8_t *image;
    size_t len;

    file->symbols[0].st_name = UINT32_MAX;
    assert_int_equal(finish(file, &image, &len), 0);
    memcpy(&header, image + HEADER_AT, sizeof(header));
    assert_int_equal(header.count, 1);
}

static void a_file_cut_anywhere_is_refused_or_finished(void **state)
{
    struct file *file = *state;

    assemble(file);
    for (size_t len = 0; len < sizeof(file->bytes); len += len < 256 ? 1 : 97) {
        struct gen_arena arena;
        uint8_t *image;
        size_t image_len;

        gen_arena_init(&arena);
        elf_finish(&arena, file->bytes, len, &image, &image_len, NULL);
        gen_arena_deinit(&arena);
    }
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(the_table_names_each_function_once_in_order),
        case_of(loaded_bytes_stay_and_the_rest_goes),
        case_of(a_label_of_code_is_named_where_no_function_is),
        case_of(a_free_program_header_is_used_where_it_lies),
        case_of(without_symbols_there_is_no_table),
        case_of(without_a_place_for_the_header_there_is_no_table),
        case_of(hostile_headers_are_refused),
        case_of(hostile_segments_are_refused),
        case_of(hostile_symbol_tables_are_refused),
        case_of(symbols_with_names_out_of_range_are_passed_over),
        case_of(a_file_cut_anywhere_is_refused_or_finished),
    };

    return run_tap(tests);
}
