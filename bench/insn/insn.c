/* SPDX-License-Identifier: MIT */
/*
 * insn.c - QEMU TCG plugin: how many instructions the guest executed, and where.
 *
 *     gcc -O2 -shared -fPIC -o insn.so insn.c
 *     qemu-system-x86_64 -plugin ./insn.so,count=/tmp/count ...
 *
 * The file is mapped, so that it can be read while the guest runs: the first 64-bit word is the
 * number of instructions executed so far, the second the number of rows that follow. A row is one
 * translated block: its guest address, its instructions, how often it ran. A block translated
 * again makes another row. Debian ships no header for plugins: the few functions of API version 1
 * are declared here.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROWS 65536

struct qemu_plugin_tb;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
typedef void tb_trans_fn(uint64_t id, struct qemu_plugin_tb *tb);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, tb_trans_fn *cb);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, enum qemu_plugin_op op,
                                              void *ptr, uint64_t imm);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

struct counts {
    uint64_t total, rows;
    struct row {
        uint64_t address, instructions, runs;
    } row[ROWS];
};

static struct counts *counts;

__attribute__((visibility("default"))) int qemu_plugin_version = 1;
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
    uint64_t instructions = qemu_plugin_tb_n_insns(tb);

    qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &counts->total,
                                             instructions);
    if (counts->rows < ROWS) {
        struct row *row = &counts->row[counts->rows++];
        row->address = qemu_plugin_tb_vaddr(tb);
        row->instructions = instructions;
        qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &row->runs, 1);
    }
}

__attribute__((visibility("default"))) int qemu_plugin_install(uint64_t id, const void *info,
                                                               int argc, char **argv)
{
    const char *path = argc > 0 && !strncmp(argv[0], "count=", 6) ? argv[0] + 6 : NULL;
    int fd = path ? open(path, O_RDWR | O_CREAT | O_TRUNC, 0644) : -1;

    if (fd < 0 || ftruncate(fd, sizeof(*counts))) {
        fprintf(stderr, "insn: say count=PATH, a file that can be written\n");
        return -1;
    }
    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (counts == MAP_FAILED)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
