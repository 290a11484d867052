/* SPDX-License-Identifier: MIT */
#include "hash.h"

#include "fnv.h"
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With its NUL, so that "ab" "c" and "a" "bc" differ. */
static uint64_t mix_text(uint64_t hash, const char *text)
{
    return text ? deploy_fnv(hash, text, strlen(text) + 1) : deploy_fnv(hash, "\1", 2);
}

static uint64_t mix_number(uint64_t hash, uint64_t number)
{
    return deploy_fnv(hash, &number, sizeof(number));
}

static uint64_t hash_configuration(const struct deploy_spec *spec, const struct deploy_service *service,
                                   const char *image)
{
    uint64_t hash = deploy_fnv(DEPLOY_FNV_BASIS, "libvirt", spec->libvirt ? sizeof("libvirt") : 0);

    hash = mix_text(hash, image);
    hash = mix_number(hash, service->memory_bytes);
    hash = mix_number(hash, service->stop_grace_ms);
    for (size_t i = 0; i < service->environment_count; i++) {
        hash = mix_text(hash, service->environment[i].name);
        hash = mix_text(hash, service->environment[i].value);
    }
    for (size_t i = 0; i < service->port_count; i++) {
        hash = mix_text(hash, service->ports[i].host_ip);
        hash = mix_number(hash, service->ports[i].host_port);
        hash = mix_number(hash, service->ports[i].guest_port);
    }
    hash = mix_number(hash, service->health.disabled);
    hash = mix_text(hash, service->health.path);
    hash = mix_number(hash, service->health.port);
    hash = mix_number(hash, service->health.interval_ms);
    hash = mix_number(hash, service->health.timeout_ms);
    hash = mix_number(hash, service->health.retries);
    hash = mix_number(hash, service->health.start_period_ms);
    hash = mix_number(hash, service->restart.policy);
    return mix_number(hash, service->restart.max_retries);
}

static int hash_file(const char *path, uint64_t *hash)
{
    FILE *file = fopen(path, "re");
    unsigned char block[65536];
    size_t len;
    int err = 0;

    if (!file)
        return -errno;
    *hash = DEPLOY_FNV_BASIS;
    while ((len = fread(block, 1, sizeof(block), file)) > 0)
        *hash = deploy_fnv(*hash, block, len);
    if (ferror(file))
        err = -EIO;
    fclose(file);
    return err;
}

int deploy_hash_spec(struct deploy_spec *spec, struct deploy_error *error)
{
    for (size_t i = 0; i < spec->service_count; i++) {
        struct deploy_service *service = &spec->services[i];
        uint64_t image = 0;
        int err = service->image ? hash_file(service->image, &image) : 0;

        if (err)
            return deploy_fail(
                error, err,
                "service \"%s\": the image %s cannot be read: %s; build it with \"ucompose build\"",
                service->name, service->image, strerror(-err));
        free(service->config_hash);
        service->config_hash =
            deploy_memory_printf("%016llx-%016llx", (unsigned long long)hash_configuration(spec, service, service->image),
                                 (unsigned long long)image);
    }
    return 0;
}

char *deploy_hash_moved(const struct deploy_spec *spec, const struct deploy_service *service, const char *image)
{
    return deploy_memory_printf("%016llx%s", (unsigned long long)hash_configuration(spec, service, image),
                                service->config_hash + DEPLOY_HASH_HALF);
}
