/* SPDX-License-Identifier: MIT */
/* files.h - reading and writing whole files, for the tests of the generator. */
#ifndef TEST_GEN_FILES_H
#define TEST_GEN_FILES_H

#include <stdio.h>
#include <stdlib.h>

/* malloc'ed, with a final NUL; NULL when it cannot be read. */
static inline char *file_read(const char *path, size_t *len)
{
    FILE *in = fopen(path, "rb");
    char *bytes = NULL;
    size_t size = 0, room = 0, got = 0;

    if (!in)
        return NULL;
    do {
        size += got;
        if (room - size < 4096) {
            room = room ? room * 2 : 16384;
            bytes = realloc(bytes, room);
            if (!bytes)
                abort();
        }
        got = fread(bytes + size, 1, room - size - 1, in);
    } while (got);
    fclose(in);
    bytes[size] = '\0';
    if (len)
        *len = size;
    return bytes;
}

static inline void file_write(const char *path, const char *bytes, size_t len)
{
    FILE *out = fopen(path, "wb");

    if (!out || fwrite(bytes, 1, len, out) != len || fclose(out)) {
        perror(path);
        exit(1);
    }
}

#endif
