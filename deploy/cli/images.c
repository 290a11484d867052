/* SPDX-License-Identifier: MIT */
#include "images.h"

#include "command.h"
#include "devtls.h"
#include "prefix.h"
#include "terminal.h"

#include "gen/message.h"
#include "plan/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Silence after which the user is told what takes so long. */
#define PATIENCE_MS 300

struct job {
    struct cmd_image *images;
    size_t count, next, done;
    const struct cmd_images_options *options;
    char sdk[PATH_MAX];
    unsigned compilers; /* for each build */
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void print_result(const struct cmd_image *image, const struct cmd_images_options *options)
{
    if (image->messages && *image->messages)
        fputs(image->messages, stderr);
    if (image->err)
        cmd_fail("%s", image->error.text);
    else if (image->result.changed || !options->quiet_when_unchanged)
        deploy_build_print(&image->result, stdout);
    fflush(stdout);
}

static void build_one(struct job *job, struct cmd_image *image)
{
    size_t len = 0;
    FILE *messages = open_memstream(&image->messages, &len);
    struct deploy_build_options options = {
        .target = job->options->target,
        .sdk_dir = job->sdk,
        .jobs = job->compilers,
        .colour = cmd_terminal_has_colour(stderr),
        .verbose = job->options->verbose,
        .only_find = job->options->only_find,
        .messages = messages,
    };

    image->err = deploy_build(image->dir, &options, &image->result, &image->error);
    fclose(messages);
}

static void *work(void *arg)
{
    struct job *job = arg;

    pthread_mutex_lock(&job->lock);
    while (job->next < job->count) {
        struct cmd_image *image = &job->images[job->next++];

        pthread_mutex_unlock(&job->lock);
        build_one(job, image);
        pthread_mutex_lock(&job->lock);
        print_result(image, job->options);
        job->done++;
        pthread_cond_signal(&job->changed);
    }
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* Tell once what is being built, when it takes noticeable time. Called with the lock held. */
static void wait_patiently(struct job *job)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PATIENCE_MS * 1000000l;
    until.tv_sec += until.tv_nsec / 1000000000l;
    until.tv_nsec %= 1000000000l;
    while (job->done < job->count)
        if (pthread_cond_timedwait(&job->changed, &job->lock, &until))
            break;
    if (job->done == job->count)
        return;
    printf("Building %zu service%s ...\n", job->count - job->done,
           job->count - job->done == 1 ? "" : "s");
    fflush(stdout);
    while (job->done < job->count)
        pthread_cond_wait(&job->changed, &job->lock);
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count > 0 ? (unsigned)count : 1;
}

int cmd_images_build(struct cmd_image *images, size_t count,
                     const struct cmd_images_options *options)
{
    size_t workers = count < processors() ? count : processors();
    struct job job = {.images = images, .count = count, .options = options};
    pthread_t threads[64];
    size_t started = 0;
    int status = CMD_OK;

    if (workers > 64)
        workers = 64;
    job.compilers = workers ? (processors() + (unsigned)workers - 1) / (unsigned)workers : 1;
    cmd_prefix_sdk(job.sdk);
    pthread_mutex_init(&job.lock, NULL);
    pthread_cond_init(&job.changed, NULL);
    while (started < workers && !pthread_create(&threads[started], NULL, work, &job))
        started++;
    if (!started)
        work(&job);
    pthread_mutex_lock(&job.lock);
    wait_patiently(&job);
    pthread_mutex_unlock(&job.lock);
    while (started > 0)
        pthread_join(threads[--started], NULL);
    for (size_t i = 0; i < count; i++)
        if (images[i].err)
            status = CMD_FAILED;
    pthread_cond_destroy(&job.changed);
    pthread_mutex_destroy(&job.lock);
    return status;
}

void cmd_images_deinit(struct cmd_image *images, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(images[i].messages);
}

/* A port that nobody serves is published in vain: say so, with what is served. */
static void check_ports(const struct deploy_service *service,
                        const struct deploy_build_result *result)
{
    for (size_t i = 0; i < service->port_count; i++) {
        uint16_t port = service->ports[i].guest_port;

        if (port != result->listen_port && port != result->admin_port)
            cmd_warn("service \"%s\" publishes its port %u, but serves %u (and %u for management)",
                     service->name, port, result->listen_port, result->admin_port);
    }
}

/* The declared variable that was probably meant by a name which is not declared, or NULL. */
static const char *meant(const char *name, char *declared)
{
    const char *known[256];
    size_t count = 0;
    char *rest;

    for (char *word = strtok_r(declared, " ", &rest); word && count < 255;
         word = strtok_r(NULL, " ", &rest)) {
        if (!strcmp(word, name))
            return NULL;
        known[count++] = word;
    }
    known[count] = NULL;
    return gen_suggest(name, known);
}

/* A service may read any variable, so only what looks like a slip is worth a word. */
static void check_environment(const struct deploy_service *service,
                              const struct deploy_build_result *result)
{
    for (size_t i = 0; i < service->environment_count; i++) {
        const char *name = service->environment[i].name;
        char declared[sizeof(result->variables)];
        const char *better;

        memcpy(declared, result->variables, sizeof(declared));
        better = meant(name, declared);
        if (better)
            cmd_warn("service \"%s\" is given %s, which its service.yaml does not declare; did you "
                     "mean %s?",
                     service->name, name, better);
    }
}

/* What service.yaml calls a secret is one, even where compose.yaml has it for all to read. */
static void mark_secrets(struct deploy_service *service, const struct deploy_build_result *result)
{
    char secrets[sizeof(result->secrets)], *rest;

    memcpy(secrets, result->secrets, sizeof(secrets));
    for (char *name = strtok_r(secrets, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        for (size_t i = 0; i < service->environment_count; i++)
            if (!strcmp(name, "*") || !strcmp(service->environment[i].name, name))
                service->environment[i].is_public = false;
}

/* Nobody tells what such an image takes for a secret. */
static void mark_all_secret(struct deploy_service *service)
{
    for (size_t i = 0; i < service->environment_count; i++)
        service->environment[i].is_public = false;
}

static void fill_service(struct deploy_service *service, const struct deploy_build_result *result)
{
    free(service->image);
    service->image = deploy_memory_text(result->image);
    if (!service->memory_bytes)
        service->memory_bytes = result->memory_bytes;
    service->health.port = result->admin_port;
    service->listen_port = result->listen_port;
    check_ports(service, result);
    check_environment(service, result);
    mark_secrets(service, result);
}

/* For a service that names a built image there is no description to ask. */
#define MEMORY_OF_AN_IMAGE (16ull << 20)

/* Index of `dir` among the images, which grow by one when it is new: services may share a folder.
 */
static size_t image_of(struct cmd_image *images, size_t *count, const char *dir)
{
    size_t at = 0;

    while (at < *count && strcmp(images[at].dir, dir) != 0)
        at++;
    if (at == *count)
        images[(*count)++].dir = dir;
    return at;
}

static int give_certificates(struct deploy_spec *spec, const struct cmd_image *images, const size_t *image)
{
    char path[PATH_MAX];
    bool any = false;
    int status = cmd_devtls_begin(spec);

    for (size_t i = 0; !status && i < spec->service_count; i++)
        if (spec->services[i].build_dir)
            status = cmd_devtls_give(spec, &spec->services[i], &images[image[i]].result, &any);
    if (!status && !any)
        return cmd_fail("x-ucompose says tls: dev, and no service has \"tls\", or a client with a \"ca\", in its service.yaml");
    if (!status)
        status = cmd_devtls_authority(spec, path);
    if (!status)
        printf("certificates are of the development authority %s\n", path);
    return status;
}

int cmd_images_of_spec(struct deploy_spec *spec, bool build)
{
    struct cmd_images_options options = {
        .target = DEPLOY_TARGET_UNIKERNEL, .quiet_when_unchanged = true, .only_find = !build};
    struct cmd_image *images = deploy_memory_array(spec->service_count, sizeof(*images));
    size_t *image = deploy_memory_array(spec->service_count, sizeof(*image));
    size_t count = 0;
    int status;

    for (size_t i = 0; i < spec->service_count; i++) {
        struct deploy_service *service = &spec->services[i];

        if (service->build_dir) {
            image[i] = image_of(images, &count, service->build_dir);
            continue;
        }
        mark_all_secret(service);
        if (!service->memory_bytes)
            service->memory_bytes = MEMORY_OF_AN_IMAGE;
    }
    status = cmd_images_build(images, count, &options);
    for (size_t i = 0; !status && i < spec->service_count; i++)
        if (spec->services[i].build_dir)
            fill_service(&spec->services[i], &images[image[i]].result);
    if (!status && spec->tls_dev)
        status = give_certificates(spec, images, image);
    cmd_images_deinit(images, count);
    free(images);
    free(image);
    return status;
}

bool cmd_images_is_service(const char *folder)
{
    char file[PATH_MAX];

    return snprintf(file, sizeof(file), "%s/service.yaml", folder) < PATH_MAX &&
           access(file, F_OK) == 0;
}

bool cmd_images_is_folder(const char *argument)
{
    return strchr(argument, '/') || !strcmp(argument, ".") || !strcmp(argument, "..") ||
           cmd_images_is_service(argument);
}
