/* SPDX-License-Identifier: MIT */
/*
 * manifest.h - a project as files that another engine reads.
 *
 * Pure: a spec goes in, texts come out; deploy/cli/manifest.c writes them. The spec has its images
 * and memory sizes, and is borrowed during the call. The same spec and salt give the same bytes.
 */
#ifndef DEPLOY_MANIFEST_H
#define DEPLOY_MANIFEST_H

#include "deploy/spec.h"
#include <stdio.h>

struct manifest_file {
    char *name; /* relative to the folder: "shop-orders-1.service" */
    char *text;
    unsigned mode; /* as chmod's: 0600 where the environment is in it */
};

/* Owns its files; zeroed memory is an empty one. Free with manifest_deinit(). */
struct manifest {
    const struct deploy_spec *spec; /* borrowed */
    const char *folder;             /* absolute, where the files will be; borrowed */
    const char *registry;           /* for container images, or NULL; borrowed */
    const char *salt;               /* random digits that lie with the files, for their owner alone; borrowed */
    const char *left;               /* files in the folder of an earlier project, a line each, or NULL; borrowed */
    unsigned replicas_max;          /* to which an engine may grow a service; 0: not at all */
    struct manifest_file *files;
    size_t file_count;
    char *page; /* of the file that is being written */
    size_t page_bytes;
};

/* What to do instead of a key that means nothing there; NULL: it is heeded, or refused. */
struct manifest_unheeded {
    const char *healthcheck, *stop_grace_period;
    const char *start_first, *stop_first; /* deploy.update_config.order */
    const char *start_first_bound;        /* the same, where the service has a port of the host, or no health check */
    const char *depends_on;
    const char *ends, *starts_again; /* restart, where a machine that ended is always started again, or never */
};

struct manifest_target {
    const char *name;
    const char *summary;
    /* Add the files. 0, or -ENOTSUP with a sentence: service, what cannot be said, remedy. */
    int (*write)(struct manifest *manifest, struct deploy_error *error);
    /* One command a line, as the user types them in the folder; printed, never run. */
    void (*commands)(const struct manifest *manifest, FILE *out);
    /* What these commands may make or change elsewhere, a line each: "image shop-orders-..."; NULL: nothing that has a name. */
    void (*resources)(const struct manifest *manifest, FILE *out);
    const char *permissions; /* what these commands need */
    struct manifest_unheeded unheeded;
    bool listens; /* ports are opened where the commands are run, at the addresses of compose.yaml */
    const char *formats; /* of the images it takes (deploy/image/format.h), a blank between: "elf" */
    bool wants_registry; /* container images: --registry must tell where they are */
    bool images_by_content; /* another image has another name: an engine that looks at names alone sees it, and may go back */
};

/* Ends with NULL. */
extern const struct manifest_target *const manifest_targets[];

/*
 * The target's write(), where the environment is text: 0, or -ENOTSUP with a sentence that names the service and the variable
 * whose value is no UTF-8.
 */
int manifest_write(const struct manifest_target *target, struct manifest *manifest, struct deploy_error *error);

/* A sentence by `say` for each key of the project that the target does not heed: service, key, remedy. */
void manifest_tell_unheeded(const struct manifest_target *target, const struct deploy_spec *spec,
                            void (*say)(const char *format, ...));

/* The target of that name, or NULL. */
const struct manifest_target *manifest_find(const char *name);

/* Where a service's image goes in the folder: "images/orders.elf", or "images/orders-<hash of the image>.elf". -ENAMETOOLONG
 * where `size` bytes do not hold it. */
int manifest_image_name(const struct manifest_target *target, const struct deploy_service *service, const char *suffix,
                        char *name, size_t size);

void manifest_deinit(struct manifest *manifest);

#endif
