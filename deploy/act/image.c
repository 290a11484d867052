/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEGMENTS_MAX 64

static int read_segments(int fd, const Elf64_Ehdr *header, uint64_t *end)
{
    Elf64_Phdr segments[SEGMENTS_MAX];
    size_t bytes = header->e_phnum * sizeof(segments[0]);

    if (header->e_phentsize != sizeof(segments[0]) || header->e_phnum > SEGMENTS_MAX ||
        pread(fd, segments, bytes, (off_t)header->e_phoff) != (ssize_t)bytes)
        return -ENOEXEC;
    *end = 0;
    for (unsigned i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_LOAD && segments[i].p_paddr + segments[i].p_memsz > *end)
            *end = segments[i].p_paddr + segments[i].p_memsz;
    return 0;
}

int act_image_inspect(const char *path, uint64_t *file_bytes, uint64_t *memory_bytes,
                      struct deploy_error *error)
{
    Elf64_Ehdr header;
    struct stat st;
    int err;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) < 0) {
        err = -errno;
        if (fd >= 0)
            close(fd);
        return deploy_fail(error, err, "cannot read image %s: %s", path, strerror(-err));
    }
    *file_bytes = (uint64_t)st.st_size;
    err = -ENOEXEC;
    if (pread(fd, &header, sizeof(header), 0) == sizeof(header) &&
        memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_machine == EM_X86_64)
        err = read_segments(fd, &header, memory_bytes);
    close(fd);
    if (err)
        return deploy_fail(error, err, "%s is not an image for x86_64: build it again", path);
    return 0;
}
