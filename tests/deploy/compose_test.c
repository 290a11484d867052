/* SPDX-License-Identifier: MIT */
/* Compose files: what is accepted, and what is refused with which words. */
#include "plan/compose.h"
#include "plan/config.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define S "services:\n  a:\n    build: .\n"

static const struct {
    const char *name, *yaml, *want; /* the messages, ';' between; "" when the file is accepted */
} rows[] = {
    {"one service with a folder is enough", S, ""},
    {"an empty file is refused", "", "c.yaml:1:1: a compose file must be a mapping (\"key: value\" lines), this is nothing;"},
    {"a list is refused", "- a\n", "c.yaml:1:1: a compose file must be a mapping (\"key: value\" lines), this is a list;"},
    {"a file without services is refused", "name: x\n", "c.yaml:1:1: a compose file needs \"services\";"},
    {"empty services are refused", "services: {}\n", "c.yaml:1:11: \"services\" must be a mapping of names to services, this is empty;"},
    {"a service that says nothing is refused", "services:\n  a:\n", "c.yaml:2:3: service \"a\" says nothing; it needs \"build: FOLDER\";"},
    {"a service without a folder is refused", "services:\n  a: { restart: always }\n",
     "c.yaml:2:3: service \"a\" needs \"build: FOLDER\", the folder of its service.yaml;"},
    {"annotations pass on every floor", "x-a: 1\nservices:\n  a:\n    build: { context: ., x-b: 1 }\n    x-c: [1]\n", ""},
    {"an unknown key near a known one is suggested", S "    enviroment: {}\n",
     "c.yaml:4:5: unknown key \"enviroment\" in a service; did you mean \"environment\"?;"},
    {"an unknown key without a neighbour can become a note", S "    colour: red\n",
     "c.yaml:4:5: unknown key \"colour\" in a service; remove it, or name it \"x-colour\" if it is a note of yours;"},
    {"a key of Compose that means nothing here has its reason", S "    volumes: [a:/b]\n",
     "c.yaml:4:5: \"volumes\" is not supported: an image has no disk and no other files; keep data in another service. Remove the key;"},
    {"the version line is refused", "version: \"3\"\n" S, "c.yaml:1:1: \"version\" is not supported: it means nothing since Compose 1.27; remove the line;"},
    {"a key given twice is refused", S "    build: .\n", "c.yaml:4:5: \"build\" is given twice; first in line 3;"},
    {"an anchor is merged", "x-d: &d { restart: always }\nservices:\n  a:\n    <<: *d\n    build: .\n", ""},
    {"every fault is told, not only the first", S "    colour: red\n    tty: true\n",
     "c.yaml:4:5: unknown key \"colour\" in a service; remove it, or name it \"x-colour\" if it is a note of yours;"
     "c.yaml:5:5: \"tty\" is not supported: a service has no terminal; remove the key;"},

    {"the name of a service is a host name", "services:\n  My_App: { build: . }\n",
     "c.yaml:2:3: \"My_App\" cannot be a service's name: it is a host name, so up to 40 lower-case letters, digits and \"-\";"},
    {"the name of a project is checked", "name: My App\n" S,
     "c.yaml:1:7: \"My App\" cannot be a project's name: up to 50 lower-case letters, digits, \"-\" and \"_\", beginning with a letter or digit;"},

    {"a folder may stand under context", "services:\n  a: { build: { context: ./x } }\n", ""},
    {"build without a context is refused", "services:\n  a: { build: {} }\n", "c.yaml:2:15: \"build\" needs a \"context\": the folder of the service;"},
    {"a Dockerfile is refused", "services:\n  a: { build: { context: ., dockerfile: D } }\n",
     "c.yaml:2:29: \"dockerfile\" is not supported: services are built from their service.yaml and C files, without a Dockerfile; remove the key;"},
    {"a URL is no folder", "services:\n  a: { build: \"https://x/y.git\" }\n",
     "c.yaml:2:15: \"build\" must be a folder of this computer, not a URL; clone it first;"},
    {"an image of a registry is refused", "services:\n  a: { image: nginx }\n",
     "c.yaml:2:15: \"nginx\": images are not pulled from a registry. Write \"build: ./a\" for a folder with a service.yaml, or the path of a built image, beginning with \"./\" or \"/\";"},
    {"a built image is accepted", "services:\n  a: { image: ./a.elf }\n", ""},
    {"build and image exclude each other", "services:\n  a: { build: ., image: ./a }\n", "c.yaml:2:3: service \"a\" has both \"build\" and \"image\"; keep one;"},

    {"ports in the short form", S "    ports: [\"8080:80\", 8081, \"127.0.0.1:1:2\"]\n", ""},
    {"ports in the long form", S "    ports: [{ target: 80, published: \"8080\", host_ip: 127.0.0.1, protocol: tcp, mode: ingress }]\n", ""},
    {"ports must be a list", S "    ports: \"80:80\"\n", "c.yaml:4:12: \"ports\" must be a list (lines that begin with \"- \"), this is text;"},
    {"a port needs its target", S "    ports: [{ published: 1 }]\n", "c.yaml:4:13: an entry of \"ports\" needs a \"target\": the port inside the service;"},
    {"a port out of range is refused", S "    ports: [\"70000:80\"]\n",
     "c.yaml:4:13: \"70000:80\": the port of this computer must be a number from 0 to 65535, or a range;"},
    {"UDP is refused", S "    ports: [{ target: 53, protocol: udp }]\n", "c.yaml:4:37: only \"tcp\" is published, this says \"udp\";"},
    {"one port for two services is refused", S "    ports: [\"80:80\"]\n  b:\n    build: .\n    ports: [\"127.0.0.1:80:81\"]\n",
     "c.yaml:5:3: service \"b\" publishes port 80, as \"a\" does already;"},
    {"one port on two addresses is accepted", S "    ports: [\"127.0.0.1:80:80\", \"127.0.0.2:80:80\"]\n", ""},

    {"environment as a mapping", S "    environment: { A: b, N: 1, T: true, Z: }\n", ""},
    {"environment as a list", S "    environment: [\"A=b\", C]\n", ""},
    {"environment as text is refused", S "    environment: A=b\n", "c.yaml:4:18: \"environment\" must be a mapping or a list of NAME=value, this is text;"},
    {"a nameless variable is refused", S "    environment: [\"=b\"]\n", "c.yaml:4:19: \"\" cannot be the name of an environment variable;"},
    {"a line break in a value is refused", S "    environment: { A: \"b\\nc\" }\n",
     "c.yaml:4:23: the value of A holds a line break, which cannot be handed to a machine; encode it, for example as base64;"},
    {"a missing env_file is refused", S "    env_file: none.env\n", "c.yaml:4:15: there is no file \"none.env\"; create it, or write \"required: false\";"},
    {"an optional env_file may be missing", S "    env_file: [{ path: none.env, required: false }]\n", ""},
    {"a fault inside an env_file has its own place", S "    env_file: bad.env\n", "bad.env:2:1: expected \"=\" after the name;"},

    {"depends_on as a list", S "    depends_on: [b]\n  b: { build: . }\n", ""},
    {"depends_on with conditions", S "    depends_on: { b: { condition: service_healthy, required: true, restart: false } }\n  b: { build: . }\n", ""},
    {"an unknown condition is suggested", S "    depends_on: { b: { condition: service_health } }\n  b: { build: . }\n",
     "c.yaml:4:35: unknown condition \"service_health\"; did you mean \"service_healthy\"?;"},
    {"a missing condition is asked for", S "    depends_on: { b: { required: true } }\n  b: { build: . }\n",
     "c.yaml:4:19: \"b\" needs a \"condition\": service_started, service_healthy or service_completed_successfully;"},
    {"restart after a dependency is refused", S "    depends_on: { b: { condition: service_started, restart: true } }\n  b: { build: . }\n",
     "c.yaml:4:61: \"restart: true\" is not supported: services find each other by name and connect anew; remove the key;"},
    {"an unknown dependency is suggested", S "    depends_on: [ordrs]\n  orders: { build: . }\n",
     "c.yaml:4:18: service \"a\" depends on \"ordrs\", which is not in the file; did you mean \"orders\"?;"},
    {"a dependency twice is refused", S "    depends_on: [b, b]\n  b: { build: . }\n", "c.yaml:4:21: \"b\" stands twice in \"depends_on\";"},
    {"a circle is named", S "    depends_on: [b]\n  b: { build: ., depends_on: [c] }\n  c: { build: ., depends_on: [b] }\n",
     "c.yaml:5:3: services wait for each other in a circle: b -> c -> b; take one \"depends_on\" away;"},
    {"a service that waits for itself is a circle", S "    depends_on: [a]\n",
     "c.yaml:2:3: services wait for each other in a circle: a -> a; take one \"depends_on\" away;"},
    {"a dependency outside of the profiles is refused", S "    depends_on: [b]\n  b: { build: ., profiles: [debug] }\n",
     "c.yaml:4:18: service \"a\" needs \"b\", which only runs in profile \"debug\"; add \"--profile debug\";"},
    {"unless it is not required", S "    depends_on: { b: { condition: service_started, required: false } }\n  b: { build: ., profiles: [debug] }\n", ""},
    {"profiles must be a list", S "    profiles: x\n", "c.yaml:4:15: \"profiles\" must be a list, for example [debug], this is text;"},

    {"replicas and memory", S "    deploy: { replicas: 3, resources: { limits: { memory: 32M } } }\n", ""},
    {"memory in two places that differ is refused", S "    mem_limit: 16m\n    deploy: { resources: { limits: { memory: 32M } } }\n",
     "c.yaml:5:46: \"mem_limit\" and \"deploy.resources.limits.memory\" say different things; keep one;"},
    {"memory in two places that agree is accepted", S "    mem_limit: 32m\n    deploy: { resources: { limits: { memory: 32M } } }\n", ""},
    {"a slip of the unit is caught", S "    mem_limit: 16\n", "c.yaml:4:16: a machine has from 1m to 3g of memory, this is 16 bytes; 16m suits most services;"},
    {"too many replicas are refused", S "    deploy: { replicas: 65 }\n", "c.yaml:4:25: \"65\" is not a number from 0 to 64;"},
    {"processors cannot be limited", S "    deploy: { resources: { limits: { cpus: \"1\" } } }\n",
     "c.yaml:4:38: \"cpus\" is not supported: each machine has one processor; use \"deploy.replicas\" for more. Remove the key;"},

    {"restart policies", S "    restart: on-failure:3\n", ""},
    {"a quoted no is a policy, as YAML wants", S "    restart: \"no\"\n", ""},
    {"an unknown policy is refused", S "    restart: sometimes\n",
     "c.yaml:4:14: \"sometimes\" is no restart policy; there are \"no\", always, unless-stopped, on-failure and on-failure:N;"},

    {"a health check sets the pace", S "    healthcheck: { interval: 1s, timeout: 500ms, retries: 2, start_period: 3s }\n", ""},
    {"a health check can be disabled", S "    healthcheck: { disable: true }\n", ""},
    {"a health command is refused", S "    healthcheck: { test: [CMD, x] }\n",
     "c.yaml:4:20: \"test\" is not supported: an image has no commands to run; its health is what /readyz answers. Remove the key;"},
    {"a duration needs a unit", S "    stop_grace_period: 10\n", "c.yaml:4:24: \"10\" is not a duration; write for example 500ms, 10s or 1m30s;"},
    {"a duration cannot be a list", S "    stop_grace_period: [1s]\n", "c.yaml:4:24: expected a duration, for example 1m30s, this is a list;"},

    {"variables are filled in before types matter", S "    deploy: { replicas: \"${COUNT:-2}\" }\n    ports: [\"${PORT:-8080}:80\"]\n", ""},
    {"a required variable has its place", S "    restart: ${POLICY:?say which}\n", "c.yaml:4:14: variable POLICY is required and not set: say which;"},
    {"a lonely dollar sign has its place", S "    environment: { A: \"5 $\" }\n", "c.yaml:4:23: a \"$\" that begins no variable; write \"$$\" for a dollar sign;"},
    {"broken YAML has its place", "services:\n  a: [\n", "c.yaml:3:1: "},
};

static char dir[] = "/tmp/uc-compose-XXXXXX";

static const char *in_dir(struct gen_arena *arena, const char *name)
{
    return gen_arena_printf(arena, "%s/%s", dir, name);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    fputs(text, file);
    fclose(file);
}

/* Messages without the temporary folder, ';' after each. */
static const char *show(struct gen_arena *arena, struct gen_messages *messages)
{
    char *text = NULL, *at;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    const char *result;

    gen_messages_print(messages, out);
    fclose(out);
    while ((at = strstr(text, dir)))
        memmove(at, at + strlen(dir) + 1, strlen(at + strlen(dir)));
    for (at = text; (at = strchr(at, '\n')); at++)
        *at = ';';
    result = gen_arena_text(arena, text);
    free(text);
    return result;
}

static void files_are_accepted_or_refused(struct gen_arena *arena)
{
    const char *path = in_dir(arena, "c.yaml");

    write_file(in_dir(arena, "bad.env"), "A=1\nB c\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct deploy_compose compose;
        const char *got;
        int err;

        write_file(path, rows[i].yaml);
        err = deploy_compose_load(&compose, &(struct deploy_compose_options){.path = path});
        got = show(arena, &compose.messages);
        if (rows[i].want[0] && rows[i].want[strlen(rows[i].want) - 1] == ' ')
            tap_ok(!strncmp(got, rows[i].want, strlen(rows[i].want)), rows[i].name);
        else
            tap_text(rows[i].name, got, rows[i].want);
        if (!err != !*rows[i].want)
            tap_okf(false, "%s: the return value agrees", rows[i].name);
        deploy_compose_deinit(&compose);
    }
}

static const char *names(struct gen_arena *arena, const struct deploy_compose *compose)
{
    const char *text = "";

    for (size_t i = 0; i < compose->spec->service_count; i++)
        text = gen_arena_printf(arena, "%s%s ", text, compose->spec->services[i].name);
    text = gen_arena_printf(arena, "%s|", text);
    for (size_t i = 0; i < compose->chosen.count; i++)
        text = gen_arena_printf(arena, "%s %s", text, compose->chosen.items[i]);
    return text;
}

#define CLUSTER "services:\n  web: { build: ., depends_on: [api] }\n  tool: { build: ., profiles: [debug] }\n" \
                "  api: { build: ., depends_on: [db] }\n  db: { build: . }\n  alone: { build: . }\n"

static void check_choice(struct gen_arena *arena, const char *name, const char *profile, const char *service, const char *want)
{
    struct deploy_compose compose;
    struct deploy_compose_options options = {
        .path = in_dir(arena, "c.yaml"),
        .profiles = {&profile, profile ? 1 : 0},
        .services = {&service, service ? 1 : 0},
    };
    int err;

    write_file(options.path, CLUSTER);
    err = deploy_compose_load(&compose, &options);
    tap_text(name, err ? show(arena, &compose.messages) : names(arena, &compose), want);
    deploy_compose_deinit(&compose);
}

static void profiles_and_names_choose_services(struct gen_arena *arena)
{
    check_choice(arena, "services stand after what they depend on", NULL, NULL, "db api web alone | db api web alone");
    check_choice(arena, "a profile adds its services", "debug", NULL, "db api web tool alone | db api web tool alone");
    check_choice(arena, "a star is every profile", "*", NULL, "db api web tool alone | db api web tool alone");
    check_choice(arena, "a name chooses its dependencies too", NULL, "api", "db api web alone | db api");
    check_choice(arena, "a name enables a service of a profile", NULL, "tool", "db api web tool alone | tool");
    check_choice(arena, "an unknown name is suggested", NULL, "alon", "c.yaml: no service is called \"alon\"; did you mean \"alone\"?;");
}

static void values_reach_the_spec(struct gen_arena *arena)
{
    static const char *const environment[] = {"FROM=outside", "TAG=7", NULL};
    struct deploy_compose compose;
    const struct deploy_service *service;

    write_file(in_dir(arena, ".env"), "TAG=5\nCOUNT=3\n");
    write_file(in_dir(arena, "a.env"), "X=file\nY=file$TAG\n");
    write_file(in_dir(arena, "c.yaml"), "services:\n  a:\n    build: sub/\n    environment: [X=here, FROM, GONE]\n    env_file: a.env\n"
                                        "    deploy: { replicas: \"$COUNT\" }\n    mem_limit: ${MISSING}32m\n");
    tap_ok(!deploy_compose_load(&compose, &(struct deploy_compose_options){.path = in_dir(arena, "c.yaml"), .environment = environment}),
           "a file with variables is read");
    service = deploy_spec_find(compose.spec, "a");
    tap_ok(service && service->replicas == 3, "a variable of .env is used");
    tap_ok(service && service->memory_bytes == 32u << 20, "an unset variable is nothing");
    tap_text("an unset variable is warned of", show(arena, &compose.warnings),
             "c.yaml: variable MISSING is not set, so nothing stands in its place; write ${MISSING:-} if that is meant;");
    tap_text("a folder is made absolute", service->build_dir, in_dir(arena, "sub"));
    tap_ok(service->environment_count == 3, "a name without a value that is not set stays out");
    tap_text("environment wins over env_file, whichever comes first", service->environment[0].value, "here");
    tap_text("a bare name takes the value from outside", service->environment[1].value, "outside");
    tap_text("the environment wins over .env in a file", service->environment[2].value, "file7");
    tap_ok(!strncmp(compose.spec->project, "uc-compose-", 11), "a project is named after its folder");
    deploy_compose_deinit(&compose);
    unlink(in_dir(arena, ".env"));
}

/* What stands there for all to read, and nothing else, is public. */
static void what_is_written_out_is_public(struct gen_arena *arena)
{
    static const struct {
        const char *name;
        bool is_public;
    } want[] = {{"FILE", false}, {"BOTH", true}, {"PLAIN", true}, {"DOLLAR", true}, {"DEFAULT", false}, {"FROM", false}};
    static const char *const environment[] = {"FROM=outside", NULL};
    static const char *const forms[] = {
        "{ BOTH: here, PLAIN: 5, DOLLAR: a$$b, DEFAULT: \"${TAG:-x}\", FROM: }",
        "[BOTH=here, PLAIN=5, DOLLAR=a$$b, \"DEFAULT=a$$${TAG-x}\", FROM]"};

    for (size_t f = 0; f < 2; f++) {
        struct deploy_compose compose;
        const struct deploy_service *service;

        write_file(in_dir(arena, "a.env"), "FILE=file\nBOTH=file\n");
        write_file(in_dir(arena, "c.yaml"),
                   gen_arena_printf(arena, "services:\n  a: { build: ., env_file: a.env, environment: %s }\n", forms[f]));
        deploy_compose_load(&compose, &(struct deploy_compose_options){.path = in_dir(arena, "c.yaml"), .environment = environment});
        service = deploy_spec_find(compose.spec, "a");
        for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
            tap_okf(!strcmp(service->environment[i].name, want[i].name) && service->environment[i].is_public == want[i].is_public,
                    "%s is %s", want[i].name, want[i].is_public ? "public" : "no public value");
        deploy_compose_deinit(&compose);
    }
}

static void a_spec_survives_json(struct gen_arena *arena)
{
    struct deploy_compose compose;
    struct deploy_spec *again = NULL;
    struct deploy_error error = {""};
    char *first, *second;

    write_file(in_dir(arena, "c.yaml"), S "    ports: [\"1-2:3-4\"]\n    environment: [\"A=\\\"\\u00e9\\t\"]\n    depends_on: [b]\n"
                                          "    restart: on-failure:2\n  b: { build: . }\n");
    deploy_compose_load(&compose, &(struct deploy_compose_options){.path = in_dir(arena, "c.yaml")});
    first = deploy_spec_to_json(compose.spec);
    tap_ok(deploy_spec_from_json(first, &again, &error) == 0, "a spec is read back from JSON");
    second = again ? deploy_spec_to_json(again) : NULL;
    tap_text("and is the same", second, first);
    tap_ok(deploy_spec_from_json("{\"services\":[{}]}", &again, &error) == -EINVAL && *error.text, "half a spec is refused");
    tap_ok(deploy_spec_from_json("nonsense", &again, NULL) == -EINVAL, "what is no JSON is refused");
    free(first);
    free(second);
    deploy_spec_free(again);
    deploy_compose_deinit(&compose);
}

static char *read_golden(const char *name, size_t *len)
{
    char path[512];
    char *text = calloc(1, 65536);
    FILE *file;

    snprintf(path, sizeof(path), "%s/config/%s", UC_TEST_DIR, name);
    file = fopen(path, "r");
    *len = file ? fread(text, 1, 65535, file) : 0;
    if (file)
        fclose(file);
    return text;
}

/* The printed form of a file, as if it stood in /project. */
static void check_config(struct gen_arena *arena, const char *name, const char *bytes, size_t len, const char *want)
{
    static const char *const environment[] = {"SET=value", NULL};
    struct deploy_compose compose;
    char *text = NULL;
    size_t text_len;
    FILE *out = open_memstream(&text, &text_len);

    if (deploy_compose_load(&compose, &(struct deploy_compose_options){
            .path = "/project/compose.yaml", .bytes = bytes, .len = len, .environment = environment}))
        gen_messages_print(&compose.messages, out);
    else
        deploy_config_print(compose.spec, out);
    fclose(out);
    (void)arena;
    tap_text(name, text, want);
    free(text);
    deploy_compose_deinit(&compose);
}

static void config_prints_everything_filled_in(struct gen_arena *arena)
{
    size_t len, want_len;
    char *bytes = read_golden("shop.yaml", &len);
    char *want = read_golden("shop.expected.yaml", &want_len);

    check_config(arena, "a file is printed with everything filled in", bytes, len, want);
    check_config(arena, "what is printed prints the same", want, want_len, want);
    free(bytes);
    free(want);
}

int main(void)
{
    struct gen_arena arena;

    gen_arena_init(&arena);
    if (!mkdtemp(dir))
        return 1;
    files_are_accepted_or_refused(&arena);
    profiles_and_names_choose_services(&arena);
    values_reach_the_spec(&arena);
    what_is_written_out_is_public(&arena);
    a_spec_survives_json(&arena);
    config_prints_everything_filled_in(&arena);
    unlink(in_dir(&arena, "c.yaml"));
    unlink(in_dir(&arena, "a.env"));
    unlink(in_dir(&arena, "bad.env"));
    rmdir(dir);
    gen_arena_deinit(&arena);
    return tap_end();
}
