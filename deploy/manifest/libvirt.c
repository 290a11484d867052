/* SPDX-License-Identifier: MIT */
/*
 * libvirt.c - a domain for each instance, which boots the image directly.
 *
 * The network card is QEMU's user network, given in libvirt's passage for QEMU options: session
 * mode has no other, and only it publishes ports without rights.
 */
#include "manifest_internal.h"

#include <errno.h>

static void element(FILE *out, const char *name, const char *folder, const char *text)
{
    fprintf(out, "<%s>", name);
    manifest_xml(out, folder);
    manifest_xml(out, text);
    fprintf(out, "</%s>", name);
}

static void print_head(FILE *out, const struct deploy_service *service, const char *name)
{
    uint64_t low = manifest_number(name);
    uint64_t high = low * 0x9e3779b97f4a7c15ull;

    fputs("<!-- Made by \"ucompose deploy libvirt\" from compose.yaml; edit it freely or make it "
          "anew. -->\n"
          "<!-- type=\"qemu\" runs anywhere; \"kvm\" is faster where /dev/kvm may be used. -->\n"
          "<domain type=\"qemu\" xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\">\n  ",
          out);
    element(out, "name", "", name);
    fprintf(out,
            "\n  <uuid>%08x-%04x-4%03x-8%03x-%012llx</uuid>\n"
            "  <memory unit=\"KiB\">%llu</memory>\n"
            "  <vcpu>1</vcpu>\n",
            (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff),
            (unsigned)(low >> 48 & 0xfff), (unsigned long long)(low & 0xffffffffffffull),
            (unsigned long long)(service->memory_bytes >> 10));
}

static void print_boot(const struct manifest *manifest, const struct deploy_service *service,
                       unsigned number, FILE *out)
{
    char file[MANIFEST_NAME_MAX], folder[4352], line[MANIFEST_NAME_MAX];

    snprintf(folder, sizeof(folder), "%s/", manifest->folder);
    manifest_env_name(service, file);
    fputs("  <sysinfo type=\"fwcfg\">\n    <entry name=\"opt/org.ucompose/env\" file=\"", out);
    manifest_xml(out, folder);
    manifest_xml(out, file);
    fputs("\"/>\n  </sysinfo>\n  <os>\n    <type arch=\"x86_64\" machine=\"pc\">hvm</type>\n    ",
          out);
    manifest_image(service, "elf", file);
    element(out, "kernel", folder, file);
    fputs("\n    ", out);
    snprintf(line, sizeof(line), "host=%s-%u", service->name, number);
    element(out, "cmdline", "", line);
    fputs("\n  </os>\n", out);
}

static void print_network(FILE *out, const struct deploy_service *service, const char *name)
{
    char mac[18];

    manifest_mac(name, mac);
    fputs("  <qemu:commandline>\n"
          "    <qemu:arg value=\"-netdev\"/>\n"
          "    <qemu:arg value=\"user,id=net",
          out);
    for (size_t i = 0; i < service->port_count; i++) {
        fputs(",hostfwd=tcp:", out);
        manifest_xml(out, service->ports[i].host_ip);
        fprintf(out, ":%u-:%u", service->ports[i].host_port, service->ports[i].guest_port);
    }
    fprintf(out,
            "\"/>\n"
            "    <qemu:arg value=\"-device\"/>\n"
            "    <qemu:arg value=\"virtio-net-pci,netdev=net,mac=%s,romfile=,addr=0x10\"/>\n"
            "  </qemu:commandline>\n"
            "</domain>\n",
            mac);
}

static void add_domain(struct manifest *manifest, const struct deploy_service *service,
                       unsigned number)
{
    char name[MANIFEST_NAME_MAX], file[MANIFEST_NAME_MAX + 8];
    FILE *out;

    manifest_instance(manifest, service, number, name);
    snprintf(file, sizeof(file), "%s.xml", name);
    out = manifest_begin(manifest, file, 0644);
    print_head(out, service, name);
    print_boot(manifest, service, number, out);
    fputs("  <features>\n    <acpi/>\n  </features>\n"
          "  <cpu mode=\"maximum\"/>\n"
          "  <on_poweroff>destroy</on_poweroff>\n"
          "  <on_reboot>destroy</on_reboot>\n"
          "  <on_crash>destroy</on_crash>\n"
          "  <devices>\n"
          "    <controller type=\"usb\" model=\"none\"/>\n"
          "    <serial type=\"pty\">\n      <target type=\"isa-serial\" port=\"0\"/>\n    "
          "</serial>\n"
          "    <memballoon model=\"none\"/>\n"
          "    <rng model=\"virtio\">\n      <backend model=\"random\">/dev/urandom</backend>\n"
          "    </rng>\n"
          "  </devices>\n",
          out);
    print_network(out, service, name);
    manifest_end(manifest, out);
}

static int check_service(const struct deploy_service *service, struct deploy_error *error)
{
    if (service->restart.policy == DEPLOY_RESTART_NO)
        return manifest_check_independent(service, "libvirt", error);
    return deploy_fail(error, -ENOTSUP,
                       "service %s: libvirt does not start a machine again that ended; set "
                       "restart: \"no\", or use \"deploy systemd\"",
                       service->name);
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = manifest_check_alone(manifest, "libvirt", error);

    for (size_t i = 0; !err && i < manifest->spec->service_count; i++)
        err = check_service(&manifest->spec->services[i], error);
    if (err)
        return err;
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];

        manifest_env(manifest, service);
        for (unsigned number = 1; number <= service->replicas; number++)
            add_domain(manifest, service, number);
    }
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            char name[MANIFEST_NAME_MAX];

            manifest_instance(manifest, &manifest->spec->services[i], number, name);
            fprintf(out, "virsh -c qemu:///session define %s.xml\n", name);
            fprintf(out, "virsh -c qemu:///session start %s\n", name);
        }
}

const struct manifest_target manifest_libvirt = {
    .name = "libvirt",
    .summary = "a libvirt domain for each machine, which boots the image directly",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .permissions = "no rights but your own, and libvirt in session mode",
};
