/* SPDX-License-Identifier: MIT */
/*
 * nomad.c - one job: a group for each service, its machines run by Nomad's QEMU driver, with Consul's checks.
 *
 * The driver boots a disk, which has another name with another image: Nomad looks at the job alone, and goes back to what the
 * job before names. Ports are Nomad's choice unless compose.yaml gives one; the environment is a file in the allocation's
 * secrets, handed over by fw_cfg.
 */
#include "manifest_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONSUL_NAME_MAX 63 /* RFC 1123, as Nomad checks it */
#define DRIVER_MIB_MIN 128 /* the driver refuses a task with less */

/* "published-8080", or "published-8080-2" where the service is published at another port already. */
static void print_label(const struct deploy_service *service, size_t i, char separator, FILE *out)
{
    unsigned before = 0;

    for (size_t k = 0; k < i; k++)
        before += service->ports[k].guest_port == service->ports[i].guest_port;
    fprintf(out, "published%c%u", separator, service->ports[i].guest_port);
    if (before)
        fprintf(out, "%c%u", separator, before + 1);
}

/* A label of a port: those of compose.yaml, then the listeners that Consul must know. */
static void print_ports(const struct deploy_service *service, FILE *out)
{
    fputs("    network {\n", out);
    for (size_t i = 0; i < service->port_count; i++) {
        fputs("      port \"", out);
        print_label(service, i, '-', out);
        fputs("\" {", out);
        if (service->ports[i].host_port)
            fprintf(out, " static = %u ", service->ports[i].host_port);
        fputs("}\n", out);
    }
    if (service->listen_port)
        fputs("      port \"service\" {}\n", out);
    if (!service->health.disabled)
        fputs("      port \"admin\" {}\n", out);
    fputs("    }\n\n", out);
}

/* What compose.yaml publishes is where it says; what the cluster alone asks is at the address that Nomad chose. */
static void print_forwards(const struct deploy_service *service, FILE *out)
{
    fputs("user,id=net", out);
    for (size_t i = 0; i < service->port_count; i++) {
        const struct deploy_port *port = &service->ports[i];

        fprintf(out, ",hostfwd=tcp:%s:${NOMAD_PORT_", strcmp(port->host_ip, "0.0.0.0") ? port->host_ip : "");
        print_label(service, i, '_', out); /* as Nomad calls the variable */
        fprintf(out, "}-:%u", port->guest_port);
    }
    if (service->listen_port)
        fprintf(out, ",hostfwd=tcp:${NOMAD_IP_service}:${NOMAD_PORT_service}-:%u", service->listen_port);
    if (!service->health.disabled)
        fprintf(out, ",hostfwd=tcp:${NOMAD_IP_admin}:${NOMAD_PORT_admin}-:%u", service->health.port);
}

static void print_check(FILE *out, const char *name, const char *path, const struct deploy_health *health)
{
    fprintf(out, "      check {\n        name     = \"%s\"\n        type     = \"http\"\n        port     = \"admin\"\n        path     = ",
            name);
    manifest_hcl_quoted(out, path);
    fprintf(out, "\n        interval = \"%llums\"\n        timeout  = \"%llums\"\n      }\n",
            (unsigned long long)health->interval_ms, (unsigned long long)health->timeout_ms);
}

static void print_consul(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    if (!service->listen_port && service->health.disabled)
        return;
    fprintf(out, "    service {\n      name     = \"%s-%s\"\n      provider = \"consul\"\n      port     = \"%s\"\n",
            manifest->spec->project, service->name, service->listen_port ? "service" : "admin");
    if (!service->health.disabled) {
        print_check(out, "ready", service->health.path, &service->health);
        print_check(out, "live", "/livez", &service->health);
    }
    fputs("    }\n\n", out);
}

static void print_task(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char image[MANIFEST_NAME_MAX], path[4352];

    manifest_image_name(&manifest_nomad, service, "raw", image, sizeof(image));
    snprintf(path, sizeof(path), "%s/%s", manifest->folder, image);
    fprintf(out, "    task \"%s\" {\n      driver       = \"qemu\"\n      kill_timeout = \"%llums\"\n"
            "      # Nomad may send it right behind the power button; this one QEMU does not mind, and the service drains.\n"
            "      kill_signal  = \"SIGCONT\"\n\n      config {\n        image_path = ",
            service->name, (unsigned long long)service->stop_grace_ms);
    manifest_hcl_quoted(out, path);
    fputs(" # the client's plugin \"qemu\" must allow this folder: image_paths\n"
          "        accelerator = \"tcg\" # \"kvm\" is faster where /dev/kvm may be used\n"
          "        drive_interface = \"virtio\"\n"
          "        graceful_shutdown = true\n"
          "        args = [\n",
          out);
    fprintf(out, "          \"-m\", \"size=%lluk\", # the last one counts: not the driver's, which is of the resources below\n",
            (unsigned long long)(service->memory_bytes >> 10));
    fputs("          \"-snapshot\", # machines share the image, which is only read\n"
          "          \"-nodefaults\", \"-cpu\", \"max\", \"-serial\", \"stdio\", \"-device\", \"virtio-rng-pci\",\n"
          "          \"-netdev\", \"",
          out);
    print_forwards(service, out);
    fputs("\",\n"
          "          \"-device\", \"virtio-net-pci,netdev=net,romfile=\",\n"
          "          \"-fw_cfg\", \"name=opt/org.ucompose/env,file=secrets/environment\", # QEMU runs in the task's folder\n"
          "        ]\n      }\n\n"
          "      template {\n        destination = \"secrets/environment\"\n        change_mode = \"restart\"\n"
          "        left_delimiter  = \"\\u0001\" # nothing in it is a template\n"
          "        right_delimiter = \"\\u0002\"\n        data = ",
          out);
}

static void print_environment(const struct deploy_service *service, FILE *out)
{
    char *text = NULL;
    size_t len;
    FILE *page = open_memstream(&text, &len);

    if (!page)
        return;
    if (!service->environment_count)
        fputc('\n', page); /* Nomad takes no empty template, and an empty line is no variable */
    for (size_t i = 0; i < service->environment_count; i++)
        fprintf(page, "%s=%s\n", service->environment[i].name, service->environment[i].value);
    fclose(page);
    manifest_hcl_quoted(out, text);
    free(text);
}

static void print_update(const struct deploy_service *service, FILE *out)
{
    unsigned machines = service->replicas ? service->replicas : 1;

    if (service->health.disabled)
        return;
    if (manifest_has_host_port(service) || service->order == DEPLOY_STOP_FIRST) {
        fputs(manifest_has_host_port(service)
                  ? "    # Its port of the host is free only when the old version has ended: there is a gap, and no canary.\n"
                  : "    # Two must not run at once: an old machine ends, then a new one starts in its place, one after the other.\n",
              out);
        fputs("    # A version that does not get ready is taken back.\n"
              "    update {\n      canary           = 0\n      max_parallel     = 1\n",
              out);
    } else
        fprintf(out,
                "    # The new version must be ready before the old one ends; one that does not get ready is taken back.\n"
                "    update {\n      canary           = %u\n      max_parallel     = %u\n      auto_promote     = true\n",
                machines, machines);
    fputs("      auto_revert      = true\n      min_healthy_time = \"1s\"\n      healthy_deadline = \"2m\"\n"
          "      health_check     = \"checks\"\n    }\n\n",
          out);
}

static void print_group(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    unsigned long long mib = ((service->memory_bytes + (1 << 20) - 1) >> 20);

    fprintf(out, "\n  group \"%s\" {\n    count = %u\n\n", service->name, service->replicas);
    print_ports(service, out);
    print_update(service, out);
    print_consul(manifest, service, out);
    print_task(manifest, service, out);
    print_environment(service, out);
    fprintf(out,
            "\n      }\n\n      resources {\n        cpu    = 100 # MHz\n"
            "        memory = %llu # what is set aside, in MiB, %d at least: the driver takes no less; QEMU's own comes on top\n"
            "        memory_max = %llu\n      }\n    }\n  }\n",
            mib > DRIVER_MIB_MIN ? mib : DRIVER_MIB_MIN, DRIVER_MIB_MIN, mib + (MANIFEST_QEMU_BYTES >> 20));
}

static int check_port(const struct deploy_service *service, const struct deploy_port *port, struct deploy_error *error)
{
    if (strchr(port->host_ip, ':'))
        return deploy_fail(error, -ENOTSUP,
                           "service %s: it is published at %s, and QEMU's user network, which Nomad's driver gives it, takes IPv4 "
                           "alone; write an IPv4 address, or none",
                           service->name, port->host_ip);
    if (port->host_port && service->replicas > 1)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: port %u of a host is for one machine, and there are %u; write ports: [\"%u\"], and "
                           "Nomad chooses one for each",
                           service->name, port->host_port, service->replicas, port->guest_port);
    return 0;
}

static int check(const struct manifest *manifest, const struct deploy_service *service, struct deploy_error *error)
{
    int err = manifest_check_name(manifest, service, "nomad", CONSUL_NAME_MAX, 0, error);

    if (err)
        return err;
    if (strchr(manifest->folder, ','))
        return deploy_fail(error, -ENOTSUP,
                           "service %s: its image would be in %s, and Nomad's driver hands that to QEMU, for which it ends at the "
                           "comma; choose another folder with --out",
                           service->name, manifest->folder);
    for (size_t i = 0; !err && i < service->port_count; i++)
        err = check_port(service, &service->ports[i], error);
    return err;
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    char name[MANIFEST_NAME_MAX];
    FILE *out;
    int err = 0;

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check(manifest, &manifest->spec->services[i], error);
    if (err)
        return err;
    snprintf(name, sizeof(name), "%s.nomad.hcl", manifest->spec->project);
    out = manifest_begin(manifest, name, 0600);
    fprintf(out,
            "# Made by \"ucompose deploy nomad\" from compose.yaml; edit it freely or make it anew.\n"
            "job \"%s\" {\n  type = \"service\"\n",
            manifest->spec->project);
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        print_group(manifest, &manifest->spec->services[i], out);
    fputs("}\n", out);
    manifest_end(manifest, out);
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    fprintf(out, "nomad job plan %s.nomad.hcl\nnomad job run %s.nomad.hcl\n", manifest->spec->project, manifest->spec->project);
}

const struct manifest_target manifest_nomad = {
    .name = "nomad",
    .summary = "a job of Nomad for its QEMU driver, with Consul's checks",
    .write = write_files,
    .commands = print_commands,
    .formats = "raw",
    .images_by_content = true,
    .unheeded = {.start_first_bound = "an old machine ends first where it has a port of the host, or no health check; give it one, and write "
                                      "ports: [\"8080\"] without a port of the host, which Nomad chooses then",
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .ends = MANIFEST_ALWAYS_AGAIN},
    .permissions = "submitting jobs in the namespace (submit-job); the folder of images on every client, allowed there",
};
