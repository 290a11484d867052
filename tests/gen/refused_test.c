/* SPDX-License-Identifier: MIT */
/*
 * refused.txt: small descriptions and the messages that they get.
 *
 *     === what the row is about
 *     @schemas                 begins the file with all that comes before components.schemas
 *     text of service.yaml
 *     ---
 *     service.yaml:6:5: message
 *
 * A row without messages is accepted. With --update the messages are written anew.
 */
#include <string.h>

#include "files.h"
#include "gen/gen.h"
#include "gen/yaml.h"
#include "load.h"
#include "tap.h"

static const struct {
    const char *name, *text;
} preludes[] = {
    {"@schemas\n",
     "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n"},
    {"@paths\n", "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths:\n"},
    {"@service\n", "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: {}\nx-service:\n"},
    {"@parameter\n",
     "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths:\n  /{a}:\n    get:\n"
     "      operationId: x\n      responses: { '200': { description: ok } }\n      parameters:\n"},
    {"@response\n", "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths:\n  /a:\n    get:\n"
                    "      operationId: x\n      responses:\n"},
};

static char *print_messages(struct gen_messages *messages)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    gen_messages_print(messages, out);
    fclose(out);
    return text;
}

/* The messages as text, malloc'ed. */
static char *messages_of(const char *yaml)
{
    struct gen_arena arena;
    struct gen_messages messages;
    struct gen_service *service;
    struct gen_yaml_node *root;
    char *text;
    int err;

    gen_arena_init(&arena);
    gen_messages_init(&messages, &arena);
    err = gen_yaml_read_bytes(&arena, "service.yaml", yaml, strlen(yaml), &messages, &root);
    if (!err)
        err = gen_load_tree(&arena, root, false, &messages, &service);
    if (!err != !messages.count)
        tap_note("status %d with %zu messages", err, messages.count);
    text = print_messages(&messages);
    gen_arena_deinit(&arena);
    return text;
}

static char *whole(const char *text)
{
    char *joined;

    for (size_t i = 0; i < sizeof(preludes) / sizeof(preludes[0]); i++) {
        size_t len = strlen(preludes[i].name);

        if (strncmp(text, preludes[i].name, len))
            continue;
        joined = malloc(strlen(preludes[i].text) + strlen(text) + 1);
        strcpy(joined, preludes[i].text);
        return strcat(joined, text + len);
    }
    return strdup(text);
}

/* One row, cut into its parts in place. */
static void try_row(char *row, FILE *updated)
{
    char *end_of_name = strchr(row, '\n');
    char *cut = strstr(row, "\n---\n");
    char *yaml, *text, *expected;

    if (!end_of_name || !cut) {
        tap_ok(false, row);
        return;
    }
    *end_of_name = '\0';
    cut[1] = '\0';
    expected = cut + 5;
    yaml = whole(end_of_name + 1);
    text = messages_of(yaml);
    if (updated)
        fprintf(updated, "=== %s\n%s---\n%s", row, end_of_name + 1, text);
    else if (!tap_ok(!strcmp(text, expected), row))
        tap_note("got:\n%s", text);
    free(text);
    free(yaml);
}

int main(int argc, char **argv)
{
    const char *path = UC_TEST_DIR "/refused.txt";
    bool update = argc > 1 && !strcmp(argv[1], "--update");
    char *rows = file_read(path, NULL);
    FILE *updated = NULL;
    char *row, *next;

    if (!rows)
        return 1;
    if (update)
        updated = fopen(path, "w");
    for (row = strncmp(rows, "=== ", 4) ? NULL : rows + 4; row; row = next) {
        next = strstr(row, "\n=== ");
        if (next) {
            next[1] = '\0';
            next += 5;
        }
        try_row(row, updated);
    }
    if (updated)
        fclose(updated);
    free(rows);
    return tap_done();
}
