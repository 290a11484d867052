/* SPDX-License-Identifier: MIT */
/* openstack.c - a script of the openstack command: images, a security group for each service, servers. */
#include "script.h"

static void print_image(const struct script_machine *m, FILE *out)
{
    fprintf(out,
            "openstack image show '%s' >/dev/null 2>&1 ||\n"
            "    openstack image create --disk-format qcow2 --property hw_rng_model=virtio --file '%s' '%s'\n",
            m->id, m->image, m->id);
    fprintf(out,
            "openstack security group show '%s' >/dev/null 2>&1 ||\n"
            "    openstack security group create '%s'\n",
            m->group, m->group);
    for (size_t i = 0; i < m->service->port_count; i++)
        fprintf(out, "open_port '%s' %u\n", m->group, m->service->ports[i].guest_port);
}

static void print_settings(FILE *out)
{
    fputs("NETWORK=${NETWORK:-private} # with DHCP, and a router to where it must be reached from\n"
          "FLAVOR=${FLAVOR:-m1.tiny}   # the smallest that has the memory compose.yaml asks for\n"
          "\n"
          "open_port() { # GROUP PORT\n"
          "    openstack security group rule list --ingress --protocol tcp -f value -c 'Port Range' \"$1\" | grep -qx \"$2:$2\" ||\n"
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
    (void)manifest;
    fputs("NETWORK=private FLAVOR=m1.tiny ./openstack.sh\n", out);
}

const struct manifest_target manifest_openstack = {
    .name = "openstack",
    .summary = "a script of the openstack command: images, security groups, servers",
    .write = write_files,
    .commands = print_commands,
    .formats = "qcow2",
    .permissions = "the role member in the project, by OS_CLOUD or the variables of an openrc file",
};
