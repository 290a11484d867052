/* SPDX-License-Identifier: MIT */
/*
 * libvirt.c - a domain for each instance, which boots the image directly.
 *
 * In session mode the network card is QEMU's user network, given in libvirt's passage for QEMU options:
 * session mode has no other, and only it publishes ports without rights.
 */
#include "libvirt.h"

#include <errno.h>

void libvirt_element(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "<%s>", tag);
    manifest_xml(out, text);
    fprintf(out, "</%s>", tag);
}

void libvirt_uuid(FILE *out, const char *name)
{
    uint64_t low = manifest_number(name);
    uint64_t high = low * 0x9e3779b97f4a7c15ull;

    fprintf(out, "<uuid>%08x-%04x-4%03x-8%03x-%012llx</uuid>", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
            (unsigned)(high & 0xfff), (unsigned)(low >> 48 & 0xfff), (unsigned long long)(low & 0xffffffffffffull));
}

static void print_head(FILE *out, const struct deploy_service *service, const char *name, const char *network)
{
    fprintf(out,
            "<!-- Made by \"ucompose deploy libvirt%s\" from compose.yaml; edit it freely or make it anew. -->\n"
            "<!-- type=\"qemu\" runs anywhere; \"kvm\" is faster where /dev/kvm may be used. -->\n"
            "<domain type=\"qemu\"%s>\n  ",
            network ? "-network" : "", network ? "" : " xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\"");
    libvirt_element(out, "name", name);
    fputs("\n  ", out);
    libvirt_uuid(out, name);
    fprintf(out,
            "\n  <memory unit=\"KiB\">%llu</memory>\n"
            "  <vcpu>1</vcpu>\n",
            (unsigned long long)(service->memory_bytes >> 10));
}

static void print_boot(const struct manifest *manifest, const struct deploy_service *service,
                       unsigned number, FILE *out)
{
    char file[MANIFEST_NAME_MAX], path[4352], line[MANIFEST_NAME_MAX];

    manifest_env_name(service, file);
    snprintf(path, sizeof(path), "%s/%s", manifest->folder, file);
    fputs("  <sysinfo type=\"fwcfg\">\n    <entry name=\"opt/org.ucompose/env\" file=\"", out);
    manifest_xml(out, path);
    fputs("\"/>\n  </sysinfo>\n  <os>\n    <type arch=\"x86_64\" machine=\"pc\">hvm</type>\n    ",
          out);
    manifest_image(service, "elf", file);
    snprintf(path, sizeof(path), "%s/%s", manifest->folder, file);
    libvirt_element(out, "kernel", path);
    fputs("\n    ", out);
    snprintf(line, sizeof(line), "host=%s-%u", service->name, number);
    libvirt_element(out, "cmdline", line);
    fputs("\n  </os>\n", out);
}

static void print_card(FILE *out, const char *mac, const char *network)
{
    fprintf(out, "    <interface type=\"network\">\n      <mac address=\"%s\"/>\n      <source network=\"", mac);
    manifest_xml(out, network);
    fputs("\"/>\n      <model type=\"virtio\"/>\n      <rom enabled=\"no\"/>\n    </interface>\n", out);
}

static void print_user_network(FILE *out, const struct deploy_service *service, const char *mac)
{
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
            "  </qemu:commandline>\n",
            mac);
}

void libvirt_domain(struct manifest *manifest, const struct deploy_service *service, unsigned number,
                    const char *network)
{
    char name[MANIFEST_NAME_MAX], file[MANIFEST_NAME_MAX + 8], mac[18];
    FILE *out;

    manifest_instance(manifest, service, number, name);
    manifest_mac(name, mac);
    snprintf(file, sizeof(file), "%s.xml", name);
    out = manifest_begin(manifest, file, 0644);
    print_head(out, service, name, network);
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
          "    </rng>\n",
          out);
    if (network)
        print_card(out, mac, network);
    fputs("  </devices>\n", out);
    if (!network)
        print_user_network(out, service, mac);
    fputs("</domain>\n", out);
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
            libvirt_domain(manifest, service, number, NULL);
    }
    return 0;
}

void libvirt_commands(const struct manifest *manifest, const char *uri, FILE *out)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            char name[MANIFEST_NAME_MAX];

            manifest_instance(manifest, &manifest->spec->services[i], number, name);
            fprintf(out, "virsh -c %s define %s.xml\n", uri, name);
            fprintf(out, "virsh -c %s start %s # what runs already: shutdown %s before, until domstate %s says \"shut off\"\n", uri, name,
                    name, name);
        }
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    libvirt_commands(manifest, "qemu:///session", out);
}

const struct manifest_target manifest_libvirt = {
    .name = "libvirt",
    .summary = "a libvirt domain for each machine, which boots the image directly",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .listens = true,
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .stop_grace_period = "\"virsh shutdown\" waits without end; \"virsh destroy\" ends a machine at once",
                 .start_first = MANIFEST_IN_ITS_PLACE},
    .permissions = "no rights but your own, and libvirt in session mode",
};
