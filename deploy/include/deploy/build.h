/* SPDX-License-Identifier: MIT */
/*
 * build.h - one service's folder becomes one image (or one Linux program).
 *
 * Everything that is made lies in the cache, <home>/build/<service>-<hash of its path>/; the
 * service's folder is only read. Calls may be made from several threads and processes at once:
 * a lock per service makes the later one wait, and then find everything done.
 *
 * What the user must repair in his files (service.yaml, C) is printed as file:line:column on
 * `messages`; the sentence in `error` then only sums up.
 */
#ifndef DEPLOY_BUILD_H
#define DEPLOY_BUILD_H

#include "deploy/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum deploy_target { DEPLOY_TARGET_UNIKERNEL, DEPLOY_TARGET_LINUX };

struct deploy_build_options {
    enum deploy_target target;
    const char *sdk_dir; /* PREFIX/lib/ucompose/sdk */
    unsigned jobs;       /* compilers at once; 0: one a processor */
    bool colour;         /* of the compiler's messages */
    bool verbose;        /* print each command before it runs */
    bool only_find;      /* compile nothing: the image that was made last, or -ENOENT */
    FILE *messages;      /* NULL: stderr */
};

struct deploy_build_result {
    char name[64];               /* of the service */
    char version[128];           /* its contract's info.version, UTF-8; a longer one is cut */
    char service_dir[PATH_MAX];  /* absolute */
    char dir[PATH_MAX];          /* of objects and results, in the cache */
    char generated_dir[PATH_MAX];
    char image[PATH_MAX];        /* the bootable ELF, or the Linux program */
    char debug_elf[PATH_MAX];    /* the same with all symbols, for gdb and addr2line */
    uint64_t image_bytes;        /* size of the file `image` */
    uint64_t load_bytes;         /* highest address that the image occupies when loaded; 0 for Linux */
    uint64_t memory_bytes;       /* the guest memory that service.yaml asks for */
    char variables[4096];        /* declared by x-service.env, a space between two; as many as fit */
    /* Of those, a space between two, what holds credentials of TLS: its own certificates and keys, and the
     * authorities of peers. */
    char tls_certificates[512], tls_keys[512], tls_authorities[512];
    char secrets[4096]; /* those of x-service.env that hold keys and credentials, in the same way; "*": more than fit */
    uint16_t listen_port;
    uint16_t admin_port;
    unsigned elapsed_ms;
    bool changed;                /* false: everything was up to date */
};

/*
 * Build the service in `service_dir` (absolute, or relative to the working directory).
 *
 * Returns 0 and fills `result`, or a negative errno with a sentence in `error`:
 *   -ENOENT   no such folder, no service.yaml in it, or no SDK or compiler here
 *   -EINVAL   the service does not build; details are on `messages`
 *   other     of the file system (-EACCES, -ENOSPC, ...)
 */
int deploy_build(const char *service_dir, const struct deploy_build_options *options,
                 struct deploy_build_result *result, struct deploy_error *error);

/* "name  image path  size  build time": the line that `ucompose build` prints. */
void deploy_build_print(const struct deploy_build_result *result, FILE *out);

/*
 * Where ucompose keeps what it makes: $UCOMPOSE_HOME, $XDG_CACHE_HOME/ucompose or
 * ~/.cache/ucompose. Returns 0, -EINVAL (no home directory known) or -ENAMETOOLONG.
 */
int deploy_home(char *path, size_t size);

/*
 * Read the program headers of an image: the highest address it occupies when loaded, for the check
 * that it fits the guest's memory. Returns 0, a negative errno of the file, or -ENOEXEC (it is
 * no image).
 */
int deploy_image_load_bytes(const char *image, uint64_t *load_bytes);

#endif
