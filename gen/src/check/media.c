/* SPDX-License-Identifier: MIT */
/* Media types: "application/json; charset=utf-8" is JSON, and is called json in C. */
#include <string.h>
#include <strings.h>

#include "check/operation_internal.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+%*"

#define FORM "application/x-www-form-urlencoded"
#define EVENTS "text/event-stream"

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len > end_len && !strcmp(text + len - end_len, end);
}

/* "type/subtype" of RFC 6838, or a range of RFC 9110, section 12.5.1; its subtype may have a suffix, as in that of "+json". */
static bool well_formed(const char *type, bool *any)
{
    const char *slash = strchr(type, '/');
    const char *star = strchr(type, '*');

    if (!slash || slash == type || !slash[1] || strspn(type, TOKEN) != (size_t)(slash - type) ||
        strspn(slash + 1, TOKEN) != strlen(slash + 1))
        return false;
    *any = star != NULL;
    return !star || !strcmp(type, "*/*") || (star == slash + 1 && (!star[1] || (star[1] == '+' && star[2] && !strchr(star + 1, '*'))));
}

static enum gen_media media_of(const char *type)
{
    if (!strcmp(type, "application/json") || !strcmp(type, "text/json") ||
        ends_with(type, "+json") || !strcmp(type, "*/*") || !strcmp(type, "application/*"))
        return GEN_MEDIA_JSON;
    if (!strcmp(type, FORM))
        return GEN_MEDIA_FORM;
    if (!strcmp(type, "multipart/form-data"))
        return GEN_MEDIA_MULTIPART;
    if (!strcmp(type, EVENTS))
        return GEN_MEDIA_EVENTS;
    return strncmp(type, "text/", 5) ? GEN_MEDIA_BYTES : GEN_MEDIA_TEXT;
}

static const char *suffix_of(struct gen_arena *arena, const char *type)
{
    static const char *const usual[][2] = {
        {"text/plain", "text"}, {"application/octet-stream", "bytes"}, {"*/*", "any"}, {FORM, "form"}, {EVENTS, "events"},
        {"multipart/form-data", "multipart"}};
    const char *subtype = strchr(type, '/') + 1;

    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (!strcmp(type, usual[i][0]))
            return usual[i][1];
    if (*subtype == '*' && subtype[1]) {
        const char *suffix = gen_snake(arena, subtype);

        return suffix ? gen_arena_printf(arena, "any_%s", suffix) : NULL;
    }
    if (*subtype == '*')
        return gen_arena_printf(arena, "any_%s",
                                gen_snake(arena, gen_arena_bytes(arena, type, subtype - 1 - type)));
    return gen_snake(arena, subtype);
}

bool gen_check_media(struct gen_check *check, const struct gen_yaml_node *key,
                     struct gen_content *content)
{
    size_t len = strcspn(key->text, "; \t");
    char *type = gen_arena_bytes(check->arena, key->text, len);

    for (char *at = type; *at; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at | 0x20) : *at;
    content->mark = key->mark;
    content->media_type = type;
    content->sent_type = key->text;
    if (!well_formed(type, &content->any) || strpbrk(key->text, "\r\n\"")) {
        GEN_ERROR(check, key, "\"%s\" is not a media type", key->text);
        return false;
    }
    content->media = media_of(type);
    content->suffix = suffix_of(check->arena, type);
    if (!content->suffix) {
        GEN_ERROR(check, key, "\"%s\" cannot be made a name in C; it needs a letter or digit",
                  key->text);
        return false;
    }
    return true;
}
