/* SPDX-License-Identifier: MIT */
/*
 * The service generated from cases/callbacks, called through the testbed: what it sends to URLs that are registered with
 * it, and what it makes of the answers.
 */
#include <errno.h>
#include <stdlib.h>

#include "peer.h"
#include "registry.h"
#include "tap.h"
#include "uc/testing.h"

static struct uc_testbed *bed;
static char seen[512];
static char origin[64]; /* of the peer */

int registry_start(struct registry_service *self)
{
    self->app = seen;
    return self->clients.callbacks.caller ? 0 : -EINVAL;
}

void registry_stop(struct registry_service *self)
{
    self->app = NULL;
}

void registry_auth_login(struct registry_auth_login *auth)
{
    if (auth->clients.callbacks.request == auth->request && auth->clients.callbacks.caller)
        uc_auth_accept(auth->request, &(struct uc_principal){.subject = auth->key});
    else
        uc_auth_fail(auth->request, "no callbacks here");
}

/* What came, for any of them. */
#define NOTE(result) snprintf(seen, sizeof(seen), "%d %d %s", (result)->status, (result)->error, (result)->detail ? (result)->detail : "-")

static void judged(struct registry_post_shared_result *result, void *arg)
{
    NOTE(result);
    if (result->ok)
        snprintf(seen, sizeof(seen), "keep %d", result->ok->keep);
    registry_register_200(arg, uc_str(seen));
}

static void taken(struct registry_data_result *result, void *arg)
{
    NOTE(result);
    if (result->status == 200)
        snprintf(seen, sizeof(seen), "%.*s left %d %lld", (int)result->ok.len - 2, result->ok.data,
                 result->headers_200.x_left.state == UC_VALUE, (long long)result->headers_200.x_left.value);
    registry_register_200(arg, uc_str(seen));
}

static void ended(struct registry_delete_register_on_end_result *result, void *arg)
{
    NOTE(result);
    registry_register_200(arg, uc_str(seen));
}

static void told(struct registry_new_event_result *result, void *arg)
{
    NOTE(result);
    registry_register_200(arg, uc_str(seen));
}

static void pinged(struct registry_head_ping_result *result, void *arg)
{
    NOTE(result);
    registry_register_200(arg, uc_str(seen));
}

/* The tag says which callback is made. */
void registry_register(struct registry_register *call)
{
    struct registry_callbacks callbacks = call->clients.callbacks;
    struct registry_data_options options = {.x_attempt = {UC_VALUE, 2}};
    struct registry_new_event_options since = {.since = {UC_VALUE, uc_str("1 2")}};
    struct registry_event event = {.id = 7, .kind = REGISTRY_EVENT_KIND_MADE};
    struct uc_str tag = call->body->tag.value, url = call->body->hook;

    if (uc_str_is(tag, "shared"))
        registry_post_shared(callbacks, url, &event, judged, call);
    else if (uc_str_is(tag, "end"))
        registry_delete_register_on_end(callbacks, uc_str("a/b"), uc_str("200"), ended, call);
    else if (uc_str_is(tag, "event"))
        registry_new_event(callbacks, url, &since, &event, told, call);
    else if (uc_str_is(tag, "ping"))
        registry_head_ping(callbacks, url, pinged, call);
    else if (uc_str_is(tag, "denied"))
        registry_data_json(callbacks, url, tag, 5, NULL, NULL, taken, call);
    else {
        callbacks.auth.hook_key = uc_str("secret");
        registry_data_text(callbacks, url, tag, 5, &options, uc_str("hello"), taken, call);
    }
}

void registry_again(struct registry_again *call)
{
    registry_again_204(call);
}

/* "*" in front of `hook` stands for the peer. */
static void expect(const char *tag, const char *hook, const char *want, const char *sent, const char *claim)
{
    struct uc_test_answer answer;
    char body[512];
    bool good;

    snprintf(body, sizeof(body), "{\"tag\":\"%s\",\"hook\":\"%s%s\"}", tag, *hook == '*' ? origin : "", hook + (*hook == '*'));
    uc_testbed_call(bed, UC_POST, "/hooks", "Authorization: Bearer me\r\nContent-Type: application/json\r\n", uc_str(body), &answer);
    good = answer.status == 200 && uc_str_is(answer.body, want) && (!sent || peer_saw(sent));
    if (!good)
        tap_note("%d \"%.*s\", not \"%s\"; %s", answer.status, (int)answer.body.len, answer.body.data, want, sent ? sent : "");
    tap_ok(good, claim);
}

static void try_callbacks(void)
{
    char denied[64], invalid[64], refused[64], insecure[64];

    snprintf(denied, sizeof(denied), "0 %d no credentials for this call", -EACCES);
    snprintf(invalid, sizeof(invalid), "0 %d not a valid request", -EINVAL);
    snprintf(refused, sizeof(refused), "0 %d not a peer that may be called", -EPERM);
    snprintf(insecure, sizeof(insecure), "0 %d no authorities to call https:// by", -EPROTONOSUPPORT);
    expect("shared", "*/verdict?a=b", "keep 1", "POST /verdict?a=b HTTP/1.1\r\nHost: 127.0.0.1:", "a callback is called where it was registered");
    tap_ok(peer_saw("\r\n\r\n{\"id\":7,\"kind\":\"made\"}"), "with the whole of its body, what only the service may set included");
    expect("shared", "*/hook", "204 0 -", NULL, "it may answer without a body");
    expect("shared", "*/no-verdict", "0 -74 the answer breaks its contract: /keep must be true or false", NULL, "its answer is judged by the contract");
    expect("a&b c", "*/hook", "data: a left 1 3", "POST /hook/data?tag=a%26b%20c&again=a%26b%20c&page=5 HTTP/1.1",
           "a URL is put together from what its expressions stand for");
    tap_ok(peer_saw("\r\nX-Attempt: 2\r\n") && peer_saw("\r\nContent-Type: text/plain\r\n") && peer_saw("\r\n\r\nhello"),
           "parameters and one of several bodies go with it");
    tap_ok(peer_saw("\r\nX-Hook-Key: secret\r\n"), "and the credential that was set");
    expect("denied", "*/hook", denied, NULL, "without it the call is not made");
    expect("event", "*/e?x", "204 0 -", "POST /e?x&since=1%202 HTTP/1.1", "a webhook's parameters stand behind those of its URL");
    expect("event", "*", "204 0 -", "POST /?since=1%202 HTTP/1.1", "which need not have any");
    expect("ping", "*/p", "500 0 -", "HEAD /p HTTP/1.1", "a webhook of another method");
    expect("shared", "http://192.0.2.1/x", refused, NULL, "a host that is not listed is not called");
    expect("shared", "http://127.0.0.1@192.0.2.1/", invalid, NULL, "nor what looks like one that is");
    expect("end", "*", insecure, NULL, "nor https without authorities");
    expect("shared", "urn:a", invalid, NULL, "nor what is no URL of http");
}

int main(void)
{
    snprintf(origin, sizeof(origin), "http://127.0.0.1:%d", peer_start());
    setenv("HOSTS", "127.0.0.1:80", 1);
    tap_ok(uc_testbed_new(&bed, &registry_info) == -EINVAL, "hosts that are none are told at the start");
    setenv("HOSTS", "127.0.0.1, 127.0.0.2", 1);
    if (uc_testbed_new(&bed, &registry_info)) {
        tap_ok(false, "the service starts");
        return tap_done();
    }
    try_callbacks();
    uc_testbed_free(bed);
    peer_stop();
    return tap_done();
}
