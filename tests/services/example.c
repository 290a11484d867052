/* SPDX-License-Identifier: MIT */
/* example.c - handlers for service.yaml.example: it remembers one review. */
#include "reviews.h"

#include <errno.h>
#include <stdlib.h>

struct shelf {
    struct uc_arena *arena; /* of the review's texts */
    struct reviews_review review;
};

static struct reviews_review *find_review(struct shelf *shelf, int64_t id)
{
    return shelf->review.id && shelf->review.id == id ? &shelf->review : NULL;
}

static void item_answered(struct catalog_get_item_result *result, void *arg)
{
    struct reviews_list_reviews *call = arg;
    struct shelf *shelf = call->app;
    struct reviews_review_page page = {0};

    if (result->status == 404) {
        reviews_list_reviews_404(call, "no such item");
        return;
    }
    if (result->status != 200) {
        reviews_list_reviews_503(call, result->detail);
        return;
    }
    if (shelf->review.id && uc_str_eq(shelf->review.sku, call->sku)) {
        struct reviews_review *listed = reviews_review_page_reviews_add(&page.reviews, call->arena);
        if (listed)
            *listed = shelf->review;
        page.total = 1;
    }
    reviews_list_reviews_200(call, &page);
}

void reviews_list_reviews(struct reviews_list_reviews *call)
{
    catalog_get_item(call->clients.catalog, call->sku, item_answered, call);
}

static void write_review(struct shelf *shelf, const struct reviews_new_review *from)
{
    struct reviews_review *review = &shelf->review;

    review->buyer = uc_arena_copy(shelf->arena, from->buyer);
    review->stars = from->stars;
    reviews_review_clear_note(review);
    if (from->note.state == UC_VALUE)
        reviews_review_set_note(review, uc_arena_copy(shelf->arena, from->note.value));
    if (from->note.state == UC_NULL)
        reviews_review_set_note_null(review);
}

void reviews_add_review(struct reviews_add_review *call)
{
    struct shelf *shelf = call->app;

    if (shelf->review.id) {
        struct reviews_conflict conflict = {.title = UC_STR("reviewed before"), .status = 409,
                                            .review = shelf->review.id};
        reviews_add_review_409(call, &conflict);
        return;
    }
    write_review(shelf, call->body);
    shelf->review.id = 1;
    shelf->review.sku = uc_arena_copy(shelf->arena, call->sku);
    shelf->review.state = call->service->env.moderated ? REVIEWS_REVIEW_STATE_WAITING
                                                       : REVIEWS_REVIEW_STATE_SHOWN;
    reviews_add_review_201(call, &shelf->review);
}

void reviews_review_options(struct reviews_review_options *call)
{
    uc_answer_header(call->request, "Allow", uc_str("GET, HEAD, POST, OPTIONS"));
    reviews_review_options_204(call);
}

void reviews_replace_review(struct reviews_replace_review *call)
{
    if (!find_review(call->app, call->id)) {
        reviews_replace_review_404(call, "no such review");
        return;
    }
    write_review(call->app, call->body);
    reviews_replace_review_200(call, find_review(call->app, call->id));
}

void reviews_amend_review(struct reviews_amend_review *call)
{
    struct shelf *shelf = call->app;
    struct reviews_review *review = find_review(shelf, call->id);

    if (!review) {
        reviews_amend_review_404(call, "no such review");
        return;
    }
    if (call->body->stars.state == UC_VALUE)
        review->stars = call->body->stars.value;
    if (call->body->note.state == UC_VALUE)
        reviews_review_set_note(review, uc_arena_copy(shelf->arena, call->body->note.value));
    if (call->body->note.state == UC_NULL)
        reviews_review_clear_note(review);
    reviews_amend_review_200(call, review);
}

void reviews_delete_review(struct reviews_delete_review *call)
{
    struct shelf *shelf = call->app;

    if (call->auth.moderator) /* else somebody from a department: call->auth.login_claims */
        uc_log(UC_INFO, call->request, "a moderator deletes", UC_FIELDS(uc_log_str("moderator", call->auth.moderator->subject)));
    if (!find_review(shelf, call->id)) {
        reviews_delete_review_404(call, "no such review");
        return;
    }
    shelf->review = (struct reviews_review){0};
    uc_arena_reset(shelf->arena);
    reviews_delete_review_204(call);
}

int reviews_start(struct reviews_service *self)
{
    struct shelf *shelf = calloc(1, sizeof(*shelf));

    if (!shelf)
        return -ENOMEM;
    shelf->arena = uc_arena_new(65536);
    self->app = shelf;
    return shelf->arena ? 0 : -ENOMEM;
}

void reviews_stop(struct reviews_service *self)
{
    struct shelf *shelf = self->app;

    uc_arena_free(shelf->arena);
    free(shelf);
}
