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
    "# VERSION says nothing of the environment to who does not know this folder.\n"
    "machine() { # NAME IMAGE GROUP USER-DATA VERSION\n"
    "    there=$(find_machine \"$1\") # where the question fails, the script ends\n"
    "    [ -z \"$there\" ] || runs=$(version \"$1\")\n"
    "    if [ -z \"$there\" ] && [ -z \"${REPLACE-}\" ]; then\n"
    "        make \"$@\"\n"
    "    elif [ -z \"$there\" ]; then # such as one that was deleted, and not made before the script was cut off\n"
    "        make \"$1\" \"$2\" \"$3\" \"$4\" unproved\n"
    "        wait_ready \"$1\" ''\n"
    "        keep \"$1\" \"$5\"\n"
    "    elif [ \"$runs\" != \"$5\" ] && [ -z \"${REPLACE-}\" ]; then\n"
    "        echo \"$0: $1 is of another version, and was left as it is; REPLACE=1 $0 replaces it\" >&2\n"
    "    elif [ \"$runs\" != \"$5\" ]; then\n"
    "        before=$(last_ready \"$1\")\n"
    "        replace \"$1\" \"$2\" \"$3\" \"$4\" unproved # and so once more by the next run, should it not get ready\n"
    "        wait_ready \"$1\" \"$before\"\n"
    "        keep \"$1\" \"$5\"\n"
    "    fi\n"
    "}\n"
    "\n"
    "last_ready() {\n"
    "    log \"$1\" | awk '/\"ready\"/ { line = $0 } END { print line }'\n"
    "}\n"
    "\n"
    "ended() { # how, when it was after it was ready\n"
    "    log \"$1\" | awk '/\"ready\"/ { line = \"\" } /ucompose: .*(exit status [0-9]|panic: )/ { line = $0 } END { print line }'\n"
    "}\n"
    "\n"
    "# Until the log says \"ready\" in another line: its listeners are open, its own code has begun. Whether /readyz agrees nobody\n"
    "# asks from here; a machine that ends within SETTLE seconds is none.\n"
    "wait_ready() { # NAME LINE\n"
    "    waited=0\n"
    "    until now=$(last_ready \"$1\") && [ -n \"$now\" ] && [ \"$now\" != \"$2\" ]; do\n"
    "        [ $waited -lt \"${PATIENCE:-180}\" ] || give_up \"$1 does not say in its log that it is ready\"\n"
    "        sleep 3\n"
    "        waited=$((waited + 3))\n"
    "    done\n"
    "    sleep \"${SETTLE:-10}\"\n"
    "    how=$(ended \"$1\")\n"
    "    [ -z \"$how\" ] || give_up \"$1 ended soon after it was ready ($how)\"\n"
    "}\n"
    "\n"
    "give_up() { # WHY\n"
    "    echo \"$0: $1; no other machine was replaced.\" >&2\n"
    "    echo \"To go back, check out the version before, deploy it, and run its script with REPLACE=1.\" >&2\n"
    "    exit 1\n"
    "}\n";

const char script_others[] =
    "\n"
    "# Of an earlier compose.yaml: nobody removes them.\n"
    "tell_others() { # NAME...: all that there shall be\n"
    "    machines=$(find_machines \"^$PROJECT-.*-[0-9]+\\$\")\n"
    "    for machine in $machines; do\n"
    "        case \" $* \" in *\" $machine \"*) continue ;; esac\n"
    "        echo \"$0: $machine is none of compose.yaml's machines, and runs on; if it was one: $(removal \"$machine\")\" >&2\n"
    "    done\n"
    "}\n";

void script_machine_call(const struct script_machine *machine, FILE *out)
{
    fprintf(out, "machine '%s' '%s' '%s' '%s' %s\n", machine->name, machine->id, machine->group, machine->user_data,
            machine->version);
}

/* Of all that a machine is made of. */
static void find_version(const struct manifest *manifest, const struct deploy_service *service, const char *id,
                         char version[MANIFEST_VERSION_MAX])
{
    char *text = NULL;
    size_t len;
    FILE *page = manifest_page(&text, &len);

    fprintf(page, "%s\n", id);
    manifest_print_user_data(service, MANIFEST_WHOLE, page);
    manifest_version(manifest, page, &text, version);
}

static void print_service(const struct manifest *manifest, const struct script *script,
                          const struct deploy_service *service, FILE *out)
{
    char image[MANIFEST_NAME_MAX], group[MANIFEST_NAME_MAX], id[MANIFEST_NAME_MAX + 32], user_data[MANIFEST_NAME_MAX];
    char version[MANIFEST_VERSION_MAX];
    struct script_machine machine = {
        .service = service, .group = group, .image = image, .id = id, .user_data = user_data, .version = version};

    manifest_image(service, script->suffix, image);
    manifest_user_data_name(service, user_data);
    snprintf(group, sizeof(group), "%s-%s", manifest->spec->project, service->name);
    snprintf(id, sizeof(id), "%s-%s", group, service->config_hash + DEPLOY_HASH_HALF + 1);
    find_version(manifest, service, id, version);
    fprintf(out, "\n# ---- %s ----\n\n", service->name);
    script->image(&machine, out);
    for (unsigned number = 1; number <= service->replicas; number++) {
        char name[MANIFEST_NAME_MAX];

        manifest_instance(manifest, service, number, name);
        machine.name = name;
        script->machine(&machine, out);
    }
}

typedef void name_fn(const struct script *script, const struct deploy_service *service, const char *name, FILE *out);

static void each_machine(const struct manifest *manifest, const struct script *script, name_fn *fn, FILE *out)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            char name[MANIFEST_NAME_MAX];

            manifest_instance(manifest, &manifest->spec->services[i], number, name);
            fn(script, &manifest->spec->services[i], name, out);
        }
}

static void print_known(const struct script *script, const struct deploy_service *service, const char *name, FILE *out)
{
    (void)script, (void)service;
    fprintf(out, " '%s'", name);
}

static void print_resource(const struct script *script, const struct deploy_service *service, const char *name, FILE *out)
{
    fprintf(out, "%s %s, %llu MiB of memory or more\n", script->machine_word, name, script_mib(service));
}

void script_resources(const struct manifest *manifest, const struct script *script, FILE *out)
{
    const char *project = manifest->spec->project;

    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];

        if (script->image_word)
            fprintf(out, "%s %s-%s-%s\n", script->image_word, project, service->name, service->config_hash + DEPLOY_HASH_HALF + 1);
        if (!script->group_word)
            continue;
        fprintf(out, "%s %s-%s, open at %s", script->group_word, project, service->name, service->port_count ? "TCP " : "no port");
        script_ports(service, ", ", out);
        fputc('\n', out);
    }
    each_machine(manifest, script, print_resource, out);
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
            "set -eu\n"
            "PROJECT='%s'\n",
            script->target, manifest->spec->project);
    script->settings(manifest->spec, out);
    fputs(script_others, out);
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        print_service(manifest, script, &manifest->spec->services[i], out);
    fputs("\ntell_others", out);
    each_machine(manifest, script, print_known, out);
    fputc('\n', out);
    manifest_end(manifest, out);
    return 0;
}
