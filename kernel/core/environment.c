/* SPDX-License-Identifier: MIT */
/*
 * environment.c - collect the process environment.
 */
#include "core/environment.h"

#include <stdbool.h>
#include <string.h>

#include "arch/x86_64/fwcfg.h"
#include "core/cmdline.h"
#include "core/log.h"

#define FILE_NAME "opt/org.ucompose/env"

static const char *pairs[K_ENVIRONMENT_MAX];
static size_t pair_count;

static size_t name_length(const char *pair)
{
    const char *equals = strchr(pair, '=');

    return equals ? (size_t)(equals - pair) : 0;
}

/* Its name alone: the value may be a secret. */
static void tell_dropped(const char *pair, size_t length)
{
    char name[64];
    size_t shown = length < sizeof name ? length : sizeof name - 1;

    memcpy(name, pair, shown);
    name[shown] = '\0';
    k_log(K_LOG_WARN, "more than %u environment variables: %s dropped", K_ENVIRONMENT_MAX, name);
}

void k_environment_add(const char *pair)
{
    size_t length = name_length(pair);

    if (!length)
        return;
    for (size_t i = 0; i < pair_count; i++) {
        if (!strncmp(pairs[i], pair, length + 1)) {
            pairs[i] = pair;
            return;
        }
    }
    if (pair_count == K_ENVIRONMENT_MAX)
        tell_dropped(pair, length);
    else
        pairs[pair_count++] = pair;
}

static void add_lines(char *text)
{
    while (*text) {
        char *end = strchr(text, '\n');

        if (end)
            *end = '\0';
        k_environment_add(text);
        if (!end)
            return;
        text = end + 1;
    }
}

/* On the command line, only names in capitals are the service's. */
static bool is_for_the_service(const char *token)
{
    for (size_t i = 0; token[i] && token[i] != '='; i++) {
        char c = token[i];

        if (!((c >= 'A' && c <= 'Z') || c == '_' || (i && c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

void k_environment_init(void)
{
    char *file = k_fwcfg_read(FILE_NAME);
    const char *token;
    size_t cursor = 0;

    if (file)
        add_lines(file);
    while ((token = k_cmdline_next(&cursor)))
        if (is_for_the_service(token))
            k_environment_add(token);
}

const char *const *k_environment(size_t *count)
{
    *count = pair_count;
    return pairs;
}
