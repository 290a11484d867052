/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "image/seal.h"

#include <stddef.h>
#include <stdio.h>

struct verify_values {
    const char *key;
};

static const struct cmd_option options[] = {
    {"key", 0, CMD_TEXT, offsetof(struct verify_values, key), "FILE",
     "the public key, PEM, whose owner must have signed; otherwise only hashes are compared"},
    {0},
};

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct verify_values *want = values;
    const char *file = arguments->items[0];
    struct deploy_error error = {""};
    int count;

    (void)globals;
    if (want->key && image_seal_verify(file, want->key, &error))
        return cmd_fail("%s", error.text);
    count = image_seal_check(file, &error);
    if (count < 0)
        return cmd_fail("%s", error.text);
    printf("%s: %d file%s as they were written%s%s\n", file, count, count == 1 ? "" : "s",
           want->key ? ", signed by the owner of " : "; who wrote them was not asked (--key)",
           want->key ? want->key : "");
    return CMD_OK;
}

const struct cmd_verb cmd_verify_verb = {
    .name = "verify",
    .arguments = "FILE",
    .summary = "Tell whether what `ucompose image` wrote is unchanged, and who signed it",
    .detail = "FILE.sha256 names FILE and what belongs to it; FILE.sha256.sig is its signature, for which the openssl "
              "command is needed. Ends with 1 when a file has changed or is gone, or the signature is missing or "
              "another's.",
    .options = options,
    .values_size = sizeof(struct verify_values),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
