/* SPDX-License-Identifier: MIT */
/* Another loader makes another disk of the same image: a number tells. */
#include "image/format.h"

#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const loaders[] = {"bios-mbr.bin", "bios-stage2.bin", "uefi.efi"};
static char folder[] = "/tmp/uc-format.XXXXXX";

static void write_loader(const char *name, const char *text)
{
    char path[PATH_MAX];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    if (file) {
        fputs(text, file);
        fclose(file);
    }
}

static uint64_t number(void)
{
    struct deploy_error error = {""};
    uint64_t number = 0;

    tap_okf(!image_format_number(folder, &number, &error), "there is a number%s", error.text);
    return number;
}

int main(void)
{
    struct deploy_error error = {""};
    char path[PATH_MAX];
    uint64_t first;

    tap_ok(mkdtemp(folder) != NULL, "a folder");
    tap_ok(image_format_number(folder, &first, &error) == -ENOENT &&
               strstr(error.text, "bios-mbr.bin"),
           "without loaders there is none");
    for (size_t i = 0; i < 3; i++)
        write_loader(loaders[i], "a loader");
    first = number();
    tap_ok(number() == first, "it is the same once more");
    for (size_t i = 0; i < 3; i++) {
        write_loader(loaders[i], "A loader");
        tap_okf(number() != first, "and another with another %s", loaders[i]);
        write_loader(loaders[i], "a loader");
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, loaders[i]);
        unlink(path);
    }
    rmdir(folder);
    return tap_end();
}
