/* SPDX-License-Identifier: MIT */
/* Calls one of many peers, and tells what came of it. */
#include "caller.h"

int caller_start(struct caller_service *self)
{
    (void)self;
    return 0;
}

void caller_stop(struct caller_service *self)
{
    (void)self;
}

#define PEERS(peer)                                                                                              \
    peer(good) peer(renamed) peer(unknown) peer(expired) peer(early) peer(alone) peer(clear) peer(stranger)    \
        peer(late) peer(soon) peer(self) peer(nameless) peer(slow) peer(huge) peer(cut) peer(garbage) peer(nobody)

#define DEFINE(name)                                                                                             \
    static void name##_answered(struct name##_whoami_result *result, void *arg)                                  \
    {                                                                                                            \
        struct caller_relay *call = arg;                                                                         \
                                                                                                                 \
        if (result->status == 200)                                                                               \
            caller_relay_200(call, result->ok->text.value);                                                      \
        else                                                                                                     \
            caller_relay_503(call, uc_client_error_text(result->error));                                         \
    }                                                                                                            \
    static void call_##name(struct caller_relay *call)                                                           \
    {                                                                                                            \
        name##_whoami(call->clients.name, name##_answered, call);                                                \
    }
PEERS(DEFINE)

#define ROW(name) {#name, call_##name},
static const struct {
    const char *name;
    void (*call)(struct caller_relay *call);
} peers[] = {PEERS(ROW)};

void caller_relay(struct caller_relay *call)
{
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
        if (uc_str_is(call->peer, peers[i].name)) {
            peers[i].call(call);
            return;
        }
    }
    caller_relay_404(call, "no such peer");
}
