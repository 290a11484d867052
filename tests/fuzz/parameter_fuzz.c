/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as parameters of the service generated from tests/gen/cases/world: its path, its query, two header fields
 * and the cookies, a line each. It is served or refused, and never fails.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uc/testing.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int world_start(struct world_service *self)
{
    (void)self;
    return 0;
}

void world_stop(struct world_service *self)
{
    (void)self;
}

#define EMPTY(operation, status)            \
    void operation(struct operation *call)  \
    {                                       \
        operation##_##status(call);         \
    }
EMPTY(world_get, 200)
EMPTY(world_head_things_id_json, 200)
EMPTY(world_get_things_id_json, 204)
EMPTY(world_get_health, 204)
EMPTY(world_report_health, 204)
EMPTY(world_get_shared, 204)
EMPTY(world_list_boxes, 204)

void world_list_crates(struct world_list_crates *call)
{
    world_list_crates_200(call, &(struct world_list_crates_200_body){0});
}

void world_find_shapes(struct world_find_shapes *call)
{
    for (size_t i = 0; i < call->ids.count; i++)
        if (call->ids.items[i] < 1)
            abort();
    for (size_t i = 0; i < call->tag.count; i++)
        if (uc_utf8_length(call->tag.items[i]) > 5)
            abort();
    if (call->ids.count < 1 || call->ids.count > 3 || !call->session.len || !uc_utf8_valid(call->session))
        abort();
    world_find_shapes_200(call, uc_str("found"));
}

/* Cut a line off; what cannot stand in a request's line or field becomes another character. */
static void take_line(const uint8_t **data, size_t *size, char out[512], char least)
{
    const uint8_t *end = memchr(*data, '\n', *size);
    size_t len = end ? (size_t)(end - *data) : *size, kept = 0;

    for (size_t i = 0; i < len && kept < 511; i++)
        out[kept++] = (*data)[i] < (unsigned char)least || (*data)[i] > '~' ? '%' : (char)(*data)[i];
    out[kept] = '\0';
    *data += end ? len + 1 : len;
    *size -= end ? len + 1 : len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct uc_testbed *bed;
    char path[512], query[512], marks[512], pair[512], cookie[512], target[1200], headers[2048];
    struct uc_test_answer answer;

    if (!bed) {
        setenv("UC_LOG_LEVEL", "fatal", 1);
        setenv("PEER_URL", "http://127.0.0.1:1", 1);
        if (uc_testbed_new(&bed, &world_info))
            abort();
    }
    take_line(&data, &size, path, '!');
    take_line(&data, &size, query, '!');
    take_line(&data, &size, marks, ' ');
    take_line(&data, &size, pair, ' ');
    take_line(&data, &size, cookie, ' ');
    snprintf(target, sizeof(target), "/v1/shapes/%s/of?%s", path, query);
    snprintf(headers, sizeof(headers), "X-Marks: %s\r\nX-Pair: %s\r\nCookie: %s\r\n", marks, pair, cookie);
    if (uc_testbed_call(bed, UC_GET, target, headers, uc_str_of(NULL, 0), &answer))
        abort();
    if (answer.status >= 500)
        abort();
    return 0;
}
