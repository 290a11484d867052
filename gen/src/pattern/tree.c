/* SPDX-License-Identifier: MIT */
/* The grammar of ECMA-262 2023, 22.2.1: alternatives of terms, which are atoms with quantifiers. */
#include "pattern/tree.h"

#include <string.h>

#define DEPTH_MAX  100  /* of groups */
#define NODES_MAX  20000
#define REPEAT_MAX 100000000

struct parser {
    struct gen_arena *arena;
    uint32_t *text; /* characters, ended by 0 at [len] */
    size_t len, at;
    unsigned depth;
    size_t nodes;
    const char *error; /* the first; nothing is parsed after it */
};

/* ---- characters; the text is known to be UTF-8 */

static void decode(struct parser *parser, const char *text)
{
    const unsigned char *from = (const unsigned char *)text;

    parser->text = gen_arena_array(parser->arena, strlen(text) + 1, sizeof(*parser->text));
    while (*from) {
        uint32_t value = *from++;
        unsigned more = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : value >= 0xC0 ? 1 : 0;

        value &= more ? 0x3Fu >> more : 0x7F;
        for (; more && *from; more--)
            value = value << 6 | (*from++ & 0x3F);
        parser->text[parser->len++] = value;
    }
}

static uint32_t peek(const struct parser *parser)
{
    return parser->text[parser->at];
}

static bool ended(const struct parser *parser)
{
    return parser->at >= parser->len;
}

static bool take(struct parser *parser, uint32_t character)
{
    if (ended(parser) || peek(parser) != character)
        return false;
    parser->at++;
    return true;
}

static bool take_text(struct parser *parser, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++)
        if (parser->at + i >= parser->len || parser->text[parser->at + i] != (unsigned char)text[i])
            return false;
    parser->at += len;
    return true;
}

static void *fail(struct parser *parser, const char *error)
{
    if (!parser->error)
        parser->error = error;
    return NULL;
}

/* ---- nodes */

static struct tree *node(struct parser *parser, enum tree_kind kind, struct tree *left, struct tree *right)
{
    struct tree *tree;

    if (++parser->nodes > NODES_MAX)
        fail(parser, "the pattern is too large");
    tree = gen_arena_alloc(parser->arena, sizeof(*tree));
    tree->kind = kind;
    tree->left = left;
    tree->right = right;
    return tree;
}

static struct tree *set_node(struct parser *parser, struct set set)
{
    struct tree *tree = node(parser, TREE_SET, NULL, NULL);

    tree->set = gen_arena_alloc(parser->arena, sizeof(*tree->set));
    *tree->set = set;
    set_close(tree->set);
    return tree;
}

static struct tree *one(struct parser *parser, uint32_t character)
{
    struct set set = {0};

    set_add(parser->arena, &set, character, character);
    return set_node(parser, set);
}

/* ---- escapes */

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int hex_digit(uint32_t c)
{
    if (is_digit(c))
        return (int)(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (int)(c - 'a' + 10) : -1;
}

static bool hex(struct parser *parser, unsigned digits, uint32_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < digits; i++) {
        int digit = ended(parser) ? -1 : hex_digit(peek(parser));

        if (digit < 0)
            return false;
        *value = *value << 4 | (uint32_t)digit;
        parser->at++;
    }
    return true;
}

/* Behind "\u": four digits, a pair of surrogates, or {digits}. */
static uint32_t unicode(struct parser *parser)
{
    uint32_t value = 0, low;
    size_t start;

    if (take(parser, '{')) {
        while (!ended(parser) && hex_digit(peek(parser)) >= 0 && value <= CHARACTER_MAX)
            value = value << 4 | (uint32_t)hex_digit(parser->text[parser->at++]);
        if (!take(parser, '}') || value > CHARACTER_MAX)
            fail(parser, "\\u{...} is no character");
        return value;
    }
    if (!hex(parser, 4, &value)) {
        fail(parser, "\\u takes four hexadecimal digits");
        return 0;
    }
    start = parser->at;
    if (value >= 0xD800 && value <= 0xDBFF && take_text(parser, "\\u") && hex(parser, 4, &low) && low >= 0xDC00 &&
        low <= 0xDFFF)
        return 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
    parser->at = start;
    return value;
}

/* \p{Name}; `negative` for \P. */
static void property(struct parser *parser, bool negative, struct set *set)
{
    struct set found = {0};
    char name[40];
    size_t len = 0;

    if (!take(parser, '{')) {
        fail(parser, "\\p is followed by a category in braces, as in \\p{L}");
        return;
    }
    while (!ended(parser) && peek(parser) != '}' && len + 1 < sizeof(name))
        name[len++] = peek(parser) < 128 ? (char)peek(parser) : '?', parser->at++;
    name[len] = '\0';
    if (!take(parser, '}') || !set_of_property(parser->arena, name, &found)) {
        fail(parser, "this property of \\p is not supported; general categories are, as in \\p{L} and \\p{Lu}");
        return;
    }
    if (negative)
        found = set_inverted(parser->arena, &found);
    set_add_all(parser->arena, set, &found);
}

/* An escape that is a set of characters, whose letter is at `at`. False: it is none. */
static bool class_escape(struct parser *parser, struct set *set)
{
    uint32_t letter = peek(parser);
    struct set found;

    if (ended(parser) || letter >= 128 || !strchr("dDwWsSpP", (int)letter))
        return false;
    parser->at++;
    if (letter == 'p' || letter == 'P') {
        property(parser, letter == 'P', set);
        return true;
    }
    found = set_of_escape(parser->arena, (char)(letter | 0x20));
    if (letter < 'a')
        found = set_inverted(parser->arena, &found);
    set_add_all(parser->arena, set, &found);
    return true;
}

/* An escape that is one character. */
static uint32_t character_escape(struct parser *parser)
{
    static const char letters[] = "tnvfr", values[] = "\t\n\v\f\r";
    uint32_t letter, value = 0;
    const char *found;

    if (ended(parser)) {
        fail(parser, "a backslash stands at the end");
        return 0;
    }
    letter = parser->text[parser->at++];
    found = letter && letter < 128 ? strchr(letters, (int)letter) : NULL;
    if (found)
        return (unsigned char)values[found - letters];
    if (letter == 'u')
        return unicode(parser);
    if (letter == 'x') {
        if (!hex(parser, 2, &value))
            fail(parser, "\\x takes two hexadecimal digits");
        return value;
    }
    if (letter == 'c' && !ended(parser) && is_letter(peek(parser)))
        return parser->text[parser->at++] % 32;
    if (letter == '0' && (ended(parser) || !is_digit(peek(parser))))
        return 0;
    if (is_digit(letter) || letter == 'k')
        fail(parser, "backreferences are not supported");
    else if (is_letter(letter))
        fail(parser, "this escape is none of ECMA-262");
    return letter;
}

/* ---- [...] */

/* One end of a range, or a set: then *single is false, and it is in the set already. */
static uint32_t class_atom(struct parser *parser, struct set *set, bool *single)
{
    *single = true;
    if (!take(parser, '\\'))
        return parser->text[parser->at++];
    if (class_escape(parser, set)) {
        *single = false;
        return 0;
    }
    if (take(parser, 'b'))
        return '\b';
    return character_escape(parser);
}

static void class_range(struct parser *parser, struct set *set)
{
    bool single, last_single;
    uint32_t first = class_atom(parser, set, &single), last;

    if (parser->at + 1 >= parser->len || peek(parser) != '-' || parser->text[parser->at + 1] == ']') {
        if (single)
            set_add(parser->arena, set, first, first);
        return;
    }
    parser->at++;
    last = class_atom(parser, set, &last_single);
    if (single && last_single) {
        if (first > last)
            fail(parser, "this range is empty: its first character comes behind its last");
        else
            set_add(parser->arena, set, first, last);
        return;
    }
    set_add(parser->arena, set, '-', '-'); /* beside a set it is itself (Annex B) */
    if (single)
        set_add(parser->arena, set, first, first);
    if (last_single)
        set_add(parser->arena, set, last, last);
}

static struct tree *bracket(struct parser *parser)
{
    bool negative = take(parser, '^');
    struct set set = {0};

    while (!parser->error && !ended(parser) && peek(parser) != ']') {
        if (take_text(parser, "[:"))
            return fail(parser, "[:classes:] are none of ECMA-262; [a-z] is");
        class_range(parser, &set);
    }
    if (!take(parser, ']'))
        return fail(parser, "a bracket [ is not closed");
    set_close(&set);
    return set_node(parser, negative ? set_inverted(parser->arena, &set) : set);
}

/* ---- atoms and quantifiers */

static struct tree *alternatives(struct parser *parser);

static struct tree *group(struct parser *parser)
{
    bool look = false, negative = false;
    struct tree *tree;

    if (take_text(parser, "?<=") || take_text(parser, "?<!"))
        return fail(parser, "lookbehind is not supported");
    if (take_text(parser, "?=")) {
        look = true;
    } else if (take_text(parser, "?!")) {
        look = negative = true;
    } else if (take_text(parser, "?<")) {
        while (!ended(parser) && peek(parser) != '>')
            parser->at++;
        if (!take(parser, '>'))
            return fail(parser, "the name of a group is not closed");
    } else if (!take_text(parser, "?:") && take(parser, '?')) {
        return fail(parser, "this kind of group is none of ECMA-262");
    }
    if (++parser->depth > DEPTH_MAX)
        return fail(parser, "groups are nested too deeply");
    tree = alternatives(parser);
    parser->depth--;
    if (parser->error || !take(parser, ')'))
        return fail(parser, "a group ( is not closed");
    if (look) {
        tree = node(parser, TREE_LOOK, tree, NULL);
        tree->negative = negative;
        return tree;
    }
    /* An assertion in a group is a term like any other, which may be repeated. */
    return tree->kind >= TREE_BEGIN ? node(parser, TREE_JOIN, node(parser, TREE_EMPTY, NULL, NULL), tree) : tree;
}

static bool number(struct parser *parser, uint32_t *value)
{
    if (ended(parser) || !is_digit(peek(parser)))
        return false;
    for (*value = 0; !ended(parser) && is_digit(peek(parser)); parser->at++)
        if (*value <= REPEAT_MAX)
            *value = *value * 10 + (peek(parser) - '0');
    return true;
}

/* {2} {2,} {2,5}; any other brace is itself (Annex B). */
static bool counted(struct parser *parser, uint32_t *min, uint32_t *max)
{
    size_t start = parser->at;

    if (take(parser, '{') && number(parser, min)) {
        *max = *min;
        if (take(parser, ',') && !number(parser, max))
            *max = TREE_NO_END;
        if (take(parser, '}'))
            return true;
    }
    parser->at = start;
    return false;
}

static bool quantifier(struct parser *parser, uint32_t *min, uint32_t *max)
{
    *min = 0;
    *max = TREE_NO_END;
    if (take(parser, '*'))
        return true;
    if (take(parser, '+')) {
        *min = 1;
        return true;
    }
    if (take(parser, '?')) {
        *max = 1;
        return true;
    }
    return counted(parser, min, max);
}

static struct tree *escape(struct parser *parser)
{
    struct set set = {0};

    if (take(parser, 'b'))
        return node(parser, TREE_WORD, NULL, NULL);
    if (take(parser, 'B'))
        return node(parser, TREE_NOT_WORD, NULL, NULL);
    if (class_escape(parser, &set))
        return set_node(parser, set);
    return one(parser, character_escape(parser));
}

static struct tree *atom(struct parser *parser)
{
    uint32_t character, min, max;

    if (quantifier(parser, &min, &max))
        return fail(parser, "there is nothing to repeat before this");
    character = parser->text[parser->at++];
    switch (character) {
    case '^':
        return node(parser, TREE_BEGIN, NULL, NULL);
    case '$':
        return node(parser, TREE_END, NULL, NULL);
    case '.':
        return set_node(parser, set_of_escape(parser->arena, '.'));
    case '(':
        return group(parser);
    case '[':
        return bracket(parser);
    case '\\':
        return escape(parser);
    default:
        return one(parser, character);
    }
}

static struct tree *term(struct parser *parser)
{
    struct tree *tree = atom(parser), *repeat;
    uint32_t min, max;

    if (parser->error || !quantifier(parser, &min, &max))
        return tree;
    take(parser, '?'); /* lazy: what is matched is the same */
    if (tree->kind >= TREE_BEGIN)
        return fail(parser, "this matches no character, so it cannot be repeated");
    if (min > max)
        return fail(parser, "the least number is above the greatest");
    repeat = node(parser, TREE_REPEAT, tree, NULL);
    repeat->min = min;
    repeat->max = max;
    return repeat;
}

static struct tree *sequence(struct parser *parser)
{
    struct tree *tree = NULL;

    while (!parser->error && !ended(parser) && peek(parser) != '|' && peek(parser) != ')') {
        struct tree *next = term(parser);

        tree = tree ? node(parser, TREE_JOIN, tree, next) : next;
    }
    return tree ? tree : node(parser, TREE_EMPTY, NULL, NULL);
}

static struct tree *alternatives(struct parser *parser)
{
    struct tree *tree = sequence(parser);

    while (!parser->error && take(parser, '|')) {
        struct tree *right = sequence(parser);

        tree = node(parser, TREE_EITHER, tree, right);
    }
    return tree;
}

const char *tree_parse(struct gen_arena *arena, const char *text, struct tree **tree, size_t *at)
{
    struct parser parser = {.arena = arena};

    decode(&parser, text);
    *tree = alternatives(&parser);
    if (!parser.error && !ended(&parser))
        fail(&parser, "a ) closes no group");
    *at = parser.at < parser.len ? parser.at + 1 : parser.len;
    return parser.error;
}
