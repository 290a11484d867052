/* SPDX-License-Identifier: MIT */
/* The small parts: scalars of YAML, merging, suggestions, units, names, handlers that are missing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/check.h"
#include "files.h"
#include "tap.h"

static struct gen_arena arena;
static struct gen_messages messages;

static struct gen_yaml_node *read_yaml(const char *text)
{
    struct gen_yaml_node *root = NULL;

    gen_messages_init(&messages, &arena);
    return gen_yaml_read_bytes(&arena, "x.yaml", text, strlen(text), &messages, &root) ? NULL
                                                                                       : root;
}

static const struct {
    const char *name, *yaml, *what;
} scalars[] = {
    {"a plain word is text", "word", "text"},
    {"yes and on are text", "yes", "text"},
    {"quotes make text", "\"1\"", "text"},
    {"a block is text", "|\n  1\n", "text"},
    {"a tag makes text", "!!str 1", "text"},
    {"nothing is nothing", "~", "nothing"},
    {"true is true", "True", "true or false"},
    {"an integer is a number", "-12", "a number"},
    {"hexadecimal is a number", "0x1F", "a number"},
    {"a float is a number", "1.5e3", "a number"},
    {"a point alone is text", ".", "text"},
    {"a version is text", "1.2.3", "text"},
    {"a date is text", "2026-11-23", "text"},
    {"an exponent needs digits", "1e", "text"},
    {"not a number is a number, of YAML", ".nan", "a number"},
};

static void try_scalars(void)
{
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        struct gen_yaml_node *node = read_yaml(scalars[i].yaml);

        tap_ok(node && !strcmp(gen_yaml_what(node), scalars[i].what), scalars[i].name);
    }
}

static void try_numbers(void)
{
    int64_t integer = 0;
    double number = 0;

    tap_ok(gen_yaml_to_int64(read_yaml("-9223372036854775808"), &integer) && integer == INT64_MIN,
           "the smallest integer is exact");
    tap_ok(!gen_yaml_to_int64(read_yaml("9223372036854775808"), &integer),
           "one above the largest is refused");
    tap_ok(gen_yaml_to_int64(read_yaml("0o17"), &integer) && integer == 15, "octal is 0o17");
    tap_ok(gen_yaml_to_int64(read_yaml("017"), &integer) && integer == 17, "and 017 is seventeen");
    tap_ok(gen_yaml_to_double(read_yaml("0.1"), &number) && number == 0.1,
           "a number is read exactly");
    tap_ok(!gen_yaml_to_double(read_yaml("1e999"), &number), "an infinite number is refused");
    tap_ok(!gen_yaml_to_double(read_yaml("\"1\""), &number), "a text is no number");
}

/* "0.75" from the common multiple of two numbers; "" when there is none, "?" when one cannot be read. */
static const char *common_multiple(const char *a, const char *b)
{
    struct gen_decimal left, right, both;

    if (!gen_decimal_read(read_yaml(a), &left) || !gen_decimal_read(read_yaml(b), &right))
        return "?";
    return gen_decimal_common(left, right, &both) ? gen_decimal_text(&arena, both) : "";
}

static void try_decimals(void)
{
    static const struct {
        const char *a, *b, *common;
    } rows[] = {
        {"0.25", "0.1", "0.5"},       {"1", "0.1", "1"},          {"0.01", "0.010", "0.01"}, {"1.5", "1", "3"},
        {"6", "4", "12"},             {"0x10", "10", "80"},       {"1e-30", "1e-30", "1e-30"}, {"1e20", "1e20", "1e20"},
        {"5.", ".5", "5"},            {"1e-3", "0.004", "0.004"}, {"1e300", "1e-300", ""},   {"0", "1", "?"},
        {"-0.1", "1", "?"},           {"word", "1", "?"},         {"1234567890123456789.5", "1", "?"},
        {"999999999999999999", "999999999999999998", ""},         {"123456789012345678", "1", "123456789012345678"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *got = common_multiple(rows[i].a, rows[i].b);

        tap_ok(!strcmp(got, rows[i].common), gen_arena_printf(&arena, "a multiple of %s and %s", rows[i].a, rows[i].b));
        if (strcmp(got, rows[i].common))
            tap_note("%s", got);
    }
}

static void try_multiples(void)
{
    static const struct {
        const char *divisor, *number;
        bool divides;
    } rows[] = {
        {"0.1", "0.3", true},    {"0.1", "0.30000000000000004", false}, {"0.01", "1e300", true}, {"0.01", "-4.35", true},
        {"0.01", "4.355", false}, {"3", "1e+1", false},                 {"3", "12.0", true},     {"0.5", "0e9999999999", true},
        {"1", "1e0000000001", true}, {"1", "1e-0000000001", false},    {"1", "", false},        {"1", "1x", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gen_decimal divisor;

        tap_ok(gen_decimal_read(read_yaml(rows[i].divisor), &divisor) &&
                   gen_decimal_divides(divisor, rows[i].number) == rows[i].divides,
               gen_arena_printf(&arena, "whether \"%s\" is a multiple of %s", rows[i].number, rows[i].divisor));
    }
}

static void try_same_numbers(void)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"1", "1.0", true},        {"10", "1e1", true},       {"0x10", "16.00", true}, {"0.5", ".50", true},
        {"-0", "0.0", true},       {"-1", "1", false},        {"100", "1", false},     {"1.01", "101", false},
        {"0012.5", "12.5", true},  {"9007199254740993", "9007199254740992.0", false},  {"1e-3", "0.001", true},
        {"0.1", "0.10000000000000001", false},                {"\"1\"", "1", false},   {"12", "123", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        tap_ok(gen_decimal_same(read_yaml(rows[i].a), read_yaml(rows[i].b)) == rows[i].same,
               gen_arena_printf(&arena, "whether %s and %s are the same number", rows[i].a, rows[i].b));
}

static const char *value_at(struct gen_yaml_node *root, const char *outer, const char *inner)
{
    struct gen_yaml_node *node = gen_yaml_get(gen_yaml_get(root, outer), inner);

    return node ? node->text : "";
}

static void try_merge(void)
{
    struct gen_yaml_node *root =
        read_yaml("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\n"
                  "c: {y: 0, <<: *a}\nd: {<<: [*a, *b]}\ne: {\"<<\": 5}\n");
    char bomb[2048] = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";

    tap_ok(!strcmp(value_at(root, "c", "y"), "0") && !strcmp(value_at(root, "c", "x"), "1"),
           "a mapping's own keys win over merged ones");
    tap_ok(!strcmp(value_at(root, "d", "y"), "2") && !strcmp(value_at(root, "d", "z"), "4"),
           "the first of several merged mappings wins");
    tap_ok(!strcmp(value_at(root, "e", "<<"), "5"), "a quoted << is a key like any other");
    for (int i = 1; i < 9; i++)
        sprintf(bomb + strlen(bomb), "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i,
                i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    tap_ok(!read_yaml(bomb) && messages.count == 1, "aliases of aliases of aliases are bounded");
    tap_ok(!read_yaml("a: &a {b: *a}"), "an alias inside its own anchor is refused");
    tap_ok(!read_yaml("a: 1\n--- \nb: 1\n"), "a second document is refused");
    tap_ok(!read_yaml("? [a]\n: b\n"), "a key that is a list is refused");
}

static const char *many_anchors(unsigned count)
{
    const char *text = "";

    for (unsigned i = 0; i < count; i++)
        text = gen_arena_printf(&arena, "%s- &a%u {}\n", text, i);
    return text;
}

static void try_bounds(void)
{
    static char deep[512];
    struct gen_yaml_node *root;

    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    root = read_yaml(deep);
    tap_ok(root != NULL, "64 levels are read");
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    tap_ok(!read_yaml(deep), "65 are refused");
    tap_ok(read_yaml(many_anchors(GEN_YAML_ANCHORS_MAX)) != NULL, "1024 anchors are read");
    tap_ok(!read_yaml(many_anchors(GEN_YAML_ANCHORS_MAX + 1)), "1025 are refused");
    tap_ok(gen_yaml_read_file(&arena, "/dev/null", &messages, &root) < 0, "a device is no file");
    tap_ok(gen_yaml_read_file(&arena, "/", &messages, &root) < 0, "nor is a folder");
    root = read_yaml("a:\n  - \xc3\xa4: {b: 1}\n");
    root = gen_yaml_get(root, "a")->items[0]->pairs[0].value->pairs[0].key;
    tap_ok(root->mark.line == 2 && root->mark.column == 9,
           "a place counts lines and characters from 1");
}

static void try_suggestions(void)
{
    static const char *const known[] = {"string", "integer", "maxLength", "get", NULL};
    static const char *const rows[][2] = {
        {"strng", "string"}, {"stirng", "string"},  {"maxlength", "maxLength"},
        {"gte", "get"},      {"put", NULL},         {"x", NULL},
        {"", NULL},          {"intger", "integer"}, {"completely-else", NULL}};
    bool good = true;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *found = gen_suggest(rows[i][0], known);

        good &= rows[i][1] ? found && !strcmp(found, rows[i][1]) : !found;
    }
    tap_ok(good, "a word is suggested when it is near, and none when none is");
}

static void try_units(void)
{
    int64_t value = 0;

    tap_ok(!gen_parse_duration_ms("300ms", &value) && value == 300, "300ms");
    tap_ok(!gen_parse_duration_ms("2h", &value) && value == 7200000, "2h");
    tap_ok(gen_parse_duration_ms("5", &value) && gen_parse_duration_ms("s", &value) &&
               gen_parse_duration_ms("1.5s", &value) && gen_parse_duration_ms("-1s", &value) &&
               gen_parse_duration_ms("99999999999999999s", &value),
           "a time needs digits and a unit");
    tap_ok(!gen_parse_size("16MiB", &value) && value == 16 << 20, "16MiB");
    tap_ok(!gen_parse_size("4096", &value) && value == 4096, "4096 bytes");
    tap_ok(gen_parse_size("16MB", &value) < 0 && gen_parse_size("", &value) < 0,
           "16MB is no size here");
}

static void try_names(void)
{
    static const char *const rows[][2] = {{"getOrder", "get_order"}, {"HTTPServer", "http_server"},
                                          {"a-b  c", "a_b_c"},       {"__x__", "x"},
                                          {"order2Go", "order2_go"}, {"ID", "id"},
                                          {"class", "class_"},       {"2nd", "n2nd"}};
    bool good = true;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        good &= !strcmp(gen_member_name(&arena, rows[i][0]), rows[i][1]);
    tap_ok(good && !gen_snake(&arena, "\xe6\x97\xa5"), "names become snake_case, keywords get a _");
    tap_ok(gen_name_ok("my-service") && gen_name_ok("a1") && !gen_name_ok("") &&
               !gen_name_ok("A") && !gen_name_ok("a--b") && !gen_name_ok("a-") &&
               !gen_name_ok("../a") && !gen_name_ok("time") && !gen_name_ok("1a"),
           "a new service's name is checked");
    tap_ok(gen_name_taken("time") && gen_name_taken("uc") && !gen_name_taken("timer") &&
               !gen_name_taken("Time"),
           "a name that a library has is told from one that is malformed");
}

static void write_all(const char *dir, struct gen_files files)
{
    char path[512];

    for (size_t i = 0; i < files.count; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, files.items[i].path);
        file_write(path, files.items[i].bytes, files.items[i].len);
    }
}

static void remove_all(const char *dir, struct gen_files files)
{
    char path[512];

    for (size_t i = 0; i < files.count; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, files.items[i].path);
        unlink(path);
    }
    rmdir(dir);
}

static void try_new_service(void)
{
    const char *folder = getenv("UC_TEST_TMP");
    struct gen_files files = gen_new_service(&arena, "my-shop");
    const struct gen_description *description;
    struct gen_service *service;
    char made[] = "/tmp/gen-unit.XXXXXX";
    const char *missing;

    if (!folder)
        folder = mkdtemp(made);
    write_all(folder, files);
    gen_messages_init(&messages, &arena);
    if (!tap_ok(gen_load(&arena, folder, &messages, &service) == 0,
                "a new service is a good description")) {
        gen_messages_print(&messages, stdout);
        return;
    }
    description = gen_describe(service);
    tap_ok(!strcmp(description->name, "my_shop") && description->listen_port == 8080 &&
               description->memory_bytes == 16 << 20 && description->env_count == 1 &&
               description->input_count == 1,
           "its description has the defaults");
    tap_ok(gen_missing_handlers(service, files.items[1].bytes).len == 0,
           "no handler of it is missing");
    missing = gen_missing_handlers(service, NULL).bytes;
    tap_ok(gen_missing_handlers(service, missing).len == 0,
           "what is proposed for nothing is complete");
    missing = gen_missing_handlers(service,
                                   "/* void my_shop_say_hello(x) { */ // my_shop_say_hello() {\n"
                                   "void my_shop_say_hello(struct my_shop_say_hello *call);\n"
                                   "void f(void) { my_shop_say_hello(1); { my_shop_start(x); } }\n"
                                   "int my_shop_stop (struct a *(b)) /* { */\n{ }\n"
                                   "char *s = \"int my_shop_start(x) {\", c = '{';")
                  .bytes;
    tap_ok(strstr(missing, "my_shop_say_hello(") && strstr(missing, "my_shop_start(") &&
               !strstr(missing, "my_shop_stop("),
           "only a definition counts, not a call, a comment or a text");
    if (folder == made)
        remove_all(folder, files);
}

/* A function is told by its name in C, and by the place that asks for it, in whichever file that is. */
static void try_functions(void)
{
    static struct gen_file written[] = {
        {"service.yaml", "contract: api.yaml\nx-service: { name: jobs }\n", 0},
        {"api.yaml", NULL, 0},
        {"paths.yaml", "start: { post: { operationId: start, responses: { '204': { description: d } } } }\n", 0},
    };
    static const char api[] = "openapi: 3.1.0\ninfo: { title: jobs, version: '1' }\npaths:\n  /start: { $ref: 'paths.yaml#/start' }\n"
                              "  /a/{n}: { get: { parameters: [{ name: n, in: path, required: true, schema: { type: integer } }],\n"
                              "    security: [{ k: [] }], responses: { '204': { description: d } } } }\n"
                              "components: { securitySchemes: { k: { type: apiKey, name: K, in: header } } }\n";
    static const char *const expected[] = {
        "paths.yaml:1:31: operation start has no handler: void jobs_start_2(struct jobs_start_2 *call)",
        "api.yaml:5:13: operation GET /a/{n} has no handler: void jobs_get_a_n(struct jobs_get_a_n *call)",
        "api.yaml:7:34: security scheme k has no function that judges it: void jobs_auth_k(struct jobs_auth_k *auth)",
        "service.yaml:0:0: the service has no start function: int jobs_start(struct jobs_service *self)",
        "service.yaml:0:0: the service has no stop function: void jobs_stop(struct jobs_service *self)",
    };
    char made[] = "/tmp/gen-unit.XXXXXX", *folder = mkdtemp(made);
    struct gen_service *service;
    struct gen_functions functions;

    written[0].len = strlen(written[0].bytes);
    written[1].bytes = api;
    written[1].len = strlen(api);
    written[2].len = strlen(written[2].bytes);
    write_all(folder, (struct gen_files){written, 3});
    gen_messages_init(&messages, &arena);
    if (!tap_ok(!gen_load(&arena, folder, &messages, &service), "a contract in three files is read")) {
        gen_messages_print(&messages, stdout);
        return;
    }
    functions = gen_user_functions(service);
    tap_ok(functions.count == 5, "each function is listed");
    for (size_t i = 0; i < functions.count && i < 5; i++) {
        const struct gen_function *function = &functions.items[i];
        const char *said = gen_arena_printf(&arena, "%s:%u:%u: %s: %s", strrchr(function->mark.file, '/') + 1, function->mark.line,
                                            function->mark.column, function->absent, function->signature);

        if (!tap_ok(!strcmp(said, expected[i]), expected[i]))
            printf("# %s\n", said);
    }
    remove_all(folder, (struct gen_files){written, 3});
}

static void try_verifiers(void)
{
    struct gen_service *service;
    const char *missing;

    gen_messages_init(&messages, &arena);
    if (gen_load(&arena, UC_TEST_DIR "/cases/secured", &messages, &service)) {
        tap_ok(false, "a service with security is read");
        return;
    }
    missing = gen_missing_handlers(service, NULL).bytes;
    tap_ok(strstr(missing, "void secured_auth_own_key(struct secured_auth_own_key *auth)\n{") &&
               strstr(missing, "secured_auth_user_and_password(") && !strstr(missing, "secured_auth_login(") &&
               !strstr(missing, "secured_auth_listed_key(") && !strstr(missing, "secured_auth_certificate("),
           "what judges credentials is missing too, but where the framework does");
    tap_ok(gen_missing_handlers(service, missing).len == 0, "and then no more");
}

/* What a key or a credential is asked of, is a secret without being called so; a certificate or a name is none. */
static void try_secrets(void)
{
    static const char *const secrets[] = {"API_KEYS", "TOKEN_KEYS", "KEY", "VAULT_KEY", "VAULT_USER", "VAULT_PASSWORD", NULL};
    const struct gen_description *description;
    struct gen_service *service;

    gen_messages_init(&messages, &arena);
    if (!tap_ok(!gen_load(&arena, UC_TEST_DIR "/cases/secured", &messages, &service), "a service with credentials is read"))
        return;
    description = gen_describe(service);
    for (size_t i = 0; i < description->env_count; i++) {
        bool wanted = false;

        for (size_t k = 0; secrets[k]; k++)
            wanted |= !strcmp(secrets[k], description->env[i].name);
        tap_ok(description->env[i].secret == wanted, description->env[i].name);
    }
    tap_ok(description->key_source_count == 1 && !strcmp(description->key_sources[0].url, "${KEYS_URL}/jwks?all"),
           "where keys of tokens are fetched is told, for the schemes that are used");
}

/* Of a peer's contract, so that it takes two files to be wrong. */
static void try_credentials(void)
{
    static const char *const expected[] = {
        "10:the contract of \"a\" has no security scheme \"headerkey\"; did you mean \"headerKey\"?",
        "11:a credential must be a variable of x-service.env, such as \"${API_KEY}\": it is given at the start, and is not built in",
        "12:x-service.env has no \"KEE\"; did you mean \"KEY\"?",
        "13:the variable COUNT is no string",
        "14:a credential must be a variable of x-service.env, such as \"${API_KEY}\": it is given at the start, and is not built in",
        "15:the credentials of \"staff\" must be a mapping, not text",
        "16:\"certificate\" is the client's \"certificate\", beside \"url\"",
        "17:the HTTP scheme \"digest\" is not supported; basic and bearer are",
        "18:basic credentials are a \"user\" and a \"password\"",
        "19:\"credentials\" must be a mapping from security schemes to variables, not a list",
    };
    size_t count = sizeof(expected) / sizeof(expected[0]);
    struct gen_service *service;

    gen_messages_init(&messages, &arena);
    tap_ok(gen_load(&arena, UC_TEST_DIR "/refused/credentials", &messages, &service) == -EINVAL && messages.count == count,
           "credentials of a client are variables, for schemes of the peer");
    for (size_t i = 0; i < messages.count; i++) {
        const char *said = gen_arena_printf(&arena, "%u:%s", messages.items[i].mark.line, messages.items[i].text);

        if (i >= count || strcmp(said, expected[i])) {
            tap_note("%s", said);
            tap_ok(false, "each with its message");
        }
    }
}

int main(void)
{
    gen_arena_init(&arena);
    try_scalars();
    try_numbers();
    try_decimals();
    try_same_numbers();
    try_multiples();
    try_merge();
    try_bounds();
    try_suggestions();
    try_units();
    try_names();
    try_new_service();
    try_functions();
    try_verifiers();
    try_secrets();
    try_credentials();
    gen_arena_deinit(&arena);
    return tap_done();
}
