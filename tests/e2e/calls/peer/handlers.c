/* SPDX-License-Identifier: MIT */
/* Tells callers who they are. */
#include "peer.h"

int peer_start(struct peer_service *self)
{
    (void)self;
    return 0;
}

void peer_stop(struct peer_service *self)
{
    (void)self;
}

void peer_whoami(struct peer_whoami *call)
{
    struct peer_whoami_200_body answer = {0};

    answer.text.state = UC_VALUE;
    answer.text.value = uc_request_peer_subject(call->request);
    peer_whoami_200(call, &answer);
}
