/* SPDX-License-Identifier: MIT */
/* Variables in texts, files of assignments, and the small languages inside of values. */
#include "plan/dotenv.h"
#include "plan/interpolate.h"
#include "plan/value.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static const char *const environment[] = {"SET=value", "EMPTY=", "SEVEN=7", NULL};
static const struct deploy_assignment assignments[] = {{"FILE", "old"}, {"FILE", "new"}, {"SET", "hidden"}, {"BARE", NULL}};

static struct deploy_scope scope(void)
{
    return (struct deploy_scope){.environment = environment, .assignments = assignments, .assignment_count = 4};
}

static const struct {
    const char *name, *text, *want; /* want NULL: refused, with `problem` */
    const char *problem;
} texts[] = {
    {"text without variables stays", "plain } text", "plain } text", NULL},
    {"a bare name is replaced", "a $SET b", "a value b", NULL},
    {"a bare name ends at the first other byte", "$SET-x", "value-x", NULL},
    {"a name in braces is replaced", "${SET}x", "valuex", NULL},
    {"the environment wins over a file", "$SET", "value", NULL},
    {"a later assignment wins over an earlier one", "$FILE", "new", NULL},
    {"an unset name gives nothing", "[$NOPE]", "[]", NULL},
    {"two dollar signs are one", "$$SET", "$SET", NULL},
    {"a default serves for unset", "${NOPE:-d}", "d", NULL},
    {"a default with a colon serves for empty", "${EMPTY:-d}", "d", NULL},
    {"a default without a colon leaves empty alone", "${EMPTY-d}", "", NULL},
    {"a default without a colon serves for unset", "${NOPE-d}", "d", NULL},
    {"a default does not hide a value", "${SET:-d}", "value", NULL},
    {"a default may be empty", "[${NOPE:-}]", "[]", NULL},
    {"a default may hold variables", "${NOPE:-${ALSO:-$SET}!}", "value!", NULL},
    {"a default may hold an escaped brace", "${NOPE:-$${x}", "${x", NULL},
    {"an alternative stands for a value", "${SET:+alt}", "alt", NULL},
    {"an alternative with a colon passes over empty", "[${EMPTY:+alt}]", "[]", NULL},
    {"an alternative without a colon takes empty", "${EMPTY+alt}", "alt", NULL},
    {"an alternative passes over unset", "[${NOPE+alt}]", "[]", NULL},
    {"a required value is used", "${SET:?must}", "value", NULL},
    {"a required value that is unset stops", "${NOPE:?set it}", NULL, "variable NOPE is required and not set: set it"},
    {"a required value that is empty stops", "${EMPTY:?no}", NULL, "variable EMPTY is required and not set: no"},
    {"without a colon an empty value is a value", "[${EMPTY?no}]", "[]", NULL},
    {"a requirement needs no text", "${NOPE?}", NULL, "variable NOPE is required and not set"},
    {"a lonely dollar sign is refused", "costs 5 $", NULL, "a \"$\" that begins no variable; write \"$$\" for a dollar sign"},
    {"a dollar sign before a digit is refused", "$5", NULL, "a \"$\" that begins no variable; write \"$$\" for a dollar sign"},
    {"an open brace is refused", "${SET", NULL, "\"${\" without its \"}\""},
    {"empty braces are refused", "${}", NULL, "\"${}\" names no variable; write \"$$\" for a dollar sign"},
    {"an unknown operator is refused", "${SET/x}", NULL, "\"${SET/x}\": after the name goes \":-text\", \":?text\", \":+text\" or \"}\""},
    {"a colon alone is refused", "${SET:}", NULL, "\"${SET:}\": after the name goes \":-text\", \":?text\", \":+text\" or \"}\""},
};

static void variables_are_told_from_dollar_signs(void)
{
    tap_ok(deploy_interpolate_is_variable("a$$$b") && deploy_interpolate_is_variable("${X:-}"), "a variable is one");
    tap_ok(!deploy_interpolate_is_variable("a") && !deploy_interpolate_is_variable("$$a$$"), "a dollar sign is none");
}

static void texts_are_interpolated(struct gen_arena *arena)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct deploy_scope from = scope();
        const char *out = NULL, *problem = NULL;
        int err = deploy_interpolate(arena, &from, texts[i].text, &out, &problem);

        if (texts[i].want)
            tap_text(texts[i].name, err ? problem : out, texts[i].want);
        else
            tap_text(texts[i].name, err == -EINVAL ? problem : "(accepted)", texts[i].problem);
    }
}

static void unset_names_are_told_once(struct gen_arena *arena)
{
    struct deploy_scope from = scope();
    const char *out, *problem;

    deploy_interpolate(arena, &from, "$NOPE ${NOPE} ${OTHER:-x} $LAST", &out, &problem);
    tap_ok(from.unset_count == 2 && !strcmp(from.unset[0], "NOPE") && !strcmp(from.unset[1], "LAST"),
           "names that are unset and have no default are told once");
}

static void nesting_is_bounded(struct gen_arena *arena)
{
    struct deploy_scope from = scope();
    const char *out, *problem = NULL;
    char deep[400] = "";

    for (int i = 0; i < 40; i++)
        strcat(deep, "${N:-");
    for (int i = 0; i < 40; i++)
        strcat(deep, "}");
    tap_ok(deploy_interpolate(arena, &from, deep, &out, &problem) == -EINVAL, "forty variables in each other are refused");
}

static const struct {
    const char *name, *text, *want; /* "NAME=value;..." or the message */
} files[] = {
    {"an empty file assigns nothing", "", ""},
    {"a plain value loses blanks around", "A= b c  \n", "A=b c;"},
    {"a comment needs a blank before it", "A=b#c # d\n#E=f\n", "A=b#c;"},
    {"export may stand before", "export A=1\n", "A=1;"},
    {"single quotes keep all as it is", "A='$SET \\n # x'\n", "A=$SET \\n # x;"},
    {"double quotes know escapes and variables", "A=\"$SET\\t\\\"\\$SET\"", "A=value\t\"$SET;"},
    {"quoted text may span lines", "A='x\ny'\nB=2", "A=x\ny;B=2;"},
    {"earlier names can be used", "A=1\nB=${A}2\n", "A=1;B=12;"},
    {"lines may end with carriage return", "A=1\r\nB=2\r\n", "A=1;B=2;"},
    {"a name alone has no value", "A\n", "A;"},
    {"a byte order mark is skipped", "\xef\xbb\xbf" "A=1", "A=1;"},
    {"a line without a name is refused", "A=1\n=2\n", "f:2:1: expected NAME=value"},
    {"a digit first is refused", "1A=1\n", "f:1:1: expected NAME=value"},
    {"an open quote is refused where it began", "A=1\nB='x\ny\n", "f:2:1: a single quote that is never closed"},
    {"text after a quote is refused", "A='x' y\n", "f:1:1: text after the closing quote"},
    {"a name needs an equals sign", "A b\n", "f:1:1: expected \"=\" after the name"},
    {"a variable that must be set is asked for", "A=${NOPE?x}\n", "f:1:1: variable NOPE is required and not set: x"},
};

static const char *show(struct gen_arena *arena, const struct deploy_dotenv *file)
{
    const char *text = "";

    for (size_t i = 0; i < file->count; i++)
        text = gen_arena_printf(arena, "%s%s%s%s;", text, file->items[i].name, file->items[i].value ? "=" : "",
                                file->items[i].value ? file->items[i].value : "");
    return text;
}

static void files_of_assignments_are_read(struct gen_arena *arena)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct deploy_scope from = scope();
        struct gen_messages messages;
        struct deploy_dotenv file;
        const char *got;

        gen_messages_init(&messages, arena);
        if (deploy_dotenv_parse(arena, &messages, "f", files[i].text, &from, &file))
            got = gen_arena_printf(arena, "%s:%u:%u: %s", messages.items[0].mark.file, messages.items[0].mark.line,
                                   messages.items[0].mark.column, messages.items[0].text);
        else
            got = show(arena, &file);
        tap_text(files[i].name, got, files[i].want);
    }
}

#define BAD UINT64_MAX
static const struct {
    const char *text;
    uint64_t duration_ms, bytes;
} values[] = {
    {"0", 0, 0},           {"", BAD, BAD},          {"10s", 10000, BAD},  {"1m30s", 90000, BAD}, {"1.5s", 1500, BAD},
    {"500ms", 500, BAD},   {"10us", 1, BAD},        {"1h", 3600000, BAD}, {"s", BAD, BAD},       {"10", BAD, 10},
    {"16m", 960000, 16u << 20}, {"16mb", BAD, 16u << 20}, {"16MiB", BAD, 16u << 20}, {"1.5g", BAD, 3ull << 29},
    {"2k", BAD, 2048},     {"64b", BAD, 64},        {"64bb", BAD, BAD},   {"-1", BAD, BAD},      {"1x", BAD, BAD},
    {"16mx", BAD, BAD},    {"99999999g", BAD, BAD}, {"1s1", BAD, BAD},    {".", BAD, BAD},       {"1e9", BAD, BAD},
};

static void durations_and_sizes_are_read(void)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        uint64_t ms = BAD, bytes = BAD;

        deploy_value_duration(values[i].text, &ms);
        deploy_value_bytes(values[i].text, &bytes);
        tap_okf(ms == values[i].duration_ms, "\"%s\" as a duration", values[i].text);
        tap_okf(bytes == values[i].bytes, "\"%s\" as a size", values[i].text);
    }
}

static const struct {
    const char *text, *want;
} ports[] = {
    {"80", ":0:80+1"},
    {"8080:80", ":8080:80+1"},
    {"127.0.0.1:8080:80", "127.0.0.1:8080:80+1"},
    {"127.0.0.1::80", "127.0.0.1:0:80+1"},
    {"[::1]:8080:80/tcp", "::1:8080:80+1"},
    {"8000-8002:9000-9002", ":8000:9000+3"},
    {"0:80", ":0:80+1"},
    {"8080:80/udp", "only TCP is published; the part after \"/\" can be \"tcp\" or missing"},
    {"8080:0", "the port inside the service must be a number from 1 to 65535, or a range"},
    {"8080:65536", "the port inside the service must be a number from 1 to 65535, or a range"},
    {"65536:80", "the port of this computer must be a number from 0 to 65535, or a range"},
    {"x:80", "the port of this computer must be a number from 0 to 65535, or a range"},
    {"localhost:8080:80", "what stands before the ports must be an IP address of this computer"},
    {"8000-8001:80", "the two ranges must have the same length"},
    {"", "the port inside the service must be a number from 1 to 65535, or a range"},
    {":", "the port inside the service must be a number from 1 to 65535, or a range"},
};

static void ports_are_read(struct gen_arena *arena)
{
    for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
        struct deploy_value_ports got;
        const char *problem = NULL;

        if (deploy_value_port(ports[i].text, &got, &problem))
            tap_text(ports[i].text, problem, ports[i].want);
        else
            tap_text(ports[i].text, gen_arena_printf(arena, "%s:%u:%u+%u", got.host_ip, got.host, got.target, got.count),
                     ports[i].want);
    }
}

int main(void)
{
    struct gen_arena arena;

    gen_arena_init(&arena);
    variables_are_told_from_dollar_signs();
    texts_are_interpolated(&arena);
    unset_names_are_told_once(&arena);
    nesting_is_bounded(&arena);
    files_of_assignments_are_read(&arena);
    durations_and_sizes_are_read();
    ports_are_read(&arena);
    gen_arena_deinit(&arena);
    return tap_end();
}
