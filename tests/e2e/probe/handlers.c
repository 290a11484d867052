/* SPDX-License-Identifier: MIT */
/* A service that can be told to fail, crash or never get ready. */
#include "probe.h"

#include <errno.h>

int probe_start(struct probe_service *self)
{
    if (self->env.fail)
        return -EIO;
    if (!self->env.ready)
        uc_service_set_ready(self->service, false, "told not to get ready");
    return 0;
}

void probe_stop(struct probe_service *self)
{
    (void)self;
}

void probe_get_name(struct probe_get_name *call)
{
    struct probe_name answer = {0};

    answer.name = call->service->env.name;
    probe_get_name_200(call, &answer);
}

void probe_echo(struct probe_echo *call)
{
    probe_echo_200(call, call->body);
}

void probe_crash(struct probe_crash *call)
{
    volatile int *volatile nowhere = (int *)8; /* volatile: the compiler must not see through it */

    *nowhere = 1;
    probe_crash_204(call);
}
