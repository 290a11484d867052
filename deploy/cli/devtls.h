/* SPDX-License-Identifier: MIT */
/*
 * devtls.h - `x-ucompose: { tls: dev }`: an authority of the project's own, and a certificate of it for each
 * service that wants one, so that a cluster on one computer speaks TLS without anybody's doing.
 *
 * They lie in <home>/tls/<project>, made by the openssl command. They are made anew a month before they end, and
 * when key, names or authority are no longer those of the certificate.
 */
#ifndef DEPLOY_CLI_DEVTLS_H
#define DEPLOY_CLI_DEVTLS_H

#include "deploy/build.h"
#include "deploy/spec.h"

/* Begin: make the authority if there is none. Returns an exit status. */
int cmd_devtls_begin(const struct deploy_spec *spec);

/* Give the service what its variables of TLS should hold and the compose file does not say. *any becomes true
 * when it has such variables. Returns an exit status. */
int cmd_devtls_give(const struct deploy_spec *spec, struct deploy_service *service,
                    const struct deploy_build_result *result, bool *any);

/* Where the authority's certificate is, for whoever calls from outside. */
int cmd_devtls_authority(const struct deploy_spec *spec, char path[PATH_MAX]);

#endif
