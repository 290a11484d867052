/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a guest writes to its network card's socket: frames are taken apart in
 * pieces of odd sizes, and the switch decides about each. No decision may leave the table.
 */
#include "act/forward.h"
#include "act/frame.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct act_address alice = {{2, 0, 0, 0, 0, 1}, 0x0a4d000b};
static const struct act_address bob = {{2, 0, 0, 0, 0, 2}, 0x0a4d000c};

static void decide(struct act_forward *forward, const uint8_t *frame, size_t len)
{
    /* A copy of the very size, so that a byte read beyond it is noticed. */
    uint8_t *copy = malloc(len);

    memcpy(copy, frame, len);
    for (int port = 0; port < 2; port++) {
        struct act_decision d = act_forward_decide(forward, port, copy, len);

        if (d.verdict == ACT_TO_PORT && (d.port == port || d.port < 0 || d.port > 1))
            abort();
        if (d.verdict == ACT_REPLY && memcmp(d.reply, forward->ports[port].address.mac, 6) != 0)
            abort();
        if (d.verdict == ACT_REPLY && (d.reply_len < 42 || d.reply_len > ACT_REPLY_MAX))
            abort();
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct act_frame_reader reader;
    struct act_forward forward;
    const uint8_t *frame;
    size_t len, piece = 1;

    act_forward_init(&forward, 0x0a4d0000, 0xffffff00);
    act_forward_join(&forward, &alice, false);
    act_forward_join(&forward, &bob, true);
    decide(&forward, data, size);
    if (act_frame_reader_init(&reader) < 0)
        return 0;
    for (size_t at = 0; at < size; at += piece) {
        size_t space;
        uint8_t *into = act_frame_reader_space(&reader, &space);
        int got;

        piece = 1 + (at * 7 + data[at]) % 300;
        if (piece > size - at)
            piece = size - at;
        if (piece > space)
            abort();
        memcpy(into, data + at, piece);
        act_frame_reader_received(&reader, piece);
        while ((got = act_frame_reader_next(&reader, &frame, &len)) > 0)
            decide(&forward, frame, len);
        if (got < 0)
            break;
    }
    act_frame_reader_deinit(&reader);
    return 0;
}
