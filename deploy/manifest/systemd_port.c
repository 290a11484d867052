/* SPDX-License-Identifier: MIT */
/*
 * systemd_port.c - published ports: sockets of systemd, which stay open while a machine is started again.
 *
 * The proxy goes after its machine, which drains through it: hence Before=, which turns round when both stop. It is stopped
 * before the machine's successor runs, and so callers wait in the socket's queue until the next proxy finds that one ready.
 */
#include "systemd.h"

#include "plan/systemd_word.h"

#include <string.h>

/* At each private address. Below what the kernel gives out, and no port that is published often. */
#define PRIVATE_PORT 12700

/* Of a proxy, at the same time: six descriptors each. A service has limits of its own. */
#define CONNECTIONS_MAX 10000

void systemd_machine_init(struct systemd_machine *machine, const struct manifest *manifest,
                          const struct deploy_service *service, unsigned number)
{
    machine->folder = manifest->folder;
    machine->service = service;
    manifest_instance(manifest, service, number, machine->name);
}

/* Its own for each port of the guest, whatever else is published: the proxy of an earlier compose.yaml leads there, or nowhere. */
static void print_address(const struct systemd_machine *machine, unsigned guest_port, FILE *out)
{
    char place[4352];
    uint64_t digits;

    snprintf(place, sizeof(place), "%s/%s:%u", machine->folder, machine->name, guest_port);
    digits = manifest_number(place);
    /* Not 127.0.0.0/16, where programs choose by hand. */
    fprintf(out, "127.%u.%u.%u:%d", (unsigned)(digits >> 16) % 254 + 1, (unsigned)(digits >> 8 & 0xff),
            (unsigned)(digits & 0xff) % 254 + 1, PRIVATE_PORT);
}

/* "shop-orders-1-8080"; and "shop-orders-1-8080-2" where that number is published at another address, too. */
static void name_port(const struct systemd_machine *machine, size_t index, char name[MANIFEST_NAME_MAX + 16])
{
    const struct deploy_port *ports = machine->service->ports;
    unsigned same = 1;

    for (size_t i = 0; i < index; i++)
        same += ports[i].host_port == ports[index].host_port;
    snprintf(name, MANIFEST_NAME_MAX + 16, same > 1 ? "%s-%u-%u" : "%s-%u", machine->name, ports[index].host_port, same);
}

void systemd_print_sockets(const struct systemd_machine *machine, FILE *out)
{
    char name[MANIFEST_NAME_MAX + 16];

    for (size_t i = 0; i < machine->service->port_count; i++) {
        name_port(machine, i, name);
        fprintf(out, "Wants=%s.socket\nAfter=%s.socket\n", name, name);
    }
}

static bool is_asked(const struct deploy_service *service)
{
    return service->port_count && !service->health.disabled;
}

static void print_forward(const struct systemd_machine *machine, unsigned guest_port, FILE *out)
{
    fputs(",hostfwd=tcp:", out);
    print_address(machine, guest_port, out);
    fprintf(out, "-:%u", guest_port);
}

/* Does what is before lead there already? */
static bool is_forwarded(const struct deploy_service *service, size_t index)
{
    unsigned guest_port = service->ports[index].guest_port;

    for (size_t i = 0; i < index; i++)
        if (service->ports[i].guest_port == guest_port)
            return true;
    return is_asked(service) && service->health.port == guest_port;
}

void systemd_print_forwards(const struct systemd_machine *machine, FILE *out)
{
    const struct deploy_service *service = machine->service;

    if (is_asked(service))
        print_forward(machine, service->health.port, out);
    for (size_t i = 0; i < service->port_count; i++)
        if (!is_forwarded(service, i))
            print_forward(machine, service->ports[i].guest_port, out);
}

static FILE *begin(struct manifest *manifest, const char *name, const char *suffix)
{
    char file[MANIFEST_NAME_MAX + 32];
    FILE *out;

    snprintf(file, sizeof(file), "%s.%s", name, suffix);
    out = manifest_begin(manifest, file, 0644);
    fputs("# Made by \"ucompose deploy systemd\" from compose.yaml; edit it freely or make it anew.\n", out);
    return out;
}

static void add_socket(struct manifest *manifest, const struct systemd_machine *machine, const struct deploy_port *port,
                       const char *name)
{
    FILE *out = begin(manifest, name, "socket");
    bool long_address = strchr(port->host_ip, ':') != NULL;

    fprintf(out,
            "[Unit]\n"
            "Description=Port %u of %s\n"
            "# It stays open while the machine is started again by hand, and closes when that is stopped or ends.\n"
            "StopPropagatedFrom=%s.service\n"
            "# It begins as often as the machine does.\n"
            "StartLimitIntervalSec=0\n"
            "\n"
            "[Socket]\n"
            "ListenStream=%s%s%s:%u\n"
            "# Also where a network is not up yet.\n"
            "FreeBind=yes\n"
            "NoDelay=yes\n"
            "\n"
            "[Install]\n"
            "WantedBy=sockets.target\n",
            port->host_port, machine->name, machine->name, long_address ? "[" : "", port->host_ip, long_address ? "]" : "",
            port->host_port);
    manifest_end(manifest, out);
}

/* Failures count when the start period is over: so long it may take to be ready, and then nobody expects it any more. */
static unsigned long long patience_s(const struct deploy_health *health)
{
    return (health->start_period_ms + health->retries * health->interval_ms + 999) / 1000;
}

static void print_command(const struct manifest *manifest, const struct systemd_machine *machine, size_t index, FILE *out)
{
    const struct deploy_health *health = &machine->service->health;
    char script[4352];

    snprintf(script, sizeof(script), "%s/proxy.sh", manifest->folder);
    fputs("ExecStart=/bin/bash ", out);
    deploy_systemd_word(out, script);
    fputc(' ', out);
    print_address(machine, machine->service->ports[index].guest_port, out);
    if (is_asked(machine->service)) {
        fputc(' ', out);
        print_address(machine, health->port, out);
        fputc(' ', out);
        deploy_systemd_word(out, health->path);
        fprintf(out, " %llu.%03llu %llu", (unsigned long long)health->timeout_ms / 1000,
                (unsigned long long)health->timeout_ms % 1000, patience_s(health));
    }
    fputc('\n', out);
}

static void add_proxy(struct manifest *manifest, const struct systemd_machine *machine, size_t index, const char *name)
{
    FILE *out = begin(manifest, name, "service");

    fprintf(out,
            "[Unit]\n"
            "Description=Connections to port %u of %s\n"
            "Requires=%s.socket\n"
            "# It ends after the machine, which drains through it, however that comes to its end.\n"
            "Before=%s.service\n"
            "PartOf=%s.service\n"
            "StopPropagatedFrom=%s.service\n"
            "StartLimitIntervalSec=0\n"
            "\n"
            "[Service]\n"
            "Type=exec\n",
            machine->service->ports[index].host_port, machine->name, name, machine->name, machine->name, machine->name);
    print_command(manifest, machine, index, out);
    fputs("LimitNOFILE=65536\n"
          "PrivateDevices=yes\n"
          "MemoryDenyWriteExecute=yes\n",
          out);
    fprintf(out, "%s\n[Install]\nWantedBy=%s.service\n", systemd_hardening, machine->name);
    manifest_end(manifest, out);
}

void systemd_add_ports(struct manifest *manifest, const struct systemd_machine *machine)
{
    for (size_t i = 0; i < machine->service->port_count; i++) {
        char name[MANIFEST_NAME_MAX + 16];

        name_port(machine, i, name);
        add_socket(manifest, machine, &machine->service->ports[i], name);
        add_proxy(manifest, machine, i, name);
    }
}

bool systemd_has_ports(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        if (manifest->spec->services[i].port_count && manifest->spec->services[i].replicas)
            return true;
    return false;
}

void systemd_add_proxy_script(struct manifest *manifest)
{
    FILE *out;

    if (!systemd_has_ports(manifest))
        return;
    out = manifest_begin(manifest, "proxy.sh", 0755);
    fprintf(out,
            "#!/bin/bash\n"
            "# Made by \"ucompose deploy systemd\" from compose.yaml; edit it freely or make it anew.\n"
            "#\n"
            "# proxy.sh MACHINE [HEALTH PATH TIMEOUT SECONDS]: hand the connections of a socket of systemd to MACHINE\n"
            "# (ADDRESS:PORT), from when it answers PATH at HEALTH with 200, within TIMEOUT. Until then callers wait in the\n"
            "# socket's queue. After SECONDS its own answers tell them more.\n"
            "machine=$1 health=${2-} path=${3-} timeout=${4-} patience=${5-}\n"
            "\n"
            "runs() (exec 9<>\"/dev/tcp/${1/://}\")\n"
            "\n"
            "is_ready() (\n"
            "    exec 9<>\"/dev/tcp/${health/://}\" &&\n"
            "        printf 'GET %%s HTTP/1.1\\r\\nHost: machine\\r\\nConnection: close\\r\\n\\r\\n' \"$path\" >&9 &&\n"
            "        read -rt \"$timeout\" -u 9 _ status _ && [ \"$status\" = 200 ]\n"
            ")\n"
            "\n"
            "until runs \"${health:-$machine}\"; do sleep 0.1; done 2>/dev/null\n"
            "SECONDS=0 # counted by the shell\n"
            "until [ -z \"$health\" ] || is_ready || [ $SECONDS -ge \"$patience\" ]; do sleep 0.1; done 2>/dev/null\n"
            "exec /usr/lib/systemd/systemd-socket-proxyd --connections-max=%u \"$machine\"\n",
            CONNECTIONS_MAX);
    manifest_end(manifest, out);
}
