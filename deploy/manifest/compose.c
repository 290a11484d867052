/* SPDX-License-Identifier: MIT */
/*
 * compose.c - a Compose file for hosts that run Docker: each machine in a container with QEMU.
 *
 * Docker gives names, replicas, health and order; the container holds the machine's own ports on
 * its address, through QEMU's user network. It makes a container anew where this file has changed, not where a mounted
 * one has: images have another name with other bytes, and the environment's digest is a label.
 */
#include "manifest_internal.h"

#include <errno.h>

static const char dockerfile[] =
    "# Made by \"ucompose deploy compose\"; edit it freely or make it anew.\n"
    "FROM debian:12-slim\n"
    "RUN apt-get update && apt-get install -y --no-install-recommends qemu-system-x86 curl \\\n"
    "    && rm -rf /var/lib/apt/lists/*\n"
    "COPY machine.sh /machine.sh\n"
    "ENTRYPOINT [\"/bin/sh\", \"/machine.sh\"]\n";

/* docs/machine.md has the options. */
static const char machine_script[] =
    "#!/bin/sh\n"
    "# Made by \"ucompose deploy compose\"; edit it freely or make it anew.\n"
    "#\n"
    "# Runs one image in QEMU. Given: UCOMPOSE_MEMORY in KiB, UCOMPOSE_FORWARD as QEMU takes it.\n"
    "set -eu\n"
    "image=${UCOMPOSE_IMAGE:-/image.elf}\n"
    "environment=${UCOMPOSE_ENVIRONMENT:-/environment}\n"
    "pipes=$(mktemp -d)\n"
    "mkfifo \"$pipes/monitor.in\" \"$pipes/monitor.out\"\n"
    "qemu-system-x86_64 \\\n"
    "    -M microvm,x-option-roms=off,pic=off,pit=off,rtc=on,ioapic2=off,isa-serial=on,acpi=on \\\n"
    "    -bios qboot.rom -accel kvm -accel tcg -cpu max -m \"size=${UCOMPOSE_MEMORY}k\" \\\n"
    "    -nodefaults -no-user-config -display none -no-reboot \\\n"
    "    -global virtio-mmio.force-legacy=false \\\n"
    "    -device isa-debug-exit,iobase=0x501,iosize=4 \\\n"
    "    -chardev stdio,id=log,mux=on,signal=off -serial chardev:log \\\n"
    "    -device virtio-serial-device -device virtconsole,chardev=log \\\n"
    "    -device virtio-rng-device \\\n"
    "    -netdev \"user,id=net$UCOMPOSE_FORWARD\" -device virtio-net-device,netdev=net \\\n"
    "    -chardev \"pipe,id=monitor,path=$pipes/monitor\" -mon chardev=monitor \\\n"
    "    -kernel \"$image\" -append \"host=$(cat /proc/sys/kernel/hostname)\" \\\n"
    "    -fw_cfg \"name=opt/org.ucompose/env,file=$environment\" &\n"
    "qemu=$!\n"
    "# The power button: the service drains, and QEMU ends by itself.\n"
    "trap 'echo system_powerdown >\"$pipes/monitor.in\"' TERM INT\n"
    "status=0\n"
    "while kill -0 \"$qemu\" 2>/dev/null; do\n"
    "    wait \"$qemu\" && status=0 || status=$?\n"
    "done\n"
    "rm -rf \"$pipes\"\n"
    "# isa-debug-exit: QEMU's status is twice the service's, and one.\n"
    "exit $((status / 2))\n";

static void add_text(struct manifest *manifest, const char *name, const char *text, unsigned mode)
{
    FILE *out = manifest_begin(manifest, name, mode);

    fputs(text, out);
    manifest_end(manifest, out);
}

/* The service's own listener first; then what is published besides; its management port, which
 * only the container itself asks. */
static void print_forward(FILE *out, const struct deploy_service *service)
{
    uint16_t done = service->listen_port;

    fputs("      UCOMPOSE_FORWARD: \"", out);
    if (done)
        fprintf(out, ",hostfwd=tcp::%u-:%u", done, done);
    for (size_t i = 0; i < service->port_count; i++) {
        uint16_t port = service->ports[i].guest_port;
        bool again = port == done || port == service->health.port;

        for (size_t k = 0; k < i; k++)
            again |= service->ports[k].guest_port == port;
        if (!again)
            fprintf(out, ",hostfwd=tcp::%u-:%u", port, port);
    }
    fprintf(out, ",hostfwd=tcp::%u-:%u\"\n", service->health.port, service->health.port);
}

static void print_ports(FILE *out, const struct deploy_service *service)
{
    if (service->port_count)
        fputs("    ports:\n", out);
    for (size_t i = 0; i < service->port_count; i++) {
        const struct deploy_port *port = &service->ports[i];

        fprintf(out, "      - { target: %u, host_ip: ", port->guest_port);
        manifest_compose_quoted(out, port->host_ip);
        if (port->host_port)
            fprintf(out, ", published: \"%u\"", port->host_port);
        fputs(" }\n", out);
    }
}

static void print_depends_on(FILE *out, const struct deploy_service *service)
{
    static const char *const conditions[] = {
        [DEPLOY_STARTED] = "service_started",
        [DEPLOY_HEALTHY] = "service_healthy",
        [DEPLOY_COMPLETED] = "service_completed_successfully",
    };

    if (service->depends_on_count)
        fputs("    depends_on:\n", out);
    for (size_t i = 0; i < service->depends_on_count; i++)
        fprintf(out, "      %s: { condition: %s, required: %s }\n", service->depends_on[i].service,
                conditions[service->depends_on[i].condition],
                service->depends_on[i].required ? "true" : "false");
}

static void print_health(FILE *out, const struct deploy_health *health)
{
    if (health->disabled)
        return;
    fprintf(out,
            "    healthcheck:\n"
            "      test: [\"CMD\", \"curl\", \"-fsS\", \"http://127.0.0.1:%u%s\"]\n"
            "      interval: %llums\n"
            "      timeout: %llums\n"
            "      retries: %u\n"
            "      start_period: %llums\n",
            health->port, health->path ? health->path : DEPLOY_HEALTH_PATH,
            (unsigned long long)health->interval_ms, (unsigned long long)health->timeout_ms,
            health->retries, (unsigned long long)health->start_period_ms);
}

static void print_restart(FILE *out, const struct deploy_restart *restart)
{
    static const char *const policies[] = {
        [DEPLOY_RESTART_NO] = "no",
        [DEPLOY_RESTART_ALWAYS] = "always",
        [DEPLOY_RESTART_ON_FAILURE] = "on-failure",
        [DEPLOY_RESTART_UNLESS_STOPPED] = "unless-stopped",
    };

    fprintf(out, "    restart: \"%s", policies[restart->policy]);
    if (restart->policy == DEPLOY_RESTART_ON_FAILURE && restart->max_retries)
        fprintf(out, ":%u", restart->max_retries);
    fputs("\"\n", out);
}

static void print_service(const struct manifest *manifest, const struct deploy_service *service, FILE *out)
{
    char image[MANIFEST_NAME_MAX], env[MANIFEST_NAME_MAX], version[MANIFEST_VERSION_MAX];

    manifest_image_name(&manifest_compose, service, "elf", image, sizeof(image));
    manifest_env_name(service, env);
    manifest_environment_version(manifest, service, version);
    fprintf(out,
            "  %s:\n"
            "    build: .\n"
            "    volumes:\n"
            "      - ./%s:/image.elf:ro\n"
            "      - ./%s:/environment:ro\n"
            "    labels: { org.ucompose.environment: \"%s\" } # another one is another container\n"
            "    environment:\n"
            "      UCOMPOSE_MEMORY: \"%llu\"\n",
            service->name, image, env, version, (unsigned long long)(service->memory_bytes >> 10));
    print_forward(out, service);
    print_ports(out, service);
    print_depends_on(out, service);
    fprintf(out,
            "    deploy:\n"
            "      replicas: %u\n"
            "      resources: { limits: { memory: \"%llu\" } }\n",
            service->replicas, (unsigned long long)(service->memory_bytes + MANIFEST_QEMU_BYTES));
    print_restart(out, &service->restart);
    print_health(out, &service->health);
    fprintf(out,
            "    stop_grace_period: %llums\n"
            "    security_opt: [\"no-new-privileges:true\"]\n",
            (unsigned long long)service->stop_grace_ms);
}

static int check(const struct deploy_service *service, struct deploy_error *error)
{
    if (!service->listen_port && !service->port_count)
        return deploy_fail(error, -ENOTSUP,
                           "service %s: nothing tells which port its image listens on; give "
                           "\"build\" instead of \"image\", or \"ports\"",
                           service->name);
    for (size_t i = 0; service->replicas > 1 && i < service->port_count; i++)
        if (service->ports[i].host_port)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: Docker cannot publish port %u of the host for %u "
                               "machines; use \"deploy host\", or set deploy.replicas to 1",
                               service->name, service->ports[i].host_port, service->replicas);
    return 0;
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    const struct deploy_spec *spec = manifest->spec;
    FILE *out;
    int err = 0;

    for (size_t i = 0; !err && i < spec->service_count; i++)
        err = check(&spec->services[i], error);
    if (err)
        return err;
    add_text(manifest, "Dockerfile", dockerfile, 0644);
    add_text(manifest, "machine.sh", machine_script, 0755);
    out = manifest_begin(manifest, "compose.yaml", 0644);
    fprintf(out,
            "# Made by \"ucompose deploy compose\"; edit it freely or make it anew.\n"
            "# With KVM: give each service devices: [\"/dev/kvm\"].\n"
            "name: \"%s\"\n"
            "services:\n",
            spec->project);
    for (size_t i = 0; i < spec->service_count; i++)
        print_service(manifest, &spec->services[i], out);
    manifest_end(manifest, out);
    for (size_t i = 0; i < spec->service_count; i++)
        manifest_env(manifest, &spec->services[i]);
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    (void)manifest;
    fputs("docker compose up -d --build --wait --remove-orphans\n", out);
}

const struct manifest_target manifest_compose = {
    .name = "compose",
    .summary = "a Compose file for Docker, which runs each machine by QEMU in a container",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .images_by_content = true,
    .listens = true,
    .unheeded = {.start_first = "Compose stops an old container before it starts the new one; use \"deploy host\""},
    .permissions = "access to Docker",
};
