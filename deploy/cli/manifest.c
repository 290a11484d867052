/* SPDX-License-Identifier: MIT */
#include "manifest.h"

#include "folder.h"

#include "build/files.h"
#include "image/format.h"
#include "plan/fnv.h"
#include "plan/hash.h"
#include "plan/memory.h"
#include "prefix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/*
 * For its owner alone: a line "salt <32 digits>", which versions are made with, and what was written last, "<16 digits> <name>"
 * a line, so that an edited file is known; an image has 16 zeros there.
 */
#define RECORD ".ucompose-deploy"
#define RECORD_NAME_AT 17 /* in a line */
#define SALT "salt "
#define SALT_BYTES 16
#define SALT_DIGITS (2 * SALT_BYTES)
#define IMAGE_NAME_MAX 128

struct work {
    struct manifest manifest;
    const struct manifest_target *target;
    char folder[PATH_MAX];
    struct gen_arena arena;
    const char *record; /* its lines of files; "" when there are none */
    char salt[SALT_DIGITS + 1];
    char (*images)[IMAGE_NAME_MAX]; /* of this project, in the folder; malloc'ed */
    size_t image_count;
};

static unsigned long long hash(const char *bytes, size_t len)
{
    return deploy_fnv(DEPLOY_FNV_BASIS, bytes, len);
}

static int place(const struct work *work, const char *name, char path[PATH_MAX])
{
    return snprintf(path, PATH_MAX, "%s/%s", work->folder, name) < PATH_MAX
               ? CMD_OK
               : cmd_fail("%s: the path is too long", work->folder);
}

static int find_folder(struct work *work, const char *out)
{
    char name[128];

    snprintf(name, sizeof(name), "%s-%s", work->manifest.spec->project, work->target->name);
    work->manifest.folder = work->folder;
    return cmd_folder(out ? out : name, work->folder);
}

static bool was_written(const struct work *work, const char *name, unsigned long long value)
{
    char line[PATH_MAX];

    snprintf(line, sizeof(line), "%016llx %s\n", value, name);
    return strstr(work->record, line) != NULL;
}

/* What writing a file means to what lies there. */
enum fate { FATE_NEW, FATE_UNCHANGED, FATE_CHANGED, FATE_EDITED /* by somebody else, since we wrote it */ };

static int find_fate(struct work *work, const struct manifest_file *file, enum fate *fate)
{
    char path[PATH_MAX], *bytes;
    size_t len;
    int status = place(work, file->name, path);
    int err = status ? 0 : build_file_read(&work->arena, path, &bytes, &len);

    if (status)
        return status;
    *fate = FATE_NEW;
    if (err == -ENOENT)
        return CMD_OK;
    if (err)
        return cmd_fail("cannot read %s: %s", path, strerror(-err));
    *fate = len == strlen(file->text) && !memcmp(bytes, file->text, len) ? FATE_UNCHANGED
            : was_written(work, file->name, hash(bytes, len))            ? FATE_CHANGED
                                                                         : FATE_EDITED;
    return CMD_OK;
}

/* Nothing is lost that we did not write. */
static int check_file(struct work *work, const struct manifest_file *file)
{
    enum fate fate;
    int status = find_fate(work, file, &fate);

    if (status || fate != FATE_EDITED)
        return status;
    return cmd_fail("%s/%s was edited, and is not overwritten: choose another folder with --out, or "
                    "give up the changes with --force",
                    work->folder, file->name);
}

static int write_file(const struct work *work, const char *name, const char *bytes, size_t len,
                      unsigned mode)
{
    char path[PATH_MAX], folder[PATH_MAX];
    int status = place(work, name, path);
    int err;

    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    err = status ? 0 : build_mkdirs(folder);
    if (!status && !err)
        err = build_file_write(path, bytes, len, mode);

    return err ? cmd_fail("cannot write %s: %s", path, strerror(-err)) : status;
}

static int image_name(const struct work *work, const struct deploy_service *service, const struct image_format *format,
                      char name[IMAGE_NAME_MAX])
{
    return !manifest_image_name(work->target, service, format->suffix, name, IMAGE_NAME_MAX)
               ? CMD_OK
               : cmd_fail("service %s: the name is too long", service->name);
}

#define LOADERS_MAX (PATH_MAX + 32)

static void find_loaders(char loaders[LOADERS_MAX])
{
    char sdk[PATH_MAX];

    snprintf(loaders, LOADERS_MAX, "%s/unikernel/loader", cmd_prefix_sdk(sdk));
}

/* Disks are named by their content, which is more than the ELF's: a later ucompose may have other loaders. */
static int hash_images(struct deploy_spec *spec, const struct manifest_target *target, struct deploy_error *error)
{
    char loaders[LOADERS_MAX];
    uint64_t number = 0;
    int err = deploy_hash_spec(spec, error);

    if (err || !strcmp(target->formats, "elf"))
        return err;
    find_loaders(loaders);
    err = image_format_number(loaders, &number, error);
    for (size_t i = 0; !err && i < spec->service_count; i++) {
        char *image = spec->services[i].config_hash + DEPLOY_HASH_HALF + 1;

        snprintf(image, DEPLOY_HASH_HALF + 1, "%016llx", (unsigned long long)deploy_fnv(number, image, DEPLOY_HASH_HALF));
    }
    return err;
}

static int write_image_to(const char *path, const struct deploy_service *service, const struct image_format *format)
{
    char loaders[LOADERS_MAX], command_line[128];
    struct deploy_error error = {""};

    find_loaders(loaders);
    snprintf(command_line, sizeof(command_line), "host=%s", service->name);
    return image_format_write(format,
                              &(struct image_request){.name = service->name,
                                                      .elf = service->image,
                                                      .loaders = loaders,
                                                      .command_line = command_line},
                              path, &error)
               ? cmd_fail("%s", error.text)
               : CMD_OK;
}

static int write_image(struct work *work, const struct deploy_service *service, const struct image_format *format)
{
    char name[IMAGE_NAME_MAX], path[PATH_MAX];
    int status = image_name(work, service, format, name);

    if (!status)
        status = place(work, name, path);
    return status ? status : write_image_to(path, service, format);
}

/* In each form that the target takes. */
typedef int image_fn(struct work *work, const struct deploy_service *service, const struct image_format *format);

static int each_image(struct work *work, image_fn *fn)
{
    const struct deploy_spec *spec = work->manifest.spec;
    char formats[64], *rest;
    int status = CMD_OK;

    snprintf(formats, sizeof(formats), "%s", work->target->formats);
    for (char *format = strtok_r(formats, " ", &rest); format; format = strtok_r(NULL, " ", &rest))
        for (size_t i = 0; !status && i < spec->service_count; i++)
            status = fn(work, &spec->services[i], image_format_find(format));
    return status;
}

static int note_image(struct work *work, const struct deploy_service *service, const struct image_format *format)
{
    work->images = deploy_memory_grow(work->images, work->image_count, sizeof(*work->images));
    return image_name(work, service, format, work->images[work->image_count++]);
}

static bool is_ours(const struct work *work, const char *name, size_t len)
{
    for (size_t i = 0; i < work->image_count; i++)
        if (strlen(work->images[i]) == len && !memcmp(work->images[i], name, len))
            return true;
    for (size_t i = 0; i < work->manifest.file_count; i++)
        if (strlen(work->manifest.files[i].name) == len && !memcmp(work->manifest.files[i].name, name, len))
            return true;
    return false;
}

/* `line` is the record's, `len` bytes without its end. */
typedef void left_fn(const char *path, const char *line, int len, FILE *out);

/* What lies there of an earlier project: nobody removes it. */
static void each_left(const struct work *work, left_fn *fn, FILE *out)
{
    for (const char *line = work->record, *end; (end = strchr(line, '\n')); line = end + 1) {
        int len = (int)(end - line) - RECORD_NAME_AT;
        char path[PATH_MAX];

        if (len > 0 && !is_ours(work, line + RECORD_NAME_AT, (size_t)len) &&
            snprintf(path, sizeof(path), "%s/%.*s", work->folder, len, line + RECORD_NAME_AT) < PATH_MAX &&
            !access(path, F_OK))
            fn(path, line, len + RECORD_NAME_AT, out);
    }
}

static void keep_left(const char *path, const char *line, int len, FILE *out)
{
    (void)path;
    fprintf(out, "%.*s\n", len, line);
}

static void print_left(const char *path, const char *line, int len, FILE *out)
{
    (void)line;
    (void)len;
    fprintf(out, "%-9s %s (written earlier, and no part of it any more)\n", "left", path);
}

static void name_left(const char *path, const char *line, int len, FILE *out)
{
    (void)path;
    fprintf(out, "%.*s\n", len - RECORD_NAME_AT, line + RECORD_NAME_AT);
}

static int write_record(const struct work *work)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    int status;

    if (!out)
        return cmd_fail("out of memory");
    fprintf(out, SALT "%s\n", work->salt);
    for (size_t i = 0; i < work->manifest.file_count; i++) {
        const struct manifest_file *file = &work->manifest.files[i];

        fprintf(out, "%016llx %s\n", hash(file->text, strlen(file->text)), file->name);
    }
    for (size_t i = 0; i < work->image_count; i++)
        fprintf(out, "%016d %s\n", 0, work->images[i]);
    each_left(work, keep_left, out);
    fclose(out);
    status = write_file(work, RECORD, text, len, 0600);
    free(text);
    return status;
}

static int write_all(struct work *work)
{
    char images[PATH_MAX];
    int status = place(work, "images", images);
    int err = status ? 0 : build_mkdirs(images);

    if (err)
        return cmd_fail("cannot make %s: %s", images, strerror(-err));
    if (!status)
        status = each_image(work, write_image);
    for (size_t i = 0; !status && i < work->manifest.file_count; i++) {
        const struct manifest_file *file = &work->manifest.files[i];

        status = write_file(work, file->name, file->text, strlen(file->text), file->mode);
    }
    return status ? status : write_record(work);
}

static void print_commands(struct work *work)
{
    char *left = NULL;
    size_t len;
    FILE *out = open_memstream(&left, &len);

    if (out) {
        each_left(work, name_left, out);
        fclose(out);
    }
    work->manifest.left = left;
    printf("in %s; this needs %s:\n", work->folder, work->target->permissions);
    work->target->commands(&work->manifest, stdout);
    work->manifest.left = NULL;
    free(left);
}

/* ---- the plan ---- */

static void print_fate(const struct work *work, enum fate fate, const char *name)
{
    static const char *const words[] = {"new", "unchanged", "changed", "edited"};

    printf("%-9s %s/%s%s\n", words[fate], work->folder, name,
           fate == FATE_EDITED ? " (since it was written: --force gives up the changes)" : "");
}

/* Are these the bytes that would be written? Written aside, to be seen: an image's bytes are always the same. */
static int compare_image(struct work *work, const char *path, const struct deploy_service *service,
                         const struct image_format *format, enum fate *fate)
{
    const char *folder = getenv("TMPDIR");
    char aside[PATH_MAX - 64], image[PATH_MAX], *old, *new;
    size_t old_len, new_len;
    int status, err;

    if (snprintf(aside, sizeof(aside), "%s/ucompose-plan.XXXXXX", folder && *folder ? folder : "/tmp") >=
            (int)sizeof(aside) ||
        !mkdtemp(aside))
        return cmd_fail("cannot make a temporary folder: %s", strerror(errno));
    snprintf(image, sizeof(image), "%s/image.%s", aside, format->suffix);
    status = write_image_to(image, service, format);
    err = status ? 0 : build_file_read(&work->arena, image, &new, &new_len);
    if (!status && !err)
        err = build_file_read(&work->arena, path, &old, &old_len);
    unlink(image);
    rmdir(aside);
    if (err)
        return cmd_fail("cannot read the image of %s: %s", service->name, strerror(-err));
    if (!status)
        *fate = old_len == new_len && !memcmp(old, new, new_len) ? FATE_UNCHANGED : FATE_CHANGED;
    return status;
}

static int plan_image(struct work *work, const struct deploy_service *service, const struct image_format *format)
{
    enum fate fate = FATE_NEW;
    char name[IMAGE_NAME_MAX], path[PATH_MAX];
    int status = image_name(work, service, format, name);

    if (!status)
        status = place(work, name, path);
    if (!status && !access(path, F_OK))
        status = compare_image(work, path, service, format, &fate);
    if (!status)
        print_fate(work, fate, name);
    return status;
}

static int plan_files(struct work *work)
{
    int status = CMD_OK;

    for (size_t i = 0; !status && i < work->manifest.file_count; i++) {
        const struct manifest_file *file = &work->manifest.files[i];
        enum fate fate;

        status = find_fate(work, file, &fate);
        if (!status)
            print_fate(work, fate, file->name);
    }
    return status;
}

static int print_plan(struct work *work)
{
    const struct deploy_spec *spec = work->manifest.spec;
    int status;

    printf("%s: %s\n", work->target->name, work->target->summary);
    status = plan_files(work);
    if (!status)
        status = each_image(work, plan_image);
    if (status)
        return status;
    each_left(work, print_left, stdout);
    for (size_t i = 0; work->target->listens && i < spec->service_count; i++)
        for (size_t k = 0; k < spec->services[i].port_count; k++)
            printf("listen    %s:%u for %s\n", spec->services[i].ports[k].host_ip,
                   spec->services[i].ports[k].host_port, spec->services[i].name);
    fputs("then, ", stdout);
    print_commands(work);
    if (work->target->resources) {
        puts("which may make or change:");
        work->target->resources(&work->manifest, stdout);
    }
    return CMD_OK;
}

static int check_all(struct work *work)
{
    int status = CMD_OK;

    for (size_t i = 0; !status && i < work->manifest.file_count; i++)
        status = check_file(work, &work->manifest.files[i]);
    return status;
}

/* That of the record, or a new one. */
static int find_salt(struct work *work)
{
    unsigned char bytes[SALT_BYTES];
    const char *salt = work->record + strlen(SALT);

    work->manifest.salt = work->salt;
    if (!strncmp(work->record, SALT, strlen(SALT)) && strspn(salt, "0123456789abcdef") == SALT_DIGITS &&
        salt[SALT_DIGITS] == '\n') {
        memcpy(work->salt, salt, SALT_DIGITS);
        work->record = salt + SALT_DIGITS + 1;
        return CMD_OK;
    }
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return cmd_fail("there are no random numbers here: %s", strerror(errno));
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(work->salt + 2 * i, 3, "%02x", bytes[i]);
    return CMD_OK;
}

static int read_record(struct work *work)
{
    char path[PATH_MAX], *bytes;
    int status = place(work, RECORD, path);

    if (status)
        return status;
    work->record = !build_file_read(&work->arena, path, &bytes, NULL) ? bytes : "";
    return find_salt(work);
}

static int carry_out(struct work *work, const struct cmd_manifest_options *options)
{
    int status;

    manifest_tell_unheeded(work->target, work->manifest.spec, cmd_warn);
    status = options->plan ? print_plan(work) : CMD_OK;
    if (!status && !options->force)
        status = check_all(work);
    if (status || options->plan)
        return status;
    status = write_all(work);
    if (status)
        return status;
    printf("wrote %zu files and %zu images; run them ", work->manifest.file_count,
           work->manifest.spec->service_count);
    print_commands(work);
    return CMD_OK;
}

int cmd_manifest(struct cmd_project *project, const struct manifest_target *target,
                 const struct cmd_manifest_options *options)
{
    struct work work = {.manifest = {.spec = project->compose.spec, .registry = options->registry,
                                     .replicas_max = options->replicas_max},
                        .target = target};
    struct deploy_error error = {""};
    int status = find_folder(&work, options->out);

    if (status)
        return status;
    if (hash_images(project->compose.spec, target, &error))
        return cmd_fail("%s", error.text);
    gen_arena_init(&work.arena);
    status = read_record(&work);
    if (!status && manifest_write(target, &work.manifest, &error))
        status = cmd_fail("%s", error.text);
    if (!status)
        status = each_image(&work, note_image);
    if (!status)
        status = carry_out(&work, options);
    free(work.images);
    gen_arena_deinit(&work.arena);
    manifest_deinit(&work.manifest);
    return status;
}
