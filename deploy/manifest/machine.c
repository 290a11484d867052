/* SPDX-License-Identifier: MIT */
/*
 * machine.c - what every target says of a machine: its names, its environment, its address.
 */
#include "manifest_internal.h"

#include "image/sha256.h"
#include "plan/fnv.h"
#include "plan/hash.h"
#include "plan/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CLOUD_NAME_MAX 63 /* Compute Engine's, RFC 1035; others have more */
#define CLOUD_HASH_BYTES (1 + DEPLOY_HASH_HALF) /* of an image's name, the longest: "-fedcba9876543210" */

void manifest_instance(const struct manifest *manifest, const struct deploy_service *service,
                       unsigned number, char name[MANIFEST_NAME_MAX])
{
    snprintf(name, MANIFEST_NAME_MAX, "%s-%s-%u", manifest->spec->project, service->name, number);
}

void manifest_image(const struct deploy_service *service, const char *suffix, char name[MANIFEST_NAME_MAX])
{
    snprintf(name, MANIFEST_NAME_MAX, "images/%s.%s", service->name, suffix);
}

void manifest_env_name(const struct deploy_service *service, char name[MANIFEST_NAME_MAX])
{
    snprintf(name, MANIFEST_NAME_MAX, "%s.env", service->name);
}

void manifest_env(struct manifest *manifest, const struct deploy_service *service)
{
    char name[MANIFEST_NAME_MAX];
    FILE *out;

    manifest_env_name(service, name);
    out = manifest_begin(manifest, name, 0600);
    for (size_t i = 0; i < service->environment_count; i++)
        fprintf(out, "%s=%s\n", service->environment[i].name, service->environment[i].value);
    manifest_end(manifest, out);
}

void manifest_user_data_name(const struct deploy_service *service, char name[MANIFEST_NAME_MAX])
{
    snprintf(name, MANIFEST_NAME_MAX, "%s.user-data", service->name);
}

bool manifest_is_of(const struct deploy_variable *variable, enum manifest_part part)
{
    return part & (variable->is_public ? MANIFEST_PUBLIC : MANIFEST_SECRET);
}

bool manifest_has_host_port(const struct deploy_service *service)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (service->ports[i].host_port)
            return true;
    return false;
}

bool manifest_has(const struct deploy_service *service, enum manifest_part part)
{
    for (size_t i = 0; i < service->environment_count; i++)
        if (manifest_is_of(&service->environment[i], part))
            return true;
    return false;
}

void manifest_print_user_data(const struct deploy_service *service, enum manifest_part part, FILE *out)
{
    fputs("#ucompose\n", out);
    for (size_t i = 0; i < service->environment_count; i++) {
        if (!manifest_is_of(&service->environment[i], part))
            continue;
        fprintf(out, "%s=", service->environment[i].name);
        manifest_user_data_quoted(out, service->environment[i].value);
        fputc('\n', out);
    }
}

void manifest_user_data(struct manifest *manifest, const struct deploy_service *service)
{
    char name[MANIFEST_NAME_MAX];
    FILE *out;

    manifest_user_data_name(service, name);
    out = manifest_begin(manifest, name, 0600);
    manifest_print_user_data(service, MANIFEST_WHOLE, out);
    manifest_end(manifest, out);
}

void manifest_version(const struct manifest *manifest, FILE *page, char **text, char version[MANIFEST_VERSION_MAX])
{
    char digits[IMAGE_SHA256_DIGITS + 1];
    char *salted;

    fclose(page);
    salted = deploy_memory_printf("%s\n%s", manifest->salt, *text);
    image_sha256(salted, strlen(salted), digits);
    snprintf(version, MANIFEST_VERSION_MAX, "%.*s", MANIFEST_VERSION_MAX - 1, digits);
    free(salted);
    free(*text);
    *text = NULL;
}

void manifest_environment_version(const struct manifest *manifest, const struct deploy_service *service,
                                  char version[MANIFEST_VERSION_MAX])
{
    char *text = NULL;
    size_t len;
    FILE *page = manifest_page(&text, &len);

    manifest_print_user_data(service, MANIFEST_WHOLE, page);
    manifest_version(manifest, page, &text, version);
}

uint64_t manifest_number(const char *text)
{
    return deploy_fnv_text(DEPLOY_FNV_BASIS, text);
}

void manifest_mac(const char *instance, char mac[18])
{
    uint64_t number = manifest_number(instance);

    snprintf(mac, 18, "52:54:00:%02x:%02x:%02x", (unsigned)(number >> 16 & 0xff),
             (unsigned)(number >> 8 & 0xff), (unsigned)(number & 0xff));
}

int manifest_check_independent(const struct deploy_service *service, const char *target, struct deploy_error *error)
{
    if (!service->depends_on_count)
        return 0;
    return deploy_fail(error, -ENOTSUP,
                       "service %s: it depends on %s, and the machines of \"deploy %s\" do not know each other's names; "
                       "use \"deploy host\" or \"deploy compose\"",
                       service->name, service->depends_on[0].service, target);
}

static int check_service(const struct deploy_service *service, const char *target,
                         struct deploy_error *error)
{
    if (service->port_count && service->replicas > 1)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: port %u cannot lead to %u machines with \"deploy %s\"; use "
                           "\"deploy host\", or set deploy.replicas to 1",
                           service->name, service->ports[0].guest_port, service->replicas, target);
    for (size_t i = 0; i < service->port_count; i++)
        if (!service->ports[i].host_port)
            return deploy_fail(
                error, -ENOTSUP,
                "service %s: \"deploy %s\" needs to know where port %u is published; "
                "write ports: [\"8080:%u\"] with a port of the host",
                service->name, target, service->ports[i].guest_port, service->ports[i].guest_port);
    return 0;
}

int manifest_check_alone(const struct manifest *manifest, const char *target,
                         struct deploy_error *error)
{
    int err = 0;

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_service(&manifest->spec->services[i], target, error);
    return err;
}

int manifest_check_name(const struct manifest *manifest, const struct deploy_service *service, const char *target,
                        size_t most, size_t more, struct deploy_error *error)
{
    const char *project = manifest->spec->project;
    size_t len = strlen(project) + 1 + strlen(service->name) + more;

    if (strchr(project, '_'))
        return deploy_fail(error, -ENOTSUP,
                           "service %s: \"deploy %s\" calls it %s-%s, and a name there has no '_'; give the project "
                           "another name (name: in compose.yaml)",
                           service->name, target, project, service->name);
    if (len > most)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: \"deploy %s\" calls it %s-%s, %zu characters with what follows, and a name there "
                           "has %zu at most; give the service, or the project (name: in compose.yaml), a shorter name",
                           service->name, target, project, service->name, len, most);
    return 0;
}

unsigned long long manifest_mib_most(const struct deploy_spec *spec)
{
    uint64_t most = 0;

    for (size_t i = 0; i < spec->service_count; i++)
        if (spec->services[i].memory_bytes > most)
            most = spec->services[i].memory_bytes;
    return (most + (1 << 20) - 1) >> 20;
}

const char *manifest_flavor(const struct deploy_spec *spec)
{
    unsigned long long mib = manifest_mib_most(spec);

    return mib <= 512 ? "m1.tiny" : mib <= 2048 ? "m1.small" : "m1.medium";
}

const char *manifest_machine_type(const struct deploy_spec *spec)
{
    unsigned long long mib = manifest_mib_most(spec);

    return mib <= 1024 ? "e2-micro" : mib <= 2048 ? "e2-small" : "e2-medium";
}

static int check_addressed(const struct deploy_service *service, const char *target, struct deploy_error *error)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (service->ports[i].host_port != service->ports[i].guest_port || strcmp(service->ports[i].host_ip, "0.0.0.0") != 0)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: with \"deploy %s\" a machine has an address of its own and is reached at port "
                               "%u as it is; write ports: [\"%u:%u\"]",
                               service->name, target, service->ports[i].guest_port, service->ports[i].guest_port,
                               service->ports[i].guest_port);
    return 0;
}

int manifest_check_addressed(const struct manifest *manifest, const char *target, struct deploy_error *error)
{
    int err = 0;

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_addressed(&manifest->spec->services[i], target, error);
    return err;
}

static int check_cloud_names(const struct manifest *manifest, const struct deploy_service *service, const char *target,
                             struct deploy_error *error)
{
    if (manifest->spec->project[0] < 'a' || manifest->spec->project[0] > 'z')
        return deploy_fail(error, -ENOTSUP,
                           "service %s: what clouds call its machines begins with the project's name, %s, and with a "
                           "letter; give the project another name (name: in compose.yaml)",
                           service->name, manifest->spec->project);
    if (service->name[0] < 'a' || service->name[0] > 'z' || strchr(service->name, '_'))
        return deploy_fail(error, -ENOTSUP,
                           "service %s: what clouds call their machines begins with a letter and has no '_'; give it "
                           "another name",
                           service->name);
    return manifest_check_name(manifest, service, target, CLOUD_NAME_MAX, CLOUD_HASH_BYTES, error);
}

int manifest_check_cloud(const struct manifest *manifest, const char *target, struct deploy_error *error)
{
    int err = 0;

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_cloud_names(manifest, &manifest->spec->services[i], target, error);
    return err ? err : manifest_check_addressed(manifest, target, error);
}
