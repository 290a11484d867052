/* SPDX-License-Identifier: MIT */
/*
 * syscalls_doc.c - docs/syscalls.md from the kernel's list.
 *
 *     syscalls_doc           print the page
 *     syscalls_doc FILE      a test: is FILE that page?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/syscalls.h"

struct row {
    int number;
    const char *name, *remark;
};

#define ROW(number, name, body, remark) {number, #name, remark},
static struct row rows[] = {K_SYSCALLS(ROW)};
#undef ROW
#define ROWS (sizeof rows / sizeof rows[0])

static const char head[] =
    "# System calls of an image\n"
    "\n"
    "<!-- Written by tests/kernel/core/syscalls_doc.c from kernel/sys/syscalls.h; do not edit. -->\n"
    "\n"
    "Numbers, arguments and results are Linux's (x86_64). What is not in this list returns -ENOSYS and\n"
    "is named once in the log. Pointers are not checked: a bad one ends the image as it would in the\n"
    "program itself.\n"
    "\n"
    "| number | call | remark |\n"
    "| ---: | --- | --- |\n";

static int by_number(const void *a, const void *b)
{
    return ((const struct row *)a)->number - ((const struct row *)b)->number;
}

static void print_page(FILE *out)
{
    qsort(rows, ROWS, sizeof rows[0], by_number);
    fputs(head, out);
    for (size_t i = 0; i < ROWS; i++)
        fprintf(out, "| %d | `%s` | %s |\n", rows[i].number, rows[i].name, rows[i].remark);
    fprintf(out, "\n%zu calls.\n", ROWS);
}

static int compare(const char *path)
{
    char *page, *file;
    size_t bytes, got = 0;
    FILE *stream = open_memstream(&page, &bytes);

    print_page(stream);
    fclose(stream);
    file = calloc(1, bytes + 1);
    stream = fopen(path, "r");
    if (stream) {
        got = fread(file, 1, bytes + 1, stream);
        fclose(stream);
    }
    if (got == bytes && !memcmp(file, page, bytes)) {
        puts("ok 1 - docs/syscalls.md agrees with the kernel's list\n1..1");
        free(file);
        free(page);
        return 0;
    }
    puts("not ok 1 - docs/syscalls.md agrees with the kernel's list\n"
         "# write it again: BUILD/tests/kernel/core/syscalls_doc > docs/syscalls.md\n1..1");
    free(file);
    free(page);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return compare(argv[1]);
    print_page(stdout);
    return 0;
}
