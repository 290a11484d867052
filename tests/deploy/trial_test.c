/* SPDX-License-Identifier: MIT */
/* The judge of `ucompose test`, its samples, and their variants: no service, no socket. */
#include "tap.h"
#include "trial/http.h"
#include "trial/sample.h"

#include <stdlib.h>

static struct gen_arena arena;

static const struct gen_yaml_node *yaml(const char *text)
{
    struct gen_messages messages;
    struct gen_yaml_node *root = NULL;

    gen_messages_init(&messages, &arena);
    if (gen_yaml_read_bytes(&arena, "schema", text, strlen(text), &messages, &root)) {
        gen_messages_print(&messages, stdout);
        exit(1);
    }
    return root;
}

static struct trial_pattern *patterns;

static struct trial_schemas of(const char *document)
{
    return (struct trial_schemas){.arena = &arena, .patterns = &patterns, .document = yaml(document), .request = true};
}

static const char parts[] = "components: { schemas: {"
                            "  Name: { type: string, maxLength: 3 },"
                            "  Tree: { type: object, required: [name], properties: { name: { $ref: '#/components/schemas/Name' },"
                            "          below: { type: array, items: { $ref: '#/components/schemas/Tree' } } } },"
                            "  Cat: { type: object, required: [kind, lives], properties: { kind: { const: cat }, lives: { type: integer } } },"
                            "  Dog: { type: object, required: [kind, bark], properties: { kind: { const: dog }, bark: { type: string } } },"
                            "  Bird: { type: object, required: [kind], properties: { kind: { type: string }, wings: { type: integer } } },"
                            "  Fish: { type: object, required: [kind], properties: { kind: { type: string }, fins: { type: integer } } },"
                            "  Pet: { oneOf: [{ $ref: '#/components/schemas/Bird' }, { $ref: '#/components/schemas/Fish' }],"
                            "         discriminator: { propertyName: kind } },"
                            "  Mapped: { oneOf: [{ $ref: '#/components/schemas/Bird' }, { $ref: '#/components/schemas/Fish' }],"
                            "            discriminator: { propertyName: kind, mapping: { b: Bird, f: '#/components/schemas/Fish', g: Fish } } },"
                            "  Shape: { type: object, required: [kind], properties: { kind: { type: string } }, discriminator: { propertyName: kind },"
                            "           oneOf: [{ $ref: '#/components/schemas/Round' }, { $ref: '#/components/schemas/Square' }] },"
                            "  Round: { allOf: [{ $ref: '#/components/schemas/Shape' }, { type: object, required: [r], properties: { r: { type: integer } } }] },"
                            "  Square: { allOf: [{ $ref: '#/components/schemas/Shape' }, { type: object, properties: { side: { type: integer } } }] },"
                            "  Small: { type: integer, maximum: 9 },"
                            "  Ring: { $ref: '#/components/schemas/Ring' },"
                            "  Endless: { type: object, required: [e], properties: { e: { $ref: '#/components/schemas/Endless' } } } } }";

static void values_are_judged(void)
{
    static const struct {
        const char *schema, *value, *wrong; /* NULL: it fits */
    } rows[] = {
        {"{ type: string }", "\"a\"", NULL},
        {"{ type: string }", "1", "is not of type string"},
        {"{ type: [string, 'null'] }", "null", NULL},
        {"{ type: integer }", "1.0", NULL},
        {"{ type: integer }", "1.5", "is not of type integer"},
        {"{ type: integer }", "1e400", NULL},
        {"{ type: integer, format: int64 }", "9223372036854775807", NULL},
        {"{ type: integer, format: int64 }", "9223372036854775808", "is not of 64 bits"},
        {"{ type: integer, format: int32 }", "2147483648", "is not of 32 bits"},
        {"{ type: integer, maximum: 9007199254740992 }", "9007199254740993", "is above 9007199254740992"},
        {"{ minimum: 2 }", "2", NULL},
        {"{ minimum: 2 }", "\"a\"", NULL},
        {"{ exclusiveMinimum: 2 }", "2", "is not above 2"},
        {"{ exclusiveMaximum: 0.5 }", "0.49", NULL},
        {"{ multipleOf: 0.1 }", "0.3", NULL},
        {"{ multipleOf: 0.1 }", "0.30000000000000004", "is no multiple of 0.1"},
        {"{ multipleOf: 0.01 }", "1e300", NULL},
        {"{ multipleOf: 3 }", "7", "is no multiple of 3"},
        {"{ minLength: 2 }", "\"\xC3\xA9\"", "has fewer than 2 characters"},
        {"{ maxLength: 2 }", "\"\xC3\xA9\xC3\xA9\"", NULL},
        {"{ format: date }", "\"2023-02-29\"", "is not of format date"},
        {"{ format: nobody-knows }", "\"x\"", NULL},
        {"{ enum: [a, 1, null] }", "1.0", NULL},
        {"{ enum: [a, 1, null] }", "\"1\"", "is none of the values of \"enum\""},
        {"{ const: { a: [1, 2], b: x } }", "{\"b\":\"x\",\"a\":[1,2]}", NULL},
        {"{ const: { a: [1, 2] } }", "{\"a\":[2,1]}", "is not the constant"},
        {"{ items: { type: integer } }", "[1,\"a\"]", "/1: is not of type integer"},
        {"{ prefixItems: [{ type: string }], items: { type: integer } }", "[\"a\",1,\"b\"]", "/2: is not of type integer"},
        {"{ minItems: 1 }", "[]", "has fewer than 1 items"},
        {"{ uniqueItems: true }", "[1,2,1.0]", "/2: is there twice"},
        {"{ contains: { minimum: 5 } }", "[1,6]", NULL},
        {"{ contains: { minimum: 5 } }", "[1,4]", "has fewer than 1 items of \"contains\""},
        {"{ contains: { const: 1 }, minContains: 2, maxContains: 2 }", "[1,1.0,2]", NULL},
        {"{ contains: { const: 1 }, minContains: 2, maxContains: 2 }", "[1,1.0,1]", "has more than 2 items of \"contains\""},
        {"{ contains: { const: 1 }, minContains: 0 }", "[]", NULL},
        {"{ required: [a] }", "{\"b\":1}", "/a: is missing"},
        {"{ properties: { a: { readOnly: true } }, required: [a] }", "{}", NULL},
        {"{ properties: { a: { type: string } }, additionalProperties: false }", "{\"b\":1}", "/b: is not known to the schema"},
        {"{ additionalProperties: { type: integer } }", "{\"b\":\"x\"}", "/b: is not of type integer"},
        {"{ minProperties: 2 }", "{\"b\":1}", "has fewer than 2 members"},
        {"{ maxProperties: 0 }", "{\"b\":1}", "has more than 0 members"},
        {"{ allOf: [{ minimum: 1 }, { maximum: 3 }] }", "4", "is above 3"},
        {"{ anyOf: [{ type: string }, { type: integer }] }", "true", "fits nothing of \"anyOf\" (is not of type integer)"},
        {"{ oneOf: [{ minimum: 1 }, { minimum: 3 }] }", "2", NULL},
        {"{ oneOf: [{ minimum: 1 }, { minimum: 3 }] }", "4", "fits more than one of \"oneOf\""},
        {"{ $ref: '#/components/schemas/Pet' }", "{\"kind\":\"Bird\",\"wings\":2}", NULL},
        {"{ $ref: '#/components/schemas/Pet' }", "{\"kind\":\"Fish\"}", NULL},
        {"{ $ref: '#/components/schemas/Pet' }", "{\"kind\":\"Fish\",\"fins\":\"x\"}", "/fins: is not of type integer"},
        {"{ $ref: '#/components/schemas/Pet' }", "{\"kind\":\"\"}", "/kind: names nothing of \"oneOf\""},
        {"{ $ref: '#/components/schemas/Pet' }", "{\"wings\":2}", "/kind: names nothing of \"oneOf\""},
        {"{ $ref: '#/components/schemas/Pet' }", "7", "fits nothing of \"oneOf\""},
        {"{ $ref: '#/components/schemas/Mapped' }", "{\"kind\":\"g\"}", NULL},
        {"{ $ref: '#/components/schemas/Mapped' }", "{\"kind\":\"Fish\"}", "/kind: names nothing of \"oneOf\""},
        {"{ $ref: '#/components/schemas/Shape' }", "{\"kind\":\"Round\",\"r\":1}", NULL},
        {"{ $ref: '#/components/schemas/Shape' }", "{\"kind\":\"Round\"}", "/r: is missing"},
        {"{ $ref: '#/components/schemas/Round' }", "{\"kind\":\"Square\",\"r\":1}", NULL},
        {"{ not: { type: string } }", "\"a\"", "fits what \"not\" excludes"},
        {"{ if: { type: string }, then: { maxLength: 1 }, else: { minimum: 2 } }", "\"ab\"", "has more than 1 characters"},
        {"{ if: { type: string }, then: { maxLength: 1 }, else: { minimum: 2 } }", "1", "is below 2"},
        {"true", "1", NULL},
        {"{ properties: { a: false } }", "{\"a\":1}", "/a: must not be there"},
        {"{ $ref: '#/components/schemas/Tree' }", "{\"name\":\"a\",\"below\":[{\"name\":\"abcd\"}]}",
         "/below/0/name: has more than 3 characters"},
        {"{ $ref: '#/components/schemas/Ring' }", "1", NULL},
        {"{ $ref: 'elsewhere.yaml#/a' }", "1", NULL},
        {"{ pattern: '^a$' }", "\"a\"", NULL},
        {"{ pattern: '^a$' }", "\"b\"", "does not match the pattern ^a$"},
        {"{ pattern: '^a$' }", "7", NULL},
        {"{ pattern: '(a)\\1' }", "\"b\"", NULL},
    };
    struct trial_schemas schemas = of(parts);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct trial_value *value;
        const char *bad = trial_json_read(&arena, rows[i].value, strlen(rows[i].value), &value);
        const char *wrong = bad ? bad : trial_schema_check(&schemas, yaml(rows[i].schema), value);
        bool same = wrong && rows[i].wrong ? strstr(wrong, rows[i].wrong) == wrong || !strcmp(wrong, rows[i].wrong) : !wrong == !rows[i].wrong;

        tap_okf(same, "%s: %s %s", rows[i].schema, rows[i].value, rows[i].wrong ? rows[i].wrong : "fits");
        if (!same)
            printf("# %s\n", wrong ? wrong : "it fits");
    }
}

static void samples_are_made(void)
{
    static const struct {
        const char *schema, *small, *full; /* NULL: none */
    } rows[] = {
        {"{ type: string, maxLength: 2 }", "\"te\"", "\"te\""},
        {"{ type: string, minLength: 6 }", "\"textxx\"", "\"textxx\""},
        {"{ type: string, example: cup }", "\"cup\"", "\"cup\""},
        {"{ type: string, maxLength: 2, example: too long }", "\"te\"", "\"te\""},
        {"{ type: string, pattern: '^[A-Z]{2}-[0-9]+$' }", "\"AA-0\"", "\"AA-0\""},
        {"{ type: string, pattern: '^a+$', minLength: 6 }", "\"aaaaaa\"", "\"aaaaaa\""},
        {"{ type: string, pattern: '^a{5}$', maxLength: 4 }", NULL, NULL},
        {"{ type: string, pattern: '(a)\\1' }", "\"text\"", "\"text\""},
        {"{ type: string, pattern: '^a', examples: [ab] }", "\"ab\"", "\"ab\""},
        {"{ type: string, format: uuid }", "\"123e4567-e89b-12d3-a456-426614174000\"", "\"123e4567-e89b-12d3-a456-426614174000\""},
        {"{ type: integer, minimum: 5, multipleOf: 4 }", "8", "8"},
        {"{ type: integer, maximum: -1, multipleOf: 10 }", "-10", "-10"},
        {"{ type: number, exclusiveMinimum: 0, maximum: 0.5 }", "0.5", "0.5"},
        {"{ type: number, exclusiveMinimum: 0, exclusiveMaximum: 0.5 }", "0.25", "0.25"},
        {"{ type: integer, minimum: 5, maximum: 4 }", NULL, NULL},
        {"{ type: array, items: { type: boolean } }", "[]", "[true]"},
        {"{ type: array, items: { type: boolean }, minItems: 2 }", "[true,true]", "[true,true]"},
        {"{ type: array, items: { type: integer }, contains: { const: 7 }, minItems: 2 }", "[7,1]", "[7,1]"},
        {"{ type: object, required: [a], properties: { a: { type: integer }, b: { type: string } } }", "{\"a\":1}",
         "{\"a\":1,\"b\":\"text\"}"},
        {"{ type: object, properties: { a: { type: string, pattern: '^[]$' } } }", "{}", "{}"},
        {"{ type: object, required: [a], properties: { a: { readOnly: true, type: string, pattern: '^[]$' } } }", "{}", "{}"},
        {"{ type: object, additionalProperties: { type: integer } }", "{}", "{\"key1\":1}"},
        {"{ type: object, minProperties: 2 }", "{\"key1\":\"text\",\"key2\":\"text\"}", "{\"key1\":\"text\",\"key2\":\"text\"}"},
        {"{ allOf: [{ $ref: '#/components/schemas/Cat' }, { type: object, required: [x], properties: { x: { default: 7 } } }] }",
         "{\"kind\":\"cat\",\"lives\":1,\"x\":7}", "{\"kind\":\"cat\",\"lives\":1,\"x\":7}"},
        {"{ oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }", "{\"kind\":\"cat\",\"lives\":1}",
         "{\"kind\":\"cat\",\"lives\":1}"},
        {"{ type: object, required: [t], properties: { t: { $ref: '#/components/schemas/Tree' } } }", "{\"t\":{\"name\":\"tex\"}}",
         "{\"t\":{\"name\":\"tex\",\"below\":[{\"name\":\"tex\",\"below\":[]}]}}"},
        {"{ $ref: '#/components/schemas/Endless' }", NULL, NULL},
        {"{ $ref: '#/components/schemas/Ring' }", NULL, NULL},
        {"{ $ref: '#/components/schemas/Pet' }", "{\"kind\":\"Bird\"}", "{\"kind\":\"Bird\",\"wings\":1}"},
        {"{ $ref: '#/components/schemas/Mapped' }", "{\"kind\":\"b\"}", "{\"kind\":\"b\",\"wings\":1}"},
        {"{ $ref: '#/components/schemas/Shape' }", "{\"kind\":\"Round\",\"r\":1}", "{\"kind\":\"Round\",\"r\":1}"},
        {"{ $ref: '#/components/schemas/Square' }", "{\"kind\":\"Round\",\"r\":1}", "{\"kind\":\"Round\",\"side\":1,\"r\":1}"},
        {"{ $ref: '#/components/schemas/Small', minimum: 3 }", "3", "3"},
        {"{ allOf: [{ $ref: '#/components/schemas/Small' }, { minimum: 3 }, { multipleOf: 2 }, { multipleOf: 3 }] }", "6", "6"},
        {"{ allOf: [{ type: string, maxLength: 6 }, { minLength: 5 }] }", "\"textx\"", "\"textx\""},
        {"{ allOf: [{ type: [string, integer] }, { type: [integer, 'null'] }, { enum: [a, 1, 2] }, { enum: [2, a] }] }", "2", "2"},
        {"{ allOf: [{ type: array, items: { type: integer } }, { minItems: 2, items: { minimum: 4 } }] }", "[4,4]", "[4,4]"},
        {"{ allOf: [{ properties: { a: { type: integer } } }, { properties: { a: { minimum: 5 } }, required: [a] }] }", "{\"a\":5}", "{\"a\":5}"},
        {"{ type: integer, anyOf: [{ minimum: 5 }, { maximum: 2 }] }", "5", "5"},
        {"{ allOf: [{ anyOf: [{ minimum: 5 }, { maximum: 2 }] }, { type: integer, oneOf: [{ maximum: 6 }, { minimum: 9 }] }] }", "5", "5"},
        {"{ type: integer, minimum: 9007199254740993, maximum: 9007199254740993 }", "9007199254740993", "9007199254740993"},
        {"{ type: integer, exclusiveMaximum: -9223372036854775807 }", "-9223372036854775808", "-9223372036854775808"},
        {"{ type: integer, minimum: 9007199254740993, multipleOf: 10 }", "9007199254741000", "9007199254741000"},
        {"{ type: object, properties: { p: { type: integer }, q: { type: integer } }, oneOf: [{ required: [p] }, { required: [q] }] }",
         "{\"p\":1}", "{\"p\":1}"},
        {"{ type: object, required: [n], properties: { n: { type: integer }, u: { type: string, format: uuid, maxLength: 10 } } }",
         "{\"n\":1}", "{\"n\":1}"},
        {"{ type: string, format: uri, maxLength: 10 }", "\"a:b\"", "\"a:b\""},
    };
    struct trial_schemas schemas = of(parts);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int full = 0; full < 2; full++) {
            const char *why, *want = full ? rows[i].full : rows[i].small;
            const struct trial_value *value = trial_sample(&schemas, yaml(rows[i].schema), full, &why);
            const char *got = value ? trial_json_text(&arena, value) : "(none)";

            tap_okf(!strcmp(got, want ? want : "(none)") && (value || (why && *why)), "%s: %s", rows[i].schema, want ? want : "no value");
            if (strcmp(got, want ? want : "(none)"))
                printf("# %s\n", got);
        }
}

static bool has(const struct trial_variants *variants, const char *text, bool fits)
{
    for (size_t i = 0; i < variants->count; i++)
        if (!strcmp(trial_json_text(&arena, variants->items[i].value), text))
            return variants->items[i].fits == fits;
    return false;
}

static void variants_are_at_the_bounds(void)
{
    static const struct {
        const char *schema, *fits[4], *breaks[6];
    } rows[] = {
        {"{ type: integer, minimum: 1, maximum: 9 }", {"9"}, {"0", "10", "1.5", "\"text\"", "null"}},
        {"{ type: number, exclusiveMinimum: 1 }", {"2"}, {"1", "\"text\"", "null"}},
        {"{ type: string, minLength: 2, maxLength: 3 }", {"\"te\"", "\"tex\""}, {"\"t\"", "\"text\"", "7", "null"}},
        {"{ type: string, maxLength: 5 }", {"\"text\xC3\xA9\"", "\"\""}, {"\"textxx\""}},
        {"{ type: string, enum: [a, b] }", {"\"b\""}, {"\"no such value?\"", "7"}},
        {"{ type: string, format: date }", {NULL}, {"\"no such value?\""}},
        {"{ type: [boolean, 'null'] }", {"false", "null"}, {"\"text\""}},
        {"{ type: array, items: { type: integer }, minItems: 1, maxItems: 2 }", {"[1,1]"}, {"[]", "[1,1,1]", "{}", "[\"text\"]"}},
        {"{ type: array, items: { type: integer }, uniqueItems: true }", {"[]"}, {"[1,1]"}},
        {"{ type: object, required: [a], properties: { a: { type: integer, maximum: 1 }, b: { type: boolean } }, additionalProperties: false }",
         {"{\"a\":1}", "{\"a\":1,\"b\":false}"},
         {"{\"b\":true}", "{\"a\":2,\"b\":true}", "{\"a\":1,\"b\":true,\"no_such_member\":\"text\"}", "[]", "{\"a\":1,\"b\":null}"}},
        {"{ oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }",
         {"{\"kind\":\"dog\",\"bark\":\"text\"}"}, {"{\"kind\":\"cat\"}", "{\"kind\":\"cat\",\"lives\":1.5}"}},
        {"{ $ref: '#/components/schemas/Mapped' }", {"{\"kind\":\"f\",\"fins\":1}", "{\"kind\":\"b\"}"},
         {"{\"wings\":1}", "{\"kind\":\"no such value?\",\"wings\":1}", "{\"kind\":\"b\",\"wings\":1.5}"}},
        {"{ $ref: '#/components/schemas/Small', minimum: 3 }", {"9"}, {"2", "10"}},
    };
    struct trial_schemas schemas = of(parts);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct gen_yaml_node *schema = yaml(rows[i].schema);
        const char *why;
        const struct trial_value *sample = trial_sample(&schemas, schema, true, &why);
        struct trial_variants variants = trial_variants(&schemas, schema, sample);

        for (size_t n = 0; n < 4 && rows[i].fits[n]; n++)
            tap_okf(has(&variants, rows[i].fits[n], true), "%s: %s is tried, and fits", rows[i].schema, rows[i].fits[n]);
        for (size_t n = 0; n < 6 && rows[i].breaks[n]; n++)
            tap_okf(has(&variants, rows[i].breaks[n], false), "%s: %s is tried, and does not fit", rows[i].schema, rows[i].breaks[n]);
    }
}

static void places_are_read(void)
{
    static const struct {
        const char *url, *host, *port, *prefix; /* host NULL: refused */
    } rows[] = {
        {"http://a:81", "a", "81", ""},      {"http://a/b/", "a", "80", "/b"}, {"http://[::1]:8080/x", "::1", "8080", "/x"},
        {"https://a", "a", "443", ""},       {"https://a:8443/b", "a", "8443", "/b"}, {"ftp://a", NULL, NULL, NULL}, {"a:80", NULL, NULL, NULL},       {"http://", NULL, NULL, NULL},
        {"http://a/?x=1", NULL, NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct trial_server server = {0};
        const char *wrong = trial_server_parse(rows[i].url, &server);

        tap_okf(rows[i].host ? !wrong && !strcmp(server.host, rows[i].host) && !strcmp(server.port, rows[i].port) &&
                                   !strcmp(server.prefix, rows[i].prefix)
                             : wrong != NULL,
                "the URL %s is %s", rows[i].url, rows[i].host ? "taken apart" : "refused");
    }
}

int main(void)
{
    gen_arena_init(&arena);
    values_are_judged();
    samples_are_made();
    variants_are_at_the_bounds();
    places_are_read();
    gen_arena_deinit(&arena);
    return tap_end();
}
