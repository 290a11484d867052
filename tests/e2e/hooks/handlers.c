/* SPDX-License-Identifier: MIT */
/* Calls a URL that it is given; and is called at one. */
#include "hooks.h"

int hooks_start(struct hooks_service *self)
{
    (void)self;
    return 0;
}

void hooks_stop(struct hooks_service *self)
{
    (void)self;
}

static void answered(struct hooks_heard_result *result, void *arg)
{
    struct hooks_subscribe *call = arg;

    if (result->status == 200)
        hooks_subscribe_200(call, result->ok);
    else
        hooks_subscribe_200(call, uc_arena_printf(call->arena, "%d: %s\n", result->status, result->detail ? result->detail : "-"));
}

void hooks_subscribe(struct hooks_subscribe *call)
{
    hooks_heard(call->clients.callbacks, call->body->url, call->body, answered, call);
}

void hooks_hear(struct hooks_hear *call)
{
    hooks_hear_200(call, uc_arena_printf(call->arena, "heard of %.*s\n", (int)call->body->name.len, call->body->name.data));
}
