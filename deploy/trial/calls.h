/* SPDX-License-Identifier: MIT */
/*
 * calls.h - what is asked of a service: for each operation of its contract the calls that keep to it, and those that
 * break it in one place.
 */
#ifndef DEPLOY_TRIAL_CALLS_H
#define DEPLOY_TRIAL_CALLS_H

#include "gen/document.h"
#include "sample.h"

struct trial_call {
    const char *label;
    const char *method;
    const char *target;  /* "/items/cup?limit=1" */
    const char *headers; /* lines, each with its CRLF; without Host and Content-Length */
    const char *body;    /* NULL: none */
    size_t body_len;
    bool fits;           /* false: it must be refused */
    bool anonymous;      /* without the headers that the user gave */
};

struct trial_operation {
    struct gen_document_operation op;
    struct trial_call *calls;
    size_t call_count;
    const char **skipped; /* what could not be made, and why */
    size_t skipped_count;
    const char **faults; /* of the contract itself: an example that does not fit */
    size_t fault_count;
};

struct trial_limits {
    size_t head_bytes, body_bytes; /* what the service takes: larger calls that fit are not made */
    bool credentials;              /* the user gave headers, which may hold some */
};

struct trial_plan {
    struct trial_operation *operations;
    size_t count;
    struct trial_operation paths; /* what no operation is meant by: unknown paths and methods */
};

struct trial_plan trial_plan_make(struct gen_arena *arena, const struct gen_service *service, const struct trial_limits *limits);

#endif
