/* SPDX-License-Identifier: MIT */
/* state_json.h - what runs, as JSON and back: between supervisor and command line. */
#ifndef ACT_STATE_JSON_H
#define ACT_STATE_JSON_H

#include "deploy/cluster.h"
#include <cJSON.h>

/* NULL when out of memory. */
cJSON *act_json_instance(const struct cluster_instance *instance);
cJSON *act_json_state(const struct cluster_state *state);

/* What is missing or of another type stays zero. 0 or -ENOMEM. */
int act_instance_from_json(const cJSON *json, struct cluster_instance *instance);
int act_state_from_json(const cJSON *json, struct cluster_state *state);

#endif
