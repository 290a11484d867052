/* SPDX-License-Identifier: MIT */
/*
 * systemd.c - a unit for each instance, which runs QEMU under a user of its own.
 *
 * The power button is pressed through QEMU's monitor, a pair of pipes in the runtime folder:
 * ExecStop writes one line and needs no program but the shell. The signal that systemd sends
 * next must not end QEMU while the service drains, hence SIGCONT.
 */
#include "systemd.h"

#include "plan/systemd_word.h"

#include <errno.h>
#include <string.h>

static void option(FILE *out, const char *name, const char *value)
{
    fprintf(out, " \\\n    %s ", name);
    deploy_systemd_word(out, value);
}

static void print_network(const struct systemd_machine *machine, FILE *out)
{
    char mac[18], device[64];

    manifest_mac(machine->name, mac);
    fputs(" \\\n    -netdev \"user,id=net", out);
    systemd_print_forwards(machine, out);
    fputc('"', out);
    snprintf(device, sizeof(device), "virtio-net-device,netdev=net,mac=%s", mac);
    option(out, "-device", device);
}

static void print_command(const struct manifest *manifest, const struct systemd_machine *machine, unsigned number, FILE *out)
{
    const struct deploy_service *service = machine->service;
    char image[MANIFEST_NAME_MAX], text[4352];

    manifest_image(service, "elf", image);
    fputs("ExecStart=/usr/bin/qemu-system-x86_64", out);
    option(out, "-name", machine->name);
    option(out, "-M",
           "microvm,x-option-roms=off,pic=off,pit=off,rtc=on,ioapic2=off,isa-serial=on,acpi=on");
    option(out, "-bios", "qboot.rom");
    fputs(" \\\n    -accel kvm -accel tcg -cpu max -nodefaults -no-user-config -display none"
          " -no-reboot",
          out);
    snprintf(text, sizeof(text), "size=%lluk", (unsigned long long)(service->memory_bytes >> 10));
    option(out, "-m", text);
    option(out, "-global", "virtio-mmio.force-legacy=false");
    option(out, "-device", "isa-debug-exit,iobase=0x501,iosize=4");
    option(out, "-chardev", "stdio,id=log,mux=on,signal=off");
    option(out, "-serial", "chardev:log");
    option(out, "-device", "virtio-serial-device");
    option(out, "-device", "virtconsole,chardev=log");
    option(out, "-device", "virtio-rng-device");
    print_network(machine, out);
    fputs(" \\\n    -chardev \"pipe,id=monitor,path=%t/%N/monitor\" -mon chardev=monitor", out);
    snprintf(text, sizeof(text), "%s/%s", manifest->folder, image);
    option(out, "-kernel", text);
    snprintf(text, sizeof(text), "host=%s-%u", service->name, number);
    option(out, "-append", text);
    fputs(" \\\n    -fw_cfg \"name=opt/org.ucompose/env,file=%d/environment\"\n", out);
}

static void print_restart(FILE *out, const struct deploy_restart *restart)
{
    static const char *const policies[] = {
        [DEPLOY_RESTART_NO] = "no",
        [DEPLOY_RESTART_ALWAYS] = "always",
        [DEPLOY_RESTART_ON_FAILURE] = "on-failure",
        [DEPLOY_RESTART_UNLESS_STOPPED] = "always",
    };

    fprintf(out, "Restart=%s\n", policies[restart->policy]);
}

/* All instances of what it depends on are started before it, and stopped after it. */
static void print_dependency(const struct manifest *manifest, const struct deploy_dependency *dependency, FILE *out)
{
    const struct deploy_service *service = deploy_spec_find(manifest->spec, dependency->service);

    for (unsigned number = 1; service && number <= service->replicas; number++) {
        char name[MANIFEST_NAME_MAX];

        manifest_instance(manifest, service, number, name);
        fprintf(out, "%s=%s.service\nAfter=%s.service\n", dependency->required ? "Requires" : "Wants", name, name);
    }
}

static void print_unit(const struct manifest *manifest, const struct systemd_machine *machine, FILE *out)
{
    const struct deploy_service *service = machine->service;
    const struct deploy_restart *restart = &service->restart;

    fprintf(out,
            "# Made by \"ucompose deploy systemd\" from compose.yaml; edit it freely or make it "
            "anew.\n"
            "[Unit]\n"
            "Description=%s, a machine run by QEMU\n"
            "After=network-online.target\n"
            "Wants=network-online.target\n",
            machine->name);
    systemd_print_sockets(machine, out);
    if (service->depends_on_count)
        fputs("# Which it reaches at their published ports of the host, http://10.0.2.2:PORT.\n", out);
    for (size_t i = 0; i < service->depends_on_count; i++)
        print_dependency(manifest, &service->depends_on[i], out);
    if (restart->policy == DEPLOY_RESTART_ON_FAILURE && restart->max_retries)
        fprintf(out, "StartLimitIntervalSec=infinity\nStartLimitBurst=%u\n",
                restart->max_retries + 1);
    else
        fputs("StartLimitIntervalSec=0\n", out);
}

static void print_service(const struct manifest *manifest, const struct deploy_service *service,
                          FILE *out)
{
    char env[MANIFEST_NAME_MAX];

    manifest_env_name(service, env);
    /* A setting that is one path reads blanks and quotes as they are; only "%" is special. */
    fputs("LoadCredential=environment:", out);
    for (const char *p = manifest->folder; *p; p++)
        fprintf(out, *p == '%' ? "%%%c" : "%c", *p);
    fprintf(out, "/%s\n", env);
    fputs("RuntimeDirectory=%N\n"
          "RuntimeDirectoryMode=0700\n"
          "ExecStartPre=/usr/bin/mkfifo %t/%N/monitor.in %t/%N/monitor.out\n",
          out);
}

static void print_ending(const struct deploy_service *service, FILE *out)
{
    fprintf(out,
            "# Press the power button; the service drains and QEMU ends by itself.\n"
            "ExecStop=/bin/sh -c \"echo system_powerdown 1<>%%t/%%N/monitor.in\"\n"
            "KillSignal=SIGCONT\n"
            "TimeoutStopSec=%llums\n"
            "# QEMU's status for exit status 0 (isa-debug-exit).\n"
            "SuccessExitStatus=1\n",
            (unsigned long long)service->stop_grace_ms);
    print_restart(out, &service->restart);
    fprintf(out, "RestartSec=1s\nMemoryMax=%llu\n",
            (unsigned long long)(service->memory_bytes + MANIFEST_QEMU_BYTES));
}

const char systemd_hardening[] = "DynamicUser=yes\n"
                                 "CapabilityBoundingSet=\n"
                                 "NoNewPrivileges=yes\n"
                                 "ProtectSystem=strict\n"
                                 "ProtectHome=read-only\n"
                                 "PrivateTmp=yes\n"
                                 "ProtectKernelTunables=yes\n"
                                 "ProtectKernelModules=yes\n"
                                 "ProtectKernelLogs=yes\n"
                                 "ProtectControlGroups=yes\n"
                                 "ProtectClock=yes\n"
                                 "ProtectHostname=yes\n"
                                 "ProtectProc=invisible\n"
                                 "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n"
                                 "RestrictNamespaces=yes\n"
                                 "RestrictRealtime=yes\n"
                                 "LockPersonality=yes\n"
                                 "SystemCallArchitectures=native\n"
                                 "SystemCallFilter=@system-service\n"
                                 "UMask=0077\n";

static void print_hardening(FILE *out)
{
    fprintf(out,
            "SupplementaryGroups=kvm\n"
            "DevicePolicy=closed\n"
            "DeviceAllow=/dev/kvm rw\n"
            "%s"
            "# QEMU asks when it starts whether it could have a filter of its own.\n"
            "SystemCallFilter=seccomp\n"
            "\n"
            "[Install]\n"
            "WantedBy=multi-user.target\n",
            systemd_hardening);
}

static void add_unit(struct manifest *manifest, const struct deploy_service *service,
                     unsigned number)
{
    struct systemd_machine machine;
    char file[MANIFEST_NAME_MAX + 16];
    FILE *out;

    systemd_machine_init(&machine, manifest, service, number);
    snprintf(file, sizeof(file), "%s.service", machine.name);
    out = manifest_begin(manifest, file, 0644);
    print_unit(manifest, &machine, out);
    fputs("\n[Service]\n", out);
    print_service(manifest, service, out);
    print_command(manifest, &machine, number, out);
    print_ending(service, out);
    print_hardening(out);
    manifest_end(manifest, out);
    systemd_add_ports(manifest, &machine);
}

static int check_dependencies(const struct deploy_service *service, struct deploy_error *error)
{
    for (size_t i = 0; i < service->depends_on_count; i++)
        if (service->depends_on[i].condition != DEPLOY_STARTED)
            return deploy_fail(error, -ENOTSUP,
                               "service %s: systemd knows whether the machine of %s was started, not what it answers; write "
                               "condition: service_started, and let the service be unready until %s answers, or use "
                               "\"deploy host\"",
                               service->name, service->depends_on[i].service, service->depends_on[i].service);
    return 0;
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = manifest_check_alone(manifest, "systemd", error);

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_dependencies(&manifest->spec->services[i], error);
    if (err)
        return err;
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];

        manifest_env(manifest, service);
        for (unsigned number = 1; number <= service->replicas; number++)
            add_unit(manifest, service, number);
    }
    systemd_add_proxy_script(manifest);
    return 0;
}

static bool ends_with(const char *name, int len, const char *suffix)
{
    int most = (int)strlen(suffix);

    return len > most && !memcmp(name + len - most, suffix, (size_t)most);
}

/* The machines by name: their sockets and proxies follow. */
static void print_machines(const struct manifest *manifest, const char *verb, FILE *out)
{
    bool any = false;

    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            char name[MANIFEST_NAME_MAX];

            manifest_instance(manifest, &manifest->spec->services[i], number, name);
            if (!any)
                fprintf(out, "systemctl %s", verb);
            any = true;
            fprintf(out, " %s.service", name);
        }
    if (any)
        fputc('\n', out);
}

/* They go on, and with the next start of the host as well. Not "disable --now", which fails where none runs. */
static void print_left(const struct manifest *manifest, FILE *out)
{
    for (const char *name = manifest->left ? manifest->left : "", *end; (end = strchr(name, '\n')); name = end + 1) {
        int len = (int)(end - name);

        if (ends_with(name, len, ".service") || ends_with(name, len, ".socket"))
            fprintf(out, "systemctl stop %.*s && systemctl disable %.*s && rm %.*s\n", len, name, len, name, len, name);
    }
}

/* Not "restart", which keeps the sockets as they are: where ports change, the machines drain through the old ones before. */
static void print_commands(const struct manifest *manifest, FILE *out)
{
    const char *project = manifest->spec->project;

    fputs("systemctl enable", out);
    if (systemd_has_ports(manifest))
        fprintf(out, " ./%s-*.socket", project);
    fprintf(out, " ./%s-*.service\n", project);
    print_machines(manifest, "stop", out);
    print_left(manifest, out);
    print_machines(manifest, "start", out);
}

const struct manifest_target manifest_systemd = {
    .name = "systemd",
    .summary = "a hardened systemd unit for each machine, which runs QEMU and nothing else, and a socket for each port",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .listens = true,
    .unheeded = {.start_first = "a machine is started again in its place, and callers wait meanwhile; \"deploy host\" starts the "
                                "new one first"},
    .permissions = "root, for systemctl; the machines run as users of their own",
};
