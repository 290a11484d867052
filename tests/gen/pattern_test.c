/* SPDX-License-Identifier: MIT */
/* Patterns on texts: what ECMA-262 says of them, and what is not done or wrong. */
#include <string.h>

#include "pattern/pattern.h"
#include "tap.h"

static const struct {
    const char *pattern, *yes, *no; /* texts with a bar between them; NULL: none */
} rows[] = {
    {"", "|a", NULL},
    {"abc", "abc|xabcx", "ab|acb"},
    {"^abc$", "abc", "xabc|abcx|abc\n"},
    {"^a|b$", "ax|xb|a", "xa|bx"},
    {"a.c", "abc|a\xc3\xa9""c|a\xf0\x9f\x98\x80""c", "ac|a\nc|a\xe2\x80\xa8""c"},
    {"^a*$", "|a|aaaa", "b|ab"},
    {"^a+?$", "a|aa", "|b"},
    {"^a{2,3}$", "aa|aaa", "a|aaaa"},
    {"^a{2}$", "aa", "a|aaa"},
    {"^a{2,}$", "aa|aaaaaa", "a"},
    {"a{,2}", "a{,2}", "a|aa"},
    {"^{a}$", "{a}", "a"},
    {"^(ab|c)+$", "ab|c|abcab", "|a|abb"},
    {"^(?:a|(?<name>b))?$", "|a|b", "ab"},
    {"^(a*)*$", "|aaa", "b"},
    {"^()*a$", "a", ""},
    {"^[a-c_-]+$", "abc|a-b|_", "d|"},
    {"^[^a-c]$", "d|\xc3\xa9", "a|dd|"},
    {"^[]$", NULL, "|a"},
    {"^[^]$", "a|\n", "|ab"},
    {"^[\\w-.]+$", "a-b.c|_9", "a b|"},
    {"^[\\]\\\\^]$", "]|\\|^", "["},
    {"^\\d\\D\\w\\W\\s\\S$", "1aa- x|9-_- -", "aaaaaa"},
    {"^\\s$", " |\xc2\xa0|\xe3\x80\x80|\xef\xbb\xbf|\t", "a|\xe2\x80\x8b"},
    {"\\bcat\\b", "cat|a cat.|cat-dog", "cats|concat|cat_"},
    {"\\Bat\\b", "cat|that", "at| at"},
    {"^\\b$", NULL, "|a"},
    {"^\\x41\\u0042\\u{43}\\cJ\\0$", NULL, "ABC"},
    {"^\\x41\\u0042\\u{43}\\t\\n\\v\\f\\r$", "ABC\t\n\v\f\r", "ABC"},
    {"^\\uD83D\\uDE00$", "\xf0\x9f\x98\x80", "a"},
    {"^\\.\\/\\-\\$\\@$", "./-$@", "a"},
    {"^\\p{L}+$", "a\xc3\xa9\xd0\x96\xe4\xb8\xad", "1|a1|"},
    {"^\\p{Lu}\\P{Lu}$", "Ab|\xc3\x89""1", "ab|AB"},
    {"^[\\p{L}\\p{Nd}_]{1,3}$", "a\xd9\xa3_", "abcd|-"},
    {"^\\p{General_Category=Uppercase_Letter}$", "A", "a"},
    {"^(?=.*[A-Z])(?=.*\\d)(?!.* ).{4,}$", "aB3x|1234A", "ab3x|aBxx|aB3|aB 3x"},
    {"^(?!foo$)[a-z]+$", "fo|food|bar", "foo|"},
    {"^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$", "1.2.3.4|255.0.0.1", "1.2.3.4.|1.2.3|256.1.1.1"},
    {"a(?=b)", "ab|xaab", "a|ac|ba"},
    {"a(?!b)", "a|ac|aba", "ab|b|abab"},
    {"^(?=a)b|c", "c|xc", "b|a|ab"},
    {"^((?!-)[a-z-]{0,4}[a-z]\\.)+[a-z]+$", "a.b|a-b.c.d", "-a.b|a-.b|a.-b.c|a"},
    {"^[a-z]((?!--)[a-z-])+$", "a-b-c|abc|ab-", "a--b|-ab|a"},
    {"(?!^[0-9]+$)^[a-z0-9]+$", "1a|a|a1", "1|12|"},
    {"(?!^[0-9]+$)([a-z0-9]+)", "1a|12", "|-"}, /* it may begin behind the first digit */
    {"(?=.*b)(?!.*c$)a", "ab|xab|acb", "a|abc|ba"},
    {"^(a|b(?=c)|c)*$", "abca|bcbc|", "ab|bb|abb"},
    {"^(?:a(?=.*z)|z)+$", "z|az|aaz|azaz", "a|za|aza"},
    {"^.*(?<!a)$|b", NULL, NULL},
    {"\\b(?!cat)\\w+\\b", "dog|cat dog|concat", "cat|"},
    {"^(?:(?!a)|b)?$", "|b", "a|c"},
    {"^.{1,100000}", "a", "|\n"},
    {"(\\b)+a", "a| a", "ba"},
};

static const struct {
    const char *pattern, *error;
    size_t at;
} refused[] = {
    {"(", "a group ( is not closed", 1},
    {"a)", "a ) closes no group", 2},
    {"[a", "a bracket [ is not closed", 2},
    {"*a", "there is nothing to repeat before this", 2},
    {"a**", "there is nothing to repeat before this", 3},
    {"a{3,2}", "the least number is above the greatest", 6},
    {"^*", "this matches no character, so it cannot be repeated", 2},
    {"[b-a]", "this range is empty: its first character comes behind its last", 5},
    {"a\\", "a backslash stands at the end", 2},
    {"(a)\\1", "backreferences are not supported", 5},
    {"(?<n>a)\\k<n>", "backreferences are not supported", 10},
    {"(?<=a)b", "lookbehind is not supported", 5},
    {"a(?=b(?!c))", "lookahead within lookahead is not supported", 1},
    {"(?=.*a.{20})b", "the pattern is too large: its automaton would have too many states", 1},
    {"(?i)a", "this kind of group is none of ECMA-262", 3},
    {"\\Aabc\\z", "this escape is none of ECMA-262", 3},
    {"[[:alpha:]]", "[:classes:] are none of ECMA-262; [a-z] is", 4},
    {"\\p{Script=Greek}", "this property of \\p is not supported; general categories are, as in \\p{L} and \\p{Lu}", 16},
    {"\\pL", "\\p is followed by a category in braces, as in \\p{L}", 3},
    {"\\u12", "\\u takes four hexadecimal digits", 4},
    {"\\xg0", "\\x takes two hexadecimal digits", 3},
    {"\\u{110000}", "\\u{...} is no character", 10},
    {"(?<n", "the name of a group is not closed", 4},
    {"[ab]{40}c[ab]{40}$|a.{30}$", "the pattern is too large: its automaton would have too many states", 1},
    {"((a{99}){99}){99}$", "the pattern is too large: its automaton would have too many states", 1},
};

static bool all(const struct gen_pattern *pattern, const char *texts, bool want)
{
    while (texts) {
        size_t len = strcspn(texts, "|");

        if (gen_pattern_matches(pattern, texts, len) != want) {
            tap_note("%.*s", (int)len, texts);
            return false;
        }
        texts = texts[len] ? texts + len + 1 : NULL;
    }
    return true;
}

static void try_row(size_t i)
{
    struct gen_pattern pattern;
    struct gen_arena arena;
    const char *error;

    gen_arena_init(&arena);
    error = gen_pattern_compile(&arena, rows[i].pattern, &pattern, NULL);
    if (!rows[i].yes && !rows[i].no)
        tap_ok(error != NULL, rows[i].pattern);
    else if (error && !tap_ok(false, rows[i].pattern))
        tap_note("%s", error);
    else
        tap_ok(all(&pattern, rows[i].yes, true) && all(&pattern, rows[i].no, false), rows[i].pattern);
    gen_arena_deinit(&arena);
}

static void try_refused(size_t i)
{
    struct gen_pattern pattern;
    struct gen_arena arena;
    const char *error;
    size_t at = 0;

    gen_arena_init(&arena);
    error = gen_pattern_compile(&arena, refused[i].pattern, &pattern, &at);
    if (!tap_ok(error && !strcmp(error, refused[i].error) && at == refused[i].at, refused[i].pattern))
        tap_note("at %zu: %s", at, error ? error : "accepted");
    gen_arena_deinit(&arena);
}

/* Of every pattern that has texts one is found; as long as asked, if there are such. */
static void try_sample(size_t i)
{
    struct gen_pattern pattern;
    struct gen_arena arena;
    char name[200], *text, *longer;

    if (!rows[i].yes)
        return;
    gen_arena_init(&arena);
    if (!gen_pattern_compile(&arena, rows[i].pattern, &pattern, NULL)) {
        text = gen_pattern_sample(&arena, &pattern, 0, 40);
        snprintf(name, sizeof(name), "a text for %s: %s", rows[i].pattern, text ? text : "none");
        tap_ok(text && gen_pattern_matches(&pattern, text, strlen(text)), name);
        longer = gen_pattern_sample(&arena, &pattern, 12, 14);
        snprintf(name, sizeof(name), "one of 12 to 14 characters for %s: %s", rows[i].pattern, longer ? longer : "none");
        tap_ok(!longer || (strlen(longer) >= 12 && gen_pattern_matches(&pattern, longer, strlen(longer))), name);
    }
    gen_arena_deinit(&arena);
}

static void try_lengths(void)
{
    struct gen_pattern pattern;
    struct gen_arena arena;
    const char *text;

    gen_arena_init(&arena);
    gen_pattern_compile(&arena, "^[A-Z]{2}-\\d+$", &pattern, NULL);
    text = gen_pattern_sample(&arena, &pattern, 0, 10);
    tap_ok(text && !strcmp(text, "AA-0"), "the shortest, and readable");
    text = gen_pattern_sample(&arena, &pattern, 7, 7);
    tap_ok(text && strlen(text) == 7, "as long as it must be");
    tap_ok(!gen_pattern_sample(&arena, &pattern, 0, 3), "none where it may not be long enough");
    gen_pattern_compile(&arena, "^[\\u{E9}\\u{4E2D}\\u{1F600}]{3}$", &pattern, NULL);
    text = gen_pattern_sample(&arena, &pattern, 0, 10);
    tap_ok(text && gen_pattern_matches(&pattern, text, strlen(text)) && strlen(text) > 3, "of characters beyond ASCII");
    gen_pattern_compile(&arena, "^(?=[^a]*b)(?!.*c)a*$", &pattern, NULL);
    tap_ok(!gen_pattern_sample(&arena, &pattern, 0, 40), "none of a pattern that nothing fits");
    gen_arena_deinit(&arena);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        try_row(i);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        try_refused(i);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        try_sample(i);
    try_lengths();
    return tap_done();
}
