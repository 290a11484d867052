/* SPDX-License-Identifier: MIT */
/* Looking things up in the tree, and the scalar types of YAML 1.2's core schema. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "gen/yaml.h"

const struct gen_yaml_pair *gen_yaml_pair(const struct gen_yaml_node *node, const char *key)
{
    if (!node || node->kind != GEN_YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (!strcmp(node->pairs[i].key->text, key))
            return &node->pairs[i];
    return NULL;
}

struct gen_yaml_node *gen_yaml_get(const struct gen_yaml_node *node, const char *key)
{
    const struct gen_yaml_pair *pair = gen_yaml_pair(node, key);

    return pair ? pair->value : NULL;
}

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (!strcmp(text, *words))
            return true;
    return false;
}

static bool plain(const struct gen_yaml_node *node)
{
    return node && node->kind == GEN_YAML_SCALAR && !node->quoted;
}

bool gen_yaml_is_null(const struct gen_yaml_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};

    return plain(node) && one_of(node->text, nulls);
}

bool gen_yaml_to_bool(const struct gen_yaml_node *node, bool *value)
{
    static const char *const yes[] = {"true", "True", "TRUE", NULL};
    static const char *const no[] = {"false", "False", "FALSE", NULL};

    if (!plain(node))
        return false;
    *value = one_of(node->text, yes);
    return *value || one_of(node->text, no);
}

static bool only(const char *text, const char *set)
{
    return *text && text[strspn(text, set)] == '\0';
}

bool gen_yaml_to_int64(const struct gen_yaml_node *node, int64_t *value)
{
    const char *digits;
    int base = 10;

    if (!plain(node))
        return false;
    digits = node->text;
    if (!strncmp(digits, "0x", 2) && only(digits + 2, "0123456789abcdefABCDEF")) {
        base = 16;
        digits += 2;
    } else if (!strncmp(digits, "0o", 2) && only(digits + 2, "01234567")) {
        base = 8;
        digits += 2;
    } else if (!only(digits + (*digits == '-' || *digits == '+'), "0123456789")) {
        return false;
    }
    errno = 0;
    *value = strtoll(digits, NULL, base);
    return errno == 0;
}

static bool looks_like_float(const char *text)
{
    size_t before, after = 0;

    text += *text == '-' || *text == '+';
    before = strspn(text, "0123456789");
    text += before;
    if (*text == '.') {
        after = strspn(text + 1, "0123456789");
        text += 1 + after;
    }
    if (before + after == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        return only(text, "0123456789");
    }
    return *text == '\0';
}

bool gen_yaml_to_double(const struct gen_yaml_node *node, double *value)
{
    int64_t integer;
    static locale_t c_locale;

    if (!plain(node))
        return false;
    if (gen_yaml_to_int64(node, &integer)) {
        *value = (double)integer;
        return true;
    }
    if (!looks_like_float(node->text))
        return false;
    if (!c_locale)
        c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    *value = c_locale ? strtod_l(node->text, NULL, c_locale) : strtod(node->text, NULL);
    return *value - *value == 0; /* an overflow is infinite */
}

bool gen_yaml_to_whole(const struct gen_yaml_node *node, int64_t *value)
{
    double number;

    if (gen_yaml_to_int64(node, value))
        return true;
    if (!gen_yaml_to_double(node, &number) || !(number >= -0x1p53 && number <= 0x1p53) /* exact up to there */)
        return false;
    *value = (int64_t)number;
    return (double)*value == number;
}

static bool is_number(const struct gen_yaml_node *node)
{
    static const char *const special[] = {".inf",  ".Inf", ".INF", "+.inf", "-.inf", "-.Inf",
                                          "-.INF", ".nan", ".NaN", ".NAN",  NULL};
    int64_t integer;

    return gen_yaml_to_int64(node, &integer) || looks_like_float(node->text) ||
           one_of(node->text, special);
}

bool gen_yaml_is_text(const struct gen_yaml_node *node)
{
    bool flag;

    if (!node || node->kind != GEN_YAML_SCALAR)
        return false;
    return node->quoted ||
           !(gen_yaml_is_null(node) || gen_yaml_to_bool(node, &flag) || is_number(node));
}

const char *gen_yaml_what(const struct gen_yaml_node *node)
{
    bool flag;

    if (!node || gen_yaml_is_null(node))
        return "nothing";
    if (node->kind == GEN_YAML_MAPPING)
        return "a mapping";
    if (node->kind == GEN_YAML_SEQUENCE)
        return "a list";
    if (gen_yaml_to_bool(node, &flag))
        return "true or false";
    return gen_yaml_is_text(node) ? "text" : "a number";
}

struct gen_yaml_node *gen_yaml_new_text(struct gen_arena *arena, struct gen_mark mark, const char *text)
{
    struct gen_yaml_node *node = gen_arena_alloc(arena, sizeof(*node));

    *node = (struct gen_yaml_node){.kind = GEN_YAML_SCALAR, .mark = mark, .quoted = true, .text = text, .weight = 1};
    return node;
}

struct gen_yaml_node *gen_yaml_new_mapping(struct gen_arena *arena, struct gen_mark mark)
{
    struct gen_yaml_node *node = gen_arena_alloc(arena, sizeof(*node));

    *node = (struct gen_yaml_node){.kind = GEN_YAML_MAPPING, .mark = mark, .weight = 1};
    return node;
}
