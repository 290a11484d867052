/* SPDX-License-Identifier: MIT */
/*
 * process.c - argument vector, environment and auxiliary vector of the program.
 */
#include "core/process.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/hostname.h"
#include "core/environment.h"
#include "core/page.h"
#include "core/panic.h"
#include "core/random.h"
#include "core/region.h"
#include "core/sched.h"

#define STACK_BYTES (128 * 1024)
#define AUX_WORDS 32

enum {
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    AT_PAGESZ = 6,
    AT_ENTRY = 9,
    AT_UID = 11,
    AT_EUID = 12,
    AT_GID = 13,
    AT_EGID = 14,
    AT_CLKTCK = 17,
    AT_SECURE = 23,
    AT_RANDOM = 25,
    AT_EXECFN = 31,
};

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum;
};

extern const struct elf_header k_image_rodata; /* the ELF header begins the image */
void _start(void);

static uint64_t *push_aux(uint64_t *aux, uint64_t key, uint64_t value)
{
    aux[0] = key;
    aux[1] = value;
    return aux + 2;
}

static void fill_aux(uint64_t *aux, const char *name, const void *random)
{
    const struct elf_header *elf = &k_image_rodata;

    aux = push_aux(aux, AT_PHDR, (uintptr_t)elf + elf->phoff);
    aux = push_aux(aux, AT_PHENT, elf->phentsize);
    aux = push_aux(aux, AT_PHNUM, elf->phnum);
    aux = push_aux(aux, AT_PAGESZ, K_PAGE_SIZE);
    aux = push_aux(aux, AT_ENTRY, (uintptr_t)_start);
    aux = push_aux(aux, AT_UID, 0);
    aux = push_aux(aux, AT_EUID, 0);
    aux = push_aux(aux, AT_GID, 0);
    aux = push_aux(aux, AT_EGID, 0);
    aux = push_aux(aux, AT_CLKTCK, 100);
    aux = push_aux(aux, AT_SECURE, 0);
    aux = push_aux(aux, AT_RANDOM, (uintptr_t)random);
    aux = push_aux(aux, AT_EXECFN, (uintptr_t)name);
    push_aux(aux, AT_NULL, 0);
}

/* A writable copy: programs may change their arguments and environment. */
static char *push_string(uintptr_t *top, const char *text)
{
    size_t bytes = strlen(text) + 1;

    *top -= bytes;
    return memcpy((void *)*top, text, bytes);
}

void k_process_start(void)
{
    size_t count;
    const char *const *environment = k_environment(&count);
    const char *name;
    uintptr_t top, bytes = STACK_BYTES;
    uint64_t *words, *at;
    void *random;

    for (size_t i = 0; i < count; i++)
        bytes += strlen(environment[i]) + 1 + sizeof(char *);
    top = k_region_new_stack(k_page_up(bytes));
    if (!top)
        k_panic("no memory for the first stack");

    top -= 16;
    random = (void *)top;
    k_random_bytes(random, 16);
    name = push_string(&top, k_hostname());

    for (size_t i = 0; i < count; i++)
        top -= strlen(environment[i]) + 1;
    /* Below the strings: the vectors, and there the stack begins. */
    words = (uint64_t *)(top & ~15ul) - ((1 + 2 + count + 1 + AUX_WORDS + 1) & ~1ul);
    at = words;
    *at++ = 1;
    *at++ = (uintptr_t)name;
    *at++ = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(environment[i]) + 1;

        memcpy((void *)top, environment[i], length);
        *at++ = top;
        top += length;
    }
    *at++ = 0;
    fill_aux(at, name, random);
    k_sched_start((uintptr_t)_start, (uintptr_t)words);
}
