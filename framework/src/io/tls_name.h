/* SPDX-License-Identifier: MIT */
/*
 * tls_name.h - is a certificate for this name? (RFC 9525; the certificate's shape: RFC 5280)
 */
#ifndef UC_IO_TLS_NAME_H
#define UC_IO_TLS_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * `certificate` is DER. A host name must be one of its alternative DNS names, where "*." stands for one label;
 * an IPv4 address one of its alternative addresses. The common name is not looked at, whatever else is there.
 * False as well: the certificate is damaged, or has no alternative names.
 */
bool uc_tls_name_is_of(const unsigned char *certificate, size_t len, const char *name);

/* "192.0.2.1": such a name is not sent as SNI (RFC 6066 section 3). */
bool uc_tls_name_is_address(const char *name);

#endif
