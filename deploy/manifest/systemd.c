/* SPDX-License-Identifier: MIT */
/*
 * systemd.c - a unit for each instance, which runs QEMU under a user of its own.
 *
 * The power button is pressed through QEMU's monitor, a pair of pipes in the runtime folder:
 * ExecStop writes one line and needs no program but the shell. The signal that systemd sends
 * next must not end QEMU while the service drains, hence SIGCONT.
 */
#include "manifest_internal.h"

#include "plan/systemd_word.h"

#include <errno.h>
#include <string.h>

static void option(FILE *out, const char *name, const char *value)
{
    fprintf(out, " \\\n    %s ", name);
    deploy_systemd_word(out, value);
}

static void print_network(FILE *out, const struct deploy_service *service, const char *mac)
{
    char device[64];

    fputs(" \\\n    -netdev \"user,id=net", out);
    for (size_t i = 0; i < service->port_count; i++)
        fprintf(out, ",hostfwd=tcp:%s:%u-:%u", service->ports[i].host_ip,
                service->ports[i].host_port, service->ports[i].guest_port);
    fputc('"', out);
    snprintf(device, sizeof(device), "virtio-net-device,netdev=net,mac=%s", mac);
    option(out, "-device", device);
}

static void print_command(const struct manifest *manifest, const struct deploy_service *service,
                          const char *name, unsigned number, FILE *out)
{
    char mac[18], image[MANIFEST_NAME_MAX], text[4352];

    manifest_mac(name, mac);
    manifest_image(service, "elf", image);
    fputs("ExecStart=/usr/bin/qemu-system-x86_64", out);
    option(out, "-name", name);
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
    print_network(out, service, mac);
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

static void print_unit(const struct manifest *manifest, const struct deploy_service *service, FILE *out, const char *name)
{
    const struct deploy_restart *restart = &service->restart;

    fprintf(out,
            "# Made by \"ucompose deploy systemd\" from compose.yaml; edit it freely or make it "
            "anew.\n"
            "[Unit]\n"
            "Description=%s, a machine run by QEMU\n"
            "After=network-online.target\n"
            "Wants=network-online.target\n",
            name);
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
            "ExecStop=/bin/sh -c \"echo system_powerdown >%%t/%%N/monitor.in\"\n"
            "KillSignal=SIGCONT\n"
            "TimeoutStopSec=%llums\n"
            "# QEMU's status for exit status 0 (isa-debug-exit).\n"
            "SuccessExitStatus=1\n",
            (unsigned long long)service->stop_grace_ms);
    print_restart(out, &service->restart);
    fprintf(out, "RestartSec=1s\nMemoryMax=%llu\n",
            (unsigned long long)(service->memory_bytes + MANIFEST_QEMU_BYTES));
}

static const char hardening[] = "DynamicUser=yes\n"
                                "SupplementaryGroups=kvm\n"
                                "DevicePolicy=closed\n"
                                "DeviceAllow=/dev/kvm rw\n"
                                "CapabilityBoundingSet=\n"
                                "NoNewPrivileges=yes\n"
                                "ProtectSystem=strict\n"
                                "ProtectHome=read-only\n"
                                "PrivateTmp=yes\n"
                                "ProtectKernelTunables=yes\n"
                                "ProtectKernelModules=yes\n"
                                "ProtectControlGroups=yes\n"
                                "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n"
                                "RestrictNamespaces=yes\n"
                                "RestrictRealtime=yes\n"
                                "LockPersonality=yes\n"
                                "SystemCallArchitectures=native\n"
                                "SystemCallFilter=@system-service\n"
                                "UMask=0077\n"
                                "\n"
                                "[Install]\n"
                                "WantedBy=multi-user.target\n";

static void add_unit(struct manifest *manifest, const struct deploy_service *service,
                     unsigned number)
{
    char name[MANIFEST_NAME_MAX], file[MANIFEST_NAME_MAX + 16];
    FILE *out;

    manifest_instance(manifest, service, number, name);
    snprintf(file, sizeof(file), "%s.service", name);
    out = manifest_begin(manifest, file, 0644);
    print_unit(manifest, service, out, name);
    fputs("\n[Service]\n", out);
    print_service(manifest, service, out);
    print_command(manifest, service, name, number, out);
    print_ending(service, out);
    fputs(hardening, out);
    manifest_end(manifest, out);
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
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    fprintf(out, "systemctl enable --now ./%s-*.service\n", manifest->spec->project);
}

const struct manifest_target manifest_systemd = {
    .name = "systemd",
    .summary = "a hardened systemd unit for each machine, which runs QEMU and nothing else",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .listens = true,
    .permissions = "root, for systemctl; the machines run as users of their own",
};
