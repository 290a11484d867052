/* SPDX-License-Identifier: MIT */
#include "deploy/build.h"

#include "files.h"
#include "service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Copy into one of the result's fixed places. */
static int keep(char *to, size_t size, const char *from, struct deploy_error *error)
{
    if (strlen(from) >= size)
        return deploy_fail(error, -ENAMETOOLONG, "the path is too long: %s", from);
    strcpy(to, from);
    return 0;
}

static int find_places(struct gen_arena *arena, const char *service_dir,
                       const struct deploy_build_options *options,
                       struct deploy_build_result *result, struct deploy_error *error)
{
    bool is_linux = options->target == DEPLOY_TARGET_LINUX;
    char home[PATH_MAX];
    const char *cache;
    int err;

    if (!realpath(service_dir, result->service_dir))
        return deploy_fail(error, -errno, "there is no service in %s: %s", service_dir,
                           strerror(errno));
    err = deploy_home(home, sizeof(home));
    if (err)
        return deploy_fail(error, err, "nowhere to build: set HOME or UCOMPOSE_HOME to an absolute path");
    cache = build_cache_dir(arena, home, result->service_dir);
    err = keep(result->dir, sizeof(result->dir),
               gen_arena_printf(arena, "%s/%s", cache, is_linux ? "linux" : "unikernel"), error);
    if (!err)
        err = keep(result->generated_dir, sizeof(result->generated_dir),
                   gen_arena_printf(arena, "%s/generated", cache), error);
    if (err)
        return err;
    err = build_mkdirs(result->dir);
    if (err)
        return deploy_fail(error, err, "cannot make %s: %s", result->dir, strerror(-err));
    return 0;
}

static int load(struct gen_arena *arena, const char *service_dir, FILE *messages_to,
                struct gen_service **service, struct deploy_error *error)
{
    struct gen_messages messages;
    int err;

    gen_messages_init(&messages, arena);
    err = gen_load(arena, service_dir, &messages, service);
    gen_messages_print(&messages, messages_to);
    if (!err)
        return 0;
    return deploy_fail(error, err, "%s/service.yaml cannot be built from", service_dir);
}

/* False: it does not fit. */
static bool list_name(const char *name, char *list, size_t size)
{
    size_t len = strlen(list);

    if (len + strlen(name) + 2 > size)
        return false;
    sprintf(list + len, "%s%s", len ? " " : "", name);
    return true;
}

static void list_variables(const struct gen_description *description,
                           struct deploy_build_result *result)
{
    for (size_t i = 0; i < description->env_count; i++) {
        const struct gen_env *env = &description->env[i];

        list_name(env->name, result->variables, sizeof(result->variables));
        if (env->secret && !list_name(env->name, result->secrets, sizeof(result->secrets)))
            strcpy(result->secrets, "*");
    }
}

/* "${NAME}", once. */
static void list_variable(const char *reference, char *list, size_t size)
{
    size_t len = strlen(list), name_len = reference ? strcspn(reference + 2, "}") : 0;

    if (!reference || strncmp(reference, "${", 2)) /* or built in */
        return;
    for (const char *at = list; *at; at += strcspn(at, " "), at += *at == ' ')
        if (!strncmp(at, reference + 2, name_len) && (at[name_len] == ' ' || !at[name_len]))
            return;
    if (len + name_len + 2 <= size)
        sprintf(list + len, "%s%.*s", len ? " " : "", (int)name_len, reference + 2);
}

static void list_client_tls(const struct gen_client *client, struct deploy_build_result *result)
{
    list_variable(client->certificate, result->tls_certificates, sizeof(result->tls_certificates));
    list_variable(client->key, result->tls_keys, sizeof(result->tls_keys));
    list_variable(client->ca, result->tls_authorities, sizeof(result->tls_authorities));
}

static void list_tls(const struct gen_description *description, struct deploy_build_result *result)
{
    list_variable(description->tls_certificate, result->tls_certificates, sizeof(result->tls_certificates));
    list_variable(description->tls_key, result->tls_keys, sizeof(result->tls_keys));
    list_variable(description->tls_client_ca, result->tls_authorities, sizeof(result->tls_authorities));
    list_variable(description->tls_renewal_ca, result->tls_authorities, sizeof(result->tls_authorities));
    for (size_t i = 0; i < description->client_count; i++)
        list_client_tls(&description->clients[i], result);
    list_client_tls(&description->callbacks.client, result);
    for (size_t i = 0; i < description->key_source_count; i++)
        list_client_tls(&description->key_sources[i], result);
}

/* Where a text of UTF-8 can be cut to have at most `max` bytes. */
static int whole_length(const char *text, size_t max)
{
    size_t len = strlen(text);

    if (len <= max)
        return (int)len;
    while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
        max--;
    return (int)max;
}

static void describe(const struct gen_description *description, struct deploy_build_result *result)
{
    list_variables(description, result);
    list_tls(description, result);
    snprintf(result->name, sizeof(result->name), "%s", description->name);
    snprintf(result->version, sizeof(result->version), "%.*s",
             whole_length(description->version, sizeof(result->version) - 1), description->version);
    result->memory_bytes = (uint64_t)description->memory_bytes;
    result->listen_port = description->listen_port;
    result->admin_port = description->admin_port;
}

/* Sizes of what came out; an image that cannot fit its memory is refused here already. */
static int measure(struct deploy_build_result *result, enum deploy_target target,
                   struct deploy_error *error)
{
    struct stat st;
    int err;

    if (stat(result->image, &st))
        return deploy_fail(error, -errno, "cannot read %s: %s", result->image, strerror(errno));
    result->image_bytes = (uint64_t)st.st_size;
    if (target == DEPLOY_TARGET_LINUX)
        return 0;
    err = deploy_image_load_bytes(result->image, &result->load_bytes);
    if (err)
        return deploy_fail(error, err, "%s is no image: %s", result->image, strerror(-err));
    if (result->load_bytes > result->memory_bytes)
        return deploy_fail(error, -EINVAL,
                           "%s/service.yaml: x-service.image.memory is %llu KiB, but the image alone "
                           "takes %llu KiB: ask for more",
                           result->service_dir, (unsigned long long)result->memory_bytes >> 10,
                           (unsigned long long)result->load_bytes >> 10);
    return 0;
}

/* The documentation page is a library that the linker takes nothing of unless it must. */
static int add_docs(struct gen_arena *arena, const struct gen_description *description, struct build_sdk *sdk,
                    struct deploy_error *error)
{
    bool there = access(gen_arena_printf(arena, "%s/lib/libuc_docs.a", sdk->dir), R_OK) == 0;

    if (description->docs == GEN_DOCS_NO || (description->docs == GEN_DOCS_PROCESS && sdk->target != DEPLOY_TARGET_LINUX))
        return 0;
    if (there)
        build_words_add(arena, &sdk->ldflags, "-Wl,-u,uc_docs_page");
    else if (description->docs == GEN_DOCS_YES)
        return deploy_fail(error, -EINVAL, "%s: x-service.admin.docs: this ucompose was built without the documentation page, whose "
                           "assets come from npm. Install npm and run ./ucompose setup, or leave \"docs\" out",
                           description->path);
    return 0;
}

static int build_sources(struct gen_arena *arena, const char *service_dir,
                         const struct gen_service *service,
                         const struct deploy_build_options *options,
                         struct deploy_build_result *result, struct deploy_error *error)
{
    /* What is no C any more, and compiles only by an old courtesy, is an error. */
    static const char *const cflags[] = {"-Wall",
                                         "-Wextra",
                                         "-Wno-unused-parameter",
                                         "-Werror=implicit-function-declaration",
                                         "-Werror=implicit-int",
                                         "-Werror=int-conversion",
                                         "-Werror=incompatible-pointer-types",
                                         NULL};
    const char *dirs[] = {result->generated_dir, result->service_dir, NULL};
    struct gen_files files = gen_emit(service);
    struct build_link_context context = {
        .functions = gen_user_functions(service),
        .service_dir = service_dir,
    };
    struct build_source *sources = NULL;
    struct build_program program = {
        .name = result->name,
        .dir = result->dir,
        .own_dir = gen_arena_text(arena, result->dir),
        .include_dirs = dirs,
        .extra_cflags = cflags,
        .explain_link = build_explain_link,
        .explain_arg = &context,
    };
    struct build_outcome outcome;
    struct build_sdk sdk;
    int err;

    *strrchr(program.own_dir, '/') = '\0'; /* the cache folder of both targets */
    err = build_write_generated(arena, result->generated_dir, &files, &sources,
                                &program.source_count);
    if (err)
        return deploy_fail(error, err, "cannot write to %s: %s", result->generated_dir,
                           strerror(-err));
    err = build_user_sources(arena, result->service_dir, &sources, &program.source_count);
    if (err)
        return deploy_fail(error, err, "cannot read %s: %s", service_dir, strerror(-err));
    program.sources = sources;
    err = build_sdk_load(arena, options->sdk_dir, options->target, &sdk, error);
    if (!err)
        err = add_docs(arena, gen_describe(service), &sdk, error);
    if (!err)
        err = build_program(arena, &program, &sdk, options, &outcome, error);
    if (!err)
        err = keep(result->image, sizeof(result->image), outcome.image, error);
    if (!err)
        err = keep(result->debug_elf, sizeof(result->debug_elf), outcome.debug_elf, error);
    result->changed = !err && outcome.changed;
    return err;
}

/* The image that was made last, whatever has changed since. */
static int find_image(const struct deploy_build_options *options, struct deploy_build_result *result,
                      struct deploy_error *error)
{
    const char *suffix = options->target == DEPLOY_TARGET_LINUX ? "" : ".elf";
    int len = snprintf(result->image, sizeof(result->image), "%s/%s%s", result->dir, result->name, suffix);

    if (len >= (int)sizeof(result->image) || access(result->image, R_OK))
        return deploy_fail(error, -ENOENT, "%s has not been built yet; run \"ucompose build\", or leave --no-build out",
                           result->name);
    return 0;
}

int deploy_build(const char *service_dir, const struct deploy_build_options *options,
                 struct deploy_build_result *result, struct deploy_error *error)
{
    FILE *messages = options->messages ? options->messages : stderr;
    struct gen_service *service;
    struct gen_arena arena;
    uint64_t start_ms = now_ms();
    int lock = -1;
    int err;

    *result = (struct deploy_build_result){0};
    gen_arena_init(&arena);
    err = find_places(&arena, service_dir, options, result, error);
    if (err)
        goto deinit_arena;
    lock = build_lock(gen_arena_printf(&arena, "%s/../lock", result->dir));
    if (lock < 0) {
        err = deploy_fail(error, lock, "cannot lock %s: %s", result->dir, strerror(-lock));
        goto deinit_arena;
    }
    err = load(&arena, service_dir, messages, &service, error);
    if (err)
        goto unlock;
    describe(gen_describe(service), result);
    err = options->only_find ? find_image(options, result, error)
                             : build_sources(&arena, service_dir, service, options, result, error);
    if (!err)
        err = measure(result, options->target, error);
    result->elapsed_ms = (unsigned)(now_ms() - start_ms);
unlock:
    close(lock);
deinit_arena:
    gen_arena_deinit(&arena);
    return err;
}

void deploy_build_print(const struct deploy_build_result *result, FILE *out)
{
    fprintf(out, "%-12s %s  %llu KiB  ", result->name, result->image,
            (unsigned long long)(result->image_bytes + 1023) >> 10);
    if (result->changed)
        fprintf(out, "built in %u.%02u s\n", result->elapsed_ms / 1000, result->elapsed_ms % 1000 / 10);
    else
        fprintf(out, "up to date\n");
}
