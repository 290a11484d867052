/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <ctype.h>
#include <string.h>

#define UNDEFINED "undefined reference to `"

/* Does "getOrder" (or "get-order", "get_order") become `snake`, "get_order"? */
static bool names_operation(const char *id, size_t len, const char *snake, size_t snake_len)
{
    size_t at = 0;

    for (size_t i = 0; i < len; i++) {
        bool letter_or_digit = isalnum((unsigned char)id[i]);
        bool hump = isupper((unsigned char)id[i]) && i > 0 && at > 0 && snake[at - 1] != '_' &&
                    at < snake_len && snake[at] == '_';

        if (hump || !letter_or_digit) {
            if (at >= snake_len || snake[at++] != '_')
                return false;
        }
        if (letter_or_digit &&
            (at >= snake_len || snake[at++] != tolower((unsigned char)id[i])))
            return false;
    }
    return at == snake_len;
}

/* The value after "operationId:" on this line, without quotes; NULL: there is none. */
static const char *operation_on_line(const char *line, size_t len, size_t *id_len)
{
    static const char key[] = "operationId";
    const char *end = line + len;
    const char *at = memmem(line, len, key, sizeof(key) - 1);

    if (!at)
        return NULL;
    at += sizeof(key) - 1;
    while (at < end && strchr(" :\"'", *at))
        at++;
    *id_len = 0;
    while (at + *id_len < end && (isalnum((unsigned char)at[*id_len]) ||
                                  strchr("_-.", at[*id_len])))
        (*id_len)++;
    return *id_len ? at : NULL;
}

/* Line number of the operation that this handler answers; 0: none. */
static unsigned find_operation(const char *yaml, const char *snake, size_t snake_len,
                               const char **id, size_t *id_len)
{
    unsigned number = 0;

    for (const char *line = yaml, *end; *line; line = *end ? end + 1 : end) {
        end = strchrnul(line, '\n');
        number++;
        *id = operation_on_line(line, (size_t)(end - line), id_len);
        if (*id && names_operation(*id, *id_len, snake, snake_len))
            return number;
    }
    return 0;
}

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

/* Start and stop are every service's own, beside its operations. */
static bool explain_life_cycle(const struct build_link_context *context, const char *symbol,
                               size_t len, FILE *out)
{
    const char *verb = symbol + strlen(context->service) + 1;
    size_t verb_len = len - strlen(context->service) - 1;
    const char *type = verb_len == 5 && !memcmp(verb, "start", 5)  ? "int"
                       : verb_len == 4 && !memcmp(verb, "stop", 4) ? "void"
                                                                   : NULL;

    if (!type)
        return false;
    fprintf(out, "%s: the service has no %.*s function. Define it in a C file of %s:\n"
                 "    %s %.*s(struct %s_service *self)\n",
            context->yaml_path, (int)verb_len, verb, context->service_dir, type, (int)len, symbol,
            context->service);
    return true;
}

static bool explain_symbol(const struct build_link_context *context, const char *symbol,
                           size_t len, FILE *out)
{
    size_t prefix = strlen(context->service);
    const char *id;
    size_t id_len;
    unsigned line;

    if (len <= prefix + 1 || strncmp(symbol, context->service, prefix) || symbol[prefix] != '_')
        return false;
    line = find_operation(context->yaml_text, symbol + prefix + 1, len - prefix - 1, &id, &id_len);
    if (!line)
        return explain_life_cycle(context, symbol, len, out);
    fprintf(out,
            "%s:%u: operation %.*s has no handler. Define it in a C file of %s:\n"
            "    void %.*s(struct %.*s *call)\n",
            context->yaml_path, line, (int)id_len, id, context->service_dir, (int)len, symbol,
            (int)len, symbol);
    return true;
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
        size_t len;
        const char *symbol;

        end = strchrnul(line, '\n');
        symbol = undefined_symbol(line, (size_t)(end - line), &len);
        if (symbol && !seen_before(output, symbol, len))
            known |= explain_symbol(context, symbol, len, out);
    }
    if (!known)
        return false;
    for (const char *line = output, *end; *line; line = *end ? end + 1 : end) {
        size_t len;

        end = strchrnul(line, '\n');
        if (!undefined_symbol(line, (size_t)(end - line), &len) &&
            !is_frame(line, (size_t)(end - line)))
            fprintf(out, "%.*s\n", (int)(end - line), line);
    }
    return true;
}
