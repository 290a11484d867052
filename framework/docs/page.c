/* SPDX-License-Identifier: MIT */
/* page.c - what the documentation page consists of, compressed when it was built, in the program as it is. */
#include "app/docs.h"

#define EMBED(name, file) \
    __asm__(".section .rodata." #name ",\"a\",@progbits\n" \
            ".globl " #name "_begin\n" #name "_begin:\n.incbin \"" UC_DOCS_FOLDER "/" file ".gz\"\n" \
            ".globl " #name "_end\n" #name "_end:\n.byte 0\n.previous\n"); \
    extern const char name##_begin[] __attribute__((visibility("hidden"))), name##_end[] __attribute__((visibility("hidden")))

EMBED(uc_docs_script, "swagger-ui-bundle.js");
EMBED(uc_docs_style, "swagger-ui.css");
EMBED(uc_docs_licences, "licences.txt");

static const struct uc_docs_file files[] = {
    {"swagger-ui-bundle.js", "text/javascript; charset=utf-8", uc_docs_script_begin, uc_docs_script_end},
    {"swagger-ui.css", "text/css; charset=utf-8", uc_docs_style_begin, uc_docs_style_end},
    {"licences.txt", "text/plain; charset=utf-8", uc_docs_licences_begin, uc_docs_licences_end},
};

const struct uc_docs uc_docs_page = {files, sizeof(files) / sizeof(files[0])};
