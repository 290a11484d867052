/* SPDX-License-Identifier: MIT */
#include "seal.h"

#include "run.h"
#include "sha256.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST ".sha256"
#define SIGNATURE ".sha256.sig"

/* ---- the manifest ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int path_of(const char *file, const char *suffix, char path[PATH_MAX], struct deploy_error *error)
{
    return snprintf(path, PATH_MAX, "%s%s", file, suffix) < PATH_MAX
               ? 0
               : deploy_fail(error, -ENAMETOOLONG, "%s: the path is too long", file);
}

int image_seal_write(const char *const *files, size_t count, struct deploy_error *error)
{
    char path[PATH_MAX], digits[IMAGE_SHA256_DIGITS + 1];
    int err = path_of(files[0], MANIFEST, path, error);
    FILE *out = err ? NULL : fopen(path, "we");

    if (!out)
        return err ? err : deploy_fail(error, -errno, "cannot write %s: %s", path, strerror(errno));
    for (size_t i = 0; i < count && !err; i++) {
        err = image_sha256_file(files[i], digits);
        if (err)
            deploy_fail(error, err, "cannot read %s: %s", files[i], strerror(-err));
        else
            fprintf(out, "%s  %s\n", digits, base_name(files[i]));
    }
    if (fclose(out) && !err)
        err = deploy_fail(error, -errno, "cannot write %s: %s", path, strerror(errno));
    return err;
}

/* The folder of `file`, with its slash, and `name` in it. */
static int beside(const char *file, const char *name, char path[PATH_MAX])
{
    int folder = (int)(base_name(file) - file);

    return snprintf(path, PATH_MAX, "%.*s%s", folder, file, name) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int check_line(const char *file, const char *manifest, char *line, bool *is_file, struct deploy_error *error)
{
    char path[PATH_MAX], found[IMAGE_SHA256_DIGITS + 1];
    char *name = line + IMAGE_SHA256_DIGITS + 2;
    int err;

    line[strcspn(line, "\n")] = '\0';
    if (strspn(line, "0123456789abcdef") != IMAGE_SHA256_DIGITS || (strncmp(name - 2, "  ", 2) && strncmp(name - 2, " *", 2)) ||
        !*name || strchr(name, '/') || beside(file, name, path))
        return deploy_fail(error, -EBADMSG, "%s is malformed: \"%.80s\"", manifest, line);
    err = image_sha256_file(path, found);
    if (err)
        return deploy_fail(error, -EBADMSG, "%s, which %s names, cannot be read: %s", path, manifest, strerror(-err));
    if (strncmp(line, found, IMAGE_SHA256_DIGITS) != 0)
        return deploy_fail(error, -EBADMSG, "%s has changed: its SHA-256 is %s,\nand %s says %.64s", path, found,
                           manifest, line);
    *is_file |= !strcmp(name, base_name(file));
    return 0;
}

int image_seal_check(const char *file, struct deploy_error *error)
{
    char path[PATH_MAX], line[1024];
    bool is_file = false;
    int count = 0, err = path_of(file, MANIFEST, path, error);
    FILE *in = err ? NULL : fopen(path, "re");

    if (!in)
        return err ? err
                   : deploy_fail(error, -errno, "cannot read %s: %s. It is written by `ucompose image`, beside what it names",
                                 path, strerror(errno));
    while (!err && fgets(line, sizeof(line), in)) {
        err = check_line(file, path, line, &is_file, error);
        count++;
    }
    fclose(in);
    if (!err && !is_file)
        err = deploy_fail(error, -EBADMSG, "%s does not name %s", path, base_name(file));
    return err ? err : count;
}

/* ---- the signature ---- */

enum kind { KIND_NONE, KIND_ED25519, KIND_P256 };

#define PASSPHRASE "UCOMPOSE_KEY_PASSPHRASE"

/* As PKCS #8 says it, and OpenSSL's older form. */
static int is_encrypted(const char *key, bool *encrypted, struct deploy_error *error)
{
    FILE *in = fopen(key, "re");
    char line[256];

    *encrypted = false;
    if (!in)
        return deploy_fail(error, -errno, "cannot read %s: %s", key, strerror(errno));
    while (!*encrypted && fgets(line, sizeof(line), in))
        *encrypted = strstr(line, "BEGIN ENCRYPTED PRIVATE KEY") || strstr(line, "Proc-Type: 4,ENCRYPTED");
    fclose(in);
    return 0;
}

/* Nobody is asked for a passphrase: where there is no terminal, openssl would only say that there is no key. */
static int kind_of(const char *key, bool is_public, enum kind *kind, struct deploy_error *error)
{
    const char *argv[] = {"openssl", "pkey", "-in", key, "-noout", "-text_pub", is_public ? "-pubin" : "-passin",
                          is_public ? NULL : "env:" PASSPHRASE, NULL};
    bool encrypted;
    char said[4096];
    int status = is_encrypted(key, &encrypted, error);

    if (status)
        return status;
    if (encrypted && !is_public && !getenv(PASSPHRASE))
        return deploy_fail(error, -EINVAL,
                           "%s is encrypted: give its passphrase in the environment, " PASSPHRASE ", or a key without. It is made by:\n"
                           "openssl pkey -in %s -out PLAIN.pem",
                           key, key);
    if (!encrypted && !is_public)
        argv[6] = NULL;
    status = image_run(argv, "openssl", said, sizeof(said), error);
    if (status < 0)
        return status;
    if (status > 0 && encrypted && !is_public)
        return deploy_fail(error, -EINVAL, "%s is encrypted, and not by the passphrase that " PASSPHRASE " has", key);
    if (status > 0)
        return deploy_fail(error, -EINVAL,
                           is_public ? "%s is not a public key in PEM. Of a private one it is made by:\n"
                                       "openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem"
                                     : "%s is not a private key in PEM. One is made by:\n"
                                       "openssl genpkey -algorithm ed25519 -out PRIVATE.pem",
                           key);
    *kind = strstr(said, "ED25519 ") ? KIND_ED25519 : strstr(said, "prime256v1") ? KIND_P256 : KIND_NONE;
    return *kind ? 0
                 : deploy_fail(error, -EINVAL, "%s is a key of another kind: it must be Ed25519, or ECDSA with P-256", key);
}

static int pkeyutl(const char *file, const char *key, bool verify, struct deploy_error *error)
{
    char manifest[PATH_MAX], signature[PATH_MAX], said[1024];
    enum kind kind;
    int err = path_of(file, MANIFEST, manifest, error);

    if (!err)
        err = path_of(file, SIGNATURE, signature, error);
    if (!err)
        err = kind_of(key, verify, &kind, error);
    if (err)
        return err;
    {
        const char *argv[16] = {"openssl", "pkeyutl", verify ? "-verify" : "-sign", "-rawin", "-inkey", key,
                                "-in",     manifest,  verify ? "-sigfile" : "-out", signature};
        int count = 10;

        if (verify)
            argv[count++] = "-pubin";
        if (!verify && getenv(PASSPHRASE)) {
            argv[count++] = "-passin";
            argv[count++] = "env:" PASSPHRASE;
        }
        if (kind == KIND_P256) {
            argv[count++] = "-digest";
            argv[count++] = "sha256";
        }
        err = image_run(argv, "openssl", said, sizeof(said), error);
    }
    if (err > 0)
        err = verify ? deploy_fail(error, -EBADMSG, "%s is not a signature of %s by the owner of %s", signature,
                                   manifest, key)
                     : deploy_fail(error, -EIO, "openssl did not sign %s: %s", manifest, said);
    return err;
}

int image_seal_sign(const char *file, const char *key, struct deploy_error *error)
{
    return pkeyutl(file, key, false, error);
}

int image_seal_verify(const char *file, const char *key, struct deploy_error *error)
{
    char signature[PATH_MAX];
    int err = path_of(file, SIGNATURE, signature, error);

    if (!err && access(signature, R_OK))
        err = deploy_fail(error, -errno, "cannot read %s: %s. `ucompose image --sign KEY` writes it", signature,
                          strerror(errno));
    return err ? err : pkeyutl(file, key, true, error);
}
