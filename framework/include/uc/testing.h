/* SPDX-License-Identifier: MIT */
/*
 * testing.h - call a service's handlers without a socket.
 *
 * A testbed runs `start`, routes calls exactly as the listener would (router, body rules,
 * decoding, problem+json), runs the loop until the answer is given, and hands it back.
 */
#ifndef UC_TESTING_H
#define UC_TESTING_H

#include "uc/service.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_testbed;

/* Environment values come from the process's environment. 0 or a negative errno. */
int uc_testbed_new(struct uc_testbed **bed, const struct uc_service_info *info);
void uc_testbed_free(struct uc_testbed *bed);

struct uc_test_answer {
    int status;
    struct uc_str content_type;
    struct uc_str head; /* whole head as sent */
    struct uc_str body;
};

/*
 * `headers` are complete lines ("name: value\r\n") or NULL; `body` may be absent.
 * The answer's strings live until the next call. -ETIMEDOUT: no answer within the limits.
 */
int uc_testbed_call(struct uc_testbed *bed, enum uc_method method, const char *target, const char *headers,
                    struct uc_str body, struct uc_test_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
