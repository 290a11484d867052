/* SPDX-License-Identifier: MIT */
/*
 * ntp_test.c - the date from a time server behind the card that is an array: when it is asked, and
 * which answers count.
 */
#include <stdio.h>
#include <string.h>

#include "array_card.h"
#include "core.h"
#include "core/clock.h"
#include "core/poll.h"
#include "net/net.h"
#include "tap.h"

#define NTP_AT 42
#define YEAR_2026_NS (1770000000ull * K_NS_PER_S)

struct k_netdev *k_netdev_get(unsigned index) { return index ? NULL : &array_card_dev; }

static struct {
    uint8_t frame[ARRAY_FRAME_MAX]; /* what waits for an answer */
    size_t bytes;
    unsigned questions, faulty;
    uint64_t date_ns;                    /* when the monotonic clock began */
    uint64_t delay_ns;                   /* of each way */
    uint64_t answer_at_ns;
    enum { RIGHT, FALSE_COOKIE, NOT_SYNCHRONIZED, KISS, SHORT, SILENT, BACKWARDS } how;
} server;

static void hear(const uint8_t *f, size_t bytes)
{
    bool is_ntp = bytes == NTP_AT + 48 && get16(f + 12) == 0x0800 && f[23] == 17 && get16(f + 36) == 123;

    if (is_ntp) {
        server.questions++;
        server.faulty += f[NTP_AT] != 0x23 || get32(f + NTP_AT + 24) || !get32(f + NTP_AT + 40);
    } else if (get16(f + 12) != 0x0806 || get16(f + 20) != 1 || get32(f + 38) != 0x0a4d0001) {
        return;
    }
    memcpy(server.frame, f, bytes);
    server.bytes = bytes;
    server.answer_at_ns = host_now_ns + (is_ntp ? 2 * server.delay_ns : 0);
}

static void answer_arp(void)
{
    static const uint8_t ours[] = {2, 0, 0, 0, 0, 2, 10, 77, 0, 1};
    uint8_t f[42];

    memcpy(f, server.frame, sizeof(f));
    memcpy(f, server.frame + 6, 6);
    memcpy(f + 6, ours, 6);
    put16(f + 20, 2);
    memcpy(f + 22, ours, sizeof(ours));
    memcpy(f + 32, server.frame + 22, 10);
    array_card_put(f, sizeof(f));
}

static void put_time(uint8_t *at, uint64_t ns)
{
    put32(at, (uint32_t)(ns / K_NS_PER_S + 2208988800ull));
    put32(at + 4, (uint32_t)((ns % K_NS_PER_S << 32) / K_NS_PER_S));
}

static void answer_ntp(void)
{
    uint8_t f[ARRAY_FRAME_MAX] = {0}, *ntp = f + NTP_AT;
    uint64_t there_ns = server.date_ns + host_now_ns - server.delay_ns;
    size_t bytes = server.how == SHORT ? 40 : 48;

    if (server.how == SILENT)
        return;
    ntp[0] = server.how == NOT_SYNCHRONIZED ? 0xe4 : 0x24;
    ntp[1] = server.how == KISS ? 0 : 2;
    memcpy(ntp + 24, server.frame + NTP_AT + 40, 8);
    ntp[31] = (uint8_t)(ntp[31] ^ (server.how == FALSE_COOKIE));
    put_time(ntp + 32, there_ns);
    put_time(ntp + 40, there_ns - (server.how == BACKWARDS ? K_NS_PER_S : 0));
    put16(f + 34, 123);
    put16(f + 36, get16(server.frame + 34));
    put16(f + 38, (unsigned)(8 + bytes));
    array_card_put(f, wire_ip(f, 17, 8 + bytes, 0x0a4d0001, 0x0a4d0005));
}

static bool serve(void *arg)
{
    (void)arg;
    if (!server.bytes || host_now_ns < server.answer_at_ns)
        return false;
    if (get16(server.frame + 12) == 0x0806)
        answer_arp();
    else
        answer_ntp();
    server.bytes = 0;
    return true;
}

static struct k_poller poller = {.poll = serve};

static void pass_s(uint64_t seconds) { host_run(seconds * K_NS_PER_S); }

static uint64_t apart_ms(uint64_t date_ns)
{
    uint64_t ours = k_clock_wall_ns(), theirs = date_ns + host_now_ns;

    return (ours > theirs ? ours - theirs : theirs - ours) / K_NS_PER_MS;
}

static void bad_answers_change_nothing(void)
{
    static const struct {
        const char *name;
        int how;
    } rows[] = {
        {"an answer to another question", FALSE_COOKIE},
        {"one that is too short", SHORT},
        {"one that was sent before it came", BACKWARDS},
        {"none", SILENT},
    };

    server.date_ns = YEAR_2026_NS + 3600 * K_NS_PER_S;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned before = server.questions;

        server.how = rows[i].how;
        pass_s(1100);
        ok(apart_ms(YEAR_2026_NS) < 2 && server.questions > before, rows[i].name);
    }
    server.how = RIGHT;
    pass_s(1100);
    ok(apart_ms(server.date_ns) < 2, "after them a right one counts");
}

static void servers_that_cannot_tell(void)
{
    unsigned before;

    server.date_ns = YEAR_2026_NS;
    server.how = NOT_SYNCHRONIZED;
    pass_s(1100);
    server.how = KISS;
    before = server.questions;
    pass_s(2100);
    ok(apart_ms(YEAR_2026_NS + 3600 * K_NS_PER_S) < 2, "a server without a date of its own does not count");
    ok(server.questions - before <= 2, "and one that wants fewer questions gets no more of them");
}

int main(void)
{
    host_cmdline[0] = "ip=10.77.0.5/24";
    host_cmdline[1] = "ntp=10.77.0.1";
    array_card.on_sent = hear;
    server.date_ns = YEAR_2026_NS;
    server.delay_ns = 200 * K_NS_PER_MS;
    k_poller_add(&poller);
    k_net_init();
    ok(apart_ms(YEAR_2026_NS) < 15, "without a clock of its own the machine waits for the date while it boots");
    ok(strstr(host_logged, "the date from 10.77.0.1; the clock was behind"), "and tells whose it is");
    server.delay_ns = 0;
    pass_s(1000);
    ok(server.questions == 1, "then nobody is asked for a while");
    pass_s(100);
    ok(server.questions == 2 && apart_ms(YEAR_2026_NS) < 2, "and asked again");
    bad_answers_change_nothing();
    servers_that_cannot_tell();
    server.how = RIGHT;
    server.date_ns = 4100000000ull * K_NS_PER_S; /* 2099: NTP's seconds have wrapped */
    pass_s(1100);
    ok(apart_ms(server.date_ns) < 2, "dates after 2036");
    ok(!server.faulty, "questions tell no time, and hold a number to repeat");
    return tap_done();
}
