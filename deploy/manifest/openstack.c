/* SPDX-License-Identifier: MIT */
/* openstack.c - a script of the openstack command: images, a security group for each service, servers. */
#include "script.h"

static void print_image(const struct script_machine *m, FILE *out)
{
    fprintf(out,
            "there=$(openstack image list --name '%s' -f value -c ID) # where a question fails, the script ends\n"
            "[ -n \"$there\" ] ||\n"
            "    openstack image create --disk-format qcow2 --property hw_rng_model=virtio --property os_shutdown_timeout=%llu \\\n"
            "        --file '%s' '%s'\n",
            m->id, (unsigned long long)(m->service->stop_grace_ms + 999) / 1000, m->image, m->id);
    fprintf(out,
            "there=$(openstack security group list -f value -c Name)\n"
            "printf '%%s\\n' \"$there\" | grep -qxF '%s' ||\n"
            "    openstack security group create '%s'\n",
            m->group, m->group);
    for (size_t i = 0; i < m->service->port_count; i++)
        fprintf(out, "open_port '%s' %u\n", m->group, m->service->ports[i].guest_port);
    fprintf(out, "tell_open '%s'", m->group);
    for (size_t i = 0; i < m->service->port_count; i++)
        fprintf(out, " %u", m->service->ports[i].guest_port);
    fputc('\n', out);
}

static void print_settings(const struct deploy_spec *spec, FILE *out)
{
    fprintf(out,
            "NETWORK=${NETWORK:-private} # with DHCP, and a router to where it must be reached from\n"
            "FLAVOR=${FLAVOR:-%s}   # of the usual ones the smallest that has the memory compose.yaml asks for\n"
            "MIB=%llu\n",
            manifest_flavor(spec), manifest_mib_most(spec));
    fputs("\n"
          "ram=$(openstack flavor show -f value -c ram \"$FLAVOR\")\n"
          "[ \"$ram\" -ge \"$MIB\" ] || {\n"
          "    echo \"$0: the flavor $FLAVOR has $ram MiB, and compose.yaml asks for $MIB; FLAVOR=NAME $0 takes another one\" >&2\n"
          "    exit 1\n"
          "}\n"
          "\n"
          "tell_open() { # GROUP PORT...: all that shall be\n"
          "    group=$1\n"
          "    shift\n"
          "    published=\n"
          "    for port; do published=\"$published $port:$port\"; done\n"
          "    rules=$(openstack security group rule list --ingress -f value -c ID -c 'IP Protocol' -c 'Port Range' \"$group\")\n"
          "    printf '%s\\n' \"$rules\" | while read -r id protocol range; do\n"
          "        case $protocol in tcp | any | None | '') ;; *) continue ;; esac\n"
          "        case \"$published \" in *\" $range \"*) continue ;; esac\n"
          "        [ -z \"$id\" ] ||\n"
          "            echo \"$0: $group is open at ${range:-all ports}, which compose.yaml does not publish; openstack security group rule delete $id closes it\" >&2\n"
          "    done\n"
          "}\n"
          "\n"
          "find_machines() {\n"
          "    openstack server list --name \"$1\" -f value -c Name\n"
          "}\n"
          "\n"
          "removal() {\n"
          "    echo \"openstack server delete --wait $1\"\n"
          "}\n"
          "\n"
          "open_port() { # GROUP PORT\n"
          "    there=$(openstack security group rule list --ingress --protocol tcp -f value -c 'Port Range' \"$1\")\n"
          "    printf '%s\\n' \"$there\" | grep -qx \"$2:$2\" ||\n"
          "        openstack security group rule create --ingress --protocol tcp --dst-port \"$2\" \"$1\"\n"
          "}\n"
          "\n"
          "find_machine() {\n"
          "    openstack server list --name \"^$1\\$\" -f value -c ID\n"
          "}\n"
          "\n"
          "version() {\n"
          "    shown=$(openstack server show -f value -c properties \"$1\") || return 1\n"
          "    printf '%s\\n' \"$shown\" | sed -n 's/.*ucompose_version[^0-9a-z]*\\([0-9a-z-]*\\).*/\\1/p'\n"
          "}\n"
          "\n"
          "make() { # NAME IMAGE GROUP USER-DATA VERSION\n"
          "    openstack server create --wait --flavor \"$FLAVOR\" --network \"$NETWORK\" --image \"$2\" \\\n"
          "        --security-group \"$3\" --user-data \"$4\" --property \"ucompose_version=$5\" \"$1\"\n"
          "}\n"
          "\n"
          "replace() { # its name and its addresses stay\n"
          "    openstack --os-compute-api-version 2.57 server rebuild --wait --image \"$2\" \\\n"
          "        --user-data \"$4\" --property \"ucompose_version=$5\" \"$1\"\n"
          "}\n"
          "\n"
          "keep() { # NAME VERSION\n"
          "    openstack server set --property \"ucompose_version=$2\" \"$1\"\n"
          "}\n"
          "\n"
          "log() {\n"
          "    openstack console log show \"$1\" 2>/dev/null || true # there is none yet\n"
          "}\n",
          out);
    fputs(script_replacing, out);
}

static const struct script script = {
    .target = "openstack",
    .name = "openstack.sh",
    .suffix = "qcow2",
    .image_word = "image",
    .group_word = "security group",
    .machine_word = "server",
    .settings = print_settings,
    .image = print_image,
    .machine = script_machine_call,
};

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    return script_write(manifest, &script, error);
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    fprintf(out, "NETWORK=private FLAVOR=%s ./openstack.sh\n", manifest_flavor(manifest->spec));
}

static void print_resources(const struct manifest *manifest, FILE *out)
{
    script_resources(manifest, &script, out);
}

const struct manifest_target manifest_openstack = {
    .name = "openstack",
    .summary = "a script of the openstack command: images, security groups, servers",
    .write = write_files,
    .commands = print_commands,
    .formats = "qcow2",
    .resources = print_resources,
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .start_first = MANIFEST_IN_ITS_PLACE,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .starts_again = MANIFEST_NEVER_AGAIN},
    .permissions = "the role member in the project, by OS_CLOUD or the variables of an openrc file",
};
