/* SPDX-License-Identifier: MIT */
/*
 * seal.h - tell whether files are as they were written, and who says so.
 *
 * The manifest of FILE is FILE.sha256, as sha256sum writes and checks it: a line "DIGEST  NAME" for FILE and
 * each file that belongs to it, all in one folder. Its signature is FILE.sha256.sig, by Ed25519 (RFC 8032)
 * or ECDSA with P-256 and SHA-256, as `openssl pkeyutl -rawin` makes and verifies it.
 */
#ifndef DEPLOY_IMAGE_SEAL_H
#define DEPLOY_IMAGE_SEAL_H

#include "deploy/error.h"

#include <stddef.h>

/* Write the manifest of files[0], which names all of them. 0 or a negative errno. */
int image_seal_write(const char *const *files, size_t count, struct deploy_error *error);

/* Sign the manifest of `file` with the private key in `key`, PEM. 0; -EINVAL, the key is none of the two
 * kinds; or as image_run(). */
int image_seal_sign(const char *file, const char *key, struct deploy_error *error);

/*
 * Is everything as the manifest of `file` says? Returns how many files it names, or
 *   -ENOENT   there is no manifest
 *   -EBADMSG  a file has changed or is gone, or the manifest is malformed or does not name `file`
 */
int image_seal_check(const char *file, struct deploy_error *error);

/*
 * Did the owner of the public key in `key`, PEM, sign the manifest of `file`? 0, or
 *   -ENOENT   there is no signature, or no key
 *   -EINVAL   the key is none of the two kinds
 *   -EBADMSG  he did not
 *   or as image_run()
 */
int image_seal_verify(const char *file, const char *key, struct deploy_error *error);

#endif
