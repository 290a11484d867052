/* SPDX-License-Identifier: MIT */
/* Frames in a stream, and where the switch sends them. */
#include "act/forward.h"
#include "act/frame.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the stream ---- */

static void feed(struct act_frame_reader *reader, const uint8_t *bytes, size_t len)
{
    size_t space;
    uint8_t *into = act_frame_reader_space(reader, &space);

    memcpy(into, bytes, len);
    act_frame_reader_received(reader, len);
}

static void reader_takes_frames_apart(void)
{
    static const uint8_t bytes[] = {0, 0, 0, 2, 'a', 'b', 0, 0, 0, 3, 'c', 'd', 'e'};
    struct act_frame_reader reader;
    const uint8_t *frame;
    size_t len, frames = 0;
    bool good = true;

    act_frame_reader_init(&reader);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        feed(&reader, bytes + i, 1);
        while (act_frame_reader_next(&reader, &frame, &len) > 0) {
            good &= frames == 0 ? len == 2 && memcmp(frame, "ab", 2) == 0
                                : len == 3 && memcmp(frame, "cde", 3) == 0;
            frames++;
        }
    }
    CHECK(good && frames == 2, "frames that come byte by byte are put together");
    act_frame_reader_deinit(&reader);
}

static void reader_survives_a_long_stream(void)
{
    struct act_frame_reader reader;
    uint8_t bytes[1504] = {0, 0, 0x05, 0xdc};
    const uint8_t *frame;
    size_t len, frames = 0;

    act_frame_reader_init(&reader);
    for (int i = 0; i < 5000; i++) {
        size_t cut = (size_t)(i * 37) % sizeof(bytes);

        feed(&reader, bytes, cut);
        while (act_frame_reader_next(&reader, &frame, &len) > 0)
            frames += len == 1500;
        feed(&reader, bytes + cut, sizeof(bytes) - cut);
        while (act_frame_reader_next(&reader, &frame, &len) > 0)
            frames += len == 1500;
    }
    CHECK(frames == 5000, "five thousand frames cut anywhere arrive whole");
    act_frame_reader_deinit(&reader);
}

static void reader_refuses_impossible_lengths(void)
{
    static const uint8_t prefixes[][4] = {
        {0, 0, 0, 0}, {0, 0, 0x24, 1}, {0xff, 0xff, 0xff, 0xff}, {0x80, 0, 0, 0}};
    bool good = true;

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        struct act_frame_reader reader;
        const uint8_t *frame;
        size_t len;

        act_frame_reader_init(&reader);
        feed(&reader, prefixes[i], 4);
        good &= act_frame_reader_next(&reader, &frame, &len) == -EPROTO;
        act_frame_reader_deinit(&reader);
    }
    CHECK(good, "a length that no frame has ends the stream");
}

static void queue_is_bounded(void)
{
    struct act_frame_queue queue;
    uint8_t frame[100] = {0};
    const uint8_t *out;
    size_t len;
    int pushed = 0;

    act_frame_queue_init(&queue, 1040);
    while (act_frame_queue_push(&queue, frame, sizeof(frame)))
        pushed++;
    CHECK(pushed == 10, "a full queue takes no more");
    act_frame_queue_sent(&queue, 150);
    CHECK(act_frame_queue_push(&queue, frame, sizeof(frame)),
          "room that became free is used again");
    out = act_frame_queue_output(&queue, &len);
    CHECK(len == 1040 - 150 + 104 && out[58 + 3] == 100, "and what waits stays in order");
    CHECK(!act_frame_queue_push(&queue, frame, 0), "an empty frame is refused");
    act_frame_queue_deinit(&queue);
}

/* ---- the decisions ---- */

#define NET 0x0a4d0000u
static const struct act_address alice = {{2, 0, 0, 0, 0, 1}, NET | 11};
static const struct act_address bob = {{2, 0, 0, 0, 0, 2}, NET | 12};
static const struct act_address gate = {{2, 0, 0, 0, 0, 9}, NET | 1};

static size_t make_ip(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint32_t source)
{
    memset(frame, 0, 64);
    memcpy(frame, to, 6);
    memcpy(frame + 6, from, 6);
    frame[12] = 8;
    for (int i = 0; i < 4; i++)
        frame[26 + i] = (uint8_t)(source >> (24 - 8 * i));
    return 64;
}

static size_t make_arp(uint8_t *frame, const struct act_address *from, const uint8_t *claimed_mac,
                       uint32_t claimed_ip, uint32_t target, uint8_t operation)
{
    static const uint8_t head[] = {8, 6, 0, 1, 8, 0, 6, 4, 0};

    memset(frame, 0xff, 6);
    memcpy(frame + 6, from->mac, 6);
    memcpy(frame + 12, head, sizeof(head));
    frame[21] = operation;
    memcpy(frame + 22, claimed_mac, 6);
    memset(frame + 32, 0, 6);
    for (int i = 0; i < 4; i++) {
        frame[28 + i] = (uint8_t)(claimed_ip >> (24 - 8 * i));
        frame[38 + i] = (uint8_t)(target >> (24 - 8 * i));
    }
    return 42;
}

static void switch_decides(void)
{
    static const uint8_t broadcast[6] = {255, 255, 255, 255, 255, 255};
    static const uint8_t nobody[6] = {2, 0, 0, 0, 0, 77};
    struct act_forward forward;
    struct act_decision d;
    uint8_t f[64];
    int a, b, g;

    act_forward_init(&forward, NET, 0xffffff00);
    a = act_forward_join(&forward, &alice, false);
    b = act_forward_join(&forward, &bob, false);
    g = act_forward_join(&forward, &gate, true);
#define DECIDE(port, len) (d = act_forward_decide(&forward, port, f, len))
    DECIDE(a, make_ip(f, bob.mac, alice.mac, alice.ip));
    CHECK(d.verdict == ACT_TO_PORT && d.port == b, "a frame goes to the owner of its address");
    DECIDE(a, make_ip(f, bob.mac, bob.mac, alice.ip));
    CHECK(d.verdict == ACT_DROP_SPOOFED, "a frame with another's MAC is dropped");
    DECIDE(a, make_ip(f, bob.mac, alice.mac, bob.ip));
    CHECK(d.verdict == ACT_DROP_SPOOFED, "a packet with another's IP address is dropped");
    DECIDE(a, make_ip(f, bob.mac, alice.mac, 0x08080808));
    CHECK(d.verdict == ACT_DROP_SPOOFED, "a guest does not speak for the outside");
    DECIDE(g, make_ip(f, bob.mac, gate.mac, 0x08080808));
    CHECK(d.verdict == ACT_TO_PORT && d.port == b, "the gateway does");
    DECIDE(g, make_ip(f, bob.mac, gate.mac, alice.ip));
    CHECK(d.verdict == ACT_DROP_SPOOFED, "but not for a guest");
    DECIDE(a, make_ip(f, nobody, alice.mac, alice.ip));
    CHECK(d.verdict == ACT_DROP_UNKNOWN, "a frame to nobody is dropped");
    DECIDE(a, make_ip(f, alice.mac, alice.mac, alice.ip));
    CHECK(d.verdict == ACT_DROP_UNKNOWN, "a frame to oneself is dropped");
    DECIDE(a, make_ip(f, broadcast, alice.mac, alice.ip));
    CHECK(d.verdict == ACT_FLOOD, "a broadcast is flooded");
    DECIDE(a, make_arp(f, &alice, alice.mac, alice.ip, bob.ip, 1));
    CHECK(d.verdict == ACT_REPLY && d.reply_len == 42 && memcmp(d.reply, alice.mac, 6) == 0 &&
              memcmp(d.reply + 22, bob.mac, 6) == 0 && d.reply[21] == 2,
          "a question for an address is answered");
    DECIDE(a, make_arp(f, &alice, bob.mac, alice.ip, bob.ip, 1));
    CHECK(d.verdict == ACT_DROP_SPOOFED, "a question in another's name is dropped");
    DECIDE(a, make_arp(f, &alice, alice.mac, bob.ip, bob.ip, 2));
    CHECK(d.verdict == ACT_DROP_SPOOFED, "an answer for another's address is dropped");
    DECIDE(a, make_arp(f, &alice, alice.mac, alice.ip, alice.ip, 1));
    CHECK(d.verdict == ACT_SILENT, "an announcement of one's own address is fine");
    DECIDE(a, make_arp(f, &alice, alice.mac, alice.ip, NET | 200, 1));
    CHECK(d.verdict == ACT_REPLY && memcmp(d.reply + 22, act_address_of(NET | 200).mac, 6) == 0,
          "a question for a machine that is not there is answered in its name");
    DECIDE(a, make_arp(f, &alice, alice.mac, 0, NET | 200, 1));
    CHECK(d.verdict == ACT_DROP_UNKNOWN, "but not a probe for a duplicate of it");
    DECIDE(a, make_arp(f, &alice, alice.mac, alice.ip, NET | 255, 1));
    CHECK(d.verdict == ACT_DROP_UNKNOWN, "nor one for the broadcast address");
    DECIDE(a, make_arp(f, &alice, alice.mac, alice.ip, 0x08080808, 1));
    CHECK(d.verdict == ACT_DROP_UNKNOWN, "nor one for an address outside");
    make_ip(f, bob.mac, alice.mac, alice.ip);
    CHECK(DECIDE(a, 13).verdict == ACT_DROP_SHORT && DECIDE(a, 33).verdict == ACT_DROP_SHORT,
          "a frame cut short is dropped");
    make_arp(f, &alice, alice.mac, alice.ip, bob.ip, 1);
    CHECK(DECIDE(a, 41).verdict == ACT_DROP_SHORT, "a question cut short is dropped");
    f[12] = 0x86, f[13] = 0xdd;
    CHECK(DECIDE(a, 42).verdict == ACT_DROP_UNKNOWN, "a protocol that we do not carry is dropped");
    CHECK(act_forward_join(&forward, &bob, false) == -EEXIST, "an address is given once");
    act_forward_leave(&forward, b);
    DECIDE(a, make_ip(f, bob.mac, alice.mac, alice.ip));
    CHECK(d.verdict == ACT_DROP_UNKNOWN && act_forward_join(&forward, &bob, false) == b,
          "who has left gets nothing, and the place is free");
}

/* ---- refusals ---- */

/* Alice's segment to the absent address NET | 200, with ports 0x1234 and 80. */
static size_t make_tcp(uint8_t *f, uint8_t flags, size_t text)
{
    static const uint8_t tcp[] = {0x12, 0x34, 0, 80, 0, 0, 0x10, 0, 0, 0, 0x20, 0, 0x50};

    make_ip(f, act_address_of(NET | 200).mac, alice.mac, alice.ip);
    f[14] = 0x45;
    f[17] = (uint8_t)(40 + text);
    f[23] = 6;
    f[30] = 10, f[31] = 77, f[32] = 0, f[33] = 200;
    memcpy(f + 34, tcp, sizeof(tcp));
    f[47] = flags;
    return 54 + text;
}

/* Of a whole header, with what its checksum covers besides: 0 when it is right. */
static unsigned folded(uint32_t sum, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i += 2)
        sum += (uint32_t)p[i] << 8 | p[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum ^ 0xffff;
}

static void absent_machines_refuse(void)
{
    struct act_forward forward;
    struct act_decision d;
    uint8_t f[64];
    int a;

    act_forward_init(&forward, NET, 0xffffff00);
    a = act_forward_join(&forward, &alice, false);
    DECIDE(a, make_tcp(f, 0x02, 0)); /* SYN */
    CHECK(d.verdict == ACT_REPLY && d.reply_len == 54 && d.reply[47] == 0x14 &&
              memcmp(d.reply + 42, (uint8_t[]){0, 0, 0x10, 1}, 4) == 0,
          "a SYN to a machine that is not there is reset, and acknowledged");
    CHECK(memcmp(d.reply, alice.mac, 6) == 0 && memcmp(d.reply + 26, f + 30, 4) == 0 &&
              memcmp(d.reply + 30, f + 26, 4) == 0 && d.reply[35] == 80 && d.reply[36] == 0x12,
          "in the name of that machine");
    CHECK(folded(0, d.reply + 14, 20) == 0 && folded(6 + 20, d.reply + 26, 28) == 0,
          "with both checksums");
    DECIDE(a, make_tcp(f, 0x18, 3)); /* PSH, ACK, and three bytes */
    CHECK(d.verdict == ACT_REPLY && d.reply[47] == 0x04 && memcmp(d.reply + 38, f + 42, 4) == 0,
          "a segment of an old connection is reset where its sender is");
    DECIDE(a, make_tcp(f, 0x01, 3)); /* FIN and three bytes, no ACK */
    CHECK(d.verdict == ACT_REPLY && d.reply[45] == 4, "text and FIN are acknowledged");
    DECIDE(a, make_tcp(f, 0x04, 0));
    CHECK(d.verdict == ACT_DROP_UNKNOWN, "a reset is not");
    make_tcp(f, 0x02, 0);
    CHECK(DECIDE(a, 53).verdict == ACT_DROP_UNKNOWN, "nor a segment cut short");
    f[46] = 0x60;
    CHECK(DECIDE(a, 54).verdict == ACT_DROP_UNKNOWN, "nor one whose header goes beyond its end");
    make_tcp(f, 0x02, 0), f[46] = 0x40;
    CHECK(DECIDE(a, 54).verdict == ACT_DROP_UNKNOWN, "nor one whose header is too short");
    make_tcp(f, 0x02, 0), f[14] = 0x4f;
    CHECK(DECIDE(a, 54).verdict == ACT_DROP_UNKNOWN, "nor one behind options that are not there");
    make_tcp(f, 0x02, 0), f[20] = 0x20;
    CHECK(DECIDE(a, 54).verdict == ACT_DROP_UNKNOWN, "nor a fragment");
    make_tcp(f, 0x02, 0), f[23] = 17;
    CHECK(DECIDE(a, 54).verdict == ACT_DROP_UNKNOWN, "nor a datagram");
    make_tcp(f, 0x02, 0), f[30] = 8;
    CHECK(DECIDE(a, 54).verdict == ACT_DROP_UNKNOWN, "nor what leads outside");
}

int main(void)
{
    reader_takes_frames_apart();
    reader_survives_a_long_stream();
    reader_refuses_impossible_lengths();
    queue_is_bounded();
    switch_decides();
    absent_machines_refuse();
    return tap_finish();
}
