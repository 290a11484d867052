/* SPDX-License-Identifier: MIT */
/*
 * stream.h - bodies that do not fit, or are not meant to fit, into memory.
 *
 * IN. The handler of an operation with `stream` is called when the head is complete. It asks for the
 * body with uc_body_read(); from then on each part arrives in `chunk`, in order, and then `end`
 * comes once. Between uc_body_pause() and uc_body_resume() nothing is delivered: when the window
 * (UC_BODY_WINDOW_BYTES) is full, nothing more is read, and TCP slows the sender down.
 *
 *     handler --uc_body_read--> chunk, chunk, ... --> end(0), or end(-error)
 *
 * A handler may answer at any time; what is then still to come is read no more, and the connection
 * ends behind the answer. Until a body is asked for, "100 Continue" is not sent: a handler that refuses
 * at once spares the client the sending. Behind the answer neither `chunk` nor `end` is called.
 *
 * OUT. uc_answer_stream_begin(), any number of uc_answer_write(), uc_answer_end(). What is
 * written waits in a bounded buffer. A write that returns 1 was taken, and asks to wait until `drained`.
 *
 * While a body comes or goes, the request time-out counts only the handler's own silence: no chunk asked for
 * when one could come, nothing written when something could go.
 * All calls are made, and all callbacks run, on the loop thread.
 */
#ifndef UC_STREAM_H
#define UC_STREAM_H

#include <stdint.h>

#include "uc/form.h"
#include "uc/request.h"

#ifdef __cplusplus
extern "C" {
#endif

#define UC_BODY_WINDOW_BYTES (16 * 1024)
#define UC_ANSWER_HIGH_BYTES (64 * 1024)  /* waiting to be sent; from here on a write asks to wait */
#define UC_ANSWER_MAX_BYTES  (256 * 1024) /* a write that would go beyond is not taken */
#define UC_ANSWER_WRITE_BYTES (224 * 1024) /* at once; chunks and events have their framing on top */

/* `bytes` are borrowed until it returns. */
typedef void uc_body_chunk_fn(void *arg, struct uc_str bytes);
/*
 * 0: the body is complete. -ECONNRESET: the peer has gone; -EBADMSG: not HTTP; -EMSGSIZE: beyond the
 * limit; -ETIMEDOUT: nothing came; then the peer has been told, and the answer, which is to be given
 * all the same, will not be seen.
 */
typedef void uc_body_end_fn(void *arg, int error);

/* Deliver the body from now on; once a request. Never calls back before it has returned. */
void uc_body_read(struct uc_request *req, uc_body_chunk_fn *chunk, uc_body_end_fn *end, void *arg);
void uc_body_pause(struct uc_request *req);
void uc_body_resume(struct uc_request *req);

/*
 * Forms with files (multipart/form-data). Fields are gathered, up to the service's body limit together,
 * and become JSON and then a struct as uc/form.h says; the bytes of files come as they arrive.
 */
struct uc_file { /* borrowed until the callback returns */
    struct uc_str field;        /* name of the form's field */
    struct uc_str filename;     /* as the client says: never a path to be opened; absent without one */
    struct uc_str content_type; /* as the client says; absent without one */
};

struct uc_file_events {
    void (*begin)(void *arg, const struct uc_file *file);
    void (*data)(void *arg, struct uc_str bytes);
    void (*end)(void *arg); /* the file is complete */
    /*
     * Once, at last. 0: the fields are there and keep to the contract, and so do the files: now answer. Any other:
     * the client has been told, or is gone, and no answer is to be given; what the files left is to be
     * cleaned up. Behind an earlier answer it is not called.
     */
    void (*done)(void *arg, int error);
};

struct uc_file_rule {
    const char *field;
    bool required;
    bool many;
    const char *content_types; /* "image/png, image/jpeg"; NULL: any */
};

struct uc_multipart_form { /* made by generated code */
    struct uc_form_schema fields;
    const struct uc_file_rule *files;
    size_t file_count;
    /* Fields, as JSON, into the call. NULL, or why they are not JSON. */
    const char *(*decode)(void *call, struct uc_str json, struct uc_violations *violations);
};

/* In place of uc_body_read(). Of a request without a body done(arg, 0) is called at once. `form` is borrowed for ever; uc_body_pause() holds for what has not been read yet. */
void uc_multipart_read(struct uc_request *req, const struct uc_multipart_form *form,
                       const struct uc_file_events *events, void *arg, void *call);

/*
 * Begin an answer whose body follows in parts. `length` is its length in bytes, or -1: then it is
 * sent in chunks (to a peer of HTTP/1.0: until the connection closes).
 */
void uc_answer_stream_begin(struct uc_request *req, int status, const char *content_type, int64_t length);

/*
 * Copies. 0: taken; 1: taken, and now wait for `drained`; -ENOBUFS: not taken, for too much is
 * waiting: again when `drained` is called; -EMSGSIZE: more than UC_ANSWER_WRITE_BYTES, which never fits;
 * -ECANCELED: the peer has gone, or the connection ended; -ENOMEM: not taken.
 * More bytes than `length` are the handler's mistake (an assertion).
 */
int uc_answer_write(struct uc_request *req, struct uc_str bytes);

/*
 * What to call when all that was written is on its way, after a write returned 1; and once when the
 * peer has gone or, of events, the service drains (-ESHUTDOWN), before uc_answer_end(). Either may be
 * NULL. After `gone` the answer must still be ended; nothing more will be seen.
 */
typedef void uc_answer_drained_fn(void *arg);
typedef void uc_answer_gone_fn(void *arg, int error);
void uc_answer_on(struct uc_request *req, uc_answer_drained_fn *drained, uc_answer_gone_fn *gone, void *arg);

/* The answer is complete. Fewer bytes than `length`: the connection is cut, so that the peer can tell. */
void uc_answer_end(struct uc_request *req);

/*
 * Server-sent events (text/event-stream, as the WHATWG's HTML defines them). Each goes out at once. While
 * there is none for half the idle time-out, a comment keeps the connection and finds out whether it lives.
 * A peer that closes its side has gone; draining ends the stream.
 */
void uc_answer_events_begin(struct uc_request *req, int status);
/*
 * `event` may be NULL ("message"), `id` too; both are one line. `data` may have several lines.
 * Returns as uc_answer_write(); -ENOBUFS: the reader is slow, and this event was dropped. -EINVAL: a line
 * break in `event` or `id`.
 */
int uc_answer_event(struct uc_request *req, const char *event, const char *id, struct uc_str data);

#ifdef __cplusplus
}
#endif
#endif
