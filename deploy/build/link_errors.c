/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <string.h>

#define UNDEFINED "undefined reference to `"

/* The symbol in an "undefined reference" line; NULL: it is another line. */
static const char *undefined_symbol(const char *line, size_t len, size_t *symbol_len)
{
    const char *at = memmem(line, len, UNDEFINED, sizeof(UNDEFINED) - 1);
    const char *end;

    if (!at)
        return NULL;
    at += sizeof(UNDEFINED) - 1;
    end = memchr(at, '\'', len - (size_t)(at - line));
    if (!end)
        return NULL;
    *symbol_len = (size_t)(end - at);
    return at;
}

/* NULL: it is none that the user writes. */
static const struct gen_function *find_function(const struct build_link_context *context, const char *symbol, size_t len)
{
    for (size_t i = 0; i < context->functions.count; i++) {
        const struct gen_function *function = &context->functions.items[i];

        if (strlen(function->name) == len && !memcmp(function->name, symbol, len))
            return function;
    }
    return NULL;
}

static void explain(const struct build_link_context *context, const struct gen_function *function, FILE *out)
{
    if (function->mark.line)
        fprintf(out, "%s:%u:%u: ", function->mark.file, function->mark.line, function->mark.column);
    else
        fprintf(out, "%s: ", function->mark.file);
    fprintf(out, "%s. Define it in a C file of %s:\n    %s\n", function->absent, context->service_dir,
            function->signature);
}

/* The linker's own frame around the errors: where it was, and that it failed. */
static bool is_frame(const char *line, size_t len)
{
    return memmem(line, len, ": in function `", 15) != NULL ||
           memmem(line, len, "collect2: ", 10) != NULL;
}

static bool seen_before(const char *output, const char *symbol, size_t len)
{
    for (const char *line = output, *end; line < symbol; line = end + 1) {
        size_t other_len;
        const char *other;

        end = strchrnul(line, '\n');
        other = undefined_symbol(line, (size_t)(end - line), &other_len);
        if (other == symbol || !*end)
            return false;
        if (other && other_len == len && !memcmp(other, symbol, len))
            return true;
    }
    return false;
}

bool build_explain_link(void *arg, const char *output, FILE *out)
{
    const struct build_link_context *context = arg;
    bool known = false;

    for (const char *line = output, *end; *line; line = *end ? end + 1 : end) {
        const struct gen_function *function;
        const char *symbol;
        size_t len;

        end = strchrnul(line, '\n');
        symbol = undefined_symbol(line, (size_t)(end - line), &len);
        function = symbol && !seen_before(output, symbol, len) ? find_function(context, symbol, len) : NULL;
        if (function)
            explain(context, function, out);
        known = known || function;
    }
    if (!known)
        return false;
    for (const char *line = output, *end; *line; line = *end ? end + 1 : end) {
        const char *symbol;
        size_t len;

        end = strchrnul(line, '\n');
        symbol = undefined_symbol(line, (size_t)(end - line), &len);
        if (!(symbol && find_function(context, symbol, len)) && !is_frame(line, (size_t)(end - line)))
            fprintf(out, "%.*s\n", (int)(end - line), line);
    }
    return true;
}
