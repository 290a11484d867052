/* SPDX-License-Identifier: MIT */
/*
 * tls_pem.h - certificates and keys from text (RFC 7468).
 */
#ifndef UC_IO_TLS_PEM_H
#define UC_IO_TLS_PEM_H

#include <stddef.h>

struct uc_pem_object {
    const char *name; /* "CERTIFICATE", "PRIVATE KEY"; in the object's own memory */
    unsigned char *bytes; /* DER */
    size_t len;
    struct uc_pem_object *next;
};

/*
 * The objects of a PEM document, of the base64 of one, or of the file at that path, in their order.
 * 0, -EINVAL: there is none, or it is malformed, or it ends within one; -EFBIG: a file over 256 KiB; -ENOMEM; or why the file cannot be read.
 */
int uc_pem_read(const char *text, struct uc_pem_object **objects);

/* NULL is fine. Bytes are wiped. */
void uc_pem_free(struct uc_pem_object *objects);

#endif
