/* SPDX-License-Identifier: MIT */
/*
 * value_port.c - the short form of `ports:`.
 */
#include "value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int fail(const char **problem, const char *text)
{
    *problem = text;
    return -EINVAL;
}

/* "8080" or "8080-8082". */
static int read_range(const char *text, uint64_t *first, unsigned *count)
{
    char copy[16];
    char *dash;
    uint64_t last;

    if (strlen(text) >= sizeof(copy))
        return -EINVAL;
    strcpy(copy, text);
    dash = strchr(copy, '-');
    if (dash)
        *dash = '\0';
    if (deploy_value_number(copy, 0, 65535, first))
        return -EINVAL;
    last = *first;
    if (dash && (deploy_value_number(dash + 1, 1, 65535, &last) || last < *first || !*first))
        return -EINVAL;
    *count = (unsigned)(last - *first + 1);
    return 0;
}

/* Take the address off the front of "ip:rest"; `rest` is then what follows. */
static int read_address(char *text, struct deploy_value_ports *ports, char **rest,
                        const char **problem)
{
    char *colon = strrchr(text, ':');
    char *end;

    *rest = colon + 1;
    *colon = '\0';
    end = text + strlen(text);
    if (*text == '[' && end[-1] == ']') {
        end[-1] = '\0';
        text++;
    }
    if (strlen(text) >= sizeof(ports->host_ip) || !deploy_value_is_ip(text))
        return fail(problem, "what stands before the ports must be an IP address of this computer");
    strcpy(ports->host_ip, text);
    return 0;
}

int deploy_value_port(const char *text, struct deploy_value_ports *ports, const char **problem)
{
    struct deploy_value_ports result = {.count = 1};
    char copy[128];
    char *slash, *target, *host = NULL;
    uint64_t host_first = 0, target_first;
    unsigned host_count;

    if (strlen(text) >= sizeof(copy))
        return fail(problem, "is too long for a port");
    strcpy(copy, text);
    slash = strchr(copy, '/');
    if (slash && strcmp(slash, "/tcp") != 0)
        return fail(problem,
                    "only TCP is published; the part after \"/\" can be \"tcp\" or missing");
    if (slash)
        *slash = '\0';
    target = strrchr(copy, ':');
    if (target) {
        *target++ = '\0';
        host = copy;
        if (strchr(copy, ':') && read_address(copy, &result, &host, problem))
            return -EINVAL;
    } else {
        target = copy;
    }
    if (read_range(target, &target_first, &result.count) || !target_first)
        return fail(problem,
                    "the port inside the service must be a number from 1 to 65535, or a range");
    if (host && *host) {
        if (read_range(host, &host_first, &host_count))
            return fail(problem,
                        "the port of this computer must be a number from 0 to 65535, or a range");
        if (host_count != result.count)
            return fail(problem, "the two ranges must have the same length");
    }
    result.host = (uint16_t)host_first;
    result.target = (uint16_t)target_first;
    *ports = result;
    return 0;
}
