/* SPDX-License-Identifier: MIT */
#include "build/files.h"
#include "image/format.h"
#include "image/sbom.h"
#include "image/seal.h"
#include "images.h"
#include "prefix.h"
#include "project.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct image_values {
    const char *format, *output, *append, *key;
};

#define FIELD(name) offsetof(struct image_values, name)
static const struct image_values defaults = {.format = "raw"};
static const struct cmd_option options[] = {
    {"format", 0, CMD_TEXT, FIELD(format), "FORMAT",
     "elf, raw, qcow2, vmdk, vhd, vdi, oci or gcp; raw otherwise"},
    {"output", 'o', CMD_TEXT, FIELD(output), "FILE",
     "the file to write; otherwise the service's name here, with the format's suffix"},
    {"append", 0, CMD_TEXT, FIELD(append), "TEXT",
     "more for the kernel's command line, which a disk holds (docs/machine.md)"},
    {"sign", 0, CMD_TEXT, FIELD(key), "KEY",
     "sign the manifest of hashes with this private key, PEM: Ed25519, or ECDSA with P-256"},
    {0},
};

static int unknown_format(const char *name)
{
    char known[256] = "";
    size_t len = 0;

    for (const struct image_format *f = image_formats; f->name; f++)
        len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", len ? ", " : "", f->name);
    return cmd_misuse("image", "there is no format \"%s\"; there are %s", name, known);
}

/* The folder, or the built image, that the argument means. */
static int find(struct cmd_project *project, const struct cmd_globals *globals,
                const struct cmd_list *arguments, struct cmd_image *image, const char **elf)
{
    const struct deploy_service *service;
    int status;

    image->dir = arguments->items[0];
    if (cmd_images_is_folder(image->dir))
        return CMD_OK;
    status = cmd_project_open(project, globals, arguments, false);
    if (status)
        return status;
    service = deploy_spec_find(project->compose.spec, arguments->items[0]);
    image->dir = service->build_dir;
    *elf = service->image;
    snprintf(image->result.name, sizeof(image->result.name), "%.63s", service->name);
    return CMD_OK;
}

static int write_image(const struct image_format *format, const struct image_request *request,
                       const char *path)
{
    struct deploy_error error = {""};
    struct stat st;

    if (image_format_write(format, request, path, &error))
        return cmd_fail("%s", error.text);
    if (stat(path, &st))
        return cmd_fail("cannot read %s: %s", path, strerror(errno));
    printf("%s  %s  %lld KiB\n", path, format->name, (long long)(st.st_size + 1023) >> 10);
    return CMD_OK;
}

/* The bill of materials beside it. Without the linker's map, as of an image that was not built here, there is
 * none. */
static int write_sbom(const struct deploy_build_result *built, const char *map, const char *path)
{
    struct image_sbom sbom = {.name = built->name, .version = built->version, .tool_version = UC_VERSION};
    struct deploy_error error = {""};
    struct gen_arena arena;
    char sdk[PATH_MAX], *components, *linked;
    FILE *out;
    int err;

    gen_arena_init(&arena);
    err = build_file_read(&arena, gen_arena_printf(&arena, "%s/unikernel/components", cmd_prefix_sdk(sdk)), &components,
                          NULL);
    if (!err)
        err = build_file_read(&arena, map, &linked, NULL);
    if (!err)
        err = image_sha256_file(built->image, sbom.digest);
    out = err ? NULL : fopen(path, "we");
    if (!out) {
        err = cmd_fail("cannot write the bill of materials %s: %s", path, strerror(err ? -err : errno));
    } else {
        sbom.components = components;
        sbom.map = linked;
        if (image_sbom_print(&sbom, out, &error))
            err = cmd_fail("%s", error.text);
        if (fclose(out) && !err)
            err = cmd_fail("cannot write %s: %s", path, strerror(errno));
    }
    gen_arena_deinit(&arena);
    return err;
}

/* What goes with an image: its bill of materials, the hashes of both, a signature. */
static int seal(const struct image_values *want, const struct deploy_build_result *built, const char *elf,
                const char *map, const char *path)
{
    char bill[PATH_MAX], signature[PATH_MAX];
    const char *files[] = {path, bill};
    struct deploy_error error = {""};
    int status = CMD_OK;

    if (snprintf(bill, sizeof(bill), "%s.cdx.json", path) >= PATH_MAX ||
        snprintf(signature, sizeof(signature), "%s.sha256.sig", path) >= PATH_MAX)
        return cmd_fail("%s: the path is too long", path);
    unlink(signature); /* it is of an earlier one */
    unlink(bill);      /* so is it */
    if (map)
        status = write_sbom(built, map, bill);
    else
        fprintf(stderr, "ucompose: %s was not built here: no bill of materials is written\n", elf);
    if (!status && image_seal_write(files, map ? 2 : 1, &error))
        status = cmd_fail("%s", error.text);
    if (!status && want->key && image_seal_sign(path, want->key, &error))
        status = cmd_fail("%s", error.text);
    return status;
}

static int make(const struct image_values *want, const struct image_format *format,
                const struct deploy_build_result *built, const char *elf, const char *map)
{
    const char *name = built->name;
    char sdk[PATH_MAX], loaders[PATH_MAX + 32], path[PATH_MAX], command_line[4096];
    const char *output = want->output ? want->output : path;
    int status;
    int len = snprintf(command_line, sizeof(command_line), "host=%s%s%s", name,
                       want->append ? " " : "", want->append ? want->append : "");

    if (len >= (int)sizeof(command_line))
        return cmd_fail("the kernel's command line is too long");
    if (want->append && !strcmp(format->name, "elf"))
        return cmd_misuse("image", "an ELF holds no command line: who starts it gives one. Leave "
                                   "--append out");
    snprintf(loaders, sizeof(loaders), "%s/unikernel/loader", cmd_prefix_sdk(sdk));
    snprintf(path, sizeof(path), "%s.%s", name, format->suffix);
    status = write_image(
        format,
        &(struct image_request){.name = name, .elf = elf, .loaders = loaders, .command_line = command_line},
        output);
    return status ? status : seal(want, built, elf, map, output);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct image_values *want = values;
    const struct image_format *format = image_format_find(want->format);
    struct cmd_project project = {0};
    struct cmd_image image = {0};
    const char *elf = NULL;
    char map[PATH_MAX];
    int status;

    if (!format)
        return unknown_format(want->format);
    status = find(&project, globals, arguments, &image, &elf);
    if (!status && image.dir) {
        status = cmd_images_build(&image, 1,
                                  &(struct cmd_images_options){.target = DEPLOY_TARGET_UNIKERNEL,
                                                               .quiet_when_unchanged = true});
        elf = image.result.image;
    }
    if (!status && image.dir && snprintf(map, sizeof(map), "%s.map", image.result.debug_elf) >= PATH_MAX)
        status = cmd_fail("%s: the path is too long", image.result.debug_elf);
    if (!status)
        status = make(want, format, &image.result, elf, image.dir ? map : NULL);
    cmd_images_deinit(&image, 1);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_image_verb = {
    .name = "image",
    .arguments = "DIR|SERVICE",
    .summary = "Write a service's image in the form that another place takes",
    .detail = "The same service and options give the same bytes. qcow2, vmdk, vhd and vdi need "
              "qemu-img (qemu-utils). Beside it are written FILE.cdx.json, what it is made of (CycloneDX), and "
              "FILE.sha256, the hashes of both, which --sign signs (FILE.sha256.sig) and `ucompose verify` checks.",
    .options = options,
    .values_size = sizeof(struct image_values),
    .defaults = &defaults,
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
