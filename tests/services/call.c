/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <stdio.h>

const char *expect(struct uc_testbed *bed, enum uc_method method, const char *target, const char *json,
                   int status, ...)
{
    static char body[65536];
    struct uc_test_answer answer;
    const char *text;
    va_list texts;
    int err;

    err = uc_testbed_call(bed, method, target, json ? "Content-Type: application/json\r\n" : NULL,
                          uc_str(json), &answer);
    if (err)
        fail_msg("%s: no answer, %d", target, err);
    snprintf(body, sizeof(body), "%.*s", (int)answer.body.len, answer.body.data ? answer.body.data : "");
    if (answer.status != status)
        fail_msg("%s: %d instead of %d: %s", target, answer.status, status, body);
    if (status >= 400 && !uc_str_is(answer.content_type, "application/problem+json"))
        fail_msg("%s: an error of type %.*s", target, (int)answer.content_type.len,
                 answer.content_type.data);
    va_start(texts, status);
    while ((text = va_arg(texts, const char *))) {
        if (!strstr(body, text))
            fail_msg("%s: no %s in %s", target, text, body);
    }
    va_end(texts);
    return body;
}
