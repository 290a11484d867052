/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a cloud says: the first chooses user data, an answer of the service, the firmware's
 * structures, or a sound disk in which the others overwrite places (two bytes of place, one of value).
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel/host/volumes.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/smbios.h"
#include "cloud/http.h"
#include "cloud/userdata.h"
#include "core/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

bool k_acpi_map(uint64_t address, size_t bytes) { return address && bytes; }
const char *k_cmdline_get(const char *name) { return name ? NULL : ""; }

static void pair(void *arg, const char *text)
{
    (void)arg;
    if (!strchr(text, '='))
        abort();
}

static void error(void *arg, unsigned line, const char *why)
{
    (void)arg;
    if (line < 2 || !*why)
        abort();
}

static void read_text(unsigned kind, const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct k_http_answer answer;
    struct k_smbios_system system;

    memcpy(text, data, size);
    text[size] = 0;
    if (kind == 0) {
        k_userdata_kind(text, size);
        k_userdata_read(text, size, pair, error, NULL);
    } else if (kind == 1) {
        if (!k_http_read_head(text, size, &answer) && answer.head_bytes > size)
            abort();
    } else if (k_smbios_read_system((uint8_t *)text, size, &system)) {
        if (strlen(system.manufacturer) >= K_SMBIOS_TEXT_BYTES)
            abort();
    }
    free(text);
}

static void read_disk(unsigned kind, const uint8_t *data, size_t size)
{
    static struct memory_disk disk;
    static char out[8192];
    struct k_volume_disk on = {volumes_read, &disk, 0};
    struct k_volume volume;

    (kind == 3 ? volumes_iso9660 : volumes_fat12)(&disk, "#ucompose\nA=1\n");
    on.sectors = disk.length / 512;
    for (size_t i = 0; i + 2 < size; i += 3) {
        /* Where structures are: behind the sixteen blocks that ISO 9660 leaves alone. */
        size_t place = (kind == 3 ? 32768u : 0) + (size_t)((data[i] << 8 | data[i + 1]) & 0x3fff);

        if (place < disk.length)
            disk.bytes[place] = data[i + 2];
    }
    if (k_volume_open(&volume, &on))
        return;
    if (k_volume_read(&volume, "openstack/latest/user_data", out, sizeof(out)) >= (long)sizeof(out))
        abort();
    k_volume_read(&volume, "user-data", out, sizeof(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned kind;

    if (!size)
        return 0;
    kind = data[0] % 5;
    if (kind < 3)
        read_text(kind, data + 1, size - 1);
    else
        read_disk(kind, data + 1, size - 1);
    return 0;
}
