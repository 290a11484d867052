/* SPDX-License-Identifier: MIT */
#include "script.h"

#include "plan/hash.h"

unsigned long long script_mib(const struct deploy_service *service)
{
    return (service->memory_bytes + (1 << 20) - 1) >> 20;
}

void script_ports(const struct deploy_service *service, const char *separator, FILE *out)
{
    for (size_t i = 0; i < service->port_count; i++)
        fprintf(out, "%s%u", i ? separator : "", service->ports[i].guest_port);
}

static void print_service(const struct manifest *manifest, const struct script *script,
                          const struct deploy_service *service, FILE *out)
{
    char image[MANIFEST_NAME_MAX], group[MANIFEST_NAME_MAX], id[MANIFEST_NAME_MAX + 32], user_data[MANIFEST_NAME_MAX];
    struct script_machine machine = {
        .service = service, .group = group, .image = image, .id = id, .user_data = user_data};

    manifest_image(service, script->suffix, image);
    manifest_user_data_name(service, user_data);
    snprintf(group, sizeof(group), "%s-%s", manifest->spec->project, service->name);
    snprintf(id, sizeof(id), "%s-%s", group, service->config_hash + DEPLOY_HASH_HALF + 1);
    fprintf(out, "\n# ---- %s ----\n\n", service->name);
    script->image(&machine, out);
    for (unsigned number = 1; number <= service->replicas; number++) {
        char name[MANIFEST_NAME_MAX];

        manifest_instance(manifest, service, number, name);
        machine.name = name;
        script->machine(&machine, out);
    }
}

int script_write(struct manifest *manifest, const struct script *script, struct deploy_error *error)
{
    int err = manifest_check_cloud(manifest, script->target, error);
    FILE *out;

    if (err)
        return err;
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        manifest_user_data(manifest, &manifest->spec->services[i]);
    out = manifest_begin(manifest, script->name, 0755);
    fprintf(out,
            "#!/bin/sh\n"
            "# Made by \"ucompose deploy %s\" from compose.yaml; edit it freely or make it anew.\n"
            "# Run it in its folder. It may be run again: it makes what is missing.\n"
            "set -eu\n%s",
            script->target, script->settings);
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        print_service(manifest, script, &manifest->spec->services[i], out);
    manifest_end(manifest, out);
    return 0;
}
