/* SPDX-License-Identifier: MIT */
/* sbom_test.c - a bill of materials from the SDK's list and the linker's map. */
#include "tap.h"

#include "image/sbom.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COMPONENTS 60
#define NAME "a-library-whose-name-has-some-fifty-letters-and-a-number-%03d"

static char components[COMPONENTS * 256], map[COMPONENTS * 128];

static int print(const char *list, const char *linked, char **text)
{
    struct image_sbom sbom = {.name = "orders", .digest = "00", .components = list, .map = linked};
    struct deploy_error error = {""};
    size_t len;
    FILE *out = open_memstream(text, &len);
    int err = image_sbom_print(&sbom, out, &error);

    fclose(out);
    return err;
}

static void every_part_is_referred_to(void)
{
    static const char end[] = " ] } ]\n}\n";
    char *text, *references;
    int found = 0;

    for (int i = 0; i < COMPONENTS; i++) {
        sprintf(components + strlen(components), NAME " package 1.2+dfsg-3 - - MIT lib%03d.a\n", i, i);
        sprintf(map + strlen(map), " /lib/lib%03d.a(one.o)\n", i);
    }
    tap_ok(!print(components, map, &text), "many components");
    references = strstr(text, "\"dependsOn\"");
    for (int i = 0; references && i < COMPONENTS; i++) {
        char reference[128];

        snprintf(reference, sizeof(reference), ", \"" NAME "\"", i);
        found += strstr(references, reference) != NULL;
    }
    tap_okf(found == COMPONENTS, "each is referred to: %d of %d", found, COMPONENTS);
    tap_ok(strlen(text) > sizeof(end) && !strcmp(text + strlen(text) - strlen(end), end), "and the text is whole");
    free(text);
}

static void what_is_wrong_is_refused(void)
{
    char *text;

    tap_ok(print("", " /lib/libc.a(one.o)\n", &text) == -EINVAL, "an empty list");
    free(text);
    tap_ok(print("musl musl 1.2 - - MIT libc.a\n", "", &text) == -EINVAL, "a map that names nothing of it");
    free(text);
    tap_ok(print("musl musl 1.2 - - MIT\n", "", &text) == -EINVAL, "a line with a field less");
    free(text);
    tap_ok(!print("musl musl 1.2 - - MIT libc.a", " /lib/libc.a(one.o)\n", &text), "a last line without an end is one");
    free(text);
}

int main(void)
{
    every_part_is_referred_to();
    what_is_wrong_is_refused();
    return tap_end();
}
