/* SPDX-License-Identifier: MIT */
/* A service with faults at the bounds of its contract, for `ucompose test` to find. */
#include "faulty.h"

#include <stdlib.h>

int faulty_start(struct faulty_service *self)
{
    (void)self;
    return 0;
}

void faulty_stop(struct faulty_service *self)
{
    (void)self;
}

void faulty_get_half(struct faulty_get_half *call)
{
    bool wrong = call->n == 100 && !call->service->env.right;
    struct faulty_get_half_200_body answer = {.half = wrong ? 51 : call->n / 2};

    faulty_get_half_200(call, &answer);
}

void faulty_make_label(struct faulty_make_label *call)
{
    bool right = call->service->env.right;
    struct faulty_label answer = {0};

    answer.text = uc_arena_printf(call->arena, "%.*s%s", (int)call->body->name.len, call->body->name.data, right ? "!" : "!!");
    if (right || answer.text.len > 5) /* the shortest lose their header */
        faulty_make_label_200_set_x_left(call, 1);
    faulty_make_label_200(call, &answer);
}

void faulty_send_pet(struct faulty_send_pet *call)
{
    const struct faulty_pet *pet = call->body;

    if (pet->kind == FAULTY_PET_BIRD && pet->as.bird->wings == 9 && !call->service->env.right)
        pet->as.bird->wings = 10;
    faulty_send_pet_200(call, pet);
}

void faulty_fail(struct faulty_fail *call)
{
    if (call->service->env.dies)
        abort();
    faulty_fail_204(call);
}
