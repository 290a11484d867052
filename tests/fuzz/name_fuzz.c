/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a peer's certificate. Whatever names it has, none of them is one that cannot be, and an answer
 * does not depend on what stands behind the certificate.
 */
#include "io/tls_name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a.example", "x.wild.example", "192.0.2.7", "localhost."};
    uint8_t *copy = malloc(size ? size : 1), *longer = malloc(size + 16);

    memcpy(copy, data, size);
    memcpy(longer, data, size);
    memset(longer + size, 0x30, 16);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (uc_tls_name_is_of(copy, size, names[i]) && !uc_tls_name_is_of(longer, size + 16, names[i]))
            abort();
    if (uc_tls_name_is_of(copy, size, "") || uc_tls_name_is_of(copy, size, "."))
        abort();
    free(longer);
    free(copy);
    return 0;
}
