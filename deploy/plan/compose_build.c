/* SPDX-License-Identifier: MIT */
/*
 * compose_build.c - where a service's image comes from: `build:` and `image:`.
 */
#include "compose_internal.h"
#include "memory.h"

#include <string.h>

static void set_build(struct compose_reader *reader, struct gen_yaml_node *node,
                      struct compose_service *service)
{
    const char *path = compose_text(reader, node, "a folder");

    if (path && strstr(path, "://"))
        compose_error(reader, node,
                      "\"build\" must be a folder of this computer, not a URL; clone it first");
    else if (path)
        service->spec.build_dir = deploy_memory_text(compose_path(reader, path));
}

static void read_context(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    set_build(reader, node, target);
}

#define NO_DOCKER \
    "services are built from their service.yaml and C files, without a Dockerfile; remove the key"

static const struct compose_key build_keys[] = {
    {"context", read_context, NULL},
    {"dockerfile", NULL, NO_DOCKER},
    {"dockerfile_inline", NULL, NO_DOCKER},
    {"args", NULL, "a build takes no arguments; use \"environment\" for what is known at start"},
    {"target", NULL, NO_DOCKER},
    {"cache_from", NULL, "builds are cached without asking; remove the key"},
    {"cache_to", NULL, "builds are cached without asking; remove the key"},
    {"platforms", NULL, "images are made for x86_64; remove the key"},
    {"tags", NULL, "images are files and have no tags; remove the key"},
    {"labels", NULL, "images have no labels; remove the key"},
    {0},
};

void compose_read_build(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    if (node->kind != GEN_YAML_MAPPING) {
        set_build(reader, node, target);
        return;
    }
    compose_read_mapping(reader, node, "\"build\"", build_keys, target);
    if (!gen_yaml_get(node, "context"))
        compose_error(reader, node, "\"build\" needs a \"context\": the folder of the service");
}

/* Images of registries mean nothing here; the file of an image does. */
void compose_read_image(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;
    const char *text = compose_text(reader, node, "the path of an image file");

    if (!text)
        return;
    if (*text != '/' && *text != '.')
        compose_error(
            reader, node,
            "\"%s\": images are not pulled from a registry. Write \"build: ./%s\" for a folder "
            "with a service.yaml, or the path of a built image, beginning with \"./\" or \"/\"",
            text, service->spec.name);
    else
        service->spec.image = deploy_memory_text(compose_path(reader, text));
}
