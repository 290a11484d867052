/* SPDX-License-Identifier: MIT */
/*
 * What a client reads from a network: an HTTP answer, whole and in pieces (the outcome must be
 * the same), and a DNS message.
 */
#include <stdlib.h>

#include "proto/dns.h"
#include "proto/http1_response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    enum uc_http1_response_state state;
    int status;
    ssize_t error;
    size_t used, body_len;
};

static struct outcome feed(const char *bytes, size_t size, size_t step)
{
    struct uc_http1_response response;
    struct outcome outcome = {0};
    ssize_t used = 0;

    uc_http1_response_init(&response, 1000);
    uc_http1_response_start(&response, size % 16 == 1);
    while (outcome.used < size && used >= 0 && response.state != UC_RESPONSE_DONE) {
        size_t part = size - outcome.used < step ? size - outcome.used : step;

        used = uc_http1_response_feed(&response, bytes + outcome.used, part);
        if (used > 0)
            outcome.used += (size_t)used;
    }
    outcome.error = used < 0 ? used : 0;
    outcome.state = response.state;
    outcome.status = response.status;
    outcome.body_len = response.body.len;
    uc_http1_response_deinit(&response);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uc_dns_addresses addresses;
    struct outcome whole = feed((const char *)data, size, size);
    struct outcome bytes = feed((const char *)data, size, 1);

    if ((whole.error != 0) != (bytes.error != 0))
        abort();
    if (!whole.error && (whole.state != bytes.state || whole.status != bytes.status ||
                         whole.used != bytes.used || whole.body_len != bytes.body_len))
        abort();
    uc_dns_answer(&addresses, data, size, size >= 2 ? (uint16_t)(data[0] << 8 | data[1]) : 0, "shop");
    return 0;
}
