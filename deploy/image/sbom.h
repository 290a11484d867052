/* SPDX-License-Identifier: MIT */
/*
 * sbom.h - what an image is made of: a software bill of materials, CycloneDX 1.6 in JSON.
 *
 * The SDK's file `components` has a line for each library that it holds,
 *     NAME PACKAGE VERSION SOURCE-FILE SHA256 LICENCE LINKED-FILE
 * (PACKAGE: Debian's source package, npm:NAME or generic:NAME. SOURCE-FILE is LINKED-FILE where we have no source, as of
 * the compiler's library: the digest is of the library then. "-" for both: none is known. In LICENCE, an SPDX
 * expression, '_' is a blank) and the linker's map tells which of those it took something from. No time and no serial number is
 * in it: the same image gives the same bill.
 */
#ifndef DEPLOY_IMAGE_SBOM_H
#define DEPLOY_IMAGE_SBOM_H

#include "deploy/error.h"
#include "sha256.h"

#include <stdio.h>

struct image_sbom {
    const char *name, *version;             /* of the service; UTF-8 */
    const char *tool_version;               /* of ucompose */
    char digest[IMAGE_SHA256_DIGITS + 1];   /* of its ELF */
    const char *components, *map;           /* the texts */
};

/* Pure. 0, or -EINVAL: `components` is malformed, or the map names nothing of it. */
int image_sbom_print(const struct image_sbom *sbom, FILE *out, struct deploy_error *error);

/* Did the linker take something from this file, "libuv.a" or "kernel.o"? */
int image_sbom_is_linked(const char *map, const char *file);

#endif
