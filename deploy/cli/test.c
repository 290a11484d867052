/* SPDX-License-Identifier: MIT */
/*
 * test.c - try a service by its contract: as a process, as the booted image, or one that runs somewhere.
 */
#include "command.h"
#include "subject.h"

#include "trial/trial.h"

#include <signal.h>
#include <string.h>

struct test_values {
    bool image;
    bool verbose;
    const char *url;
    int64_t timeout_ms;
    struct cmd_list environment;
    struct cmd_list headers;
    struct trial_tls tls;
};

static const struct test_values defaults = {.timeout_ms = 10000};

#define FIELD(name) offsetof(struct test_values, name)
static const struct cmd_option options[] = {
    {"image", 0, CMD_FLAG, FIELD(image), NULL, "boot the image and try it, instead of a process of this computer"},
    {"url", 0, CMD_TEXT, FIELD(url), "URL", "try the service that runs there, http://HOST:PORT or https://HOST:PORT"},
    {"env", 'e', CMD_LIST, FIELD(environment), "NAME=VALUE",
     "set a variable of the service, or hand on one of this shell (-e NAME)"},
    {"header", 'H', CMD_LIST, FIELD(headers), "\"NAME: VALUE\"", "send this with each call, such as credentials; may be given again"},
    {"cacert", 0, CMD_TEXT, FIELD(tls.authorities), "FILE", "who vouches for a service that speaks TLS (PEM)"},
    {"cert", 0, CMD_TEXT, FIELD(tls.certificate), "FILE", "the certificate that is shown to one that asks for it (PEM)"},
    {"key", 0, CMD_TEXT, FIELD(tls.key), "FILE", "its key"},
    {"server-name", 0, CMD_TEXT, FIELD(tls.name), "NAME", "whom the service's certificate is for; otherwise the host that is called"},
    {"timeout", 't', CMD_SECONDS, FIELD(timeout_ms), "SECONDS", "wait so long for each answer; 10 otherwise"},
    {"verbose", 'v', CMD_FLAG, FIELD(verbose), NULL, "print every call, not only those that fail"},
    {0},
};

struct watch {
    struct cmd_subject *subject; /* NULL: somebody else's */
};

static const char *ended(void *arg)
{
    struct watch *watch = arg;
    sigset_t pending;

    /* An image's start has blocked it, so that it can be stopped in order. */
    if (!sigpending(&pending) && sigismember(&pending, SIGINT))
        return "was left, for the test was interrupted";
    return watch->subject ? cmd_subject_ended(watch->subject) : NULL;
}

static int load(struct gen_arena *arena, const char *dir, struct gen_service **service)
{
    struct gen_messages messages;

    gen_messages_init(&messages, arena);
    if (!gen_load(arena, dir, &messages, service))
        return CMD_OK;
    gen_messages_print(&messages, stderr);
    return cmd_fail("the contract of %s cannot be used", dir);
}

static int check_headers(const struct cmd_list *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        if (!strchr(headers->items[i], ':') || *headers->items[i] == ':' || strpbrk(headers->items[i], "\r\n"))
            return cmd_misuse("test", "option \"--header\" needs \"NAME: VALUE\", not \"%s\"", headers->items[i]);
    return CMD_OK;
}

static int try(struct gen_arena *arena, const struct gen_service *service, const struct test_values *want,
               const struct trial_server *server, struct cmd_subject *subject)
{
    struct watch watch = {subject};
    struct trial_result result = trial_run(arena, service,
                                           &(struct trial_options){.server = *server,
                                                                   .timeout_ms = (int)want->timeout_ms,
                                                                   .headers = want->headers.items,
                                                                   .header_count = want->headers.count,
                                                                   .verbose = want->verbose,
                                                                   .out = stdout,
                                                                   .ended = ended,
                                                                   .arg = &watch});

    if (result.ended && subject)
        cmd_subject_show_log(subject);
    return result.failed ? CMD_FAILED : CMD_OK;
}

static int prepare_tls(const struct test_values *want, struct trial_server *server)
{
    const struct trial_tls *tls = &want->tls;
    char why[160] = "";
    const char *wrong;

    if (!server->secure && (tls->authorities || tls->certificate || tls->key || tls->name))
        return cmd_misuse("test", "the service speaks no TLS: --cacert, --cert, --key and --server-name have no meaning");
    if (!server->secure)
        return CMD_OK;
    if (!tls->authorities)
        return cmd_misuse("test", "the service speaks TLS: say with --cacert FILE who vouches for it");
    if (!tls->certificate != !tls->key)
        return cmd_misuse("test", "--cert and --key belong together");
    wrong = trial_tls_load(server, tls, why);
    return wrong ? cmd_misuse("test", "TLS cannot be spoken: %s", wrong) : CMD_OK;
}

static int try_url(struct gen_arena *arena, const struct gen_service *service, const struct test_values *want)
{
    struct trial_server server = {0};
    const char *wrong = trial_server_parse(want->url, &server);

    int status;

    if (wrong)
        return cmd_misuse("test", "option \"--url\", \"%s\": %s", want->url, wrong);
    status = prepare_tls(want, &server);
    if (!status)
        status = try(arena, service, want, &server, NULL);
    trial_tls_unload(&server);
    return status;
}

static int try_own(struct gen_arena *arena, const struct gen_service *service, const struct test_values *want, const char *dir)
{
    struct trial_server secure = {.secure = gen_describe(service)->tls_certificate != NULL};
    struct cmd_subject subject;
    int status = prepare_tls(want, &secure);

    if (status)
        return status;
    status = cmd_subject_start(&subject, dir, want->image, &want->environment);
    subject.server.secure = secure.secure;
    subject.server.tls = secure.tls;
    subject.server.name = secure.name;
    if (!status)
        status = try(arena, service, want, &subject.server, &subject);
    cmd_subject_stop(&subject);
    trial_tls_unload(&secure);
    return status;
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct test_values *want = values;
    struct gen_service *service;
    struct gen_arena arena;
    int status = check_headers(&want->headers);

    (void)globals;
    gen_arena_init(&arena);
    if (!status && want->url && (want->image || want->environment.count))
        status = cmd_misuse("test", "with --url nothing is started: --image and --env have no meaning");
    if (!status)
        status = load(&arena, arguments->items[0], &service);
    if (!status)
        status = want->url ? try_url(&arena, service, want) : try_own(&arena, service, want, arguments->items[0]);
    gen_arena_deinit(&arena);
    cmd_list_deinit(&want->environment);
    cmd_list_deinit(&want->headers);
    return status;
}

const struct cmd_verb cmd_test_verb = {
    .name = "test",
    .arguments = "DIR",
    .summary = "Try a service by its contract",
    .detail = "Each operation is called with the contract's examples, with values at the bounds of its schemas, and with calls that\n"
              "break the contract in one place: those must be refused by a 4xx with application/problem+json. Status, media\n"
              "type, headers and body of every answer are held to the contract, and a 5xx always fails. Calls are real: they\n"
              "change what the service keeps. What no call could be made for is listed as skipped, with the reason. Ends with 1\n"
              "when something failed.",
    .options = options,
    .values_size = sizeof(struct test_values),
    .defaults = &defaults,
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
