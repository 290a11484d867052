/* SPDX-License-Identifier: MIT */
#include "sbom.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum field { NAME, PACKAGE, VERSION, SOURCE, DIGEST, LICENCE, LINKED, FIELDS };

struct component {
    char text[FIELDS][128];
};

/* What was taken of an archive appears as "/lib/libuv.a(core.c.o)"; objects as "LOAD .../kernel.o". */
int image_sbom_is_linked(const char *map, const char *file)
{
    size_t len = strlen(file);

    for (const char *at = map; (at = strstr(at, file)); at += len)
        if (at > map && at[-1] == '/' && at[len] == (file[len - 1] == 'a' ? '(' : '\n'))
            return 1;
    return 0;
}

static bool read_component(const char *line, size_t len, struct component *component)
{
    char text[1024], *rest;
    int fields = 0;

    if (len >= sizeof(text))
        return false;
    memcpy(text, line, len);
    text[len] = '\0';
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (fields == FIELDS || strlen(word) >= sizeof(component->text[0]))
            return false;
        strcpy(component->text[fields++], word);
    }
    return fields == FIELDS;
}

/* Debian's version "2.1.3+dfsg1-2" is upstream's 2.1.3, packed again. */
static int upstream_length(const char *version)
{
    return (int)strcspn(version, "+-");
}

/* In a package URL a '+' is written as its number (ECMA-427). */
static void print_version(const char *version, FILE *out)
{
    for (; *version; version++)
        *version == '+' ? fputs("%2B", out) : fputc(*version, out);
}

static void print_package(const struct component *c, FILE *out)
{
    const char *package = c->text[PACKAGE], *colon = strchr(package, ':');

    if (colon)
        fprintf(out, ",\n      \"purl\": \"pkg:%.*s/%s@", (int)(colon - package), package, colon + 1);
    else
        fprintf(out, ",\n      \"purl\": \"pkg:deb/debian/%s@", package);
    print_version(c->text[VERSION], out);
    fputs(colon ? "\"" : "?arch=source\"", out);
}

static void print_digest(const struct component *c, FILE *out)
{
    bool is_source = strcmp(c->text[SOURCE], c->text[LINKED]) != 0;

    fputs(",\n      ", out);
    if (is_source)
        fprintf(out,
                "\"externalReferences\": [\n"
                "        { \"type\": \"source-distribution\", \"url\": \"%s\",\n          ",
                c->text[SOURCE]);
    fprintf(out, "\"hashes\": [ { \"alg\": \"SHA-256\", \"content\": \"%s\" } ]", c->text[DIGEST]);
    if (is_source)
        fputs(" }\n      ]", out);
}

/* A text of JSON (RFC 8259, section 7), with its quotes. */
static void print_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        if ((unsigned char)*text < ' ')
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    fputc('"', out);
}

static void print_component(const struct component *c, FILE *out)
{
    fprintf(out,
            ",\n"
            "    {\n"
            "      \"type\": \"library\",\n"
            "      \"bom-ref\": \"%s\",\n"
            "      \"name\": \"%s\",\n"
            "      \"version\": \"%.*s\",\n"
            "      \"licenses\": [ { \"expression\": \"",
            c->text[NAME], c->text[NAME], upstream_length(c->text[VERSION]), c->text[VERSION]);
    for (const char *at = c->text[LICENCE]; *at; at++)
        fputc(*at == '_' ? ' ' : *at, out);
    fputs("\" } ]", out);
    print_package(c, out);
    if (strcmp(c->text[SOURCE], "-") != 0)
        print_digest(c, out);
    fputs("\n    }", out);
}

static void print_head(const struct image_sbom *sbom, FILE *out)
{
    fprintf(out,
            "{\n"
            "  \"bomFormat\": \"CycloneDX\",\n"
            "  \"specVersion\": \"1.6\",\n"
            "  \"version\": 1,\n"
            "  \"metadata\": {\n"
            "    \"tools\": { \"components\": [ { \"type\": \"application\", \"name\": \"ucompose\",\n"
            "      \"version\": \"%s\" } ] },\n"
            "    \"component\": {\n"
            "      \"type\": \"firmware\",\n"
            "      \"bom-ref\": \"service\",\n"
            "      \"name\": \"%s\",\n"
            "      \"version\": ",
            sbom->tool_version, sbom->name);
    print_text(sbom->version, out);
    fprintf(out,
            ",\n"
            "      \"hashes\": [ { \"alg\": \"SHA-256\", \"content\": \"%s\" } ]\n"
            "    }\n"
            "  },\n"
            "  \"components\": [\n"
            "    {\n"
            "      \"type\": \"framework\",\n"
            "      \"bom-ref\": \"ucompose\",\n"
            "      \"name\": \"ucompose\",\n"
            "      \"version\": \"%s\",\n"
            "      \"purl\": \"pkg:generic/ucompose@%s\",\n"
            "      \"licenses\": [ { \"license\": { \"id\": \"MIT\" } } ]\n"
            "    }",
            sbom->digest, sbom->tool_version, sbom->tool_version);
}

static void print_reference(const struct component *c, FILE *out)
{
    fprintf(out, ", \"%s\"", c->text[NAME]);
}

/* Print every component that is linked, and count them. */
static int each_linked(const struct image_sbom *sbom, void (*print)(const struct component *, FILE *), FILE *out,
                       unsigned *count, struct deploy_error *error)
{
    const char *line = sbom->components, *end;

    for (; *line; line = *end ? end + 1 : end) {
        struct component component;

        end = strchrnul(line, '\n');
        if (!read_component(line, (size_t)(end - line), &component))
            return deploy_fail(error, -EINVAL, "the SDK's list of components is malformed; run ./ucompose setup");
        if (!image_sbom_is_linked(sbom->map, component.text[LINKED]))
            continue;
        print(&component, out);
        (*count)++;
    }
    return 0;
}

int image_sbom_print(const struct image_sbom *sbom, FILE *out, struct deploy_error *error)
{
    unsigned count = 0;
    int err;

    print_head(sbom, out);
    err = each_linked(sbom, print_component, out, &count, error);
    if (err)
        return err;
    if (!count)
        return deploy_fail(error, -EINVAL, "the linker's map names no library of the SDK");
    fputs("\n  ],\n  \"dependencies\": [ { \"ref\": \"service\", \"dependsOn\": [ \"ucompose\"", out);
    err = each_linked(sbom, print_reference, out, &count, error);
    fputs(" ] } ]\n}\n", out);
    return err;
}
