/* SPDX-License-Identifier: MIT */
/*
 * schema_suite.c - what a service generated from the schemas of JSON-Schema-Test-Suite says of its instances.
 *
 *     schema_suite ROWS
 *
 * A row (schema_suite.jq): operation, "valid" or "invalid", "told" or "taken", description, instance; tabs between.
 * Prints each as "right", "wrong" or "stricter" (valid by the suite, refused since the type that a schema without
 * `type` is taken to have is another one), with its description. Ends with 0 when it could ask all of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "uc/testing.h"

int suite_start(struct suite_service *self)
{
    (void)self;
    return 0;
}

void suite_stop(struct suite_service *self)
{
    (void)self;
}

/* Cuts the field off the front of *row. */
static char *field(char **row)
{
    return strsep(row, "\t\n");
}

/* jq's @tsv writes a backslash and a tab or line end inside a field so. */
static void unescape(char *text)
{
    char *to = text;

    for (; *text; text++) {
        if (*text == '\\' && text[1])
            text++;
        *to++ = *text;
    }
    *to = '\0';
}

static int judge(struct uc_testbed *bed, char *row)
{
    const char *operation = field(&row), *expected = field(&row), *type = field(&row), *description = field(&row);
    char *instance = field(&row), target[256];
    struct uc_test_answer answer;
    const char *verdict = "wrong";
    bool valid;
    int err;

    if (!instance)
        return -1;
    unescape(instance);
    snprintf(target, sizeof(target), "/%s", operation);
    err = uc_testbed_call(bed, UC_POST, target, "content-type: application/json\r\n",
                          (struct uc_str){instance, strlen(instance)}, &answer);
    valid = answer.status == 204;
    if (err || (!valid && answer.status != 422 && answer.status != 400)) {
        printf("wrong %s: %s: error %d, status %d\n", operation, description, err, answer.status);
        return 0;
    }
    if (valid == (strcmp(expected, "valid") == 0))
        verdict = "right";
    else if (!valid && strcmp(type, "taken") == 0)
        verdict = "stricter";
    printf("%s %s: %s: %s should be %s\n", verdict, operation, description, instance, expected);
    return 0;
}

int main(int argc, char **argv)
{
    struct uc_testbed *bed;
    char *row = NULL;
    size_t room = 0;
    FILE *rows = argc == 2 ? fopen(argv[1], "r") : NULL;

    if (!rows || uc_testbed_new(&bed, &suite_info))
        return 2;
    while (getline(&row, &room, rows) > 0)
        if (judge(bed, row))
            return 3;
    free(row);
    fclose(rows);
    uc_testbed_free(bed);
    return 0;
}
