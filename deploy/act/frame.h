/* SPDX-License-Identifier: MIT */
/*
 * frame.h - Ethernet frames in a byte stream, as QEMU's `-netdev stream` speaks it:
 * four bytes of length, most significant first, then the frame.
 *
 * The reader is a buffer that its owner fills from a socket and empties frame by
 * frame; frames are lent out in place. The writer is a bounded queue of bytes.
 * Neither knows a socket.
 */
#ifndef ACT_FRAME_H
#define ACT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ACT_FRAME_PREFIX 4
/* Without checksum: header 14, room for jumbo frames; a longer length is garbage. */
#define ACT_FRAME_MAX 9216
#define ACT_FRAME_MIN 14

struct act_frame_reader {
    uint8_t *bytes;
    size_t cap;
    size_t start; /* of the first byte not yet taken */
    size_t end;   /* of the bytes received */
};

/* 0 or -ENOMEM. */
int act_frame_reader_init(struct act_frame_reader *reader);
void act_frame_reader_deinit(struct act_frame_reader *reader);

/* Where the next bytes go: at least ACT_FRAME_MAX + 4 of them fit. Makes frames lent before
 * invalid. Then tell how many came. */
uint8_t *act_frame_reader_space(struct act_frame_reader *reader, size_t *len);
void act_frame_reader_received(struct act_frame_reader *reader, size_t len);

/* Take the next frame: 1 and the frame (valid until the next space()), 0 when more
 * bytes are needed, -EPROTO when the length is impossible: the stream is lost. */
int act_frame_reader_next(struct act_frame_reader *reader, const uint8_t **frame, size_t *len);

struct act_frame_queue {
    uint8_t *bytes;
    size_t cap;
    size_t start;
    size_t end;
};

/* `cap`: bytes that may wait, prefixes included. 0 or -ENOMEM. */
int act_frame_queue_init(struct act_frame_queue *queue, size_t cap);
void act_frame_queue_deinit(struct act_frame_queue *queue);

/* Append a frame with its prefix; copies. false: no room, the frame is dropped. */
bool act_frame_queue_push(struct act_frame_queue *queue, const void *frame, size_t len);

/* What waits, in one piece; then tell how much went out. */
const uint8_t *act_frame_queue_output(const struct act_frame_queue *queue, size_t *len);
void act_frame_queue_sent(struct act_frame_queue *queue, size_t len);

#endif
