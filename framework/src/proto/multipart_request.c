/* SPDX-License-Identifier: MIT */
/* uc_multipart_read(): a streamed body as fields, which are gathered, and files, which are handed on. */
#include <errno.h>

#include "proto/form_internal.h"
#include "proto/multipart.h"
#include "proto/request_internal.h"

struct reading {
    struct uc_request *req;
    const struct uc_multipart_form *form;
    const struct uc_file_events *events;
    void *arg, *call;
    const struct uc_file_rule *file; /* of the part that is coming; NULL: a field, or nobody's */
    bool is_field;
    bool failed;
    size_t gathered, max; /* bytes of fields */
    char *value;          /* of the field that is coming; in the arena, as all of this */
    size_t value_len, value_room;
    struct uc_form_pair *pairs;
    size_t count, room;
    uint16_t *files_seen;
    struct uc_violations violations;
    struct uc_multipart machine;
};

/* ---- the machine's events */

static const struct uc_file_rule *rule_of(const struct uc_multipart_form *form, struct uc_str name, size_t *index)
{
    for (size_t i = 0; i < form->file_count; i++) {
        *index = i;
        if (uc_str_is(name, form->files[i].field))
            return &form->files[i];
    }
    return NULL;
}

static bool add_pair(struct reading *r, struct uc_str name)
{
    if (r->count == r->room) {
        size_t room = r->room ? r->room * 2 : 16;
        struct uc_form_pair *pairs = uc_arena_array(uc_request_arena(r->req), room, sizeof(*pairs));

        if (!pairs)
            return false;
        if (r->count)
            memcpy(pairs, r->pairs, r->count * sizeof(*pairs));
        r->pairs = pairs;
        r->room = room;
    }
    r->pairs[r->count] = (struct uc_form_pair){.name = uc_arena_copy(uc_request_arena(r->req), name)};
    return r->pairs[r->count++].name.data != NULL;
}

static int on_part(void *arg, const struct uc_multipart_part *part)
{
    struct uc_file file = {.field = part->name, .filename = part->filename, .content_type = part->content_type};
    struct reading *r = arg;
    size_t index = 0;

    r->file = rule_of(r->form, part->name, &index);
    r->is_field = !r->file;
    if (r->is_field)
        return add_pair(r, part->name) ? 0 : -ENOMEM;
    if (r->files_seen[index]++ && !r->file->many) {
        uc_violation_add(&r->violations, UC_IN_BODY,
                         uc_arena_printf(uc_request_arena(r->req), "/%s", r->file->field), "must be given once");
        r->file = NULL; /* passed over */
        return 0;
    }
    if (r->file->content_types && uc_media_type_find(file.content_type, r->file->content_types) < 0) {
        uc_violation_add(&r->violations, UC_IN_BODY,
                         uc_arena_printf(uc_request_arena(r->req), "/%s", r->file->field), "must be of type %s",
                         r->file->content_types);
        r->file = NULL;
        return 0;
    }
    r->events->begin(r->arg, &file);
    return r->req->answered ? -ECANCELED : 0;
}

/* Doubling leaves less behind in the arena than the value takes. */
static int add_value(struct reading *r, struct uc_str bytes)
{
    size_t room = r->value_room ? r->value_room : 64;
    char *value;

    if (bytes.len > r->max - r->gathered)
        return -EMSGSIZE;
    while (room <= r->value_len + bytes.len)
        room *= 2;
    if (room > r->value_room) {
        value = uc_arena_alloc(uc_request_arena(r->req), room);
        if (!value)
            return -ENOMEM;
        if (r->value_len)
            memcpy(value, r->value, r->value_len);
        r->value = value;
        r->value_room = room;
    }
    memcpy(r->value + r->value_len, bytes.data, bytes.len);
    r->value_len += bytes.len;
    r->gathered += bytes.len;
    return 0;
}

static int on_data(void *arg, struct uc_str bytes)
{
    struct reading *r = arg;

    if (r->file) {
        r->events->data(r->arg, bytes);
        return r->req->answered ? -ECANCELED : 0;
    }
    if (!r->is_field)
        return 0;
    return add_value(r, bytes);
}

static int on_part_end(void *arg)
{
    struct reading *r = arg;

    if (r->file) {
        r->events->end(r->arg);
        return r->req->answered ? -ECANCELED : 0;
    }
    if (!r->is_field)
        return 0;
    r->pairs[r->count - 1].value = uc_str_of(r->value ? r->value : "", r->value_len);
    r->value = NULL;
    r->value_len = r->value_room = 0;
    return 0;
}

static const struct uc_multipart_events machine_events = {on_part, on_data, on_part_end};

/* ---- its end */

/* The handler cleans up first: the answer may end the request. */
static void fail(struct reading *r, int status, const char *detail, int error)
{
    struct uc_request *req = r->req;

    r->failed = true;
    r->events->done(r->arg, error);
    uc_answer_problem(req, status, detail);
}

static void fail_by(struct reading *r, int error)
{
    if (error == -EBADMSG)
        fail(r, 400, r->machine.detail, error);
    else if (error == -EMSGSIZE)
        fail(r, 413, "the fields of the form are larger than this service takes", error);
    else
        fail(r, 503, "out of memory for this request", error);
}

static void check_files(struct reading *r)
{
    for (size_t i = 0; i < r->form->file_count; i++) {
        if (r->form->files[i].required && !r->files_seen[i])
            uc_violation_add(&r->violations, UC_IN_BODY,
                             uc_arena_printf(uc_request_arena(r->req), "/%s", r->form->files[i].field),
                             "is required");
    }
}

static void complete(struct reading *r)
{
    struct uc_request *req = r->req;
    struct uc_violations *violations = &r->violations;
    const char *syntax = NULL;

    check_files(r);
    if (r->form->decode)
        syntax = r->form->decode(r->call,
                                 uc_form_pairs_json(uc_request_arena(req), violations, r->pairs, r->count,
                                                    &r->form->fields), violations);
    r->failed = true; /* nothing more comes */
    if (!syntax && !violations->count) {
        r->events->done(r->arg, 0);
        return;
    }
    r->events->done(r->arg, -EINVAL);
    uc_answer_invalid(req, violations, syntax);
}

static void on_chunk(void *arg, struct uc_str bytes)
{
    struct reading *r = arg;
    int err;

    if (r->failed)
        return;
    err = uc_multipart_feed(&r->machine, bytes);
    if (err == -ECANCELED) { /* the handler has answered from within */
        r->failed = true;
    } else if (err) {
        fail_by(r, err);
    }
}

static void on_end(void *arg, int error)
{
    struct reading *r = arg;
    struct uc_request *req = r->req;

    if (r->failed)
        return;
    if (error) {
        r->failed = true;
        r->events->done(r->arg, error);
        uc_answer_empty(req, 400); /* seen by nobody: it ends the request's life */
        return;
    }
    error = uc_multipart_end(&r->machine);
    if (error)
        fail_by(r, error);
    else
        complete(r);
}

void uc_multipart_read(struct uc_request *req, const struct uc_multipart_form *form,
                       const struct uc_file_events *events, void *arg, void *call)
{
    struct reading *r = uc_arena_alloc(uc_request_arena(req), sizeof(*r));
    struct uc_str type = {NULL, 0};

    if (r)
        r->files_seen = uc_arena_array(uc_request_arena(req), form->file_count + 1, sizeof(*r->files_seen));
    if (!r || !r->files_seen || !req->http) {
        events->done(arg, r && r->files_seen ? -ECANCELED : -ENOMEM);
        uc_answer_problem(req, 503, "out of memory for this request");
        return;
    }
    if (!uc_request_has_body(req)) { /* it need not come: else the request had been answered before the handler */
        events->done(arg, 0);
        return;
    }
    r->req = req;
    r->form = form;
    r->events = events;
    r->arg = arg;
    r->call = call;
    r->max = req->http->config->limits.body_bytes;
    uc_violations_init(&r->violations, uc_request_arena(req));
    uc_request_header(req, "content-type", &type);
    if (uc_multipart_init(&r->machine, type, &machine_events, r))
        fail_by(r, -EBADMSG);
    else
        uc_body_read(req, on_chunk, on_end, r);
}
