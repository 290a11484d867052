/* SPDX-License-Identifier: MIT */
#include "cloud/cloud.h"

#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/smbios.h"
#include "cloud/metadata.h"
#include "cloud/userdata.h"
#include "cloud/volume.h"
#include "core/cmdline.h"
#include "core/environment.h"
#include "core/heap.h"
#include "core/hostname.h"
#include "core/log.h"
#include "net/net.h"
#include "virtio/disk.h"

#define USER_DATA_MAX 65536 /* with the NUL */
#define META_DATA_MAX 4096

/* ---- taking what was found ---- */

static void take_pair(void *arg, const char *pair)
{
    (*(unsigned *)arg)++;
    k_environment_add(pair);
}

static void tell_error(void *arg, unsigned line, const char *why)
{
    (void)arg;
    k_log(K_LOG_WARN, "user data, line %u: %s; left out", line, why);
}

/* `text` is kept where pairs lie in it. */
static void take_user_data(char *text, size_t bytes, const char *source)
{
    static const char *const refused[] = {
        [K_USERDATA_CLOUD_CONFIG] = "is cloud-init's YAML",
        [K_USERDATA_SCRIPT] = "is a script, and there is no shell here",
        [K_USERDATA_COMPRESSED] = "is compressed",
        [K_USERDATA_OTHER] = "is of no kind that we know",
    };
    enum k_userdata_kind kind = k_userdata_kind(text, bytes);
    unsigned pairs = 0;

    if (kind == K_USERDATA_OURS) {
        k_userdata_read(text, bytes, take_pair, tell_error, &pairs);
        k_log(K_LOG_INFO, "user data of %s: %u variables", source, pairs);
        return;
    }
    if (kind == K_USERDATA_EMPTY)
        k_log(K_LOG_INFO, "user data of %s: empty", source);
    else
        k_log(K_LOG_WARN, "user data of %s %s, and not used: its first line must be #ucompose, "
              "NAME=value lines follow", source, refused[kind]);
    k_free(text);
}

/* ---- disks ---- */

static int read_disk(void *arg, uint64_t sector, void *out, size_t sectors)
{
    return k_disk_read(*(unsigned *)arg, sector, out, sectors);
}

static bool is_labelled(const struct k_volume *volume, const char *label)
{
    return k_volume_same(volume->label, strlen(volume->label), label, strlen(label));
}

static size_t length_of_name(const char *at)
{
    size_t length = 0;

    while (at[length] && !strchr(" \"'\r\n", at[length]))
        length++;
    return length;
}

/* NoCloud's meta-data is YAML; of it we hear "local-hostname: NAME" at the start of a line. */
static void hear_local_hostname(const struct k_volume *volume)
{
    static const char key[] = "local-hostname:";
    char *text = k_malloc(META_DATA_MAX);
    const char *at = text;

    if (text && k_volume_read(volume, "meta-data", text, META_DATA_MAX) > 0) {
        while (at && strncmp(at, key, sizeof key - 1)) {
            at = strchr(at, '\n');
            at = at ? at + 1 : NULL;
        }
        if (at) {
            at += sizeof key - 1;
            while (*at == ' ' || *at == '"' || *at == '\'')
                at++;
            k_hostname_offer(at, length_of_name(at));
        }
    }
    k_free(text);
}

static void read_user_data(const struct k_volume *volume, const char *path, const char *source)
{
    char *text = k_malloc(USER_DATA_MAX);
    long bytes = text ? k_volume_read(volume, path, text, USER_DATA_MAX) : -ENOMEM;

    if (bytes >= 0) {
        take_user_data(text, (size_t)bytes, source);
        return;
    }
    if (bytes == -ENOENT)
        k_log(K_LOG_WARN, "the disk of %s has no file %s", source, path);
    else if (bytes == -EFBIG)
        k_log(K_LOG_WARN, "the disk of %s: %s has more than %u bytes; not used", source, path,
              USER_DATA_MAX - 1);
    else if (bytes == -EBADMSG)
        k_log(K_LOG_WARN, "the disk of %s is damaged, or ends early; %s cannot be read", source, path);
    else
        k_log(K_LOG_WARN, "the disk of %s: %s cannot be read (error %ld)", source, path, -bytes);
    k_free(text);
}

struct opened {
    unsigned number;
    struct k_volume_disk disk;
    struct k_volume volume;
};

static bool open_disk(unsigned number, struct opened *opened)
{
    int error;

    opened->number = number;
    opened->disk = (struct k_volume_disk){read_disk, &opened->number, k_disk_sectors(number)};
    error = k_volume_open(&opened->volume, &opened->disk);
    if (error && error != -ENOENT)
        k_log(K_LOG_WARN, "disk %u %s (error %d): whether user data is on it is not known", number,
              error == -EBADMSG ? "is damaged, or ends early" : "cannot be read", -error);
    return !error;
}

static bool is_clouds(const struct k_volume *volume)
{
    return is_labelled(volume, "cidata") || is_labelled(volume, "config-2");
}

static void take_from_clouds(const struct k_volume *volume)
{
    if (is_labelled(volume, "config-2")) {
        read_user_data(volume, "openstack/latest/user_data", "ConfigDrive");
        return;
    }
    hear_local_hostname(volume);
    read_user_data(volume, "user-data", "NoCloud");
}

/*
 * The first disk of a cloud, and the first that is labelled ucompose: what need not be hidden, on a disk of its own.
 * The cloud's is read last, and so wins. *of_cloud: there was one. True: there was one or the other.
 */
static bool take_from_disk(bool *of_cloud)
{
    unsigned clouds = K_DISKS_MAX, ours = K_DISKS_MAX;
    struct opened opened;

    for (unsigned i = 0; i < k_disk_count(); i++) {
        if (!open_disk(i, &opened))
            continue;
        if (clouds == K_DISKS_MAX && is_clouds(&opened.volume)) {
            clouds = i;
        } else if (ours == K_DISKS_MAX && is_labelled(&opened.volume, "ucompose")) {
            ours = i;
            read_user_data(&opened.volume, "environment", "ucompose");
        }
    }
    if (clouds < K_DISKS_MAX && open_disk(clouds, &opened))
        take_from_clouds(&opened.volume);
    *of_cloud = clouds < K_DISKS_MAX;
    return clouds < K_DISKS_MAX || ours < K_DISKS_MAX;
}

/* ---- the service ---- */

static void take_from_service(const struct k_metadata_form *form)
{
    char *text = k_malloc(USER_DATA_MAX);
    long bytes = !text ? -ENOMEM : k_net_has_network() ? k_metadata_ask(form, text, USER_DATA_MAX) : -ENETDOWN;
    const char *name = k_metadata_name(form);

    if (bytes >= 0) {
        take_user_data(text, (size_t)bytes, name);
        return;
    }
    if (bytes == -ENOENT)
        k_log(K_LOG_INFO, "metadata: the service of %s has no user data for this machine", name);
    else if (bytes == -EACCES)
        k_log(K_LOG_WARN, "metadata: the service of %s refuses to give user data; it is not used", name);
    else if (bytes == -EFBIG)
        k_log(K_LOG_WARN, "metadata: user data of more than %u bytes; not used", USER_DATA_MAX - 1);
    else if (bytes == -ENETDOWN)
        k_log(K_LOG_WARN, "metadata: this machine has no network to ask the service of %s by: it starts without "
                             "user data",
              name);
    else if (bytes == -EIO)
        k_log(K_LOG_WARN, "metadata: the service of %s is out of order: the service starts without user data", name);
    else if (bytes == -EPROTO)
        k_log(K_LOG_WARN, "metadata: what 169.254.169.254 answers makes no sense for %s; not used", name);
    else
        k_log(K_LOG_WARN, "metadata: no answer from 169.254.169.254 (%s, error %ld): the service starts "
              "without user data", name, -bytes);
    k_free(text);
}

/* The cloud that the firmware names, where it is worth asking. */
static const struct k_metadata_form *form_of_this_machine(void)
{
    struct k_smbios_system system;

    if (k_cmdline_get("ip") || !k_net_has_address() || !k_smbios_system(&system))
        return NULL;
    return k_metadata_form_of(system.manufacturer, system.product);
}

void k_cloud_init(void)
{
    const char *wanted = k_cmdline_get("metadata");
    const struct k_metadata_form *form = NULL;
    bool of_cloud;

    if (wanted && !strcmp(wanted, "off"))
        return;
    if (wanted && strcmp(wanted, "disk")) {
        form = k_metadata_form(wanted);
        if (!form)
            k_log(K_LOG_WARN, "metadata=%s is unknown: off, disk, ec2, gce, openstack, hetzner, "
                  "digitalocean", wanted);
    } else if (!take_from_disk(&of_cloud) && wanted) {
        k_log(K_LOG_WARN, "metadata=disk, but no disk is labelled cidata, config-2 or ucompose");
    } else if (!wanted && !of_cloud) {
        form = form_of_this_machine(); /* also beside a disk labelled ucompose: that is no cloud's, and no secrets are on it */
    }
    if (form)
        take_from_service(form);
}
