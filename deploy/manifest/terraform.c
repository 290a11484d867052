/* SPDX-License-Identifier: MIT */
/*
 * terraform.c - one folder for each of four providers: Google, OpenStack, libvirt, Hetzner. Each is a root
 * module that stands alone; what must be known is a variable.
 *
 * A provider compares what the module says, never what a file holds: so the names of image files tell of their content.
 * Where names must differ, those of machines tell of image and environment: the new one is made before the old one goes.
 */
#include "manifest_internal.h"

#include "plan/hash.h"

#include <errno.h>
#include <string.h>

struct machine {
    const struct deploy_service *service;
    const char *hash; /* of the image */
    const char *version; /* manifest_version() of all that a machine is made of */
};

struct provider {
    const char *name;
    bool uploads; /* else a number tells which image it is: the version is of the rest */
    const char *head; /* provider and variables */
    /* The variable that says how large machines are, where that is no figure, and its default; NULL */
    const char *size;
    const char *(*find_size)(const struct deploy_spec *spec);
    void (*service)(const struct manifest *manifest, const struct machine *machine, FILE *out);
};

static unsigned long long mib(const struct deploy_service *service)
{
    return (service->memory_bytes + (1 << 20) - 1) >> 20;
}

/* Stays the same where the folder moves: another path would be another image. */
static void image_path(const struct machine *m, const char *suffix, FILE *out)
{
    char file[MANIFEST_NAME_MAX];

    manifest_image_name(&manifest_terraform, m->service, suffix, file, sizeof(file));
    fprintf(out, "\"${path.module}/../%s\"", file);
}

static void user_data(const struct machine *m, FILE *out)
{
    char name[MANIFEST_NAME_MAX];

    manifest_user_data_name(m->service, name);
    fprintf(out, "sensitive(file(\"${path.module}/../%s\"))", name);
}

/*
 * "shop-orders-1-01234567", whose digits depend on the version and on `variables`, a change of which asks for another machine, too:
 * a name is taken while the machine before is there.
 */
static void machine_name(const struct manifest *manifest, const struct machine *m, const char *variables, const char *suffix,
                         FILE *out)
{
    fprintf(out, "\"%s-%s-${count.index + 1}-${substr(sha256(join(\" \", [\"%s\", %s])), 0, 8)}%s\"", manifest->spec->project,
            m->service->name, m->version, variables, suffix);
}

#define NEW_ONE_FIRST "  lifecycle { create_before_destroy = true }\n"

/* ---- Google ---- */

static void print_google(const struct manifest *manifest, const struct machine *m, FILE *out)
{
    const char *name = m->service->name, *project = manifest->spec->project;

    fprintf(out,
            "\nresource \"google_storage_bucket_object\" \"%s\" {\n"
            "  name   = \"%s-%s-%s.tar.gz\"\n"
            "  bucket = var.bucket\n"
            "  source = ",
            name, project, name, m->hash);
    image_path(m, "tar.gz", out);
    fprintf(out,
            "\n}\n\nresource \"google_compute_image\" \"%s\" {\n"
            "  name = \"%s-%s-${substr(sha256(join(\" \", [\"%s\", var.bucket])), 0, 16)}\" # another bucket asks for another image, too\n"
            "  raw_disk { source = \"https://storage.googleapis.com/${var.bucket}/${google_storage_bucket_object.%s.name}\" }\n"
            "  guest_os_features { type = \"UEFI_COMPATIBLE\" }\n"
            "}\n\n",
            name, project, name, m->hash, name);
    if (m->service->port_count) {
        fprintf(out, "resource \"google_compute_firewall\" \"%s\" {\n  name = \"%s-%s\"\n  network = var.network\n  target_tags = [\"%s-%s\"]\n"
                     "  source_ranges = [\"0.0.0.0/0\"]\n  allow {\n    protocol = \"tcp\"\n    ports = [",
                name, project, name, project, name);
        for (size_t i = 0; i < m->service->port_count; i++)
            fprintf(out, "%s\"%u\"", i ? ", " : "", m->service->ports[i].guest_port);
        fputs("]\n  }\n}\n\n", out);
    }
    fprintf(out,
            "resource \"google_compute_instance\" \"%s\" {\n"
            "  count        = %u\n"
            "  name         = ",
            name, m->service->replicas);
    machine_name(manifest, m, "var.bucket, var.machine_type, var.network, var.zone", "", out);
    fprintf(out,
            "\n  machine_type = var.machine_type\n"
            "  tags         = [\"%s-%s\"]\n"
            "  boot_disk {\n    initialize_params { image = google_compute_image.%s.self_link }\n  }\n"
            "  network_interface {\n    network  = var.network\n    nic_type = \"VIRTIO_NET\"\n    access_config {}\n  }\n"
            "  metadata = { user-data = ",
            project, name, name);
    user_data(m, out);
    fputs(" }\n" NEW_ONE_FIRST "}\n", out);
}

static const char google_head[] =
    "terraform {\n  required_version = \">= 1.2\"\n  required_providers { google = { source = \"hashicorp/google\", version = \">= 5.0\" } }\n}\n\n"
    "variable \"project\" { type = string }\n"
    "variable \"bucket\" {\n  type        = string\n  description = \"a bucket of yours, for the images\"\n}\n"
    "variable \"zone\" { default = \"europe-west4-a\" }\n"
    "variable \"network\" { default = \"default\" }\n"
    "\n"
    "provider \"google\" {\n  project = var.project\n  zone    = var.zone\n}\n";

/* ---- OpenStack ---- */

static void print_openstack(const struct manifest *manifest, const struct machine *m, FILE *out)
{
    const char *name = m->service->name, *project = manifest->spec->project;

    fprintf(out,
            "\nresource \"openstack_images_image_v2\" \"%s\" {\n"
            "  name             = \"%s-%s-%s\"\n"
            "  container_format = \"bare\"\n"
            "  disk_format      = \"qcow2\"\n"
            "  properties       = { hw_rng_model = \"virtio\", os_shutdown_timeout = \"%llu\" }\n"
            "  local_file_path  = ",
            name, project, name, m->hash, (unsigned long long)(m->service->stop_grace_ms + 999) / 1000);
    image_path(m, "qcow2", out);
    fprintf(out, "\n}\n\nresource \"openstack_networking_secgroup_v2\" \"%s\" {\n  name = \"%s-%s\"\n}\n", name, project, name);
    for (size_t i = 0; i < m->service->port_count; i++)
        fprintf(out,
                "\nresource \"openstack_networking_secgroup_rule_v2\" \"%s-%u\" {\n"
                "  direction         = \"ingress\"\n  ethertype         = \"IPv4\"\n  protocol          = \"tcp\"\n"
                "  port_range_min    = %u\n  port_range_max    = %u\n"
                "  security_group_id = openstack_networking_secgroup_v2.%s.id\n}\n",
                name, m->service->ports[i].guest_port, m->service->ports[i].guest_port, m->service->ports[i].guest_port, name);
    fprintf(out,
            "\nresource \"openstack_compute_instance_v2\" \"%s\" {\n"
            "  count           = %u\n"
            "  name            = \"%s-%s-${count.index + 1}\"\n"
            "  image_id        = openstack_images_image_v2.%s.id\n"
            "  flavor_name     = var.flavor\n"
            "  security_groups = [openstack_networking_secgroup_v2.%s.name]\n"
            "  network { name = var.network }\n"
            "  stop_before_destroy = true # by the power button: it drains\n"
            "  user_data = ",
            name, m->service->replicas, project, name, name, name);
    user_data(m, out);
    fprintf(out,
            "\n  lifecycle {\n"
            "    create_before_destroy = true\n"
            "    replace_triggered_by  = [openstack_images_image_v2.%s.id] # else it would be rebuilt in its place\n"
            "  }\n}\n",
            name);
}

static const char openstack_head[] =
    "terraform {\n  required_version = \">= 1.2\"\n  required_providers { openstack = { source = \"terraform-provider-openstack/openstack\", version = \">= 1.53\" } }\n}\n\n"
    "variable \"network\" { default = \"private\" }\n"
    "\n"
    "provider \"openstack\" {} # by OS_CLOUD or the variables of an openrc file\n";

/* ---- libvirt ---- */

static void print_libvirt(const struct manifest *manifest, const struct machine *m, FILE *out)
{
    const char *name = m->service->name;

    fprintf(out, "\nresource \"libvirt_volume\" \"%s\" {\n  count  = %u\n  name   = ", name, m->service->replicas);
    machine_name(manifest, m, "var.pool", ".qcow2", out);
    fputs("\n  pool   = var.pool\n  source = ", out);
    image_path(m, "qcow2", out);
    fprintf(out, "\n  format = \"qcow2\"\n" NEW_ONE_FIRST "}\n\nresource \"libvirt_cloudinit_disk\" \"%s\" {\n  count     = %u\n  name      = ", name,
            m->service->replicas);
    machine_name(manifest, m, "var.pool", ".iso", out);
    fputs("\n  pool      = var.pool\n  user_data = ", out);
    user_data(m, out);
    fprintf(out,
            "\n" NEW_ONE_FIRST "}\n\nresource \"libvirt_domain\" \"%s\" {\n"
            "  count  = %u\n"
            "  name   = ",
            name, m->service->replicas);
    machine_name(manifest, m, "var.pool", "", out);
    fprintf(out,
            "\n  memory = %llu\n"
            "  vcpu   = 1\n"
            "  disk { volume_id = libvirt_volume.%s[count.index].id }\n"
            "  # Not as `cloudinit`, which would be an IDE drive, for which the kernel has no driver.\n"
            "  disk { volume_id = split(\";\", libvirt_cloudinit_disk.%s[count.index].id)[0] }\n"
            "  network_interface { network_name = var.network }\n"
            "  console {\n    type        = \"pty\"\n    target_port = \"0\"\n    target_type = \"serial\"\n  }\n" NEW_ONE_FIRST
            "}\n",
            mib(m->service), name, name);
}

static const char libvirt_head[] =
    "terraform {\n  required_version = \">= 1.2\"\n  required_providers { libvirt = { source = \"dmacvicar/libvirt\", version = \"~> 0.7.6\" } }\n}\n\n"
    "variable \"uri\" { default = \"qemu:///system\" }\n"
    "variable \"pool\" { default = \"default\" }\n"
    "variable \"network\" { default = \"default\" }\n\n"
    "provider \"libvirt\" { uri = var.uri }\n";

/* ---- Hetzner ---- */

static void print_hetzner(const struct manifest *manifest, const struct machine *m, FILE *out)
{
    const char *name = m->service->name, *project = manifest->spec->project;
    char image[MANIFEST_NAME_MAX], variables[MANIFEST_NAME_MAX];

    manifest_image_name(&manifest_terraform, m->service, "raw", image, sizeof(image));
    snprintf(variables, sizeof(variables), "var.image_%s, var.location", name);
    fprintf(out,
            "\nvariable \"image_%s\" {\n  type        = number\n"
            "  description = \"number of a snapshot whose disk begins with %s: write it there in the rescue system, then take one\"\n}\n\n",
            name, image);
    /* Without rules, too: whom no firewall is for is open to all the world. */
    fprintf(out, "resource \"hcloud_firewall\" \"%s\" {\n  name = \"%s-%s\"\n", name, project, name);
    for (size_t i = 0; i < m->service->port_count; i++)
        fprintf(out, "  rule {\n    direction  = \"in\"\n    protocol   = \"tcp\"\n    port       = \"%u\"\n    source_ips = [\"0.0.0.0/0\"]\n  }\n",
                m->service->ports[i].guest_port);
    fprintf(out,
            "}\n\nresource \"hcloud_server\" \"%s\" {\n"
            "  count       = %u\n"
            "  name        = ",
            name, m->service->replicas);
    machine_name(manifest, m, variables, "", out);
    fprintf(out,
            "\n  image       = var.image_%s\n"
            "  server_type = var.server_type\n"
            "  location    = var.location\n"
            "  firewall_ids = [hcloud_firewall.%s.id]\n"
            "  shutdown_before_deletion = true # by the power button: it drains\n"
            "  user_data   = ",
            name, name);
    user_data(m, out);
    fputs("\n" NEW_ONE_FIRST "}\n", out);
}

static const char hetzner_head[] =
    "terraform {\n  required_version = \">= 1.2\"\n  required_providers { hcloud = { source = \"hetznercloud/hcloud\", version = \">= 1.45\" } }\n}\n\n"
    "variable \"location\" { default = \"fsn1\" }\n"
    "variable \"server_type\" { default = \"cx22\" }\n\n"
    "provider \"hcloud\" {} # by HCLOUD_TOKEN\n";

/* ---- the folders ---- */

static const struct provider providers[] = {
    {"google", true, google_head, "machine_type", manifest_machine_type, print_google},
    {"openstack", true, openstack_head, "flavor", manifest_flavor, print_openstack},
    {"libvirt", true, libvirt_head, NULL, NULL, print_libvirt},
    {"hetzner", false, hetzner_head, NULL, NULL, print_hetzner},
};

static void print_size(const struct manifest *manifest, const struct provider *provider, FILE *out)
{
    fprintf(out, "\nvariable \"%s\" {\n  default     = \"%s\"\n  description = \"with %llu MiB or more, as compose.yaml asks for%s\"\n}\n",
            provider->size, provider->find_size(manifest->spec), manifest_mib_most(manifest->spec),
            strcmp(provider->name, "google") ? "" : "; of E2 or N1, whose network card is virtio");
}

static void print_service(const struct manifest *manifest, const struct provider *provider, const struct deploy_service *service,
                          FILE *out)
{
    const char *hash = service->config_hash + DEPLOY_HASH_HALF + 1;
    char version[MANIFEST_VERSION_MAX], *text = NULL;
    size_t len;
    FILE *page = manifest_page(&text, &len);

    fprintf(page, "%s\n%llu\n", provider->uploads ? hash : "", mib(service));
    manifest_print_user_data(service, MANIFEST_WHOLE, page);
    manifest_version(manifest, page, &text, version);
    provider->service(manifest, &(struct machine){service, hash, version}, out);
}

static int write_files(struct manifest *manifest, struct deploy_error *error)
{
    int err = manifest_check_cloud(manifest, "terraform", error);

    if (err)
        return err;
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        manifest_user_data(manifest, &manifest->spec->services[i]);
    for (size_t p = 0; p < sizeof(providers) / sizeof(providers[0]); p++) {
        char name[MANIFEST_NAME_MAX];
        FILE *out;

        snprintf(name, sizeof(name), "%s/main.tf", providers[p].name);
        out = manifest_begin(manifest, name, 0644);
        fputs("# Made by \"ucompose deploy terraform\" from compose.yaml; edit it freely or make it anew.\n", out);
        fputs(providers[p].head, out);
        if (providers[p].size)
            print_size(manifest, &providers[p], out);
        for (size_t i = 0; i < manifest->spec->service_count; i++)
            print_service(manifest, &providers[p], &manifest->spec->services[i], out);
        manifest_end(manifest, out);
    }
    return 0;
}

static void print_commands(const struct manifest *manifest, FILE *out)
{
    (void)manifest;
    for (size_t p = 0; p < sizeof(providers) / sizeof(providers[0]); p++)
        fprintf(out, "terraform -chdir=%s init && terraform -chdir=%s apply\n", providers[p].name, providers[p].name);
}

static void print_resources(const struct manifest *manifest, FILE *out)
{
    fputs("what \"terraform plan\" tells; of the module that you choose, for each of", out);
    for (size_t i = 0; i < manifest->spec->service_count; i++)
        fprintf(out, " %s-%s", manifest->spec->project, manifest->spec->services[i].name);
    fputs(":\n"
          "google: google_storage_bucket_object, google_compute_image, google_compute_firewall, google_compute_instance\n"
          "openstack: openstack_images_image_v2, openstack_networking_secgroup_v2 and its rules, openstack_compute_instance_v2\n"
          "libvirt: libvirt_volume, libvirt_cloudinit_disk, libvirt_domain\n"
          "hetzner: hcloud_firewall, hcloud_server\n",
          out);
}

const struct manifest_target manifest_terraform = {
    .name = "terraform",
    .summary = "modules for the Google, OpenStack, libvirt and Hetzner providers; take one",
    .write = write_files,
    .commands = print_commands,
    .formats = "raw qcow2 gcp",
    .images_by_content = true,
    .resources = print_resources,
    .unheeded = {.healthcheck = MANIFEST_NOBODY_ASKS,
                 .stop_grace_period = "each provider has its own time between a machine's power button and its end (libvirt none; of openstack alone the "
                                      "image says it, os_shutdown_timeout)",
                 .stop_first = "new machines are made before old ones are deleted; remove create_before_destroy, or \"terraform destroy\" first",
                 .depends_on = MANIFEST_IN_NO_ORDER,
                 .starts_again = MANIFEST_NEVER_AGAIN},
    .permissions = "creating images, firewall rules and machines at the provider that you choose",
};
