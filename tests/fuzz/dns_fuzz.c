/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a guest's DNS message. What is answered must be an answer: no longer than
 * a message, with the identifier of the question, and readable up to its question.
 */
#include "act/dns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t ips[ACT_DNS_ADDRESSES_MAX] = {0x0a4d000b, 0x0a4d000c};
    uint8_t out[ACT_DNS_MESSAGE_MAX];
    struct act_dns_question question, again;
    uint8_t *copy = malloc(size ? size : 1);
    int err;
    size_t len;

    memcpy(copy, data, size);
    err = act_dns_read(copy, size, &question);
    if (err != -EINVAL) {
        len = act_dns_answer(out, copy, &question, err ? ACT_DNS_FORMERR : ACT_DNS_NOERROR, ips,
                             err ? 0 : ACT_DNS_ADDRESSES_MAX, 0);
        if (len > sizeof(out) || memcmp(out, copy, 2) != 0 || !(out[2] & 0x80))
            abort();
        if (strlen(question.name) >= ACT_DNS_NAME_MAX)
            abort();
        if (!err) { /* as a question again, it reads the same */
            out[2] &= 0x7f;
            if (act_dns_read(out, len, &again) != 0 || strcmp(again.name, question.name) != 0 ||
                again.type != question.type)
                abort();
        }
    }
    free(copy);
    return 0;
}
