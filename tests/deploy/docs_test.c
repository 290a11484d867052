/* SPDX-License-Identifier: MIT */
/* docs/cli.md holds the reference that the option tables print. */
#include "cli/help.h"
#include "tap.h"

#include <stdlib.h>

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);

    if (file && fread(text, 1, (1 << 20) - 1, file) == 0)
        text[0] = '\0';
    if (file)
        fclose(file);
    return text;
}

int main(void)
{
    char *document = read_all(UC_ROOT_DIR "/docs/cli.md");
    char *reference = NULL;
    size_t len;
    FILE *out = open_memstream(&reference, &len);

    cmd_help_markdown(out);
    fclose(out);
    tap_ok(strstr(document, reference) != NULL, "docs/cli.md holds what \"ucompose help --markdown\" prints");
    for (size_t i = 0; cmd_verbs[i]; i++)
        tap_okf(cmd_verbs[i]->run && cmd_verbs[i]->summary && cmd_find_verb(cmd_verbs[i]->name) == cmd_verbs[i],
                "the verb %s is complete", cmd_verbs[i]->name);
    free(reference);
    free(document);
    return tap_end();
}
