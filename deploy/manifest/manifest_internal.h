/* SPDX-License-Identifier: MIT */
/*
 * manifest_internal.h - what the targets share: adding files, names, the machine's options.
 */
#ifndef MANIFEST_INTERNAL_H
#define MANIFEST_INTERNAL_H

#include "manifest.h"
#include "text.h"

/* Memory of QEMU itself beside the guest's: translated code, device models. */
#define MANIFEST_QEMU_BYTES (256ull << 20)

#define MANIFEST_NAME_MAX 160

#define MANIFEST_TARGETS(X) \
    X(systemd)              \
    X(libvirt)              \
    X(libvirt_network)      \
    X(compose)              \
    X(kubernetes)           \
    X(urunc)                \
    X(nomad)                \
    X(firecracker)          \
    X(proxmox)              \
    X(openstack)            \
    X(gcp)                  \
    X(terraform)

#define MANIFEST_DECLARE(name) extern const struct manifest_target manifest_##name;
MANIFEST_TARGETS(MANIFEST_DECLARE)
#undef MANIFEST_DECLARE

/* For manifest_target.unheeded: of a healthcheck, of start-first, of stop-first. */
#define MANIFEST_NOBODY_ASKS                                                                                                      \
    "nobody asks there whether the service is ready; have a load balancer, or what watches your machines, ask GET /readyz at port " \
    "9090"
#define MANIFEST_IN_ITS_PLACE \
    "a machine is replaced in its place, so the old one ends first; run several, which are replaced one by one, or use \"deploy host\""
#define MANIFEST_IN_NO_ORDER "machines start in no order; let the service be unready until the others answer"
#define MANIFEST_ALWAYS_AGAIN "every machine that ends is started again; write restart: always"
#define MANIFEST_NEVER_AGAIN "nobody starts a machine again that ended; have what watches your machines do it"
#define MANIFEST_READY_FIRST \
    "a new machine is ready before an old one goes; where two must not run at once, scale the service to 0 before, and back"

/* Of an environment: what may lie open, what may not. */
enum manifest_part { MANIFEST_PUBLIC = 1, MANIFEST_SECRET = 2, MANIFEST_WHOLE = 3 };

bool manifest_is_of(const struct deploy_variable *variable, enum manifest_part part);
/* Is it published at a port that compose.yaml chooses? */
bool manifest_has_host_port(const struct deploy_service *service);
/* Has the service any such variable? */
bool manifest_has(const struct deploy_service *service, enum manifest_part part);

/* Begin a file; text is written to *out until manifest_end(), which closes it. The name is
 * copied. */
FILE *manifest_begin(struct manifest *manifest, const char *name, unsigned mode);
void manifest_end(struct manifest *manifest, FILE *out);

/* "shop-orders-1": project, service, instance. */
void manifest_instance(const struct manifest *manifest, const struct deploy_service *service,
                       unsigned number, char name[MANIFEST_NAME_MAX]);

/* "images/orders.elf", as deploy/cli/manifest.c writes it; `suffix` is the format's. */
void manifest_image(const struct deploy_service *service, const char *suffix, char name[MANIFEST_NAME_MAX]);

/* "orders.env", and the file with that name: one NAME=value a line. */
void manifest_env_name(const struct deploy_service *service, char name[MANIFEST_NAME_MAX]);
void manifest_env(struct manifest *manifest, const struct deploy_service *service);

/* "orders.user-data", and the file with that name: the environment as a cloud hands it over (docs/cloud.md). */
void manifest_user_data_name(const struct deploy_service *service, char name[MANIFEST_NAME_MAX]);
void manifest_user_data(struct manifest *manifest, const struct deploy_service *service);
void manifest_print_user_data(const struct deploy_service *service, enum manifest_part part, FILE *out);

/*
 * Where an engine knows "project-service" with `more` characters behind: no '_', and `most` characters at most?
 * 0, or -ENOTSUP with a sentence.
 */
int manifest_check_name(const struct manifest *manifest, const struct deploy_service *service, const char *target,
                        size_t most, size_t more, struct deploy_error *error);

/*
 * Where each machine has an address of its own: are all published ports the service's own, at any address? 0, or -ENOTSUP
 * with a sentence.
 */
int manifest_check_addressed(const struct manifest *manifest, const char *target, struct deploy_error *error);

/* For clouds: that, and names that they take. */
int manifest_check_cloud(const struct manifest *manifest, const char *target, struct deploy_error *error);

/* The smallest of the usual flavors of OpenStack, of the types E2 of Compute Engine, that has the memory of the largest machine. */
const char *manifest_flavor(const struct deploy_spec *spec);
const char *manifest_machine_type(const struct deploy_spec *spec);
unsigned long long manifest_mib_most(const struct deploy_spec *spec);

/* A text of its own, which is no file yet; ends the program where there is no memory. */
FILE *manifest_page(char **text, size_t *len);

#define MANIFEST_VERSION_MAX 33

/*
 * Close the page, free its text, and name it by 32 hexadecimal digits: equal while text and salt are. They may lie open where
 * the text holds secrets: without the salt (128 random bits) nobody can try what a short secret may be. SHA-256 of both, cut.
 */
void manifest_version(const struct manifest *manifest, FILE *page, char **text, char version[MANIFEST_VERSION_MAX]);

/* The same of a service's environment: for engines that look at something else for the image. */
void manifest_environment_version(const struct manifest *manifest, const struct deploy_service *service,
                                  char version[MANIFEST_VERSION_MAX]);

/* A number that depends on the text alone, and so tells of it: for MAC addresses and UUIDs that stay. */
uint64_t manifest_number(const char *text);

/* "52:54:00:12:34:56", from the instance's name. */
void manifest_mac(const char *instance, char mac[18]);

/* Does the service wait for no other one? 0, or -ENOTSUP with a sentence. */
int manifest_check_independent(const struct deploy_service *service, const char *target, struct deploy_error *error);

/*
 * For engines that run each machine by itself, behind QEMU's user network: are all published
 * ports given, each for one machine? 0, or -ENOTSUP with a sentence.
 */
int manifest_check_alone(const struct manifest *manifest, const char *target,
                         struct deploy_error *error);

#endif
