/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a body of the service generated from tests/gen/cases/media: JSON, a form, a form with files, text. The
 * first line is its path and its type. It is taken or refused; and what comes out of a form or of JSON is, given as JSON,
 * taken again and the same.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media.h"
#include "uc/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
UNUSED(get_note)
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

void media_put_note(struct media_put_note *call)
{
    if (call->content == MEDIA_PUT_NOTE_BODY_JSON) {
        check(uc_utf8_length(call->body.json->text) <= 100);
        media_put_note_2xx(call, 200, call->body.json->text);
    } else {
        media_put_note_default(call, 204, NULL);
    }
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

static struct uc_testbed *begin(void)
{
    struct uc_testbed *bed;

    setenv("UC_LOG_LEVEL", "fatal", 1);
    setenv("PEER_URL", "http://127.0.0.1:1", 1);
    check(uc_testbed_new(&bed, &media_info) == 0);
    return bed;
}

static const char *const targets[] = {"/notes/1", "/text", "/bytes", "/count", "/mood", "/forms", "/photos", "/raw"};

static const char *target_of(const char *line)
{
    size_t len = strcspn(line, " ");

    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
        if (strlen(targets[i]) == len && !memcmp(targets[i], line, len))
            return targets[i];
    return NULL;
}

/* What was understood, given as JSON, is understood the same. */
static void give_again(struct uc_testbed *bed, struct uc_str json)
{
    static const char type[] = "Content-Type: application/json\r\n";
    struct uc_test_answer answer;
    char *copy = malloc(json.len + 1);
    size_t len = json.len;

    check(copy != NULL);
    memcpy(copy, json.data, len);
    check(uc_testbed_call(bed, UC_POST, "/forms", type, uc_str_of(copy, len), &answer) == 0);
    check(answer.status == 200 && answer.body.len == len && !memcmp(answer.body.data, copy, len));
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct uc_testbed *bed;
    const uint8_t *end = memchr(data, '\n', size);
    char line[256], headers[300];
    size_t len = end ? (size_t)(end - data) : size;
    struct uc_test_answer answer;
    const char *target, *type;

    if (!end || len >= sizeof(line))
        return 0;
    for (size_t i = 0; i < len; i++) /* what cannot stand in a field becomes another character */
        line[i] = data[i] < ' ' || data[i] > '~' ? '%' : (char)data[i];
    line[len] = '\0';
    target = target_of(line);
    type = strchr(line, ' ');
    if (!target || !type)
        return 0;
    bed = bed ? bed : begin();
    snprintf(headers, sizeof(headers), "Content-Type:%s\r\n", type);
    check(uc_testbed_call(bed, target == targets[0] ? UC_PUT : UC_POST, target, headers,
                          uc_str_of((const char *)end + 1, size - len - 1), &answer) == 0);
    check(answer.status < 500);
    if (answer.status == 200 && !strcmp(target, "/forms"))
        give_again(bed, answer.body);
    return 0;
}
