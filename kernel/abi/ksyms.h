/* SPDX-License-Identifier: MIT */
/*
 * ksyms.h - the symbol table that a finished image carries for its panic messages.
 *
 * Shared by the kernel, which reads it, and by the image finisher of `ucompose build`, which
 * writes it after linking. The kernel defines one object
 *
 *     const volatile struct k_ksyms_header k_ksyms_header
 *         __attribute__((section(".ksyms"), used));
 *
 * all zero, which the finisher finds by that name and fills in. (`volatile`, or the compiler
 * believes the zeros.) All-zero means: this image has no table.
 *
 * The table itself is a read-only PT_LOAD of its own behind everything else, .bss included. It
 * starts at a page; the kernel keeps [address, address + bytes) out of its free memory. Layout:
 *
 *     struct k_ksym symbols[count];   sorted by address, no two equal
 *     char names[names_bytes];        NUL-terminated strings, one after another
 *
 * All numbers are little-endian.
 */
#ifndef KERNEL_ABI_KSYMS_H
#define KERNEL_ABI_KSYMS_H

#include <stdint.h>

#define K_KSYMS_MAGIC 0x3153594bu /* "KYS1" */
#define K_KSYMS_HEADER_SYMBOL "k_ksyms_header"

struct k_ksyms_header {
    uint32_t magic;       /* K_KSYMS_MAGIC, or 0: no table */
    uint32_t count;       /* symbols */
    uint64_t address;     /* of the table, physical and virtual; page-aligned */
    uint32_t bytes;       /* of the whole table */
    uint32_t names_bytes; /* of the strings at its end */
};

struct k_ksym {
    uint32_t address; /* of a function's first byte */
    uint32_t name;    /* offset of its name in `names` */
};

#endif
