/* SPDX-License-Identifier: MIT */
/* judge.h - does an answer keep to the contract? */
#ifndef DEPLOY_TRIAL_JUDGE_H
#define DEPLOY_TRIAL_JUDGE_H

#include "calls.h"
#include "http.h"

/* NULL when it does, else what is wrong. `document` is the contract's. */
const char *trial_judge(struct gen_arena *arena, const struct gen_yaml_node *document, const struct trial_operation *operation,
                        const struct trial_call *call, const struct trial_answer *answer);

#endif
