/* SPDX-License-Identifier: MIT */
#include "release.h"

#include "config.h"
#include "hash.h"
#include "memory.h"
#include "systemd_word.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void deploy_release_image_name(const struct deploy_service *service,
                               char name[DEPLOY_RELEASE_NAME_MAX])
{
    snprintf(name, DEPLOY_RELEASE_NAME_MAX, "%.70s-%s.elf", service->name,
             service->config_hash + DEPLOY_HASH_HALF + 1);
}

int deploy_release_check(const struct deploy_spec *spec, struct deploy_error *error)
{
    for (size_t i = 0; i < spec->service_count; i++) {
        const struct deploy_service *service = &spec->services[i];

        if (!service->health.disabled && service->health.port != DEPLOY_ADMIN_PORT)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: its management listener is on port %u, and an image "
                               "without its description is asked on %d; set x-service.admin.port "
                               "to %d in its service.yaml",
                               service->name, service->health.port, DEPLOY_ADMIN_PORT,
                               DEPLOY_ADMIN_PORT);
    }
    return 0;
}

void deploy_release_compose(const struct deploy_spec *spec, FILE *out)
{
    struct deploy_spec release = *spec;
    char(*images)[DEPLOY_RELEASE_NAME_MAX + 16] =
        deploy_memory_array(spec->service_count, sizeof(*images));

    release.services = deploy_memory_array(spec->service_count, sizeof(*release.services));
    for (size_t i = 0; i < spec->service_count; i++) {
        struct deploy_service *service = &release.services[i];
        char name[DEPLOY_RELEASE_NAME_MAX];

        *service = spec->services[i];
        deploy_release_image_name(service, name);
        snprintf(images[i], sizeof(images[i]), "./images/%s", name);
        service->image = images[i];
        service->build_dir = NULL;
        if (service->order == DEPLOY_ORDER_UNSAID)
            service->order = DEPLOY_START_FIRST;
    }
    fputs("# Made by \"ucompose deploy host\"; the next one replaces it.\n", out);
    deploy_config_print(&release, out);
    free(release.services);
    free(images);
}

static void print_environment(FILE *out, const char *name, const char *value)
{
    if (!value)
        return;
    fputs("Environment=", out);
    deploy_systemd_assignment(out, name, value);
    fputc('\n', out);
}

static void print_command(FILE *out, const char *key, const char *ucompose, const char *folder,
                          const char *arguments)
{
    char *file = malloc(strlen(folder) + sizeof("/compose.yaml"));

    if (!file)
        abort();
    sprintf(file, "%s/compose.yaml", folder);
    fprintf(out, "%s=", key);
    deploy_systemd_word(out, ucompose);
    fputs(" -f ", out);
    deploy_systemd_word(out, file);
    fprintf(out, " %s\n", arguments);
    free(file);
}

/* `up` in the foreground says READY=1 when all is ready, or after its --wait-timeout what is: before this time is over. */
#define START_SECONDS 90

void deploy_release_unit(const struct deploy_spec *spec, const struct deploy_release_unit *unit, FILE *out)
{
    uint64_t grace_ms = 0;

    for (size_t i = 0; i < spec->service_count; i++)
        if (spec->services[i].stop_grace_ms > grace_ms)
            grace_ms = spec->services[i].stop_grace_ms;
    fprintf(out,
            "# Made by \"ucompose deploy host\"; the next one replaces it.\n"
            "[Unit]\n"
            "Description=%s, machines run by ucompose\n"
            "%s"
            "StartLimitIntervalSec=0\n"
            "\n"
            "[Service]\n"
            "Type=notify\n",
            spec->project, unit->system ? "After=network-online.target\nWants=network-online.target\n" : "");
    print_environment(out, "UCOMPOSE_HOME", unit->home);
    print_environment(out, "UCOMPOSE_QEMU", unit->qemu);
    print_environment(out, "UCOMPOSE_ACCEL", unit->accel);
    print_command(out, "ExecStart", unit->ucompose, unit->folder, "up --no-build --no-color --remove-orphans");
    print_command(out, "ExecReload", unit->ucompose, unit->folder,
                  "up -d --wait --no-build --no-color --remove-orphans");
    print_command(out, "ExecStopPost", unit->ucompose, unit->folder, "down");
    /* libvirt's daemon may be one of ours, and run other people's machines too. */
    fprintf(out,
            "KillMode=%s\n"
            "OOMPolicy=continue\n"
            "TimeoutStartSec=%us\n"
            "TimeoutStopSec=%llus\n"
            "Restart=on-failure\n"
            "RestartSec=1s\n"
            "NoNewPrivileges=yes\n"
            "LockPersonality=yes\n"
            "RestrictRealtime=yes\n"
            "RestrictSUIDSGID=yes\n"
            "UMask=0077\n"
            "\n"
            "[Install]\n"
            "WantedBy=%s.target\n",
            spec->libvirt ? "process" : "mixed", START_SECONDS, (unsigned long long)(spec->service_count * grace_ms / 1000 + 10),
            unit->system ? "multi-user" : "default");
}
