/* SPDX-License-Identifier: MIT */
/* Edit distance with transpositions, over the handful of words known at one place. */
#include <string.h>

#include "gen/message.h"

#define WORD_MAX 40

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;

    return m < c ? m : c;
}

static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[WORD_MAX + 1][WORD_MAX + 1];

    for (size_t i = 0; i <= a_len; i++)
        rows[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            unsigned change = lower(a[i - 1]) != lower(b[j - 1]);

            rows[i][j] = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]) && rows[i - 2][j - 2] + 1 < rows[i][j])
                rows[i][j] = rows[i - 2][j - 2] + 1;
        }
    }
    return rows[a_len][b_len];
}

const char *gen_suggest(const char *word, const char *const *known)
{
    size_t len = strlen(word);
    unsigned allowed = len > 5 ? 2 : 1;
    unsigned best = allowed + 1;
    const char *found = NULL;

    if (len == 0 || len > WORD_MAX)
        return NULL;
    for (; *known; known++) {
        size_t known_len = strlen(*known);
        unsigned d;

        if (known_len > WORD_MAX)
            continue;
        d = distance(word, len, *known, known_len);
        if (d < best && d < known_len) {
            best = d;
            found = *known;
        }
    }
    return found;
}
