/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One read takes as many frames as a busy guest hands out at once. */
#define READER_BYTES (128u << 10)

int act_frame_reader_init(struct act_frame_reader *reader)
{
    *reader = (struct act_frame_reader){.cap = READER_BYTES};
    reader->bytes = malloc(reader->cap);
    return reader->bytes ? 0 : -ENOMEM;
}

void act_frame_reader_deinit(struct act_frame_reader *reader)
{
    free(reader->bytes);
    *reader = (struct act_frame_reader){0};
}

uint8_t *act_frame_reader_space(struct act_frame_reader *reader, size_t *len)
{
    size_t kept = reader->end - reader->start;

    if (kept == 0) {
        reader->start = reader->end = 0;
    } else if (reader->cap - reader->end < ACT_FRAME_MAX + ACT_FRAME_PREFIX) {
        memmove(reader->bytes, reader->bytes + reader->start, kept);
        reader->start = 0;
        reader->end = kept;
    }
    *len = reader->cap - reader->end;
    return reader->bytes + reader->end;
}

void act_frame_reader_received(struct act_frame_reader *reader, size_t len)
{
    assert(len <= reader->cap - reader->end);
    reader->end += len;
}

static uint32_t prefix_read(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

int act_frame_reader_next(struct act_frame_reader *reader, const uint8_t **frame, size_t *len)
{
    size_t have = reader->end - reader->start;
    uint32_t want;

    if (have < ACT_FRAME_PREFIX)
        return 0;
    want = prefix_read(reader->bytes + reader->start);
    if (want > ACT_FRAME_MAX || want == 0)
        return -EPROTO;
    if (have - ACT_FRAME_PREFIX < want)
        return 0;
    *frame = reader->bytes + reader->start + ACT_FRAME_PREFIX;
    *len = want;
    reader->start += ACT_FRAME_PREFIX + want;
    return 1;
}

int act_frame_queue_init(struct act_frame_queue *queue, size_t cap)
{
    *queue = (struct act_frame_queue){.cap = cap};
    queue->bytes = malloc(cap);
    return queue->bytes ? 0 : -ENOMEM;
}

void act_frame_queue_deinit(struct act_frame_queue *queue)
{
    free(queue->bytes);
    *queue = (struct act_frame_queue){0};
}

bool act_frame_queue_push(struct act_frame_queue *queue, const void *frame, size_t len)
{
    size_t need = len + ACT_FRAME_PREFIX;
    size_t waiting = queue->end - queue->start;
    uint8_t *p;

    if (len == 0 || len > ACT_FRAME_MAX || need > queue->cap - waiting)
        return false;
    if (need > queue->cap - queue->end) {
        memmove(queue->bytes, queue->bytes + queue->start, waiting);
        queue->start = 0;
        queue->end = waiting;
    }
    p = queue->bytes + queue->end;
    p[0] = (uint8_t)(len >> 24);
    p[1] = (uint8_t)(len >> 16);
    p[2] = (uint8_t)(len >> 8);
    p[3] = (uint8_t)len;
    memcpy(p + ACT_FRAME_PREFIX, frame, len);
    queue->end += need;
    return true;
}

const uint8_t *act_frame_queue_output(const struct act_frame_queue *queue, size_t *len)
{
    *len = queue->end - queue->start;
    return queue->bytes + queue->start;
}

void act_frame_queue_sent(struct act_frame_queue *queue, size_t len)
{
    assert(len <= queue->end - queue->start);
    queue->start += len;
    if (queue->start == queue->end)
        queue->start = queue->end = 0;
}
