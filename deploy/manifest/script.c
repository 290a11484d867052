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

const char script_replacing[] =
    "\n"
    "# A machine of another version is told; with REPLACE=1 it is replaced, and the next one only when it is ready.\n"
    "machine() { # NAME IMAGE GROUP USER-DATA\n"
    "    wanted=$({ echo \"$2\" && cat \"$4\"; } | cksum | tr ' ' -)\n"
    "    if ! runs=$(version \"$1\"); then\n"
    "        make \"$@\" \"$wanted\"\n"
    "    elif [ \"$runs\" != \"$wanted\" ] && [ -z \"${REPLACE-}\" ]; then\n"
    "        echo \"$0: $1 is of another version, and was left as it is; REPLACE=1 $0 replaces it\" >&2\n"
    "    elif [ \"$runs\" != \"$wanted\" ]; then\n"
    "        before=$(last_ready \"$1\")\n"
    "        replace \"$@\" unproved # and so once more by the next run, should it not get ready\n"
    "        wait_ready \"$1\" \"$before\"\n"
    "        keep \"$1\" \"$wanted\"\n"
    "    fi\n"
    "}\n"
    "\n"
    "wait_ready() { # NAME LINE: until the log says so in another line\n"
    "    waited=0\n"
    "    until now=$(last_ready \"$1\") && [ -n \"$now\" ] && [ \"$now\" != \"$2\" ]; do\n"
    "        if [ $waited -ge \"${PATIENCE:-180}\" ]; then\n"
    "            echo \"$0: $1 does not say in its log that it is ready; no other machine was replaced.\" >&2\n"
    "            echo \"To go back, run the script of the version before, with REPLACE=1.\" >&2\n"
    "            exit 1\n"
    "        fi\n"
    "        sleep 3\n"
    "        waited=$((waited + 3))\n"
    "    done\n"
    "}\n";

void script_machine_call(const struct script_machine *machine, FILE *out)
{
    fprintf(out, "machine '%s' '%s' '%s' '%s'\n", machine->name, machine->id, machine->group, machine->user_data);
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
            "set -eu\n",
            script->target);
    script->settings(out);
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        print_service(manifest, script, &manifest->spec->services[i], out);
    manifest_end(manifest, out);
    return 0;
}
