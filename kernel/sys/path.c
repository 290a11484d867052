/* SPDX-License-Identifier: MIT */
/*
 * path.c - calls that take a path. There is one directory to be in: the root.
 */
#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "core/hostname.h"
#include "sys/calls.h"
#include "sys/file.h"
#include "sys/tree.h"

#define PATH_BYTES_MAX 256
#define W_OK 2
#define X_OK 1
#define AT_FDCWD (-100)
#define AT_EMPTY_PATH 0x1000
#define STATX_BASIC_STATS 0x7ff

struct statx {
    uint32_t stx_mask, stx_blksize;
    uint64_t stx_attributes;
    uint32_t stx_nlink, stx_uid, stx_gid;
    uint16_t stx_mode, pad;
    uint64_t stx_ino, stx_size, stx_blocks, stx_attributes_mask;
    uint64_t rest[24];
};

/* 0 and the node, or -ENOENT, -ENAMETOOLONG. Relative paths begin at the root. */
static int find(const char *path, const struct k_tree_node **node)
{
    char absolute[PATH_BYTES_MAX] = "/";
    size_t length = strnlen(path, sizeof absolute);

    if (!length)
        return -ENOENT;
    if (length > sizeof absolute - 2)
        return -ENAMETOOLONG;
    while (path[0] == '.' && (path[1] == '/' || !path[1]))
        path += path[1] ? 2 : 1;
    memcpy(absolute + (*path != '/'), path, strlen(path) + 1);
    *node = k_tree_find(absolute);
    return *node ? 0 : -ENOENT;
}

long sys_openat(int dir, const char *path, int flags, int mode)
{
    const struct k_tree_node *node;
    int err = find(path, &node);

    (void)dir, (void)mode;
    if (err)
        return err == -ENOENT && (flags & O_CREAT) ? -EROFS : err;
    if ((flags & O_CREAT) && (flags & O_EXCL))
        return -EEXIST;
    if ((flags & O_DIRECTORY) && node->kind != K_TREE_DIRECTORY)
        return -ENOTDIR;
    if ((flags & O_ACCMODE) != O_RDONLY) {
        if (node->kind == K_TREE_DIRECTORY)
            return -EISDIR;
        if (node->kind == K_TREE_TEXT)
            return -EROFS;
    }
    if (node->kind == K_TREE_TEXT && !node->text)
        return -ENOENT; /* nobody has said yet what is in it */
    return k_tree_open(node, flags);
}

long sys_open(const char *path, int flags, int mode)
{
    return sys_openat(AT_FDCWD, path, flags, mode);
}

long sys_faccessat(int dir, const char *path, int mode)
{
    const struct k_tree_node *node;
    int err = find(path, &node);

    (void)dir;
    if (err)
        return err;
    if ((mode & W_OK) && (node->kind == K_TREE_TEXT || node->kind == K_TREE_DIRECTORY))
        return -EROFS;
    return (mode & X_OK) && node->kind != K_TREE_DIRECTORY ? -EACCES : 0;
}

long sys_access(const char *path, int mode) { return sys_faccessat(AT_FDCWD, path, mode); }

long sys_fstat(int fd, struct stat *out)
{
    struct k_file *file = k_fd_peek(fd);

    if (!file)
        return -EBADF;
    memset(out, 0, sizeof *out);
    return file->ops->stat ? file->ops->stat(file, out) : 0;
}

long sys_newfstatat(int dir, const char *path, struct stat *out, int flags)
{
    const struct k_tree_node *node;
    int err;

    if (!*path && (flags & AT_EMPTY_PATH))
        return sys_fstat(dir, out);
    err = find(path, &node);
    if (!err)
        k_tree_stat(node, out);
    return err;
}

long sys_stat(const char *path, struct stat *out)
{
    return sys_newfstatat(AT_FDCWD, path, out, 0);
}

long sys_statx(int dir, const char *path, int flags, unsigned mask, struct statx *out)
{
    struct stat st;
    long err = sys_newfstatat(dir, path, &st, flags);

    (void)mask;
    if (err)
        return err;
    memset(out, 0, sizeof *out);
    out->stx_mask = STATX_BASIC_STATS;
    out->stx_blksize = (uint32_t)st.st_blksize;
    out->stx_nlink = (uint32_t)st.st_nlink;
    out->stx_mode = (uint16_t)st.st_mode;
    out->stx_ino = st.st_ino;
    out->stx_size = (uint64_t)st.st_size;
    return 0;
}

/* The one symbolic link is /proc/self/exe, which names the service. */
long sys_readlinkat(int dir, const char *path, char *out, size_t bytes)
{
    const struct k_tree_node *node;
    char target[PATH_BYTES_MAX] = "/";
    size_t length;

    (void)dir;
    if (strcmp(path, "/proc/self/exe"))
        return find(path, &node) ? -ENOENT : -EINVAL;
    strncpy(target + 1, k_hostname(), sizeof target - 2);
    length = strlen(target);
    if (length > bytes)
        length = bytes;
    memcpy(out, target, length);
    return (long)length;
}

long sys_readlink(const char *path, char *out, size_t bytes)
{
    return sys_readlinkat(AT_FDCWD, path, out, bytes);
}

long sys_getcwd(char *out, size_t bytes)
{
    if (bytes < 2)
        return -ERANGE;
    memcpy(out, "/", 2);
    return 2;
}

long sys_chdir(const char *path)
{
    const struct k_tree_node *node;
    int err = find(path, &node);

    if (!err && node->kind != K_TREE_DIRECTORY)
        err = -ENOTDIR;
    return err ? err : strcmp(node->path, "/") ? -EACCES : 0;
}
