/* SPDX-License-Identifier: MIT */
/*
 * gcp.c - a script of the gcloud command: a bucket's objects, images, firewall rules, instances.
 *
 * Only machine types with a virtio network card work: N1 and E2 families, where the image does not ask
 * for gVNIC.
 */
#include "script.h"

static void print_image(const struct script_machine *m, FILE *out)
{
    fprintf(out,
            "there=$(gcloud compute images list --no-standard-images --filter 'name=%s' --format 'value(name)') # where a question "
            "fails, the script ends\n"
            "[ -n \"$there\" ] || {\n"
            "    gcloud storage cp '%s' \"gs://$BUCKET/%s.tar.gz\"\n"
            "    gcloud compute images create '%s' --source-uri \"gs://$BUCKET/%s.tar.gz\" --guest-os-features UEFI_COMPATIBLE\n"
            "}\n",
            m->id, m->image, m->id, m->id, m->id);
    if (!m->service->port_count) {
        fprintf(out,
                "rule=$(gcloud compute firewall-rules list --filter 'name=%s' --format 'value(name)')\n"
                "[ -z \"$rule\" ] || gcloud compute firewall-rules delete '%s' --quiet # compose.yaml publishes no port any more\n",
                m->group, m->group);
        return;
    }
    fputs("ports='", out);
    for (size_t i = 0; i < m->service->port_count; i++)
        fprintf(out, "%stcp:%u", i ? "," : "", m->service->ports[i].guest_port);
    fprintf(out,
            "'\n"
            "there=$(gcloud compute firewall-rules list --filter 'name=%s' --format 'value(name)')\n"
            "if [ -n \"$there\" ]; then\n"
            "    gcloud compute firewall-rules update '%s' --allow \"$ports\"\n"
            "else\n"
            "    gcloud compute firewall-rules create '%s' --network \"$NETWORK\" --target-tags '%s' --allow \"$ports\"\n"
            "fi\n",
            m->group, m->group, m->group, m->group);
}

static void print_settings(const struct deploy_spec *spec, FILE *out)
{
    fprintf(out,
            "BUCKET=${BUCKET:?the name of a bucket of yours, for the images}\n"
            "ZONE=${ZONE:-europe-west4-a}\n"
            "NETWORK=${NETWORK:-default}\n"
            "MACHINE=${MACHINE:-%s} # of E2 or N1, whose network card is virtio; others have gVNIC, which is not driven\n"
            "MIB=%llu # which compose.yaml asks for\n",
            manifest_machine_type(spec), manifest_mib_most(spec));
    fputs("\n"
          "ram=$(gcloud compute machine-types describe \"$MACHINE\" --zone \"$ZONE\" --format 'value(memoryMb)')\n"
          "[ \"$ram\" -ge \"$MIB\" ] || {\n"
          "    echo \"$0: the machine type $MACHINE has $ram MiB, and compose.yaml asks for $MIB; MACHINE=NAME $0 takes another one\" >&2\n"
          "    exit 1\n"
          "}\n"
          "\n"
          "find_machines() {\n"
          "    gcloud compute instances list --zones \"$ZONE\" --filter \"name~'$1'\" --format 'value(name)'\n"
          "}\n"
          "\n"
          "removal() {\n"
          "    echo \"gcloud compute instances delete $1 --zone $ZONE\"\n"
          "}\n"
          "\n"
          "find_machine() {\n"
          "    gcloud compute instances list --zones \"$ZONE\" --filter \"name=$1\" --format 'value(name)'\n"
          "}\n"
          "\n"
          "version() {\n"
          "    gcloud compute instances describe \"$1\" --zone \"$ZONE\" --format 'value(labels.ucompose_version)'\n"
          "}\n"
          "\n"
          "make() { # NAME IMAGE GROUP USER-DATA VERSION\n"
          "    gcloud compute instances create \"$1\" --zone \"$ZONE\" --machine-type \"$MACHINE\" --network \"$NETWORK\" \\\n"
          "        --image \"$2\" --boot-disk-size 10GB --tags \"$3\" --no-service-account --no-scopes \\\n"
          "        --metadata-from-file \"user-data=$4\" --labels \"ucompose_version=$5\"\n"
          "}\n"
          "\n"
          "replace() { # its name stays, its address does not\n"
          "    gcloud compute instances delete \"$1\" --zone \"$ZONE\" --quiet\n"
          "    make \"$@\"\n"
          "}\n"
          "\n"
          "keep() { # NAME VERSION\n"
          "    gcloud compute instances add-labels \"$1\" --zone \"$ZONE\" --labels \"ucompose_version=$2\"\n"
          "}\n"
          "\n"
          "log() {\n"
          "    gcloud compute instances get-serial-port-output \"$1\" --zone \"$ZONE\" 2>/dev/null || true # there is none yet\n"
          "}\n",
          out);
    fputs(script_replacing, out);
}

static const struct script script = {
    .target = "gcp",
    .name = "gcp.sh",
    .suffix = "tar.gz",
    .image_word = "image (and object in the bucket)",
    .group_word = "firewall rule",
    .machine_word = "instance",
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
    fputs("BUCKET=NAME ZONE=europe-west4-a ./gcp.sh\n", out);
}

static void print_resources(const struct manifest *manifest, FILE *out)
{
    script_resources(manifest, &script, out);
}

const struct manifest_target manifest_gcp = {
    .name = "gcp",
    .summary = "a script of the gcloud command for Google Compute Engine: images, firewall rules, instances",
    .write = write_files,
    .commands = print_commands,
    .formats = "gcp",
    .resources = print_resources,
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .stop_grace_period = "Compute Engine gives a machine about 90 s after its power button; keep limits.drain of service.yaml below that",
                 .start_first = MANIFEST_IN_ITS_PLACE,
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .starts_again = MANIFEST_NEVER_AGAIN},
    .permissions = "roles/compute.instanceAdmin.v1, roles/compute.securityAdmin and roles/compute.storageAdmin in the "
                   "project, roles/storage.objectAdmin on the bucket",
};
