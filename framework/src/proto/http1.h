/* SPDX-License-Identifier: MIT */
/*
 * http1.h - the server's side of one HTTP/1.1 connection, as a machine without hands.
 *
 * Bytes go in, answers come out, time is an argument; the owner has the socket and obeys
 * uc_http1_wants(). One request at a time: pipelined ones wait in the input buffer.
 *
 *   HEAD --complete--> BODY --complete--> HANDLER --answered--> IDLE --first byte--> HEAD
 *     \---malformed, too large, late-------\---------last answer----> FINISH
 *   FINISH --all sent--> LINGER --peer closed, or late--> CLOSED
 *                   \--nothing unread--------------------> CLOSED
 *
 * Where some operation takes its body in parts, a head with a body leads to ROUTE, and the owner says
 * whether BODY or STREAM follows; in STREAM the handler has the request while the body comes.
 *
 * LINGER reads and drops what still comes, so that a reset does not destroy the answer on its way.
 *
 * Memory is lent. While bytes of a request are held, the machine has an input block
 * (malloc'ed, grown by realloc until the request is complete, then immovable until it is answered) and
 * the place for a message; while answers wait, an output buffer. An idle machine holds none of them:
 * uc_http1_is_empty() tells when the owner may take the block and the message back.
 */
#ifndef UC_HTTP1_H
#define UC_HTTP1_H

#include "proto/http1_chunk.h"
#include "proto/http1_head.h"
#include "uc/service.h"

enum uc_http1_phase {
    UC_HTTP1_IDLE,
    UC_HTTP1_HEAD,
    UC_HTTP1_BODY,
    UC_HTTP1_HANDLER,
    UC_HTTP1_FINISH,
    UC_HTTP1_LINGER,
    UC_HTTP1_CLOSED,
    UC_HTTP1_ROUTE,
    UC_HTTP1_STREAM,
    UC_HTTP1_PHASES
};

enum uc_http1_want {
    UC_WANT_READ = 1 << 0,
    UC_WANT_WRITE = 1 << 1,    /* see uc_http1_output() */
    UC_WANT_HANDLER = 1 << 2,  /* a request is complete: uc_http1_begin(), then answer it */
    UC_WANT_SHUTDOWN = 1 << 3, /* say that nothing more comes, once; go on reading */
    UC_WANT_CLOSE = 1 << 4,
    UC_WANT_ROUTE = 1 << 5,    /* a head is complete: uc_http1_body_whole() or ..._stream() */
};

struct uc_http1_config {
    struct uc_limits limits;               /* no field is 0 */
    uint32_t phase_ms[UC_HTTP1_PHASES];    /* how long each may last; 0: for ever */
    char date[29];                         /* kept current by the owner */
    bool draining;                         /* answers say "Connection: close" */
    bool streams;                          /* some operation takes its body in parts: ask for each */
};

struct uc_http1 {
    const struct uc_http1_config *config; /* borrowed */
    struct uc_http1_message *message;     /* lent */
    char *in;                             /* lent; belongs to the machine until given back */
    uint32_t in_cap, in_len;
    uint32_t at;       /* first byte of the current message */
    uint32_t scanned;  /* bytes of its head that the scanner has seen; then the head's length */
    uint32_t raw_at;   /* next body byte to look at */
    uint32_t body_len; /* decoded so far; the body starts behind the head */
    uint8_t phase;
    bool begun;        /* the handler has the request */
    bool keep_alive;
    bool answering;    /* an answer is half written */
    bool headless;     /* ...to HEAD: its body will be cut */
    bool linger;       /* in FINISH: the peer may still be sending */
    bool peer_eof;
    bool told_shutdown;
    bool flushing;     /* the owner is writing what it took */
    uint16_t refused_status; /* the machine's own last answer, 0: none; the owner may clear it */
    uint8_t sending;      /* enum uc_http1_sending: an answer goes out in parts */
    bool stream_ends;     /* STREAM: the last byte of the body is in the block */
    bool stream_held;     /* STREAM: the handler does not want more now */
    uint16_t fault_status; /* STREAM: the body came to a bad end; 0: it did not */
    const char *fault_detail;
    int fault_error;
    uint32_t moved;        /* STREAM: bytes since the deadline was set */
    uint32_t taken;        /* bytes of output that the owner is writing */
    uint64_t stream_left;  /* STREAM: bytes that may still come, those in the block included */
    uint64_t sending_left; /* of an answer with a length */
    uint32_t silence_ms;   /* how long a handler may send nothing before something is done about it */
    int answer_status;
    uint32_t answer_at, answer_body_at, length_at;
    uint64_t deadline_ms; /* 0: none */
    struct uc_http1_scan scan;
    struct uc_http1_chunks chunks;
    struct uc_buf out;
};

/* Default what is 0 in `limits`, and derive the phases' durations. */
void uc_http1_config_init(struct uc_http1_config *config, const struct uc_limits *limits);

void uc_http1_init(struct uc_http1 *http, const struct uc_http1_config *config, uint64_t now_ms);
/* Frees block and output when it still has them. */
void uc_http1_deinit(struct uc_http1 *http);

unsigned uc_http1_wants(const struct uc_http1 *http);

/* --- bytes in. `block` and `message` must be lent before. */
char *uc_http1_space(struct uc_http1 *http, size_t *cap); /* NULL: no room now */
void uc_http1_received(struct uc_http1 *http, size_t len, uint64_t now_ms);
void uc_http1_eof(struct uc_http1 *http, uint64_t now_ms);
/* The deadline has passed. In HANDLER nothing happens: the owner answers for the handler. */
void uc_http1_late(struct uc_http1 *http, uint64_t now_ms);

/* No bytes of a request are held: block and message may go. */
bool uc_http1_is_empty(const struct uc_http1 *http);
/* The block changes hands (a request outlives its connection); NULL when there is none. */
char *uc_http1_take_block(struct uc_http1 *http);
/*
 * The same just after an answer, when bytes of the next request may wait in the block: they
 * move to a new one of at least `cap` bytes. 0, or -ENOMEM and nothing happened.
 */
int uc_http1_replace_block(struct uc_http1 *http, char **old, size_t cap);

/* --- the complete request */
void uc_http1_begin(struct uc_http1 *http);
const char *uc_http1_head(const struct uc_http1 *http);
struct uc_str uc_http1_body(const struct uc_http1 *http);

/* --- a body in parts (http1_stream.c) */
/* In ROUTE: the body is gathered as it always was; or it is streamed, `max` bytes at most. */
void uc_http1_body_whole(struct uc_http1 *http, uint64_t now_ms);
void uc_http1_body_stream(struct uc_http1 *http, uint64_t max, uint64_t now_ms);
/* In STREAM: bytes came, or room was made. */
void uc_http1_stream_read(struct uc_http1 *http, uint64_t now_ms);
/* What is there of the body; then, when the handler has seen it. */
struct uc_str uc_http1_stream_data(const struct uc_http1 *http);
void uc_http1_stream_taken(struct uc_http1 *http, uint64_t now_ms);
/* Tells a client that asked and has sent nothing yet to go on (RFC 9110, 10.1.1); once. */
void uc_http1_stream_go_on(struct uc_http1 *http);
/* The handler wants no more now, or does again; the first time, the client is told to go on. */
void uc_http1_stream_hold(struct uc_http1 *http, bool held, uint64_t now_ms);
/* All was taken: on to HANDLER. */
void uc_http1_stream_end(struct uc_http1 *http, uint64_t now_ms);
/* The body will not be complete; `error` is for the handler. */
void uc_http1_stream_fault(struct uc_http1 *http, int status, const char *detail, int error);
/* The deadline has passed while the handler waits for bytes: on with it when enough came. */
void uc_http1_stream_late(struct uc_http1 *http, uint64_t now_ms);

/* --- an answer in parts: behind uc_http1_answer_begin() with `sending` */
/* 0 or -ENOMEM. */
int uc_http1_send(struct uc_http1 *http, struct uc_str bytes, uint64_t now_ms);
/* Not all of the announced length was sent: the connection is cut. */
void uc_http1_send_end(struct uc_http1 *http, uint64_t now_ms);
/* All that is left to say is that the answer is not complete: the connection ends. */
void uc_http1_send_cut(struct uc_http1 *http);
/* Bytes that wait to be sent, or are being sent. */
size_t uc_http1_waiting(const struct uc_http1 *http);

/* --- answers (http1_answer.c) */
struct uc_http1_answer {
    int status;
    struct uc_str content_type; /* absent: no body is coming */
    struct uc_str headers;      /* whole lines, or absent */
    uint8_t sending;            /* not UC_HTTP1_SENDING_NOT: the body follows by uc_http1_send() */
    uint64_t length;            /* of UC_HTTP1_SENDING_LENGTH */
    uint32_t silence_ms;        /* of any but UC_HTTP1_SENDING_NOT */
};

enum uc_http1_sending {
    UC_HTTP1_SENDING_NOT,
    UC_HTTP1_SENDING_CHUNKS, /* or, to HTTP/1.0, until the connection closes */
    UC_HTTP1_SENDING_LENGTH,
    UC_HTTP1_SENDING_CLOSE,
};

/* The body is appended to http->out between the two. Dropped and begun again: just begin again. */
void uc_http1_answer_begin(struct uc_http1 *http, const struct uc_http1_answer *answer);
void uc_http1_answer_end(struct uc_http1 *http, uint64_t now_ms);
void uc_http1_answer_drop(struct uc_http1 *http);
/* The framework's own refusal; the connection ends after it. */
void uc_http1_refuse(struct uc_http1 *http, int status, const char *detail, uint64_t now_ms);

/*
 * After an answer: look at what waits in the input. Not done by answer_end itself, since
 * the answered request may still use the message; lend a fresh one first.
 */
void uc_http1_resume(struct uc_http1 *http, uint64_t now_ms);

/* Used by http1_stream.c: into another phase, with its deadline. */
void uc_http1_enter(struct uc_http1 *http, enum uc_http1_phase phase, uint64_t now_ms);

/* Used by http1_answer.c: the current request is done with. */
void uc_http1_next(struct uc_http1 *http, uint64_t now_ms);
void uc_http1_finish(struct uc_http1 *http, bool linger, uint64_t now_ms);

/* --- bytes out */
struct uc_str uc_http1_output(const struct uc_http1 *http);
void uc_http1_sent(struct uc_http1 *http, size_t len, uint64_t now_ms);
/* The owner takes all waiting output; nothing moves until uc_http1_flushed(). */
struct uc_buf uc_http1_take_output(struct uc_http1 *http, uint64_t now_ms);
void uc_http1_flushed(struct uc_http1 *http, uint64_t now_ms);
/* After UC_WANT_SHUTDOWN was obeyed. */
void uc_http1_shut(struct uc_http1 *http);

#endif
