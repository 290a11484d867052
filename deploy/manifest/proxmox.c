/* SPDX-License-Identifier: MIT */
/* proxmox.c - a script of the qm command, on a node of Proxmox VE: machines with a NoCloud drive. */
#include "script.h"

static void print_image(const struct script_machine *m, FILE *out)
{
    fprintf(out, "install -m 0600 '%s' \"$SNIPPETS/%s-%s.user-data\"\n", m->user_data, m->id, m->version);
}

static void print_machine(const struct script_machine *m, FILE *out)
{
    fprintf(out,
            "create '%s' %llu '%s' '%s-%s' # reached at:%s",
            m->name, script_mib(m->service), m->image, m->id, m->version,
            m->service->port_count ? " " : " no published port");
    script_ports(m->service, " ", out);
    fputc('\n', out);
}

static void print_settings(const struct deploy_spec *spec, FILE *out)
{
    (void)spec;
    fputs("STORAGE=${STORAGE:-local-lvm}             # for disks\n"
          "BRIDGE=${BRIDGE:-vmbr0}                   # with DHCP behind it\n"
          "SNIPPETS=${SNIPPETS:-/var/lib/vz/snippets} # of the storage \"local\", which must have the content type snippets\n"
          "\n"
          "# ID names the image and, saying nothing of it to who does not know this folder, the environment.\n"
          "create() { # NAME MIB IMAGE ID\n"
          "    machines=$(qm list)\n"
          "    number=$(echo \"$machines\" | awk -v name=\"$1\" '$2 == name { print $1 }')\n"
          "    [ -z \"$number\" ] || { tell \"$1\" \"$number\" \"$4\"; return; }\n"
          "    number=$(pvesh get /cluster/nextid)\n"
          "    qm create \"$number\" --name \"$1\" --memory \"$2\" --cores 1 --cpu host --ostype other --scsihw virtio-scsi-pci \\\n"
          "        --net0 \"virtio,bridge=$BRIDGE\" --serial0 socket --vga serial0 --rng0 source=/dev/urandom\n"
          "    furnish \"$number\" \"$3\" \"$4\" && return\n"
          "    # Half of a machine would look like a whole one to the next run.\n"
          "    qm destroy \"$number\" --purge\n"
          "    echo \"$0: $1 could not be made\" >&2\n"
          "    exit 1\n"
          "}\n"
          "\n"
          "tell() { # NAME NUMBER ID\n"
          "    qm config \"$2\" | grep -qF \"snippets/$3.user-data\" ||\n"
          "        echo \"$0: $1 is of another version, and was left as it is; qm shutdown $2 && qm destroy $2 --purge && $0 replaces it\" >&2\n"
          "}\n"
          "\n"
          "find_machines() {\n"
          "    qm list | awk -v name=\"$1\" '$2 ~ name { print $2 }'\n"
          "}\n"
          "\n"
          "removal() {\n"
          "    qm list | awk -v name=\"$1\" '$2 == name { print \"qm shutdown \" $1 \" && qm destroy \" $1 \" --purge\" }'\n"
          "}\n"
          "\n"
          "furnish() { # NUMBER IMAGE ID\n"
          "    qm set \"$1\" --scsi0 \"$STORAGE:0,import-from=$PWD/$2\" --boot order=scsi0 &&\n"
          "        # The environment, as a NoCloud drive. At virtio-scsi: the kernel has no driver for IDE.\n"
          "        qm set \"$1\" --scsi1 \"$STORAGE:cloudinit\" --cicustom \"user=local:snippets/$3.user-data\" --ipconfig0 ip=dhcp &&\n"
          "        qm start \"$1\"\n"
          "}\n",
          out);
}

static const struct script script = {
    .target = "proxmox",
    .name = "proxmox.sh",
    .suffix = "qcow2",
    .machine_word = "machine",
    .settings = print_settings,
    .image = print_image,
    .machine = print_machine,
};

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    return script_write(manifest, &script, error);
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    (void)manifest;
    fputs("STORAGE=local-lvm BRIDGE=vmbr0 ./proxmox.sh\n", out);
}

static void print_resources(const struct manifest *manifest, FILE *out)
{
    script_resources(manifest, &script, out);
}

const struct manifest_target manifest_proxmox = {
    .name = "proxmox",
    .summary = "a script of the qm command for a node of Proxmox VE: machines with a NoCloud drive",
    .write = write_files,
    .commands = print_commands,
    .formats = "qcow2",
    .resources = print_resources,
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .stop_grace_period = "\"qm shutdown\" waits for as long as its --timeout says, 60 s without",
                 .start_first = MANIFEST_IN_ITS_PLACE,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .starts_again = MANIFEST_NEVER_AGAIN},
    .permissions = "root on a node of Proxmox VE",
};
