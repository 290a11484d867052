/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a compose file: refused with a message, or accepted. What is accepted is printed
 * as `ucompose config` does, and that text must be accepted again and print the same.
 */
#include "plan/compose.h"
#include "plan/config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file printed as config does, malloc'ed; NULL when it is refused. */
static char *read_and_print(const char *bytes, size_t len)
{
    static const char *const environment[] = {"SET=value", "EMPTY=", NULL};
    struct deploy_compose compose;
    char *text = NULL;
    size_t text_len;
    FILE *out;
    int err = deploy_compose_load(&compose, &(struct deploy_compose_options){
        .path = "/nowhere/compose.yaml", .bytes = bytes, .len = len, .environment = environment,
        .profiles = {(const char *const[]){"*"}, 1}});

    if (!err != !compose.messages.count)
        abort(); /* a refusal says why, and only a refusal */
    if (!err) {
        out = open_memstream(&text, &text_len);
        deploy_config_print(compose.spec, out);
        fclose(out);
    }
    deploy_compose_deinit(&compose);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size + 1), *first, *second;

    memcpy(bytes, data, size);
    bytes[size] = '\0';
    /* files of variables are read from disk: not what this is about */
    first = memmem(bytes, size, "env_file", 8) ? NULL : read_and_print(bytes, size);
    if (first) {
        second = read_and_print(first, strlen(first));
        if (!second || strcmp(first, second) != 0)
            abort();
        free(second);
    }
    free(first);
    free(bytes);
    return 0;
}
