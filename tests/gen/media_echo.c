/* SPDX-License-Identifier: MIT */
/*
 * Handlers of the service generated from cases/media that give back what they got, and abort when it does not keep to
 * the contract. A note that says "ask" asks the peer for one.
 */
#include <stdlib.h>

#include "media.h"
#include "peer.h"

int media_start(struct media_service *self)
{
    (void)self;
    return 0;
}

void media_stop(struct media_service *self)
{
    (void)self;
}

#define UNUSED(operation)                                     \
    void media_##operation(struct media_##operation *call)    \
    {                                                         \
        uc_answer_problem(call->request, 404, "not a target"); \
    }
UNUSED(put_file)
UNUSED(copy_file)
UNUSED(get_file)
UNUSED(watch)
UNUSED(watch_ticks)

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void asked(struct peer_get_note_result *result, void *arg)
{
    struct media_put_note *call = arg;

    if (result->ok_json)
        media_put_note_2xx(call, 200, result->ok_json->text);
    else
        media_put_note_default(call, 424, result->detail);
}

void media_put_note(struct media_put_note *call)
{
    if (call->content != MEDIA_PUT_NOTE_BODY_JSON) {
        media_put_note_default(call, 204, NULL);
        return;
    }
    check(uc_utf8_length(call->body.json->text) <= 100);
    if (uc_str_is(call->body.json->text, "ask"))
        peer_get_note(call->clients.peer, call->id, asked, call);
    else
        media_put_note_2xx(call, 200, call->body.json->text);
}

void media_get_note(struct media_get_note *call)
{
    static const struct media_note note = {.text = UC_STR("from a peer")};

    media_get_note_200_set_e_tag(call, uc_str("\"1\""));
    if (call->accept == MEDIA_GET_NOTE_ACCEPT_JSON)
        media_get_note_200_json(call, &note);
    else
        media_get_note_200_text(call, note.text);
}

void media_post_text(struct media_post_text *call)
{
    check(uc_utf8_valid(call->body) && uc_utf8_length(call->body) <= 8);
    media_post_text_200(call, call->body);
}

void media_post_bytes(struct media_post_bytes *call)
{
    media_post_bytes_200(call, "image/x-any", call->body);
}

void media_post_count(struct media_post_count *call)
{
    check(call->body <= 9);
    media_post_count_200(call, call->body);
}

void media_post_mood(struct media_post_mood *call)
{
    media_post_mood_200(call, call->body.state == UC_VALUE ? call->body.value : MEDIA_MOOD_BAD);
}

void media_post_form(struct media_post_form *call)
{
    const struct media_order *order = call->content == MEDIA_POST_FORM_BODY_FORM ? call->body.form : call->body.json;

    check(order->name.len >= 1 && uc_utf8_valid(order->name) && order->count >= 1);
    check(order->tags.state != UC_VALUE || order->tags.value.count <= 2);
    media_post_form_200(call, order);
}

static void file_begin(void *arg, const struct uc_file *file)
{
    (void)arg;
    check(file->field.data != NULL);
}

static void file_data(void *arg, struct uc_str bytes)
{
    (void)arg;
    check(bytes.len > 0);
}

static void file_end(void *arg)
{
    (void)arg;
}

static void photo_done(void *arg, int error)
{
    struct media_upload_photo *call = arg;

    if (error)
        return;
    check(uc_utf8_length(call->body->title) >= 2);
    media_upload_photo_200(call, call->body->title);
}

static void raw_done(void *arg, int error)
{
    if (!error)
        media_upload_raw_204(arg);
}

void media_upload_photo(struct media_upload_photo *call)
{
    static const struct uc_file_events events = {file_begin, file_data, file_end, photo_done};

    media_upload_photo_read(call, &events, call);
}

void media_upload_raw(struct media_upload_raw *call)
{
    static const struct uc_file_events events = {file_begin, file_data, file_end, raw_done};

    media_upload_raw_read(call, &events, call);
}
