/* SPDX-License-Identifier: MIT */
/* cloud_test.c - what comes from a cloud: user data, the service's answers, disks, the firmware's names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/smbios.h"
#include "cloud/http.h"
#include "cloud/userdata.h"
#include "cloud/volume.h"
#include "core/cmdline.h"
#include "tap.h"
#include "volumes.h"

bool k_acpi_map(uint64_t address, size_t bytes) { return address && bytes; }
const char *k_cmdline_get(const char *name) { return name ? NULL : ""; }

/* ---- user data ---- */

static char said[512];

static void pair(void *arg, const char *text)
{
    (void)arg;
    snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s|", text);
}

static void error(void *arg, unsigned line, const char *why)
{
    (void)arg;
    snprintf(said + strlen(said), sizeof(said) - strlen(said), "%u: %s|", line, why);
}

static void user_data_is_read(void)
{
    static const struct {
        const char *name, *text, *said;
    } rows[] = {
        {"pairs", "A=1\nB_2=two words \n", "A=1|B_2=two words |"},
        {"empty lines, comments, blanks before a name", "\n# A=1\n  \t B=2\n", "B=2|"},
        {"lines of Windows", "A=1\r\nB=\"2\"\r\n", "A=1|B=2|"},
        {"no line end at the end", "A=1\nB=2", "A=1|B=2|"},
        {"escapes in double quotes", "A=\"x\\ny\\\"\\\\\\$\" # why\nB=2", "A=x\ny\"\\$|B=2|"},
        {"none in single ones", "A='\\n\"'\n", "A=\\n\"|"},
        {"several lines", "A='1\n2'\nB=3\n", "A=1\n2|B=3|"},
        {"an empty value", "A=\nB=\"\"\n", "A=|B=|"},
        {"no pair", "A\nB=2\n=3\n4=5", "2: not NAME=value|B=2|4: not NAME=value|5: not NAME=value|"},
        {"a quote that does not end", "A=1\nB=\"2\n3\n", "A=1|3: its quote does not end|"},
        {"something behind a quote", "A=\"1\"2\nB=2", "2: something follows the closing quote|B=2|"},
        {"a number of lines in a quote counts", "A='\n\n'\nB\n", "A=\n\n|5: not NAME=value|"},
    };
    char text[256];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int bytes = snprintf(text, sizeof(text), "#ucompose\n%s", rows[i].text);

        said[0] = 0;
        k_userdata_read(text, (size_t)bytes, pair, error, NULL);
        ok(!strcmp(said, rows[i].said), rows[i].name);
        if (strcmp(said, rows[i].said))
            printf("# %s\n", said);
    }
}

static void user_data_has_kinds(void)
{
    ok(k_userdata_kind("#ucompose\nA=1", 13) == K_USERDATA_OURS, "ours");
    ok(k_userdata_kind("#ucompose", 9) == K_USERDATA_OURS, "ours, and empty");
    ok(k_userdata_kind("#ucomposed\n", 11) == K_USERDATA_OTHER, "somebody else's");
    ok(k_userdata_kind("#cloud-config\n", 14) == K_USERDATA_CLOUD_CONFIG, "cloud-init's");
    ok(k_userdata_kind("#!/bin/sh\n", 10) == K_USERDATA_SCRIPT, "a script");
    ok(k_userdata_kind("\x1f\x8b\x08", 3) == K_USERDATA_COMPRESSED, "compressed");
    ok(k_userdata_kind(" \n", 2) == K_USERDATA_EMPTY && k_userdata_kind("", 0) == K_USERDATA_EMPTY, "nothing");
}

/* ---- the service's answers ---- */

static void heads_are_read(void)
{
    static const struct {
        const char *name, *text;
        int result, status;
        size_t body_bytes;
    } rows[] = {
        {"with a length", "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", 0, 200, 12},
        {"without", "HTTP/1.0 404 Not Found\r\nServer: x\r\n\r\n", 0, 404, SIZE_MAX},
        {"bare line feeds, no reason", "HTTP/1.0 204\n\n", 0, 204, SIZE_MAX},
        {"names in any case", "HTTP/1.0 200 OK\r\ncOnTent-length:7 \r\n\r\n", 0, 200, 7},
        {"not whole", "HTTP/1.0 200 OK\r\nContent-Length: 12\r\n", -EAGAIN, 0, 0},
        {"nothing yet", "", -EAGAIN, 0, 0},
        {"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", -EPROTO, 0, 0},
        {"an empty line first", "\r\nHTTP/1.0 200 OK\r\n\r\n", -EPROTO, 0, 0},
        {"a status of letters", "HTTP/1.0 OK\r\n\r\n", -EPROTO, 0, 0},
        {"a length of letters", "HTTP/1.0 200 OK\r\nContent-Length: 1x\r\n\r\n", -EPROTO, 0, 0},
        {"no length", "HTTP/1.0 200 OK\r\nContent-Length: \r\n\r\n", -EPROTO, 0, 0},
        {"a length without end", "HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", -EPROTO, 0, 0},
        {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", -EPROTO, 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct k_http_answer answer;
        int result = k_http_read_head(rows[i].text, strlen(rows[i].text), &answer);

        ok(result == rows[i].result && (result || (answer.status == rows[i].status &&
                                                   answer.body_bytes == rows[i].body_bytes &&
                                                   answer.head_bytes == strlen(rows[i].text))),
           rows[i].name);
    }
}

/* ---- disks ---- */

static struct memory_disk disk;
static char out[4096], long_text[3000];

static bool holds(struct k_volume *volume, const char *path, const char *text)
{
    long bytes = k_volume_read(volume, path, out, sizeof(out));

    return bytes == (long)strlen(text) && !strcmp(out, text);
}

static void a_disk_is_read(const char *kind)
{
    struct k_volume_disk on = {volumes_read, &disk, disk.length / 512};
    struct k_volume volume;

    printf("# %s\n", kind);
    ok(!k_volume_open(&volume, &on) && !strcmp(volume.label, "CIDATA"), "its label");
    ok(holds(&volume, "meta-data", "local-hostname: vm\n"), "a file");
    ok(holds(&volume, "USER-data", long_text), "a long one, whatever the letters");
    ok(holds(&volume, "openstack/latest/user_data", long_text), "one in a directory");
    ok(k_volume_read(&volume, "user-dat", out, sizeof(out)) == -ENOENT, "one that is not there");
    ok(k_volume_read(&volume, "meta-data/x", out, sizeof(out)) == -ENOENT, "a file is no directory");
    ok(k_volume_read(&volume, "openstack", out, sizeof(out)) == -ENOENT, "nor a directory a file");
    ok(k_volume_read(&volume, "user-data", out, strlen(long_text)) == -EFBIG, "one that does not fit");
    on.sectors = 9;
    ok(k_volume_open(&volume, &on) || k_volume_read(&volume, "user-data", out, sizeof(out)) < 0,
       "a disk that ends early");
}

static void disks_are_read(void)
{
    for (size_t i = 0; i + 1 < sizeof(long_text); i++)
        long_text[i] = (char)('a' + i % 26);
    volumes_iso9660(&disk, long_text);
    a_disk_is_read("ISO 9660");
    volumes_fat12(&disk, long_text);
    a_disk_is_read("FAT12");
    disk.bytes[512 + 7] = 5; /* cluster 5 leads to itself */
    disk.bytes[512 + 8] = (uint8_t)(disk.bytes[512 + 8] & 0xf0);
    {
        struct k_volume_disk on = {volumes_read, &disk, disk.length / 512};
        struct k_volume volume;

        ok(!k_volume_open(&volume, &on) && k_volume_read(&volume, "user-data", out, sizeof(out)) != 0,
           "a chain that runs in a circle ends");
    }
    memset(&disk, 0, sizeof(disk));
    {
        struct k_volume_disk on = {volumes_read, &disk, VOLUME_BYTES / 512};
        struct k_volume volume;

        disk.length = VOLUME_BYTES;
        ok(k_volume_open(&volume, &on) == -ENOENT, "an empty disk holds nothing");
    }
}

/* ---- a FAT file system whose directories have no end ---- */

static uint64_t sectors_read;

/* FAT16 of 60000 clusters: each leads to the next; directories hold deleted entries only. */
static int endless_read(void *arg, uint64_t sector, void *buffer, size_t sectors)
{
    uint8_t *to = buffer;

    (void)arg;
    sectors_read += sectors;
    for (; sectors; sectors--, sector++, to += 512) {
        memset(to, 0, 512);
        if (sector == 0) {
            memcpy(to + 11, "\0\2\10\1\0\1\20\0\0\0\360\0\1", 13); /* one reserved, one table, 16 entries */
            memcpy(to + 32, "\x00\x54\x07\x00", 4);                       /* 480256 sectors */
            memcpy(to + 43, "CIDATA     ", 11);
            memcpy(to + 510, "\x55\xaa", 2);
        } else if (sector <= 256) {
            for (unsigned i = 0; i < 256; i++) {
                unsigned next = (unsigned)(sector - 1) * 256 + i + 1;

                to[2 * i] = (uint8_t)next, to[2 * i + 1] = (uint8_t)(next >> 8);
            }
        } else if (sector == 257) { /* the root, full: a directory in cluster 2 and nothing else */
            memset(to, 0xe5, 512);
            memcpy(to, "OPENST~1   \20", 12);
            memset(to + 12, 0, 20);
            to[26] = 2;
        } else {
            memset(to, 0xe5, 512);
        }
    }
    return 0;
}

static int failing_root(void *arg, uint64_t sector, void *buffer, size_t sectors)
{
    return sector == 257 ? -EIO : endless_read(arg, sector, buffer, sectors);
}

static void directories_have_an_end(void)
{
    struct k_volume_disk on = {endless_read, NULL, 480256};
    struct k_volume volume;

    ok(!k_volume_open(&volume, &on) && !strcmp(volume.label, "CIDATA"), "a label of the boot sector");
    sectors_read = 0;
    ok(k_volume_read(&volume, "OPENST~1/latest", out, sizeof(out)) == -EBADMSG, "a directory that does not end");
    ok(sectors_read < 10000, "is not read for ever");
    on.read = failing_root;
    ok(!k_volume_open(&volume, &on) && !strcmp(volume.label, "CIDATA"),
       "a root that cannot be read does not take the label away");
}

/* ---- the firmware's names ---- */

static void firmware_names_the_maker(void)
{
    static const uint8_t structures[] = "\x00\x05\x00\x00\x01"
                                        "BIOS\0\0"
                                        "\x01\x06\x01\x00\x01\x02"
                                        "Amazon EC2\0c5.large\0\0"
                                        "\x7f\x04\x02\x00\0\0";
    struct k_smbios_system system = {"", ""};

    ok(k_smbios_read_system(structures, sizeof(structures) - 1, &system) &&
           !strcmp(system.manufacturer, "Amazon EC2") && !strcmp(system.product, "c5.large"),
       "manufacturer and product");
    for (size_t cut = 0; cut < sizeof(structures) - 1; cut++) {
        uint8_t copy[sizeof(structures)];

        memcpy(copy, structures, cut);
        k_smbios_read_system(copy, cut, &system);
    }
    ok(!k_smbios_read_system((const uint8_t *)"\x7f\x04\x02\x00\0\0", 6, &system), "no such structure");
}

/* Entry points at the very end of what may be read. */
static void entry_points_are_read(void)
{
    uint8_t *entry = calloc(1, 32);
    uint64_t structures;
    size_t bytes;

    memcpy(entry, "_SM3_", 5);
    entry[6] = 24;
    entry[12] = 100;
    entry[17] = 0x12;
    for (int i = 0; i < 24; i++)
        entry[5] = (uint8_t)(entry[5] - (i == 5 ? 0 : entry[i]));
    ok(k_smbios_read_entry(entry, &structures, &bytes) && structures == 0x1200 && bytes == 100, "version 3");
    for (unsigned length = 33; length < 256; length++) {
        entry[6] = (uint8_t)length;
        if (k_smbios_read_entry(entry, &structures, &bytes))
            break;
        if (length == 255)
            ok(true, "one that says that it is longer is none");
    }
    free(entry);
}

int main(void)
{
    user_data_is_read();
    user_data_has_kinds();
    heads_are_read();
    disks_are_read();
    directories_have_an_end();
    firmware_names_the_maker();
    entry_points_are_read();
    return tap_done();
}
