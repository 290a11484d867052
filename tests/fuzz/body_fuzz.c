/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a body of the service generated from tests/gen/cases/media: JSON, a form, a form with files, text. The
 * first line is its path and its type. It is taken or refused; and what comes out of a form or of JSON is, given as JSON,
 * taken again and the same. The handlers are those of tests/gen/media_echo.c.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media.h"
#include "uc/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct uc_testbed *begin(void)
{
    struct uc_testbed *bed;

    setenv("UC_LOG_LEVEL", "fatal", 1);
    setenv("PEER_URL", "http://127.0.0.1:1", 1);
    check(uc_testbed_new(&bed, &media_info) == 0);
    return bed;
}

static const char *const targets[] = {"/notes/1", "/text", "/bytes", "/count", "/mood", "/forms", "/photos", "/raw"};

static const char *target_of(const char *line)
{
    size_t len = strcspn(line, " ");

    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
        if (strlen(targets[i]) == len && !memcmp(targets[i], line, len))
            return targets[i];
    return NULL;
}

/* What was understood, given as JSON, is understood the same. */
static void give_again(struct uc_testbed *bed, struct uc_str json)
{
    static const char type[] = "Content-Type: application/json\r\n";
    struct uc_test_answer answer;
    char *copy = malloc(json.len + 1);
    size_t len = json.len;

    check(copy != NULL);
    memcpy(copy, json.data, len);
    check(uc_testbed_call(bed, UC_POST, "/forms", type, uc_str_of(copy, len), &answer) == 0);
    check(answer.status == 200 && answer.body.len == len && !memcmp(answer.body.data, copy, len));
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct uc_testbed *bed;
    const uint8_t *end = memchr(data, '\n', size);
    char line[256], headers[300];
    size_t len = end ? (size_t)(end - data) : size;
    struct uc_test_answer answer;
    const char *target, *type;

    if (!end || len >= sizeof(line))
        return 0;
    for (size_t i = 0; i < len; i++) /* what cannot stand in a field becomes another character */
        line[i] = data[i] < ' ' || data[i] > '~' ? '%' : (char)data[i];
    line[len] = '\0';
    target = target_of(line);
    type = strchr(line, ' ');
    if (!target || !type)
        return 0;
    bed = bed ? bed : begin();
    snprintf(headers, sizeof(headers), "Content-Type:%s\r\n", type);
    check(uc_testbed_call(bed, target == targets[0] ? UC_PUT : UC_POST, target, headers,
                          uc_str_of((const char *)end + 1, size - len - 1), &answer) == 0);
    check(answer.status < 500);
    if (answer.status == 200 && !strcmp(target, "/forms"))
        give_again(bed, answer.body);
    return 0;
}
