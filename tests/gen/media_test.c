/* SPDX-License-Identifier: MIT */
/*
 * The service generated from cases/media: bodies of several types in and out, headers, statuses
 * that the handler chooses, and a client that meets the same from its peer.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "media.h"
#include "peer.h"
#include "tap.h"
#include "uc/testing.h"

static char seen[512]; /* what the handler was given */
static int calls;

int media_start(struct media_service *self)
{
    (void)self;
    return 0;
}

void media_stop(struct media_service *self)
{
    (void)self;
}

void media_get_note(struct media_get_note *call)
{
    struct media_note note = {.text = UC_STR("n")};
    struct media_trouble trouble = {.title = UC_STR("t")};

    calls++;
    snprintf(seen, sizeof(seen), "accept %d", (int)call->accept);
    media_get_note_200_set_x_left(call, -3);
    media_get_note_200_set_x_share(call, 0.5);
    media_get_note_200_set_x_new(call, true);
    media_get_note_200_set_x_mood(call, MEDIA_MOOD_GOOD);
    media_get_note_200_set_e_tag(call, uc_str("\"1\""));
    if (call->id >= 200)
        media_get_note_default(call, (int)call->id, &trouble);
    else if (call->id >= 4)
        media_get_note_4xx(call, (int)call->id * 100, "chosen");
    else if (call->accept == MEDIA_GET_NOTE_ACCEPT_JSON)
        media_get_note_200_json(call, &note);
    else if (call->accept == MEDIA_GET_NOTE_ACCEPT_TEXT)
        media_get_note_200_text(call, uc_str("as text"));
    else
        media_get_note_200_vnd_media_note_json(call, uc_str("{\"v\":1}"));
}

static void other_put(struct peer_put_note_result *result, void *arg)
{
    struct media_put_note *call = arg;

    snprintf(seen, sizeof(seen), "status %d body %.*s detail %s", result->status, (int)result->ok.len,
             result->ok.data ? result->ok.data : "-", result->detail ? result->detail : "-");
    media_put_note_default(call, 204, NULL);
}

static void other_note(struct peer_get_note_result *result, void *arg)
{
    struct media_put_note *call = arg;

    snprintf(seen, sizeof(seen), "status %d json %s text %.*s trouble %.*s detail %s", result->status,
             result->ok_json ? "yes" : "no", (int)result->ok_text.len,
             result->ok_text.data ? result->ok_text.data : "-",
             result->body_default ? (int)result->body_default->title.len : 1,
             result->body_default ? result->body_default->title.data : "-",
             result->detail ? result->detail : "-");
    if (result->headers_200.e_tag.state == UC_VALUE)
        snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), " etag %.*s left %d mood %d new %d share %d",
                 (int)result->headers_200.e_tag.value.len, result->headers_200.e_tag.value.data,
                 result->headers_200.x_left.value, (int)result->headers_200.x_mood.value,
                 result->headers_200.x_new.value, (int)result->headers_200.x_share.state);
    media_put_note_default(call, 204, NULL);
}

void media_put_note(struct media_put_note *call)
{
    calls++;
    switch (call->content) {
    case MEDIA_PUT_NOTE_BODY_JSON:
        if (uc_str_is(call->body.json->text, "put"))
            peer_put_note_text(call->clients.peer, call->id, uc_str("plain"), other_put, call);
        else if (uc_str_is(call->body.json->text, "ask"))
            peer_get_note(call->clients.peer, call->id, other_note, call);
        else
            media_put_note_2xx(call, 201, call->body.json->text);
        break;
    case MEDIA_PUT_NOTE_BODY_TEXT:
        media_put_note_2xx(call, 200, call->body.text);
        break;
    case MEDIA_PUT_NOTE_BODY_BYTES:
        snprintf(seen, sizeof(seen), "bytes %zu", call->body.bytes.len);
        media_put_note_default(call, 204, NULL);
        break;
    case MEDIA_PUT_NOTE_BODY_ANY_IMAGE:
        media_put_note_default(call, 501, "no pictures yet");
        break;
    default:
        media_put_note_2xx(call, 404, uc_str("none"));
    }
}

void media_post_text(struct media_post_text *call)
{
    calls++;
    media_post_text_200(call, call->body);
}

void media_post_bytes(struct media_post_bytes *call)
{
    calls++;
    snprintf(seen, sizeof(seen), "%s", call->body.data ? "some" : "none");
    media_post_bytes_200(call, "image/x-any", call->body);
}

void media_post_count(struct media_post_count *call)
{
    calls++;
    media_post_count_200(call, call->body + 1);
}

void media_post_mood(struct media_post_mood *call)
{
    calls++;
    media_post_mood_200(call, call->body.state == UC_VALUE ? call->body.value : MEDIA_MOOD_BAD);
}

static void other_form(struct peer_post_form_result *result, void *arg)
{
    struct media_post_form *call = arg;

    if (result->ok)
        media_post_form_200(call, call->body.form);
    else
        uc_answer_problem(call->request, 500, result->detail);
}

void media_post_form(struct media_post_form *call)
{
    const struct media_order *order =
        call->content == MEDIA_POST_FORM_BODY_FORM ? call->body.form : call->body.json;

    calls++;
    if (uc_str_is(order->name, "other")) {
        struct uc_str *tags = (struct uc_str[]){uc_str("a b"), uc_str("&=")};
        struct peer_order other = {.name = UC_STR("\xc3\xa4"), .count = 3};

        peer_order_set_tags(&other, (struct peer_order_tags){.items = tags, .count = 2});
        peer_order_set_fresh(&other, true);
        peer_post_form_form(call->clients.peer, &other, other_form, call);
        return;
    }
    if (uc_str_is(order->name, "nan")) {
        struct peer_order other = {.name = UC_STR("a"), .count = 3};

        peer_order_set_share(&other, NAN);
        peer_post_form_form(call->clients.peer, &other, other_form, call);
        return;
    }
    media_post_form_200(call, order);
}

static void file_chunk(void *arg, struct uc_str bytes)
{
    struct media_put_file *call = arg;

    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), " %zu", bytes.len);
    uc_body_pause(call->request);
    uc_body_resume(call->request);
}

static void file_end(void *arg, int error)
{
    struct media_put_file *call = arg;

    if (error)
        media_put_file_422(call, "cut");
    else
        media_put_file_204(call);
}

void media_put_file(struct media_put_file *call)
{
    calls++;
    snprintf(seen, sizeof(seen), "content %d", (int)call->content);
    uc_body_read(call->request, file_chunk, file_end, call);
}

static void copy_chunk(void *arg, struct uc_str bytes)
{
    struct media_copy_file *call = arg;

    if (uc_answer_write(call->request, bytes) > 0)
        uc_body_pause(call->request);
}

static void copy_on(void *arg)
{
    struct media_copy_file *call = arg;

    strcat(seen, "drained ");
    uc_body_resume(call->request);
}

static void copy_end(void *arg, int error)
{
    struct media_copy_file *call = arg;

    (void)error;
    uc_answer_end(call->request);
}

void media_copy_file(struct media_copy_file *call)
{
    calls++;
    media_copy_file_200_begin(call, "image/x-copy", -1);
    uc_answer_on(call->request, copy_on, NULL, call);
    uc_body_read(call->request, copy_chunk, copy_end, call);
}

void media_get_file(struct media_get_file *call)
{
    calls++;
    media_get_file_2xx_begin(call, 203, 3);
    uc_answer_write(call->request, call->name);
    uc_answer_end(call->request);
}

void media_watch(struct media_watch *call)
{
    struct media_note note = {.text = UC_STR("a\nb")};

    calls++;
    media_watch_200_set_x_since(call, 5);
    media_watch_200_begin(call);
    if (media_watch_200_send(call, "note", &note) != 0 || media_watch_200_send(call, "no\nte", &note) != -EINVAL)
        snprintf(seen, sizeof(seen), "not sent");
    media_watch_200_end(call);
}

void media_watch_ticks(struct media_watch_ticks *call)
{
    calls++;
    if (call->accept == MEDIA_WATCH_TICKS_ACCEPT_JSON) {
        media_watch_ticks_200_json(call, 3);
        return;
    }
    media_watch_ticks_200_events_begin(call);
    if (media_watch_ticks_200_events_send(call, NULL, uc_str("one\ntwo")))
        snprintf(seen, sizeof(seen), "not sent");
    media_watch_ticks_200_events_end(call);
}

/* What a form's files were, in `seen`. */
static void photo_begin(void *arg, const struct uc_file *file)
{
    (void)arg;
    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%.*s(%.*s,%.*s) ", (int)file->field.len,
             file->field.data, (int)file->filename.len, file->filename.data ? file->filename.data : "",
             (int)file->content_type.len, file->content_type.data ? file->content_type.data : "");
    if (uc_str_is(file->filename, "taken"))
        media_upload_photo_409(arg, "it is there");
}

static void photo_data(void *arg, struct uc_str bytes)
{
    (void)arg;
    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%zu ", bytes.len);
}

static void photo_end(void *arg)
{
    (void)arg;
    strcat(seen, "end ");
}

static void photo_done(void *arg, int error)
{
    struct media_upload_photo *call = arg;

    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "done %d", error);
    if (!error)
        media_upload_photo_200(call, uc_arena_printf(call->arena, "%.*s %lld tags %zu width %lld", (int)call->body->title.len,
                                                     call->body->title.data, (long long)call->body->count.value,
                                                     call->body->tags.value.count,
                                                     (long long)call->body->size.value.width.value));
}

static const struct uc_file_events photo_events = {photo_begin, photo_data, photo_end, photo_done};

void media_upload_photo(struct media_upload_photo *call)
{
    calls++;
    media_upload_photo_read(call, &photo_events, call);
}

static void raw_done(void *arg, int error)
{
    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "done %d", error);
    if (!error)
        media_upload_raw_204(arg);
}

static const struct uc_file_events raw_events = {photo_begin, photo_data, photo_end, raw_done};

void media_upload_raw(struct media_upload_raw *call)
{
    calls++;
    media_upload_raw_read(call, &raw_events, call);
}

#define MULTIPART        "Content-Type: multipart/form-data; boundary=b\r\n"
#define PART(name, rest) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" rest "\r\n"
#define FILE_PART(name, filename, type, rest)                                                                \
    "--b\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" filename                          \
    "\"\r\nContent-Type: " type "\r\n\r\n" rest "\r\n"

static char big[200001];
static char fields[70000];

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define TYPE(type) "Content-Type: " type "\r\n"
#define ACCEPT(types) "Accept: " types "\r\n"

static const struct {
    const char *name;
    enum uc_method method;
    const char *target, *headers, *body;
    int status;
    const char *type;   /* of the answer; NULL: none */
    const char *answer; /* a part of head or body */
    const char *seen;   /* NULL: the handler is not reached */
} rows[] = {
    {"without Accept the first type is given", UC_GET, "/notes/1", NULL, NULL, 200, "application/json",
     "{\"text\":\"n\"}", "accept 0"},
    {"the client's choice is told", UC_GET, "/notes/1", ACCEPT("text/plain"), NULL, 200,
     "text/plain; charset=utf-8", "as text", "accept 1"},
    {"the heavier weight wins", UC_GET, "/notes/1",
     ACCEPT("application/json;q=0.2, application/vnd.media.note+json;q=0.9, text/*;q=0.5"), NULL, 200,
     "application/vnd.media.note+json", "{\"v\":1}", "accept 2"},
    {"the closest range decides", UC_GET, "/notes/1", ACCEPT("*/*, application/json;q=0"), NULL, 200,
     "text/plain; charset=utf-8", "as text", "accept 1"},
    {"several lines of Accept are one", UC_GET, "/notes/1",
     ACCEPT("image/png") ACCEPT("TEXT/PLAIN"), NULL, 200, "text/plain; charset=utf-8", "as text",
     "accept 1"},
    {"no type that will do is a 406", UC_GET, "/notes/1", ACCEPT("image/png, text/plain;q=0"), NULL, 406,
     "application/problem+json", "there is application/json, text/plain", NULL},
    {"a weight that is none counts as nothing", UC_GET, "/notes/1", ACCEPT("text/plain;q=x"), NULL, 406,
     "application/problem+json", "406", NULL},
    {"headers of the answer", UC_GET, "/notes/2", NULL, NULL, 200, "application/json",
     "X-Left: -3\r\nX-Share: 0.5\r\nX-New: true\r\nX-Mood: good\r\nETag: \"1\"\r\n", "accept 0"},
    {"a status of a range", UC_GET, "/notes/4", NULL, NULL, 400, "application/problem+json", "chosen", ""},
    {"a status outside of its range is a 500", UC_GET, "/notes/6", NULL, NULL, 500,
     "application/problem+json", "", ""},
    {"any status with the default's body", UC_GET, "/notes/503", NULL, NULL, 503,
     "application/problem+json", "{\"title\":\"t\"}", ""},
    {"a body as JSON", UC_PUT, "/notes/1", TYPE("application/json; charset=utf-8"), "{\"text\":\"a\"}", 201,
     "application/json", "\r\n\r\n\"a\"", ""},
    {"a body as text", UC_PUT, "/notes/1", TYPE("Text/Plain"), "abc", 200, "application/json", "\"abc\"", ""},
    {"text keeps to its bounds", UC_PUT, "/notes/1", TYPE("text/plain"), "abcdef", 422,
     "application/problem+json", "{\"in\":\"body\",\"pointer\":\"\",\"detail\":\"must have at most 5 characters\"}",
     NULL},
    {"text is UTF-8", UC_POST, "/text", TYPE("text/plain"), "\xff\xfe", 422, "application/problem+json",
     "must be UTF-8", NULL},
    {"a body as bytes", UC_PUT, "/notes/1", TYPE("application/octet-stream"), "\xff\xfe\x01", 204, NULL, "",
     "bytes 3"},
    {"a body of a range", UC_PUT, "/notes/1", TYPE("image/png"), "p", 501, "application/problem+json",
     "no pictures yet", ""},
    {"a body of another type is told which there are", UC_PUT, "/notes/1", TYPE("application/xml"), "<a/>",
     415, "application/problem+json",
     "Accept: application/json, text/plain, application/octet-stream, image/*\r\n", NULL},
    {"a body without a type", UC_POST, "/text", NULL, "x", 415, "application/problem+json", "", NULL},
    {"bytes that may be missing", UC_POST, "/bytes", NULL, NULL, 200, "image/x-any", "", "none"},
    {"bytes that came", UC_POST, "/bytes", TYPE("application/octet-stream"), "<>", 200, "image/x-any",
     "\r\n\r\n<>", "some"},
    {"a number as a body", UC_POST, "/count", TYPE("application/json"), " 9 ", 200,
     "application/merge-patch+json", "\r\n\r\n10", ""},
    {"a number beyond its bound", UC_POST, "/count", TYPE("application/json"), "10", 422,
     "application/problem+json", "\"pointer\":\"\",\"detail\":\"must be at most 9\"", NULL},
    {"two numbers are none", UC_POST, "/count", TYPE("application/json"), "1 2", 400,
     "application/problem+json", "", NULL},
    {"an enum as a body, of any type", UC_POST, "/mood", TYPE("x/y"), "\"good\"", 200, "application/json",
     "\"good\"", ""},
    {"an enum that may be missing", UC_POST, "/mood", NULL, NULL, 200, "application/json", "\"bad\"", ""},
    {"a form becomes a struct", UC_POST, "/forms", FORM,
     "name=a+%26%3D%C3%A4&count=2&share=1e3&fresh=true&mood=good&tags=x&tags=y&numbers=1&numbers=-2"
     "&size=%7B%22width%22%3A4%7D&any=plain", 200, "application/json",
     "{\"name\":\"a &=\xc3\xa4\",\"count\":2,\"share\":1000,\"fresh\":true,\"mood\":\"good\",\"tags\":[\"x\","
     "\"y\"],\"numbers\":[1,-2],\"size\":{\"width\":4},\"any\":\"plain\"}", ""},
    {"the same struct as JSON", UC_POST, "/forms", TYPE("application/json"), "{\"name\":\"n\",\"count\":1}",
     200, "application/json", "{\"name\":\"n\",\"count\":1}", ""},
    {"text that looks like a number stays text", UC_POST, "/forms", FORM, "name=12&count=1", 200,
     "application/json", "{\"name\":\"12\",", ""},
    {"a number that is none", UC_POST, "/forms", FORM, "name=x&count=1x", 422, "application/problem+json",
     "{\"in\":\"body\",\"pointer\":\"/count\",", NULL},
    {"a field that is missing", UC_POST, "/forms", FORM, "name=x", 422, "application/problem+json",
     "\"pointer\":\"/count\",\"detail\":\"is required\"", NULL},
    {"a field that is empty", UC_POST, "/forms", FORM, "name=&count=1", 422, "application/problem+json",
     "\"pointer\":\"/name\",\"detail\":\"must have at least 1 character\"", NULL},
    {"a field given twice", UC_POST, "/forms", FORM, "name=x&count=1&name=y", 422, "application/problem+json",
     "\"pointer\":\"/name\",\"detail\":\"must be given once\"", NULL},
    {"a field that the schema does not know", UC_POST, "/forms", FORM, "name=x&count=1&a%7E%2Fb=1", 422,
     "application/problem+json", "\"pointer\":\"/a~0~1b\",\"detail\":\"is not known\"", NULL},
    {"a list that is too long", UC_POST, "/forms", FORM, "name=x&count=1&tags=a&tags=b&tags=c", 422,
     "application/problem+json", "\"pointer\":\"/tags\"", NULL},
    {"a field that is not UTF-8", UC_POST, "/forms", FORM, "name=%ff&count=1", 422, "application/problem+json",
     "\"pointer\":\"/name\",\"detail\":\"must be UTF-8\"", NULL},
    {"an object that is none", UC_POST, "/forms", FORM, "name=x&count=1&size=%7B%22", 422,
     "application/problem+json", "\"pointer\":\"/size\"", NULL},
    {"JSON in a field is text", UC_POST, "/forms", FORM, "name=%22%2C%22a%22%3A%22&count=1", 200,
     "application/json", "{\"name\":\"\\\",\\\"a\\\":\\\"\",\"count\":1}", ""},
    {"of a choice with text a number is text", UC_POST, "/forms", FORM, "name=x&count=1&either=5&mixed=2", 200,
     "application/json", "\"either\":\"5\",\"mixed\":2", ""},
    {"and null is", UC_POST, "/forms", FORM, "name=x&count=1&either=null&mixed=true", 200, "application/json",
     "\"either\":\"null\",\"mixed\":\"true\"", ""},
    {"and an object is", UC_POST, "/forms", FORM, "name=x&count=1&either=%7B%7D", 200, "application/json",
     "\"either\":\"{}\"", ""},
    {"but not what else it may be", UC_POST, "/forms", FORM, "name=x&count=1&either=true", 200, "application/json",
     "\"either\":true", ""},
    {"nor a list", UC_POST, "/forms", FORM, "name=x&count=1&either=+%5B%22a%22%5D", 200, "application/json",
     "\"either\":[\"a\"]", ""},
    {"a client sends no number that is none", UC_POST, "/forms", FORM, "name=nan&count=1", 500, "application/problem+json",
     "not a valid request", ""},
    {"a client sends a form", UC_POST, "/forms", FORM, "name=other&count=1", 200, "application/json", "other", ""},
    {"a body in parts", UC_PUT, "/files/x", TYPE("application/octet-stream"), "abc", 204, NULL, "", "content 1 3"},
    {"a body in parts, longer than the window", UC_PUT, "/files/x", TYPE("text/plain"), big, 204, NULL, "",
     "content 2 16384 "},
    {"a body in parts of a type that is not declared", UC_PUT, "/files/x", TYPE("image/png"), "abc", 415,
     "application/problem+json", "Accept: application/octet-stream, text/plain\r\n", NULL},
    {"a body in parts that is missing", UC_PUT, "/files/x", NULL, NULL, 400, "application/problem+json",
     "is required", NULL},
    {"a body goes back in parts", UC_POST, "/files/x", TYPE("image/png"), big, 200, "image/x-copy", "zzzz", ""},
    {"a body that may be missing ends at once", UC_POST, "/files/x", NULL, NULL, 200, "image/x-copy", "", ""},
    {"an answer of known length", UC_GET, "/files/abc", NULL, NULL, 203, "application/octet-stream",
     "Content-Length: 3\r\n\r\nabc", ""},
    {"typed events", UC_GET, "/events", NULL, NULL, 200, "text/event-stream",
     "event: note\ndata: {\"text\":\"a\\nb\"}\n\n", ""},
    {"headers of events", UC_GET, "/events", NULL, NULL, 200, "text/event-stream", "X-Since: 5\r\n", ""},
    {"events of text", UC_GET, "/ticks", NULL, NULL, 200, "text/event-stream", "\r\n\r\ndata: one\ndata: two\n\n", ""},
    {"or something else, as the client likes", UC_GET, "/ticks", ACCEPT("application/json"), NULL, 200,
     "application/json", "\r\n\r\n3", ""},
    {"a form with files", UC_POST, "/photos", MULTIPART,
     PART("title", "My photo") FILE_PART("photo", "a%22b.png", "image/x", "123\r\n--c") PART("count", "3")
     PART("tags", "x") PART("tags", "y") PART("size", "{\"width\":7}")
     FILE_PART("thumb", "1", "image/png", "") FILE_PART("thumb", "2", "image/jpeg", "z") "--b--\r\n",
     200, "text/plain", "My photo 3 tags 2 width 7",
     "photo(a\"b.png,image/x) 3 4 1 end thumb(1,image/png) end thumb(2,image/jpeg) 1 end done 0"},
    {"what is wrong with fields and files is told together", UC_POST, "/photos", MULTIPART,
     PART("title", "M") FILE_PART("thumb", "1", "image/gif", "x") PART("other", "?") "--b--", 422,
     "application/problem+json",
     "{\"in\":\"body\",\"pointer\":\"/thumb\",\"detail\":\"must be of type image/png, image/jpeg\"},"
     "{\"in\":\"body\",\"pointer\":\"/photo\",\"detail\":\"is required\"},"
     "{\"in\":\"body\",\"pointer\":\"/other\",\"detail\":\"is not known\"},"
     "{\"in\":\"body\",\"pointer\":\"/title\",\"detail\":\"must have at least 2 characters\"}", "done -22"},
    {"a file given twice", UC_POST, "/photos", MULTIPART,
     PART("title", "My") FILE_PART("photo", "1", "a/b", "x") FILE_PART("photo", "2", "a/b", "y") "--b--", 422,
     "application/problem+json", "\"pointer\":\"/photo\",\"detail\":\"must be given once\"",
     "photo(1,a/b) 1 end done -22"},
    {"a handler may answer amid a form", UC_POST, "/photos", MULTIPART,
     FILE_PART("photo", "taken", "a/b", "x") PART("title", "My") "--b--", 409, "application/problem+json", "it is there",
     "photo(taken,a/b) "},
    {"a form that is cut", UC_POST, "/photos", MULTIPART, PART("title", "My"), 400, "application/problem+json",
     "the closing delimiter is missing", "done -74"},
    {"a form with another boundary", UC_POST, "/photos", MULTIPART, "--c\r\n", 400, "application/problem+json",
     "the body does not begin with its boundary", "done -74"},
    {"a form without a boundary", UC_POST, "/photos", TYPE("multipart/form-data"), "--b--", 400,
     "application/problem+json", "has no boundary", "done -74"},
    {"a part without a name", UC_POST, "/photos", MULTIPART, "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--", 400,
     "application/problem+json", "a part needs a name", "done -74"},
    {"a form beyond its limit", UC_POST, "/photos", MULTIPART "Content-Length: 2000000\r\n", NULL, 413,
     "application/problem+json", "", NULL},
    {"fields beyond the limit of bodies", UC_POST, "/photos", MULTIPART, fields, 413, "application/problem+json",
     "the fields of the form are larger", "done -90"},
    {"a form of files alone", UC_POST, "/raw", MULTIPART, FILE_PART("file", "f", "a/b", "abc") PART("x", "y") "--b--", 204,
     NULL, "", "file(f,a/b) 3 end done 0"},
    {"a form that need not come", UC_POST, "/raw", NULL, NULL, 204, NULL, "", "done 0"},
    {"a form that must", UC_POST, "/photos", NULL, NULL, 400, "application/problem+json", "", NULL},
    {"a form without parts", UC_POST, "/raw", MULTIPART, "--b--\r\n", 204, NULL, "", "done 0"},
    {"a client sends the type that its function names", UC_PUT, "/notes/7", TYPE("application/json"),
     "{\"text\":\"put\"}", 204, NULL, "", "status 202 body done detail -"},
    {"a client takes an answer by its type", UC_PUT, "/notes/71", TYPE("application/json"),
     "{\"text\":\"ask\"}", 204, NULL, "", "status 200 json no text plain text trouble - detail - etag \"e\" left -7 mood 2 new 1 share 0"},
    {"a client refuses a header that breaks the contract", UC_PUT, "/notes/74", TYPE("application/json"),
     "{\"text\":\"ask\"}", 204, NULL, "",
     "status 0 json no text plain text trouble - detail the answer breaks its contract: header X-Left must be"},
    {"a client misses a header that is required", UC_PUT, "/notes/75", TYPE("application/json"),
     "{\"text\":\"ask\"}", 204, NULL, "",
     "status 0 json no text plain text trouble - detail the answer breaks its contract: header ETag is required"},
    {"a client reads the default's body", UC_PUT, "/notes/72", TYPE("application/json"),
     "{\"text\":\"ask\"}", 204, NULL, "", "status 500 json no text  trouble Oh detail -"},
    {"a client takes nothing of a type that is not declared", UC_PUT, "/notes/73", TYPE("application/json"),
     "{\"text\":\"ask\"}", 204, NULL, "", "status 502 json no text  trouble - detail -"},
};

static bool holds(struct uc_str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

static bool right(size_t row, const struct uc_test_answer *answer)
{
    struct uc_str all = {answer->head.data, answer->head.len + answer->body.len};

    if (answer->status != rows[row].status || !holds(all, rows[row].answer))
        return false;
    if (rows[row].type ? !uc_str_is(answer->content_type, rows[row].type) : answer->content_type.data != NULL)
        return false;
    if (!rows[row].seen)
        return calls == 0;
    return calls == 1 && !strncmp(seen, rows[row].seen, strlen(rows[row].seen));
}

static void try_row(struct uc_testbed *bed, size_t row)
{
    struct uc_test_answer answer = {0};
    int err;

    calls = 0;
    seen[0] = '\0';
    err = uc_testbed_call(bed, rows[row].method, rows[row].target, rows[row].headers,
                          uc_str(rows[row].body), &answer);
    if (!tap_ok(!err && right(row, &answer), rows[row].name))
        tap_note("%d: %d %.*s%.*s; handler: %d %s", err, answer.status, (int)answer.head.len, answer.head.data,
                 (int)answer.body.len, answer.body.data, calls, seen);
}

/* ---- memory runs out: at the first allocation of a call, at the second, and so on until it passes */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

static long left = -1; /* allocations that still succeed; negative: all */

static bool fails(void)
{
    return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __real_realloc(memory, bytes);
}

/* Either the answer of the row, or one that says that there is no memory, or none. */
static bool survives(struct uc_testbed *bed, size_t row)
{
    for (long count = 0; count < 1000; count++) {
        struct uc_test_answer answer = {0};
        bool failed;
        int err;

        calls = 0;
        seen[0] = '\0';
        left = count;
        err = uc_testbed_call(bed, rows[row].method, rows[row].target, rows[row].headers,
                              uc_str(rows[row].body), &answer);
        failed = left < 0;
        left = -1;
        if (!failed)
            return !err && right(row, &answer);
        if (!strcmp(seen, "not sent"))
            continue; /* an event: the handler was told */
        if (err ? err != -ENOMEM : answer.status && answer.status != 503 && answer.status != 500 && !right(row, &answer)) {
            tap_note("%s, without allocation %ld: %d, %d %.*s", rows[row].name, count, err, answer.status,
                     (int)answer.body.len, answer.body.data);
            return false;
        }
    }
    return false;
}

static void try_memory(struct uc_testbed *bed)
{
    bool good = true;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strncmp(rows[i].name, "a client", 8)) /* these wait for a peer */
            good &= survives(bed, i);
    }
    tap_ok(good, "whatever allocation fails, the answer is the same, or says so, or there is none");
}

int main(void)
{
    struct uc_testbed *bed;
    char url[64];

    memset(fields, 'f', sizeof(fields) - 1);
    memcpy(fields, PART("title", ""), sizeof(PART("title", "")) - 3);
    memset(big, 'z', sizeof(big) - 1);
    setenv("UC_LOG_LEVEL", "fatal", 1);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", peer_start());
    setenv("PEER_URL", url, 1);
    if (!tap_ok(uc_testbed_new(&bed, &media_info) == 0, "the service starts"))
        return tap_done();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        try_row(bed, i);
    try_memory(bed);
    tap_ok(peer_saw("PUT /notes/7 HTTP/1.1\r\n") && peer_saw("Content-Type: text/plain\r\n") &&
               peer_saw("\r\n\r\nplain"), "a client sends text as it is");
    tap_ok(peer_saw("\r\n\r\nname=%C3%A4&count=3&fresh=true&tags=a%20b&tags=%26%3D") &&
               peer_saw("Content-Type: application/x-www-form-urlencoded\r\n"),
           "a client encodes a form");
    uc_testbed_free(bed);
    peer_stop();
    return tap_done();
}
