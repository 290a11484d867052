/* SPDX-License-Identifier: MIT */
/*
 * libvirt_network.c - domains in a network of libvirt's own, for its system mode.
 *
 * The network is 172.30.N.0/24, where N depends on the project's name. Its DHCP gives each machine the address
 * that stands in the file, and its DNS knows the services and their instances by name. From outside of the host a
 * machine is reached as the host's firewall says: libvirt publishes no ports.
 */
#include "libvirt.h"

#include <errno.h>

#define MACHINES_MAX 253 /* 172.30.N.2 to .254; the first address is the host's */

typedef void print_fn(const struct manifest *manifest, const struct deploy_service *service, unsigned number,
                      const char *address, FILE *out);

static void each(const struct manifest *manifest, print_fn *print, FILE *out)
{
    unsigned net = (unsigned)(manifest_number(manifest->spec->project) % 256), host = 2;

    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            char address[32];

            snprintf(address, sizeof(address), "172.30.%u.%u", net, host++);
            print(manifest, &manifest->spec->services[i], number, address, out);
        }
}

static void print_name(const struct manifest *manifest, const struct deploy_service *service, unsigned number,
                       const char *address, FILE *out)
{
    (void)manifest;
    fprintf(out, "    <host ip=\"%s\"><hostname>%s</hostname><hostname>%s-%u</hostname></host>\n", address, service->name,
            service->name, number);
}

static void print_lease(const struct manifest *manifest, const struct deploy_service *service, unsigned number,
                        const char *address, FILE *out)
{
    char name[MANIFEST_NAME_MAX], mac[18];

    manifest_instance(manifest, service, number, name);
    manifest_mac(name, mac);
    fprintf(out, "      <host mac=\"%s\" name=\"%s-%u\" ip=\"%s\"/>\n", mac, service->name, number, address);
}

static void print_port(const struct manifest *manifest, const struct deploy_service *service, unsigned number,
                       const char *address, FILE *out)
{
    (void)manifest, (void)number;
    for (size_t i = 0; i < service->port_count; i++)
        fprintf(out, "<!-- publish: port %u of %s -->\n", service->ports[i].guest_port, address);
}

static void add_network(struct manifest *manifest)
{
    const char *project = manifest->spec->project;
    char name[MANIFEST_NAME_MAX];
    FILE *out;

    snprintf(name, sizeof(name), "%s.network.xml", project);
    out = manifest_begin(manifest, name, 0644);
    fputs("<!-- Made by \"ucompose deploy libvirt-network\" from compose.yaml; edit it freely or make it anew. -->\n"
          "<!-- What follows a \"publish:\" is for the host's firewall; the host itself reaches every machine. -->\n",
          out);
    each(manifest, print_port, out);
    fputs("<network>\n  ", out);
    libvirt_element(out, "name", project);
    fputs("\n  ", out);
    snprintf(name, sizeof(name), "network %s", project);
    libvirt_uuid(out, name);
    fputs("\n  <forward mode=\"nat\"/>\n  <bridge stp=\"off\" delay=\"0\"/>\n  <dns>\n", out);
    each(manifest, print_name, out);
    fprintf(out, "  </dns>\n  <ip address=\"172.30.%u.1\" prefix=\"24\">\n    <dhcp>\n",
            (unsigned)(manifest_number(project) % 256));
    each(manifest, print_lease, out);
    fputs("    </dhcp>\n  </ip>\n</network>\n", out);
    manifest_end(manifest, out);
}

static int check(const struct manifest *manifest, struct deploy_error *error)
{
    const struct deploy_spec *spec = manifest->spec;
    unsigned machines = 0;
    int err = manifest_check_addressed(manifest, "libvirt-network", error);

    for (size_t i = 0; !err && i < spec->service_count; i++) {
        machines += spec->services[i].replicas;
        if (machines > MACHINES_MAX)
            err = deploy_fail(error, -ENOTSUP,
                              "service %s: with its machines there are more than %d, for which the network of \"deploy "
                              "libvirt-network\" has no addresses; set deploy.replicas lower",
                              spec->services[i].name, MACHINES_MAX);
    }
    return err;
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = check(manifest, error);

    if (err)
        return err;
    add_network(manifest);
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];

        manifest_env(manifest, service);
        for (unsigned number = 1; number <= service->replicas; number++)
            libvirt_domain(manifest, service, number, manifest->spec->project);
    }
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    const char *project = manifest->spec->project;

    fprintf(out, "virsh -c qemu:///system net-define %s.network.xml\n", project);
    fprintf(out,
            "virsh -c qemu:///system net-start %s # one that is active keeps its old names and addresses: shut its machines down, and "
            "net-destroy %s before\n",
            project, project);
    libvirt_commands(manifest, "qemu:///system", out);
}

const struct manifest_target manifest_libvirt_network = {
    .name = "libvirt-network",
    .summary = "a network of libvirt with names and addresses, and a domain in it for each machine",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .stop_grace_period = "\"virsh shutdown\" waits without end; \"virsh destroy\" ends a machine at once",
                 .start_first = MANIFEST_IN_ITS_PLACE,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .starts_again = MANIFEST_NEVER_AGAIN},
    .permissions = "the group libvirt, or root, for libvirt in system mode",
};
