/* SPDX-License-Identifier: MIT */
/* Which keys may stand in a mapping, and fetching the simple ones. */
#include <string.h>

#include "check/check.h"

static const char *refusal_of(const struct gen_refusal *refused, const char *key)
{
    for (; refused && refused->key; refused++)
        if (!strcmp(refused->key, key))
            return refused->hint;
    return NULL;
}

static bool listed(const char *const *known, const char *key)
{
    for (; *known; known++)
        if (!strcmp(*known, key))
            return true;
    return false;
}

void gen_check_unknown(struct gen_check *check, const struct gen_yaml_pair *pair, const char *what,
                       const char *const *known)
{
    const struct gen_yaml_node *key = pair->key;
    const char *meant = gen_suggest(key->text, known);

    if (meant)
        GEN_ERROR(check, key, "unknown key \"%s\" in %s; did you mean \"%s\"?", key->text, what,
                  meant);
    else if (gen_yaml_is_null(pair->value) && !key->quoted)
        GEN_ERROR(check, key,
                  "unknown key \"%s\" in %s; inside { } a text with a comma needs "
                  "quotes",
                  key->text, what);
    else
        GEN_ERROR(check, key, "unknown key \"%s\" in %s", key->text, what);
}

bool gen_check_keys(struct gen_check *check, const struct gen_yaml_node *node, const char *what,
                    const char *const *known, const struct gen_refusal *refused, bool extensions)
{
    if (node->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, node, "%s must be a mapping, not %s", what, gen_yaml_what(node));
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct gen_yaml_node *key = node->pairs[i].key;
        const char *hint = refusal_of(refused, key->text);

        if (hint) {
            GEN_ERROR(check, key, "\"%s\" is not supported%s%s", key->text, *hint ? "; " : " yet",
                      hint);
            continue;
        }
        if (listed(known, key->text) || (extensions && !strncmp(key->text, "x-", 2)))
            continue;
        gen_check_unknown(check, &node->pairs[i], what, known);
    }
    return true;
}

const char *gen_check_text(struct gen_check *check, const struct gen_yaml_node *node,
                           const char *key)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);

    if (!value)
        return NULL;
    if (gen_yaml_is_text(value))
        return value->text;
    GEN_ERROR(check, value, "\"%s\" must be text, not %s%s", key, gen_yaml_what(value),
              value->kind == GEN_YAML_SCALAR ? "; put it in quotes" : "");
    return NULL;
}

const char *gen_check_description(struct gen_check *check, const struct gen_yaml_node *node)
{
    static const char *const keys[] = {"description", "summary", "title"};
    const char *found = NULL;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *text = gen_check_text(check, node, keys[i]);

        if (!found)
            found = text;
    }
    return found;
}

bool gen_check_flag(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                    bool fallback)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    bool flag;

    if (!value)
        return fallback;
    if (gen_yaml_to_bool(value, &flag))
        return flag;
    GEN_ERROR(check, value, "\"%s\" must be true or false, not %s", key, gen_yaml_what(value));
    return fallback;
}

int64_t gen_check_integer(struct gen_check *check, const struct gen_yaml_node *node,
                          const char *key, int64_t min, int64_t max, int64_t fallback)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);
    int64_t number;

    if (!value)
        return fallback;
    if (gen_yaml_to_whole(value, &number) && number >= min && number <= max)
        return number;
    GEN_ERROR(check, value, "\"%s\" must be a whole number from %lld to %lld", key, (long long)min,
              (long long)max);
    return fallback;
}
