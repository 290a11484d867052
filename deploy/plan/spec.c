/* SPDX-License-Identifier: MIT */
#include "deploy/spec.h"

#include "compose_internal.h"

#include <stdlib.h>
#include <string.h>

void deploy_service_deinit(struct deploy_service *service)
{
    for (size_t i = 0; i < service->environment_count; i++) {
        free(service->environment[i].name);
        free(service->environment[i].value);
    }
    for (size_t i = 0; i < service->port_count; i++)
        free(service->ports[i].host_ip);
    for (size_t i = 0; i < service->depends_on_count; i++)
        free(service->depends_on[i].service);
    free(service->environment);
    free(service->ports);
    free(service->depends_on);
    free(service->health.path);
    free(service->config_hash);
    free(service->build_dir);
    free(service->image);
    free(service->name);
    *service = (struct deploy_service){0};
}

void deploy_spec_free(struct deploy_spec *spec)
{
    if (!spec)
        return;
    for (size_t i = 0; i < spec->service_count; i++)
        deploy_service_deinit(&spec->services[i]);
    free(spec->services);
    free(spec->project);
    free(spec->compose_path);
    free(spec);
}

struct deploy_service *deploy_spec_find(const struct deploy_spec *spec, const char *service)
{
    for (size_t i = 0; i < spec->service_count; i++)
        if (!strcmp(spec->services[i].name, service))
            return &spec->services[i];
    return NULL;
}
