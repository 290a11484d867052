/* SPDX-License-Identifier: MIT */
#include "uc/media.h"

#define QUALITY_MAX 1000

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static struct uc_str trim(struct uc_str text)
{
    while (text.len && is_space(*text.data))
        text = uc_str_of(text.data + 1, text.len - 1);
    while (text.len && is_space(text.data[text.len - 1]))
        text.len--;
    return text;
}

/* Cut what stands before `mark` off the front; quoted text is one piece. */
static struct uc_str cut(struct uc_str *rest, char mark)
{
    bool quoted = false;
    struct uc_str part;
    size_t at = 0;

    while (at < rest->len && (quoted || rest->data[at] != mark)) {
        if (quoted && rest->data[at] == '\\' && at + 1 < rest->len)
            at++;
        else if (rest->data[at] == '"')
            quoted = !quoted;
        at++;
    }
    part = uc_str_of(rest->data, at);
    at += at < rest->len;
    *rest = uc_str_of(rest->data + at, rest->len - at);
    return trim(part);
}

/* How closely a range fits: 0 not at all, 1 as anything, 2 by its type, 3 also by its suffix ("application/...+json", with
 * a star for the dots), 4 exactly. */
static unsigned fit(struct uc_str type, struct uc_str range)
{
    const char *star;
    size_t before, after;

    if (uc_str_eq_nocase(type, range))
        return 4;
    if (uc_str_is(range, "*/*"))
        return 1;
    star = range.len ? memchr(range.data, '*', range.len) : NULL;
    before = star ? (size_t)(star - range.data) : 0;
    after = star ? range.len - before - 1 : 0;
    if (before < 2 || star[-1] != '/' || (after && star[1] != '+') || type.len <= before + after ||
        !uc_str_eq_nocase(uc_str_of(type.data, before), uc_str_of(range.data, before)) ||
        !uc_str_eq_nocase(uc_str_of(type.data + type.len - after, after), uc_str_of(star + 1, after)))
        return 0;
    return after ? 3 : 2;
}

bool uc_media_type_is(struct uc_str value, const char *range)
{
    return value.len && fit(cut(&value, ';'), uc_str(range)) > 0;
}

int uc_media_type_find(struct uc_str value, const char *list)
{
    struct uc_str rest = uc_str(list), type = cut(&value, ';');
    unsigned best = 0;
    int found = -1;

    for (int i = 0; rest.len && type.len; i++) {
        unsigned how = fit(type, cut(&rest, ','));

        if (how > best) {
            best = how;
            found = i;
        }
    }
    return found;
}

/* The weight among a range's parameters, in thousandths; 0 when it is malformed. */
static unsigned quality(struct uc_str parameters)
{
    while (parameters.len) {
        struct uc_str value = cut(&parameters, ';');
        unsigned weight, unit = 100;

        if (value.len < 2 || (value.data[0] | 0x20) != 'q' || value.data[1] != '=')
            continue;
        if (value.len < 3 || value.len > 7 || (value.data[2] != '0' && value.data[2] != '1') ||
            (value.len > 3 && value.data[3] != '.'))
            return 0;
        weight = (unsigned)(value.data[2] - '0') * QUALITY_MAX;
        for (size_t i = 4; i < value.len; i++, unit /= 10) {
            if (value.data[i] < '0' || value.data[i] > '9')
                return 0;
            weight += (unsigned)(value.data[i] - '0') * unit;
        }
        return weight > QUALITY_MAX ? 0 : weight;
    }
    return QUALITY_MAX;
}

/* What a client that sent `accept` thinks of `type`: the closest range decides. */
static unsigned opinion(struct uc_str accept, struct uc_str type)
{
    unsigned closest = 0, weight = 0;

    while (accept.len) {
        struct uc_str parameters = cut(&accept, ',');
        unsigned how = fit(type, cut(&parameters, ';'));

        if (how > closest) {
            closest = how;
            weight = quality(parameters);
        }
    }
    return weight;
}

int uc_media_type_choose(struct uc_str accept, const char *list)
{
    struct uc_str rest = uc_str(list);
    unsigned best = 0;
    int chosen = -1;

    if (trim(accept).len == 0)
        return 0;
    for (int i = 0; rest.len; i++) {
        unsigned weight = opinion(accept, cut(&rest, ','));

        if (weight > best) {
            best = weight;
            chosen = i;
        }
    }
    return chosen;
}
