/* SPDX-License-Identifier: MIT */
/*
 * json_suite FILE... - files of nst/JSONTestSuite, whose names say what a parser does: y_ is accepted, n_ refused.
 *
 * Of i_, which is left open, we say: a number of any size is JSON (its range is a matter of the schema), and so is a
 * noncharacter of Unicode; text that is not UTF-8, a lone surrogate, a byte order mark and nesting beyond
 * UC_JSON_DEPTH_MAX are refused. Of y_ we refuse those in UTF-16 and UTF-32 (RFC 8259, section 8.1, has taken them
 * out, and later editions of the suite have them as i_), and the two with a name given twice (section 4: receivers
 * differ on them, which is what an attacker looks for).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../deploy/tap.h"
#include "uc/json.h"

#define CASES 318 /* of the suite: one that is lost must not pass unseen */
#define FILE_BYTES_MAX (1u << 20)

static bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

static bool must_accept(const char *name)
{
    static const char *const against[] = {"y_object_duplicated_key", "y_string_utf16", "y_string_utf32"};

    for (size_t i = 0; i < sizeof(against) / sizeof(against[0]); i++)
        if (begins(name, against[i]))
            return false;
    return begins(name, "y_") || begins(name, "i_number") || strstr(name, "_nonchar");
}

/* A copy of exact length, so that ASan sees a byte read too far. NULL when it cannot be read. */
static char *read_whole(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(FILE_BYTES_MAX), *exact;

    *len = 0;
    if (file && bytes)
        *len = fread(bytes, 1, FILE_BYTES_MAX, file);
    exact = malloc(*len ? *len : 1);
    if (exact && bytes)
        memcpy(exact, bytes, *len);
    free(bytes);
    if (!file)
        perror(path);
    else
        fclose(file);
    return file ? exact : NULL;
}

static int skip(struct uc_json_reader *r)
{
    uc_json_skip(r);
    return uc_json_finish(r);
}

/* As one does who wants to know what is inside. */
static void walk(struct uc_json_reader *r)
{
    struct uc_str text;
    double number;
    bool truth;

    switch (uc_json_peek(r)) {
    case UC_JSON_STRING: uc_json_string(r, &text); break;
    case UC_JSON_NUMBER: uc_json_double(r, &number); break;
    case UC_JSON_BOOL: uc_json_bool(r, &truth); break;
    case UC_JSON_NULL: uc_json_null(r); break;
    case UC_JSON_ARRAY:
        if (uc_json_array_begin(r)) {
            while (uc_json_array_next(r))
                walk(r);
        }
        break;
    case UC_JSON_OBJECT:
        if (uc_json_object_begin(r)) {
            while (uc_json_object_next(r, &text))
                walk(r);
        }
        break;
    case UC_JSON_NONE: break;
    }
}

static int read_all(struct uc_json_reader *r)
{
    walk(r);
    return uc_json_finish(r);
}

static int judge(int (*reading)(struct uc_json_reader *r), const char *bytes, size_t len)
{
    struct uc_arena *arena = uc_arena_new(1 << 24);
    struct uc_violations violations;
    struct uc_json_reader reader;
    int err;

    if (!arena)
        return -ENOMEM;
    uc_violations_init(&violations, arena);
    uc_json_reader_init(&reader, uc_str_of(bytes, len), arena, &violations);
    err = reading(&reader);
    uc_arena_free(arena);
    return err;
}

static void check(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t len;
    char *bytes = read_whole(path, &len);
    int skipped, walked;
    bool fits;

    if (!bytes) {
        tap_okf(false, "%s can be read", name);
        return;
    }
    skipped = judge(skip, bytes, len);
    walked = judge(read_all, bytes, len);
    fits = must_accept(name) ? !skipped && !walked
                             : (skipped == -EBADMSG || skipped == -E2BIG) && walked == skipped;
    tap_okf(fits, "%s is %s", name, must_accept(name) ? "accepted" : "refused");
    if (!fits)
        printf("# skipped: %d, read: %d\n", skipped, walked);
    free(bytes);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        check(argv[i]);
    tap_okf(argc - 1 == CASES, "the suite has %d cases", CASES);
    if (argc - 1 != CASES)
        printf("# there are %d\n", argc - 1);
    return tap_end();
}
