/* SPDX-License-Identifier: MIT */
/*
 * tree.c - the list of files, and their verbs as open files.
 */
#include "sys/tree.h"

#include <stdint.h>
#include <string.h>

#include "abi/errno.h"
#include "core/heap.h"
#include "core/hostname.h"
#include "core/log.h"
#include "core/page.h"
#include "core/random.h"
#include "sys/file.h"

#define TEXT(string) (string), sizeof(string) - 1
#define DIRECTORY(path) {(path), K_TREE_DIRECTORY, NULL, 0}
#define FD_CLOEXEC 1

static const char services[] = "http 80/tcp\nhttps 443/tcp\ndomain 53/tcp\ndomain 53/udp\n";
static const char cpuinfo[] = "processor\t: 0\nmodel name\t: ucompose virtual processor\n"
                              "cpu MHz\t\t: 1000.000\n";
static const char cpu_stat[] = "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n";

static struct k_tree_node nodes[] = {
    DIRECTORY("/"),
    DIRECTORY("/dev"),
    DIRECTORY("/etc"),
    DIRECTORY("/proc"),
    DIRECTORY("/tmp"),
    {"/dev/null", K_TREE_NULL, NULL, 0},
    {"/dev/zero", K_TREE_ZERO, NULL, 0},
    {"/dev/random", K_TREE_RANDOM, NULL, 0},
    {"/dev/urandom", K_TREE_RANDOM, NULL, 0},
    {"/etc/resolv.conf", K_TREE_TEXT, NULL, 0},
    {"/etc/hosts", K_TREE_TEXT, NULL, 0},
    {"/etc/hostname", K_TREE_TEXT, NULL, 0},
    {"/etc/services", K_TREE_TEXT, TEXT(services)},
    {"/proc/cpuinfo", K_TREE_TEXT, TEXT(cpuinfo)},
    {"/proc/stat", K_TREE_TEXT, TEXT(cpu_stat)},
    {"/proc/meminfo", K_TREE_TEXT, NULL, 0},
};

#define NODES (sizeof nodes / sizeof nodes[0])

struct tree_file {
    struct k_file file;
    struct k_tree_node node;
    size_t offset;
};

static struct tree_file *of(struct k_file *file) { return (struct tree_file *)file; }

const struct k_tree_node *k_tree_find(const char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    for (size_t i = 0; i < NODES; i++)
        if (!strncmp(nodes[i].path, path, length) && !nodes[i].path[length])
            return &nodes[i];
    return NULL;
}

int k_tree_set(const char *path, const char *text, size_t bytes)
{
    for (size_t i = 0; i < NODES; i++) {
        if (strcmp(nodes[i].path, path))
            continue;
        nodes[i].text = text;
        nodes[i].bytes = bytes;
        return 0;
    }
    return -ENOENT;
}

void k_tree_init(void)
{
    static char hosts[160], hostname[72], meminfo[96];
    const char *host = k_hostname();
    int length;

    length = k_snprintf(hostname, sizeof hostname, "%s\n", host);
    if (length < (int)sizeof hostname)
        k_tree_set("/etc/hostname", hostname, (size_t)length);
    length = k_snprintf(hosts, sizeof hosts, "127.0.0.1 localhost\n127.0.1.1 %s\n", host);
    if (length < (int)sizeof hosts)
        k_tree_set("/etc/hosts", hosts, (size_t)length);
    length = k_snprintf(meminfo, sizeof meminfo, "MemTotal: %lu kB\nMemFree: %lu kB\n",
                        k_memory_total() / 1024, k_memory_free() / 1024);
    k_tree_set("/proc/meminfo", meminfo, (size_t)length);
}

/* Up to `bytes` of the node's contents at `offset`. */
static ssize_t read_at(const struct k_tree_node *node, void *out, size_t bytes, size_t offset)
{
    switch (node->kind) {
    case K_TREE_TEXT:
        if (offset >= node->bytes)
            return 0;
        if (bytes > node->bytes - offset)
            bytes = node->bytes - offset;
        memcpy(out, node->text + offset, bytes);
        return (ssize_t)bytes;
    case K_TREE_ZERO:
        memset(out, 0, bytes);
        return (ssize_t)bytes;
    case K_TREE_RANDOM:
        if (!k_random_is_seeded())
            return -EIO;
        k_random_bytes(out, bytes);
        return (ssize_t)bytes;
    case K_TREE_NULL:
        return 0;
    default:
        return -EISDIR;
    }
}

static ssize_t tree_readv(struct k_file *file, const struct iovec *iov, int count)
{
    struct tree_file *open = of(file);
    ssize_t total = 0;

    for (int i = 0; i < count; i++) {
        ssize_t got = read_at(&open->node, iov[i].iov_base, iov[i].iov_len, open->offset);

        if (got < 0)
            return total ? total : got;
        total += got;
        open->offset += (size_t)got;
        if ((size_t)got < iov[i].iov_len)
            break;
    }
    return total;
}

/* Only devices can be open for writing; what goes in vanishes. */
static ssize_t tree_writev(struct k_file *file, const struct iovec *iov, int count)
{
    ssize_t total = 0;

    (void)file;
    for (int i = 0; i < count; i++)
        total += (ssize_t)iov[i].iov_len;
    return total;
}

static ssize_t tree_pread(struct k_file *file, void *out, size_t bytes, int64_t offset)
{
    return offset < 0 ? -EINVAL : read_at(&of(file)->node, out, bytes, (size_t)offset);
}

static int64_t tree_seek(struct k_file *file, int64_t offset, int whence)
{
    struct tree_file *open = of(file);

    if (whence == SEEK_CUR)
        offset += (int64_t)open->offset;
    else if (whence == SEEK_END)
        offset += (int64_t)open->node.bytes;
    else if (whence != SEEK_SET)
        return -EINVAL;
    if (offset < 0)
        return -EINVAL;
    open->offset = (size_t)offset;
    return offset;
}

static uint32_t mode_of(enum k_tree_kind kind)
{
    if (kind == K_TREE_DIRECTORY)
        return S_IFDIR | 0555;
    return kind == K_TREE_TEXT ? S_IFREG | 0444 : S_IFCHR | 0666;
}

void k_tree_stat(const struct k_tree_node *node, struct stat *st)
{
    memset(st, 0, sizeof *st);
    st->st_dev = 1;
    st->st_ino = (uintptr_t)node->path;
    st->st_nlink = 1;
    st->st_mode = mode_of(node->kind);
    st->st_size = (int64_t)node->bytes;
    st->st_blksize = (int64_t)K_PAGE_SIZE;
}

static int tree_stat(struct k_file *file, struct stat *st)
{
    k_tree_stat(&of(file)->node, st);
    return 0;
}

static void tree_close(struct k_file *file) { k_free(of(file)); }

static const struct k_file_ops tree_ops = {
    .name = "file",
    .readv = tree_readv,
    .writev = tree_writev,
    .pread = tree_pread,
    .seek = tree_seek,
    .stat = tree_stat,
    .close = tree_close,
};

int k_tree_open(const struct k_tree_node *node, int flags)
{
    struct tree_file *open = k_calloc(1, sizeof *open);
    int fd;

    if (!open)
        return -ENOMEM;
    open->node = *node;
    k_file_init(&open->file, &tree_ops, flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
    fd = k_fd_install(&open->file, flags & O_CLOEXEC ? FD_CLOEXEC : 0);
    if (fd < 0)
        k_file_put(&open->file);
    return fd;
}
