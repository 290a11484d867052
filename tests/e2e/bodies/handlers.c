/* SPDX-License-Identifier: MIT */
/* Bodies of several types, in parts, and events. */
#include "bodies.h"

#include <errno.h>
#include <stdlib.h>

#define WATCHERS 64

static struct bodies_watch *watchers[WATCHERS];

int bodies_start(struct bodies_service *self)
{
    (void)self;
    return 0;
}

void bodies_stop(struct bodies_service *self)
{
    (void)self;
}

void bodies_get_note(struct bodies_get_note *call)
{
    struct bodies_note note = {.text = UC_STR("a note")};

    bodies_get_note_200_set_x_kind(call, uc_str("quiet"));
    if (call->accept == BODIES_GET_NOTE_ACCEPT_TEXT)
        bodies_get_note_200_text(call, note.text);
    else
        bodies_get_note_200_json(call, &note);
}

void bodies_post_note(struct bodies_post_note *call)
{
    struct bodies_note plain = {.text = call->body.text};
    const struct bodies_note *note = call->content == BODIES_POST_NOTE_BODY_JSON   ? call->body.json
                                     : call->content == BODIES_POST_NOTE_BODY_FORM ? call->body.form
                                                                                   : &plain;

    for (size_t i = 0; i < WATCHERS; i++)
        if (watchers[i])
            bodies_watch_200_send(watchers[i], "note", note);
    bodies_post_note_2xx(call, 201, note);
}

void bodies_forget(struct bodies_forget *call)
{
    (void)call; /* the request time-out answers */
}

/* ---- in parts */

struct sum {
    struct bodies_sum *call;
    uint64_t bytes;
    uint32_t a, b; /* Adler-32, without the modulo until the end of a part */
};

static void sum_part(void *arg, struct uc_str bytes)
{
    struct sum *sum = arg;

    for (size_t i = 0; i < bytes.len; i++) {
        sum->a = (sum->a + (unsigned char)bytes.data[i]) % 65521;
        sum->b = (sum->b + sum->a) % 65521;
    }
    sum->bytes += bytes.len;
}

static void sum_end(void *arg, int error)
{
    struct sum *sum = arg;

    if (error)
        bodies_sum_default(sum->call, 400, "cut off");
    else
        bodies_sum_200(sum->call, uc_arena_printf(sum->call->arena, "%llu %08x\n", (unsigned long long)sum->bytes,
                                                  sum->b << 16 | sum->a));
}

void bodies_sum(struct bodies_sum *call)
{
    struct sum *sum = uc_arena_alloc(call->arena, sizeof(*sum));

    if (!sum) {
        bodies_sum_default(call, 503, "out of memory");
        return;
    }
    sum->call = call;
    sum->a = 1;
    uc_body_read(call->request, sum_part, sum_end, sum);
}

static void copy_part(void *arg, struct uc_str bytes)
{
    struct bodies_copy *call = arg;

    if (uc_answer_write(call->request, bytes) == 1)
        uc_body_pause(call->request);
}

static void copy_drained(void *arg)
{
    struct bodies_copy *call = arg;

    uc_body_resume(call->request);
}

static void copy_end(void *arg, int error)
{
    struct bodies_copy *call = arg;

    (void)error;
    uc_answer_end(call->request);
}

void bodies_copy(struct bodies_copy *call)
{
    bodies_copy_200_begin(call, -1);
    uc_answer_on(call->request, copy_drained, NULL, call);
    uc_body_read(call->request, copy_part, copy_end, call);
}

static void more_zeros(void *arg)
{
    static const char zeros[8192];
    struct bodies_zeros *call = arg;

    while (call->bytes > 0) {
        size_t len = call->bytes < (int64_t)sizeof(zeros) ? (size_t)call->bytes : sizeof(zeros);
        int full = uc_answer_write(call->request, uc_str_of(zeros, len));

        if (full < 0)
            return; /* `gone` ends it */
        call->bytes -= (int64_t)len;
        if (full)
            return;
    }
    uc_answer_end(call->request);
}

static void zeros_gone(void *arg, int error)
{
    struct bodies_zeros *call = arg;

    uc_log(UC_INFO, call->request, "the reader has gone", UC_FIELDS(uc_log_int("error", error)));
    uc_answer_end(call->request);
}

void bodies_zeros(struct bodies_zeros *call)
{
    bodies_zeros_200_begin(call, call->bytes);
    uc_answer_on(call->request, more_zeros, zeros_gone, call);
    more_zeros(call);
}

/* ---- a form with a file */

struct upload {
    struct bodies_upload *call;
    struct sum sum;
};

static void file_begin(void *arg, const struct uc_file *file)
{
    (void)arg;
    (void)file;
}

static void file_data(void *arg, struct uc_str bytes)
{
    struct upload *upload = arg;

    sum_part(&upload->sum, bytes);
}

static void file_end(void *arg)
{
    (void)arg;
}

static void form_done(void *arg, int error)
{
    struct upload *upload = arg;
    struct sum *sum = &upload->sum;

    if (!error)
        bodies_upload_200(upload->call,
                          uc_arena_printf(upload->call->arena, "%.*s %llu %08x\n", (int)upload->call->body->title.len,
                                          upload->call->body->title.data, (unsigned long long)sum->bytes, sum->b << 16 | sum->a));
}

void bodies_upload(struct bodies_upload *call)
{
    static const struct uc_file_events events = {file_begin, file_data, file_end, form_done};
    struct upload *upload = uc_arena_alloc(call->arena, sizeof(*upload));

    if (!upload) {
        uc_answer_problem(call->request, 503, "out of memory");
        return;
    }
    upload->call = call;
    upload->sum.a = 1;
    bodies_upload_read(call, &events, upload);
}

/* ---- events */

static void watcher_gone(void *arg, int error)
{
    struct bodies_watch *call = arg;

    uc_log(UC_INFO, call->request, "a watcher has gone", UC_FIELDS(uc_log_int("error", error)));
    for (size_t i = 0; i < WATCHERS; i++)
        if (watchers[i] == call)
            watchers[i] = NULL;
    bodies_watch_200_end(call);
}

void bodies_watch(struct bodies_watch *call)
{
    for (size_t i = 0; i < WATCHERS; i++) {
        if (watchers[i])
            continue;
        watchers[i] = call;
        bodies_watch_200_begin(call);
        uc_answer_on(call->request, NULL, watcher_gone, call);
        return;
    }
    bodies_watch_503(call, "all seats are taken");
}
