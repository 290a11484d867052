/* SPDX-License-Identifier: MIT */
/*
 * images.h - build several services at once, and tell how it goes.
 */
#ifndef DEPLOY_CLI_IMAGES_H
#define DEPLOY_CLI_IMAGES_H

#include "deploy/build.h"
#include "deploy/spec.h"

struct cmd_images_options {
    enum deploy_target target;
    bool verbose;
    bool quiet_when_unchanged; /* a line only for what was made anew */
    bool only_find;            /* build nothing: the images made last */
};

/* One folder to build. */
struct cmd_image {
    const char *dir;
    struct deploy_build_result result;
    struct deploy_error error;
    int err;
    char *messages; /* what the compiler and the generator said; malloc'ed */
};

/* Build all; messages of each stay together. Returns CMD_OK, or CMD_FAILED after it said what
 * failed. Free each `messages` with cmd_images_deinit(). */
int cmd_images_build(struct cmd_image *images, size_t count,
                     const struct cmd_images_options *options);
void cmd_images_deinit(struct cmd_image *images, size_t count);

/* Build the services of a spec (or, without `build`, find what was built last) and put images,
 * memory and health ports into the spec. Returns an exit status. */
int cmd_images_of_spec(struct deploy_spec *spec, bool build);

/* Is there a service.yaml in it? */
bool cmd_images_is_service(const char *folder);
/* An argument is a folder when it looks like one; otherwise it names a service of the compose file.
 */
bool cmd_images_is_folder(const char *argument);

#endif
