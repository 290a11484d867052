/* SPDX-License-Identifier: MIT */
/*
 * firecracker.c - for each instance the configuration of a microVM and what its metadata service tells it, and
 * one script that starts all of them in jailers.
 *
 * A tap device and an address for each: 172.31.(4n/256).(4n%256)/30, the host's end first. Published ports are
 * the host's firewall's business, which a comment of the script shows.
 */
#include "manifest_internal.h"

#include <errno.h>
#include <stdlib.h>

#define JAILER_ID_MAX 64
#define INSTANCE_BYTES 3 /* "-64" */

struct instance {
    const struct deploy_service *service;
    char name[MANIFEST_NAME_MAX];
    unsigned index; /* among all */
};

typedef void print_fn(const struct manifest *manifest, const struct instance *instance, FILE *out);

static void each(const struct manifest *manifest, print_fn *print, FILE *out)
{
    unsigned index = 0;

    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            struct instance instance = {.service = &manifest->spec->services[i], .index = index++};

            manifest_instance(manifest, instance.service, number, instance.name);
            print(manifest, &instance, out);
        }
}

/* The machine's end of its link, or the host's. */
static void address(const struct instance *instance, unsigned end, char text[16])
{
    unsigned at = 4 * instance->index + end;

    snprintf(text, 16, "172.31.%u.%u", at / 256 % 256, at % 256);
}

static void print_machine(const struct manifest *manifest, const struct instance *instance, FILE *out)
{
    char mac[18], guest[16], host[16];

    (void)manifest;
    manifest_mac(instance->name, mac);
    address(instance, 2, guest);
    address(instance, 1, host);
    fprintf(out,
            "{\n"
            "  \"boot-source\": {\n"
            "    \"kernel_image_path\": \"image.elf\",\n"
            "    \"boot_args\": \"host=%s ip=%s/30 gw=%s metadata=ec2\"\n"
            "  },\n"
            "  \"drives\": [],\n"
            "  \"machine-config\": { \"vcpu_count\": 1, \"mem_size_mib\": %llu },\n"
            "  \"entropy\": {},\n"
            "  \"network-interfaces\": [ { \"iface_id\": \"net\", \"guest_mac\": \"%s\", \"host_dev_name\": \"ucvm%u\" } ],\n"
            "  \"mmds-config\": { \"version\": \"V2\", \"network_interfaces\": [ \"net\" ] }\n"
            "}\n",
            instance->name, guest, host,
            (unsigned long long)((instance->service->memory_bytes + (1 << 20) - 1) >> 20), mac, instance->index);
}

static void print_metadata(const struct manifest *manifest, const struct instance *instance, FILE *out)
{
    char *text = NULL;
    size_t len;
    FILE *page = open_memstream(&text, &len);

    (void)manifest;
    if (!page)
        return;
    manifest_print_user_data(instance->service, MANIFEST_WHOLE, page);
    fclose(page);
    fputs("{ \"latest\": { \"user-data\": ", out);
    manifest_quoted(out, text);
    fputs(" } }\n", out);
    free(text);
}

static void add_file(struct manifest *manifest, const struct instance *instance, const char *suffix, print_fn *print,
                     unsigned mode)
{
    char name[MANIFEST_NAME_MAX + 24];
    FILE *out;

    snprintf(name, sizeof(name), "%s%s", instance->name, suffix);
    out = manifest_begin(manifest, name, mode);
    print(manifest, instance, out);
    manifest_end(manifest, out);
}

static void print_start(const struct manifest *manifest, const struct instance *instance, FILE *out)
{
    char image[MANIFEST_NAME_MAX], host[16], guest[16];

    (void)manifest;
    manifest_image(instance->service, "elf", image);
    address(instance, 1, host);
    address(instance, 2, guest);
    fprintf(out, "start %s ucvm%u %s '%s'", instance->name, instance->index, host, image);
    for (size_t i = 0; i < instance->service->port_count; i++)
        fprintf(out, "%s %s:%u -> %s:%u", i ? "," : " # publish:", instance->service->ports[i].host_ip,
                instance->service->ports[i].host_port, guest, instance->service->ports[i].guest_port);
    fputc('\n', out);
}

static void print_script(const struct manifest *manifest, FILE *out)
{
    fputs("#!/bin/sh\n"
          "# Made by \"ucompose deploy firecracker\" from compose.yaml; edit it freely or make it anew.\n"
          "# Run it as root in its folder. Each machine runs in a jailer, as a user without rights.\n"
          "set -eu\n"
          "JAIL=${JAIL:-/srv/jailer}      # below it each machine gets its root\n"
          "USER_ID=${USER_ID:-20000}      # whose rights the machines have\n"
          "FIRECRACKER=$(command -v firecracker) || { echo \"$0: there is no firecracker in PATH\" >&2; exit 1; }\n"
          "FIRECRACKER=$(readlink -f \"$FIRECRACKER\")\n"
          "PROGRAM=$(basename \"$FIRECRACKER\") # which the jailer puts into the root's path\n"
          "\n"
          "runs() { # NAME ROOT\n"
          "    pid=$(cat \"$2/$PROGRAM.pid\" 2>/dev/null) && grep -qaF -- \"$1\" \"/proc/$pid/cmdline\" 2>/dev/null\n"
          "}\n"
          "\n"
          "start() { # NAME TAP HOST-ADDRESS IMAGE\n"
          "    root=$JAIL/$PROGRAM/$1/root\n"
          "    if runs \"$1\" \"$root\"; then\n"
          "        echo \"$1 runs already\"\n"
          "        return\n"
          "    fi\n"
          "    rm -rf \"$root\" # of a machine that has ended: a jailer wants none\n"
          "    mkdir -p \"$root\"\n"
          "    install -m 0444 \"$4\" \"$root/image.elf\"\n"
          "    install -m 0444 \"$1.json\" \"$root/machine.json\"\n"
          "    install -m 0400 -o \"$USER_ID\" \"$1.metadata.json\" \"$root/metadata.json\"\n"
          "    ip link show \"$2\" >/dev/null 2>&1 || ip tuntap add \"$2\" mode tap user \"$USER_ID\"\n"
          "    ip address replace \"$3/30\" dev \"$2\"\n"
          "    ip link set \"$2\" up\n"
          "    jailer --id \"$1\" --exec-file \"$FIRECRACKER\" --uid \"$USER_ID\" --gid \"$USER_ID\" --chroot-base-dir \"$JAIL\" \\\n"
          "        --daemonize --new-pid-ns -- --config-file machine.json --metadata metadata.json\n"
          "}\n"
          "\n"
          "# What follows a \"publish:\" is for the host's firewall, for example with nft:\n"
          "#   nft add rule ip nat prerouting tcp dport 8080 dnat to 172.31.0.2:8080\n",
          out);
    each(manifest, print_start, out);
}

static int check(const struct manifest *manifest, struct deploy_error *error)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];
        int err = manifest_check_name(manifest, service, "firecracker", JAILER_ID_MAX, INSTANCE_BYTES, error);

        if (!err)
            err = manifest_check_independent(service, "firecracker", error);
        if (err)
            return err;
        if (service->restart.policy != DEPLOY_RESTART_NO)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: with \"deploy firecracker\" nobody starts a machine again that ended; set "
                               "restart: \"no\"",
                               service->name);
        if (service->port_count && service->replicas > 1)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: port %u cannot lead to %u machines with \"deploy firecracker\"; use \"deploy "
                               "host\", or set deploy.replicas to 1",
                               service->name, service->ports[0].guest_port, service->replicas);
    }
    return 0;
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    FILE *out;
    unsigned index = 0;
    int err = check(manifest, error);

    if (err)
        return err;
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            struct instance instance = {.service = &manifest->spec->services[i], .index = index++};

            manifest_instance(manifest, instance.service, number, instance.name);
            add_file(manifest, &instance, ".json", print_machine, 0644);
            add_file(manifest, &instance, ".metadata.json", print_metadata, 0600);
        }
    out = manifest_begin(manifest, "start.sh", 0755);
    print_script(manifest, out);
    manifest_end(manifest, out);
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    (void)manifest;
    fputs("sudo ./start.sh\n", out);
}

const struct manifest_target manifest_firecracker = {
    .name = "firecracker",
    .summary = "configurations of microVMs, and a script that starts them in jailers",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .permissions = "root, for network devices and jailers, and /dev/kvm; the machines run as a user without rights",
};
