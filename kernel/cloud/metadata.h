/* SPDX-License-Identifier: MIT */
/*
 * metadata.h - user data from the service at 169.254.169.254.
 */
#ifndef K_CLOUD_METADATA_H
#define K_CLOUD_METADATA_H

#include <stddef.h>

/* A cloud whose service we can ask, or NULL. `name` is what metadata= says: "ec2", "gce", "openstack",
 * "hetzner", "digitalocean". */
struct k_metadata_form;
const struct k_metadata_form *k_metadata_form(const char *name);

/* By what the machine's firmware says who made it (SMBIOS, type 1); NULL: nobody we know. */
const struct k_metadata_form *k_metadata_form_of(const char *manufacturer, const char *product);

const char *k_metadata_name(const struct k_metadata_form *form);

/*
 * The user data, with a NUL behind. Asks again until ten seconds are over where nobody answers or
 * the service has a fault of its own.
 *
 * Returns its bytes, or
 *   -ENOENT     the service answers, and there is none
 *   -EACCES     it refuses (401, 403)
 *   -EFBIG      it does not fit
 *   -EIO        it has a fault (a status of 500 and more, or 429)
 *   -EPROTO     it answers what makes no sense
 *   -ETIMEDOUT, -ECONNREFUSED, ...: no answer
 */
long k_metadata_ask(const struct k_metadata_form *form, char *out, size_t capacity);

#endif
