/* SPDX-License-Identifier: MIT */
/*
 * sbom_test.c - a bill of materials from the SDK's list and the linker's map. With an argument, a list, it only prints
 * the bill of a service that links all of it.
 */
#include "tap.h"

#include "image/sbom.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COMPONENTS 60
#define VERSION "2 \"b\\\t\xc3\xa9\""
#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NAME "a-library-whose-name-has-some-fifty-letters-and-a-number-%03d"

static char components[COMPONENTS * 256], map[COMPONENTS * 128];

static int print(const char *list, const char *linked, char **text)
{
    struct image_sbom sbom = {.name = "orders",
                               .version = VERSION,
                               .tool_version = "1.2.3",
                               .digest = DIGEST,
                               .components = list,
                               .map = linked};
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

static void of_each_kind(void)
{
    static const struct {
        const char *name, *line, *has, *lacks;
    } rows[] = {
        {"a source of Debian has its package and checksum",
         "musl musl 1.2.3+dfsg-1 musl_1.2.3.orig.tar.gz 7d5b MIT libc.a",
         "\"version\": \"1.2.3\",\n"
         "      \"licenses\": [ { \"expression\": \"MIT\" } ],\n"
         "      \"purl\": \"pkg:deb/debian/musl@1.2.3%2Bdfsg-1?arch=source\",\n"
         "      \"externalReferences\": [\n"
         "        { \"type\": \"source-distribution\", \"url\": \"musl_1.2.3.orig.tar.gz\",\n"
         "          \"hashes\": [ { \"alg\": \"SHA-256\", \"content\": \"7d5b\" } ] }\n"
         "      ]\n    }",
         "generic/musl"},
        {"one of npm is npm's", "page npm:page-dist 5.0 page-dist-5.0.tgz 1b8e Apache-2.0 libc.a",
         "\"purl\": \"pkg:npm/page-dist@5.0\",\n      \"externalReferences\"", "arch=source"},
        {"a library without a source has the checksum of itself",
         "libgcc gcc-12 12.2.0-14 libc.a 99aa MIT_WITH_X libc.a",
         "\"expression\": \"MIT WITH X\" } ],\n"
         "      \"purl\": \"pkg:deb/debian/gcc-12@12.2.0-14?arch=source\",\n"
         "      \"hashes\": [ { \"alg\": \"SHA-256\", \"content\": \"99aa\" } ]\n    }",
         "externalReferences"},
        {"also elsewhere than on Debian", "libgcc generic:gcc 12.2.0 libc.a 99aa MIT libc.a",
         "\"pkg:generic/gcc@12.2.0\"", "arch=source"},
        {"the service has its version, as JSON has texts", "musl musl 1 - - MIT libc.a",
         "\"version\": \"2 \\\"b\\\\\\u0009\xc3\xa9\\\"\",",
         "hashes\": [ { \"alg\": \"SHA-256\", \"content\": \"-"},
        {"ucompose has its own", "musl musl 1 - - MIT libc.a", "\"purl\": \"pkg:generic/ucompose@1.2.3\"",
         "source-distribution"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text;
        int err = print(rows[i].line, " /lib/libc.a(one.o)\n", &text);

        tap_ok(!err && strstr(text, rows[i].has) && !strstr(text, rows[i].lacks), rows[i].name);
        free(text);
    }
}

/* The linker's map of a service that takes something of each library. */
static int print_whole(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t len = file ? fread(components, 1, sizeof(components) - 1, file) : 0;
    char *text;

    components[len] = '\0';
    for (const char *line = components, *end; (end = strchr(line, '\n')); line = end + 1) {
        const char *linked = memrchr(line, ' ', (size_t)(end - line));
        bool is_archive = end[-1] == 'a';

        if (linked)
            sprintf(map + strlen(map), " /lib/%.*s%s", (int)(end - linked - 1), linked + 1,
                    is_archive ? "(one.o)\n" : "\n");
    }
    if (!file || print(components, map, &text))
        return 1;
    fclose(file);
    fputs(text, stdout);
    free(text);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return print_whole(argv[1]);
    of_each_kind();
    every_part_is_referred_to();
    what_is_wrong_is_refused();
    return tap_end();
}
