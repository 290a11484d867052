/* SPDX-License-Identifier: MIT */
/*
 * firecracker.c - for each instance the configuration of a microVM and what its metadata service tells it, and
 * one script that starts all of them in jailers.
 *
 * A tap device and four addresses of 198.18.0.0/15 for each, the host's end of the link before the machine's. Both depend on the
 * instance's name alone, so that they stay while other instances and projects come and go. Published ports are the host's
 * firewall's business, which a comment of the script shows.
 */
#include "manifest_internal.h"

#include "plan/hash.h"
#include "plan/memory.h"

#include <errno.h>
#include <stdlib.h>

#define JAILER_ID_MAX 64
#define INSTANCE_BYTES 3 /* "-64" */

/* Of benchmarks in laboratories (RFC 2544), so of no network that a host is in. */
#define ADDRESSES (198u << 24 | 18u << 16)
#define LINKS (1u << 15) /* of four addresses each */

struct instance {
    const struct deploy_service *service;
    char name[MANIFEST_NAME_MAX];
    char tap[16];
    unsigned link;
};

typedef void print_fn(const struct manifest *manifest, const struct instance *instance, FILE *out);
typedef void instance_fn(struct manifest *manifest, const struct instance *instance, void *arg);

/* That of its name; where another one of the project has it, the next. */
static unsigned find_link(const char *name, unsigned *links, size_t count)
{
    unsigned link = (unsigned)(manifest_number(name) % LINKS);

    for (size_t i = 0; i < count; i++)
        if (links[i] == link) {
            link = (link + 1) % LINKS;
            i = (size_t)-1; /* from the first again */
        }
    return links[count] = link;
}

static void each(struct manifest *manifest, instance_fn *fn, void *arg)
{
    size_t most = 0, count = 0;
    unsigned *links;

    for (size_t i = 0; i < manifest->spec->service_count; i++)
        most += manifest->spec->services[i].replicas;
    links = deploy_memory_array(most, sizeof(*links));
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        for (unsigned number = 1; number <= manifest->spec->services[i].replicas; number++) {
            struct instance instance = {.service = &manifest->spec->services[i]};

            manifest_instance(manifest, instance.service, number, instance.name);
            snprintf(instance.tap, sizeof(instance.tap), "uc%012llx",
                     (unsigned long long)manifest_number(instance.name) & 0xffffffffffff);
            instance.link = find_link(instance.name, links, count++);
            fn(manifest, &instance, arg);
        }
    free(links);
}

/* The machine's end of its link, or the host's. */
static void address(const struct instance *instance, unsigned end, char text[16])
{
    unsigned at = ADDRESSES + 4 * instance->link + end;

    snprintf(text, 16, "%u.%u.%u.%u", at >> 24, at >> 16 & 0xff, at >> 8 & 0xff, at & 0xff);
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
            "  \"network-interfaces\": [ { \"iface_id\": \"net\", \"guest_mac\": \"%s\", \"host_dev_name\": \"%s\" } ],\n"
            "  \"mmds-config\": { \"version\": \"V2\", \"network_interfaces\": [ \"net\" ] }\n"
            "}\n",
            instance->name, guest, host,
            (unsigned long long)((instance->service->memory_bytes + (1 << 20) - 1) >> 20), mac, instance->tap);
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

static void add_files(struct manifest *manifest, const struct instance *instance, void *arg)
{
    (void)arg;
    add_file(manifest, instance, ".json", print_machine, 0644);
    add_file(manifest, instance, ".metadata.json", print_metadata, 0600);
}

/* Of all that the machine is made of. */
static void find_version(const struct manifest *manifest, const struct instance *instance, char version[MANIFEST_VERSION_MAX])
{
    char *text = NULL;
    size_t len;
    FILE *page = manifest_page(&text, &len);

    fprintf(page, "%s\n", instance->service->config_hash + DEPLOY_HASH_HALF + 1);
    print_machine(manifest, instance, page);
    print_metadata(manifest, instance, page);
    manifest_version(manifest, page, &text, version);
}

static void print_start(struct manifest *manifest, const struct instance *instance, void *arg)
{
    char image[MANIFEST_NAME_MAX], host[16], guest[16], version[MANIFEST_VERSION_MAX];
    FILE *out = arg;

    manifest_image(instance->service, "elf", image);
    address(instance, 1, host);
    address(instance, 2, guest);
    find_version(manifest, instance, version);
    fprintf(out, "start %s %s %s '%s' %s %llu # %s", instance->name, instance->tap, host, image, version,
            (unsigned long long)(instance->service->stop_grace_ms + 999) / 1000, guest);
    for (size_t i = 0; i < instance->service->port_count; i++)
        fprintf(out, "%s %s:%u -> %s:%u", i ? "," : "; publish:", instance->service->ports[i].host_ip,
                instance->service->ports[i].host_port, guest, instance->service->ports[i].guest_port);
    fputc('\n', out);
}

static const char script_head[] =
    "#!/bin/sh\n"
    "# Made by \"ucompose deploy firecracker\" from compose.yaml; edit it freely or make it anew.\n"
    "# As root, in its folder:\n"
    "#   ./start.sh              starts what does not run, each machine in a jailer, as a user without rights\n"
    "#   REPLACE=1 ./start.sh    and replaces what runs in another version\n"
    "#   ./start.sh stop         ends all of the project; with names, these: ./start.sh stop shop-orders-1\n"
    "# Who is ended drains, for its stop_grace_period at most.\n"
    "set -eu\n"
    "JAIL=${JAIL:-/srv/jailer}      # below it each machine gets its root\n"
    "LOGS=${LOGS:-/var/log/ucompose} # where its console goes, NAME.log\n"
    "USER_ID=${USER_ID:-20000}      # whose rights the machines have\n";

static const char script_body[] =
    "FIRECRACKER=$(command -v firecracker) || { echo \"$0: there is no firecracker in PATH\" >&2; exit 1; }\n"
    "FIRECRACKER=$(readlink -f \"$FIRECRACKER\")\n"
    "PROGRAM=$(basename \"$FIRECRACKER\") # which the jailer puts into the root's path\n"
    "\n"
    "runs() { # NAME\n"
    "    pid=$(cat \"$JAIL/$PROGRAM/$1/root/$PROGRAM.pid\" 2>/dev/null) && grep -qaF -- \"$1\" \"/proc/$pid/cmdline\" 2>/dev/null\n"
    "}\n"
    "\n"
    "kept() { # NAME WHAT: as it was written when the machine was started\n"
    "    cat \"$JAIL/$PROGRAM/$1/$2\" 2>/dev/null || true\n"
    "}\n"
    "\n"
    "press() { # NAME: Ctrl+Alt+Del, which is its power button\n"
    "    (cd \"$JAIL/$PROGRAM/$1/root\" && curl -sSf --unix-socket run/firecracker.socket -X PUT -H 'Content-Type: application/json' \\\n"
    "        -d '{ \"action_type\": \"SendCtrlAltDel\" }' http://localhost/actions) ||\n"
    "        { echo \"$0: $1 could not be asked to drain, and is ended at once\" >&2; return 1; }\n"
    "}\n"
    "\n"
    "end() { # NAME\n"
    "    waited=0\n"
    "    if runs \"$1\" && press \"$1\"; then\n"
    "        while runs \"$1\" && [ $waited -lt \"$(kept \"$1\" grace)\" ]; do\n"
    "            sleep 1\n"
    "            waited=$((waited + 1))\n"
    "        done\n"
    "    fi\n"
    "    ! runs \"$1\" || kill -KILL \"$pid\" || true # no other signal reaches the first process of a namespace\n"
    "    while runs \"$1\"; do sleep 0.1; done\n"
    "    [ -z \"$(kept \"$1\" tap)\" ] || ip link delete \"$(kept \"$1\" tap)\" 2>/dev/null || true\n"
    "    rm -rf \"${JAIL:?}/$PROGRAM/$1\"\n"
    "}\n"
    "\n"
    "stop() { # NAME...: all of the project where there is none\n"
    "    ended=\n"
    "    for project in \"$JAIL/$PROGRAM\"/*/project; do\n"
    "        name=$(basename \"$(dirname \"$project\")\")\n"
    "        [ \"$(kept \"$name\" project)\" = \"$PROJECT\" ] || continue\n"
    "        [ $# = 0 ] || echo \" $* \" | grep -qF \" $name \" || continue\n"
    "        end \"$name\"\n"
    "        ended=\"$ended $name\"\n"
    "        echo \"$name is ended\"\n"
    "    done\n"
    "    for name in \"$@\"; do\n"
    "        if echo \"$ended \" | grep -qF \" $name \"; then continue; fi\n"
    "        grep -qF \"start $name \" \"$0\" || { echo \"$0: $PROJECT has no machine $name\" >&2; exit 1; }\n"
    "        echo \"$name does not run\"\n"
    "    done\n"
    "}\n"
    "\n"
    "link() { # NAME TAP HOST-ADDRESS\n"
    "    other=$(ip -o -4 address show to \"$3/30\" | awk -v tap=\"$2\" '$2 != tap { print $2; exit }')\n"
    "    [ -z \"$other\" ] || {\n"
    "        echo \"$0: $other of this host has addresses that are for $1 ($3/30); write others into $1.json, and here\" >&2\n"
    "        exit 1\n"
    "    }\n"
    "    ip link show \"$2\" >/dev/null 2>&1 || ip tuntap add \"$2\" mode tap user \"$USER_ID\"\n"
    "    ip address replace \"$3/30\" dev \"$2\"\n"
    "    ip link set \"$2\" up\n"
    "}\n"
    "\n"
    "is_quiet() { # NAME: at this level nothing says that it is ready\n"
    "    grep -qE '\\\\nUC_LOG_LEVEL=\\\\\"(warn|error)\\\\\"' \"$1.metadata.json\"\n"
    "}\n"
    "\n"
    "# Until it says in its log that it is ready.\n"
    "prove() { # NAME LINES: so many had its log before\n"
    "    waited=0\n"
    "    until tail -n \"+$(($2 + 1))\" \"$LOGS/$1.log\" | grep -q '\"ready\"'; do\n"
    "        runs \"$1\" || {\n"
    "            tail -n 5 \"$LOGS/$1.log\" >&2\n"
    "            echo \"$0: $1 has ended; the end of its log, $LOGS/$1.log, is above\" >&2\n"
    "            exit 1\n"
    "        }\n"
    "        if [ $waited = 1 ] && is_quiet \"$1\"; then\n"
    "            echo \"$1 runs; whether it is ready, UC_LOG_LEVEL keeps from its log\"\n"
    "            return\n"
    "        fi\n"
    "        [ $waited -lt \"${PATIENCE:-10}\" ] || {\n"
    "            echo \"$0: $1 runs, and does not say in $LOGS/$1.log that it is ready\" >&2\n"
    "            exit 1\n"
    "        }\n"
    "        sleep 1\n"
    "        waited=$((waited + 1))\n"
    "    done\n"
    "    echo \"$1 is ready\"\n"
    "}\n"
    "\n"
    "begin() { # NAME TAP HOST-ADDRESS IMAGE VERSION GRACE-SECONDS\n"
    "    jail=$JAIL/$PROGRAM/$1\n"
    "    rm -rf \"$jail\" # of a machine that has ended: a jailer wants none\n"
    "    mkdir -p \"$jail/root\" \"$LOGS\"\n"
    "    install -m 0444 \"$4\" \"$jail/root/image.elf\"\n"
    "    install -m 0444 \"$1.json\" \"$jail/root/machine.json\"\n"
    "    install -m 0400 -o \"$USER_ID\" \"$1.metadata.json\" \"$jail/root/metadata.json\"\n"
    "    link \"$1\" \"$2\" \"$3\"\n"
    "    echo \"$PROJECT\" >\"$jail/project\"\n"
    "    echo \"$2\" >\"$jail/tap\"\n"
    "    echo \"$5\" >\"$jail/version\"\n"
    "    echo \"$6\" >\"$jail/grace\"\n"
    "    [ -e \"$LOGS/$1.log\" ] || (umask 077 && : >\"$LOGS/$1.log\")\n"
    "    lines=$(wc -l <\"$LOGS/$1.log\")\n"
    "    # Not by --daemonize, which would give the console to /dev/null.\n"
    "    setsid -w jailer --id \"$1\" --exec-file \"$FIRECRACKER\" --uid \"$USER_ID\" --gid \"$USER_ID\" --chroot-base-dir \"$JAIL\" \\\n"
    "        --new-pid-ns -- --config-file machine.json --metadata metadata.json </dev/null >>\"$LOGS/$1.log\" 2>&1 || {\n"
    "        tail -n 5 \"$LOGS/$1.log\" >&2\n"
    "        echo \"$0: $1 could not be started; the end of its log, $LOGS/$1.log, is above\" >&2\n"
    "        exit 1\n"
    "    }\n"
    "    prove \"$1\" \"$lines\"\n"
    "}\n"
    "\n"
    "start() { # NAME TAP HOST-ADDRESS IMAGE VERSION GRACE-SECONDS\n"
    "    names=\"$names $1\"\n"
    "    if ! runs \"$1\"; then\n"
    "        begin \"$@\"\n"
    "    elif [ \"$(kept \"$1\" version)\" = \"$5\" ]; then\n"
    "        echo \"$1 runs already\"\n"
    "    elif [ -n \"${REPLACE-}\" ]; then\n"
    "        end \"$1\"\n"
    "        begin \"$@\"\n"
    "    else\n"
    "        echo \"$0: $1 runs in another version, and was left as it is; REPLACE=1 $0 replaces it\" >&2\n"
    "    fi\n"
    "}\n"
    "\n"
    "tell_others() {\n"
    "    for project in \"$JAIL/$PROGRAM\"/*/project; do\n"
    "        name=$(basename \"$(dirname \"$project\")\")\n"
    "        [ \"$(kept \"$name\" project)\" = \"$PROJECT\" ] || continue\n"
    "        runs \"$name\" || continue\n"
    "        echo \"$names \" | grep -qF \" $name \" || echo \"$0: $name is no part of the project any more, and runs on; $0 stop $name ends it\" >&2\n"
    "    done\n"
    "}\n"
    "\n"
    "names=\n"
    "case ${1-} in\n"
    "'') ;;\n"
    "stop) shift; stop \"$@\"; exit ;;\n"
    "*) echo \"$0: \\\"$1\\\" is neither \\\"stop\\\" nor nothing\" >&2; exit 2 ;;\n"
    "esac\n"
    "\n"
    "# What follows a \"publish:\" is for the host's firewall, for example with nft:\n"
    "#   nft add rule ip nat prerouting tcp dport 8080 dnat to 198.18.0.2:8080\n";

static void print_script(struct manifest *manifest, FILE *out)
{
    fputs(script_head, out);
    fprintf(out, "PROJECT='%s'\n", manifest->spec->project);
    fputs(script_body, out);
    each(manifest, print_start, out);
    fputs("tell_others\n", out);
}

static int check(const struct manifest *manifest, struct deploy_error *error)
{
    for (size_t i = 0; i < manifest->spec->service_count; i++) {
        const struct deploy_service *service = &manifest->spec->services[i];
        int err = manifest_check_name(manifest, service, "firecracker", JAILER_ID_MAX, INSTANCE_BYTES, error);

        if (err)
            return err;
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
    int err = check(manifest, error);

    if (err)
        return err;
    each(manifest, add_files, NULL);
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

static void print_resource(struct manifest *manifest, const struct instance *instance, void *arg)
{
    char host[16];

    (void)manifest;
    address(instance, 1, host);
    fprintf(arg, "network device %s with %s/30, jail, log and microVM of %s\n", instance->tap, host, instance->name);
}

static void print_resources(const struct manifest *manifest, FILE *out)
{
    struct manifest borrowed = *manifest;

    each(&borrowed, print_resource, out);
}

const struct manifest_target manifest_firecracker = {
    .name = "firecracker",
    .summary = "configurations of microVMs, and a script that starts them in jailers",
    .write = write_files,
    .commands = print_commands,
    .formats = "elf",
    .resources = print_resources,
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .start_first = MANIFEST_IN_ITS_PLACE,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .starts_again = MANIFEST_NEVER_AGAIN},
    .permissions = "root, for network devices and jailers, and /dev/kvm; the machines run as a user without rights",
};
