/* SPDX-License-Identifier: MIT */
/* Who is let in, and as whom. */
#include <stdlib.h>
#include <uv.h>

#include "secured.h"

int secured_start(struct secured_service *self)
{
    (void)self;
    return 0;
}

void secured_stop(struct secured_service *self)
{
    (void)self;
}

static struct uc_str name_of(struct uc_arena *arena, const struct uc_principal *who)
{
    if (!who)
        return uc_str("nobody\n");
    return uc_arena_printf(arena, "%.*s (%.*s)\n", (int)who->subject.len, who->subject.data, (int)who->scopes.len, who->scopes.data);
}

void secured_get_open(struct secured_get_open *call)
{
    secured_get_open_200(call, uc_str("anybody\n"));
}

void secured_get_whoami(struct secured_get_whoami *call)
{
    secured_get_whoami_200(call, name_of(call->arena, call->auth.login));
}

void secured_post_write(struct secured_post_write *call)
{
    secured_post_write_200(call, name_of(call->arena, call->auth.login ? call->auth.login : call->auth.shared));
}

void secured_get_key(struct secured_get_key *call)
{
    secured_get_key_200(call, name_of(call->arena, call->auth.listed ? call->auth.listed : call->auth.own));
}

void secured_get_staff(struct secured_get_staff *call)
{
    secured_get_staff_200(call, name_of(call->arena, call->auth.staff));
}

void secured_auth_own(struct secured_auth_own *auth)
{
    if (uc_equal_constant_time(auth->key, uc_str("mine")))
        uc_auth_accept(auth->request, &(struct uc_principal){.subject = uc_str("me")});
    else
        uc_auth_refuse(auth->request, "this key is not mine");
}

/* As if it had to ask somebody. */
struct question {
    uv_timer_t timer;
    struct secured_auth_staff *auth;
};

static void answered(uv_timer_t *timer)
{
    struct secured_auth_staff *auth = ((struct question *)timer)->auth;

    if (uc_str_is(auth->user, "ann") && uc_equal_constant_time(auth->password, uc_str("s3cret")))
        uc_auth_accept(auth->request, &(struct uc_principal){.subject = auth->user, .scopes = uc_str("all")});
    else
        uc_auth_refuse(auth->request, "wrong user or password");
    uv_close((uv_handle_t *)timer, (uv_close_cb)free);
}

void secured_auth_staff(struct secured_auth_staff *auth)
{
    struct question *question = malloc(sizeof(*question));

    if (!question) {
        uc_auth_fail(auth->request, "out of memory");
        return;
    }
    question->auth = auth;
    uv_timer_init(uc_request_loop(auth->request), &question->timer);
    uv_timer_start(&question->timer, answered, 5, 0);
}
