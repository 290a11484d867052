/* SPDX-License-Identifier: MIT */
/* client.h - the command's end of the control socket: blocking, a line at a time. */
#ifndef ACT_CLIENT_H
#define ACT_CLIENT_H

#include "deploy/cluster.h"
#include <cJSON.h>

struct act_client {
    int fd;
    char *bytes;
    size_t len, cap;
    size_t taken; /* of `bytes`: the line handed out last */
};

/* 0; -ESRCH with a sentence when the project does not run. */
int act_client_open(struct act_client *client, const struct cluster_paths *paths,
                    struct deploy_error *error);
void act_client_close(struct act_client *client);

/* Takes ownership of `request`. 0 or -errno. */
int act_client_send(struct act_client *client, cJSON *request);
/* 1 and a message to delete; 0: none within `timeout_ms` (negative: no limit), or a signal
 * came; -EPIPE: the supervisor has gone; -ENOMEM, -EPROTO. */
int act_client_receive(struct act_client *client, cJSON **message, int timeout_ms);

/* Open, send, receive, close. `reply` may be NULL. 0, or what the supervisor said. */
int act_client_ask(const struct cluster_paths *paths, cJSON *request, cJSON **reply,
                   struct deploy_error *error);

/* Do the names (none: all) mean this instance? */
bool act_client_means(const struct cluster_instance *instance, struct cluster_names names);

#endif
