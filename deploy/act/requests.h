/* SPDX-License-Identifier: MIT */
/* requests.h - what can be asked of the supervisor, but for the way that it is asked. */
#ifndef ACT_REQUESTS_H
#define ACT_REQUESTS_H

#include "project.h"
#include "state_json.h"

/* Carry out a request; the reply is the caller's. */
cJSON *act_request_serve(struct act_project *project, const cJSON *request);

/* {"ok":true} or {"ok":false,"errno":..,"error":".."}; `error` may be NULL. */
cJSON *act_request_result(int err, const struct deploy_error *error);

/* {"instance":{...}} */
cJSON *act_request_event(const struct act_instance *instance);

#endif
