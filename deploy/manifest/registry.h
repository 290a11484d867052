/* SPDX-License-Identifier: MIT */
/*
 * registry.h - where container images are: what comes before a service's name in theirs.
 */
#ifndef MANIFEST_REGISTRY_H
#define MANIFEST_REGISTRY_H

#include <stdbool.h>

/* Of a whole name without its tag, in bytes. */
#define MANIFEST_REFERENCE_MAX 255

/*
 * Is it HOST[:PORT][/PATH], or PATH alone, as the OCI Distribution Specification and the references of its clients have
 * them? No scheme, no tag, no address of IPv6; so it is a word of a shell, too. A first part with a dot or a port, and
 * "localhost", is the host.
 */
bool manifest_is_registry(const char *text);

#endif
