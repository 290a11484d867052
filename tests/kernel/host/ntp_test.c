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
    const char *kiss; /* the code */
} server;

static void hear(const uint8_t *f, size_t bytes)
{
    bool is_ntp = bytes == NTP_AT + 48 && get16(f + 12) == 0x0800 && f[23] == 17 && get16(f + 36) == 123;

    if (is_ntp) {
        server.questions++;
        server.faulty += f[NTP_AT] != 0x23 || get32(f + NTP_AT + 24) || !get32(f + NTP_AT + 40);
    } else if (get16(f + 12) != 0x0806 || get16(f + 20) != 1 || get32(f + 38) >> 2 != 0x0a4d0000 >> 2) {
        return;
    }
    memcpy(server.frame, f, bytes);
    server.bytes = bytes;
    server.answer_at_ns = host_now_ns + (is_ntp ? 2 * server.delay_ns : 0);
}

static void answer_arp(void)
{
    const uint8_t ours[] = {2, 0, 0, 0, 0, 2, 10, 77, 0, server.frame[41]};
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
    if (server.how == KISS)
        memcpy(ntp + 12, server.kiss, 4);
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

static unsigned seconds_to_a_question(void)
{
    unsigned before = server.questions, seconds = 0;

    for (; server.questions == before && seconds < 10000; seconds++)
        pass_s(1);
    return seconds;
}

static void servers_that_cannot_tell(void)
{
    uint64_t date_ns = server.date_ns;

    server.date_ns = YEAR_2026_NS;
    server.how = NOT_SYNCHRONIZED;
    seconds_to_a_question();
    ok(seconds_to_a_question() == 1024, "a server that has lost its date is not asked the sooner for it");
    ok(apart_ms(date_ns) < 2, "and does not count");
    server.how = KISS;
    server.kiss = "RATE";
    seconds_to_a_question();
    ok(seconds_to_a_question() == 2048, "one that wants fewer questions gets them");
    ok(seconds_to_a_question() == 4096, "and fewer still when it says so again");
    server.kiss = "DENY";
    seconds_to_a_question();
    ok(strstr(host_logged, "refuses to be asked"), "a refusal is told");
    server.how = RIGHT;
    ok(seconds_to_a_question() == 10000, "and who refuses is not asked again");
    host_cmdline[1] = "ntp=10.77.0.2"; /* as another lease would */
    ok(seconds_to_a_question() < 10000, "another server is");
}

/* Before the first date: soon again, less and less often. */
static int a_server_that_has_its_date_later(void)
{
    unsigned waits[7];

    server.how = NOT_SYNCHRONIZED;
    k_net_init();
    for (int i = 0; i < 7; i++)
        waits[i] = seconds_to_a_question();
    ok(waits[0] <= 2 && waits[1] == 4 && waits[2] == 8, "a server without a date is asked again soon");
    ok(waits[5] == 64 && waits[6] == 64, "and then less often, but still each minute");
    server.how = RIGHT;
    seconds_to_a_question();
    ok(apart_ms(YEAR_2026_NS) < 15, "and is heard when it has one");
    ok(strstr(host_logged, "the date from 10.77.0.1; the clock was behind"), "which is told");
    ok(seconds_to_a_question() == 1024, "then nobody is asked for a while");
    return tap_done();
}

int main(int argc, char **argv)
{
    host_cmdline[0] = "ip=10.77.0.5/24";
    host_cmdline[1] = "ntp=10.77.0.1";
    array_card.on_sent = hear;
    server.date_ns = YEAR_2026_NS;
    k_poller_add(&poller);
    if (argc > 1 && !strcmp(argv[1], "late"))
        return a_server_that_has_its_date_later();
    server.delay_ns = 200 * K_NS_PER_MS;
    k_net_init();
    ok(apart_ms(YEAR_2026_NS) < 15, "without a clock of its own the machine waits for the date while it boots");
    ok(strstr(host_logged, "the date from 10.77.0.1; the clock was behind"), "and tells whose it is");
    server.delay_ns = 0;
    pass_s(1000);
    ok(server.questions == 1, "then nobody is asked for a while");
    pass_s(100);
    ok(server.questions == 2 && apart_ms(YEAR_2026_NS) < 2, "and asked again");
    bad_answers_change_nothing();
    server.date_ns = 4100000000ull * K_NS_PER_S; /* 2099: NTP's seconds have wrapped */
    pass_s(1100);
    ok(apart_ms(server.date_ns) < 2, "dates after 2036");
    servers_that_cannot_tell();
    ok(!server.faulty, "questions tell no time, and hold a number to repeat");
    return tap_done();
}
