/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/resolver.h"

#define LINE_MAX_BYTES 512 /* of a longer line the rest is lost, as in other resolvers */
#define SPACE " \t\r\n"

struct uc_resolver_files uc_resolver_files = {"/etc/hosts", "/etc/resolv.conf", 53};

static char *next_word(char **rest)
{
    return strtok_r(NULL, SPACE, rest);
}

static void add_server(struct uc_resolver_setup *setup, const char *text)
{
    struct sockaddr_in *server = &setup->servers[setup->server_count];

    if (!text || setup->server_count == UC_RESOLVER_SERVERS_MAX)
        return;
    memset(server, 0, sizeof(*server));
    server->sin_family = AF_INET;
    server->sin_port = htons(uc_resolver_files.port);
    if (inet_pton(AF_INET, text, &server->sin_addr) == 1)
        setup->server_count++;
}

static void read_search(struct uc_resolver_setup *setup, char **rest)
{
    const char *word;

    setup->search_count = 0; /* the last such line counts */
    while ((word = next_word(rest)) && setup->search_count < UC_RESOLVER_SEARCH_MAX) {
        if (strlen(word) <= UC_DNS_NAME_MAX && strcmp(word, ".") != 0)
            strcpy(setup->search[setup->search_count++], word);
    }
}

static void read_options(struct uc_resolver_setup *setup, char **rest)
{
    const char *word;

    while ((word = next_word(rest))) {
        if (strncmp(word, "ndots:", 6) == 0)
            setup->ndots = (unsigned)strtoul(word + 6, NULL, 10);
    }
}

void uc_resolver_read_setup(struct uc_resolver_setup *setup)
{
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(uc_resolver_files.resolv_conf, "re");

    *setup = (struct uc_resolver_setup){.ndots = 1};
    while (file && fgets(line, sizeof(line), file)) {
        char *rest;
        const char *key = strtok_r(line, SPACE, &rest);

        if (!key)
            continue;
        if (strcmp(key, "nameserver") == 0)
            add_server(setup, next_word(&rest));
        else if (strcmp(key, "search") == 0 || strcmp(key, "domain") == 0)
            read_search(setup, &rest);
        else if (strcmp(key, "options") == 0)
            read_options(setup, &rest);
    }
    if (file)
        fclose(file);
    if (setup->server_count == 0)
        add_server(setup, "127.0.0.1");
}

static bool line_names(char **rest, const char *name)
{
    const char *word;

    while ((word = next_word(rest))) {
        if (strcasecmp(word, name) == 0)
            return true;
    }
    return false;
}

int uc_resolver_read_hosts(const char *name, struct uc_dns_addresses *addresses)
{
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(uc_resolver_files.hosts, "re");

    *addresses = (struct uc_dns_addresses){.ttl_s = UINT32_MAX};
    while (file && fgets(line, sizeof(line), file)) {
        struct in_addr address;
        const char *word;
        char *rest;

        line[strcspn(line, "#")] = '\0';
        word = strtok_r(line, SPACE, &rest);
        if (!word || inet_pton(AF_INET, word, &address) != 1 || !line_names(&rest, name))
            continue;
        if (addresses->count < UC_DNS_ADDRESSES_MAX)
            addresses->address[addresses->count++] = address.s_addr;
    }
    if (file)
        fclose(file);
    if (addresses->count == 0 && strcasecmp(name, "localhost") == 0)
        addresses->address[addresses->count++] = htonl(INADDR_LOOPBACK);
    return addresses->count ? 0 : -ENOENT;
}
