/* SPDX-License-Identifier: MIT */
/*
 * ntp_packet.c - a question and its answer.
 *
 * Times are seconds since 1900 and a fraction of 32 bits each. They wrap in 2036: what would be before
 * 1968 is after (RFC 4330, section 3). We do not tell our own time: the field that a server must
 * repeat holds a random number instead.
 */
#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "net/ntp.h"

#define SECONDS_TO_1970 2208988800ull
#define SECOND_ERA (1ull << 32)
#define DELAY_MAX_NS (10 * K_NS_PER_S)

enum { P_FLAGS = 0, P_STRATUM = 1, P_KISS = 12, P_ORIGINATE = 24, P_RECEIVE = 32, P_TRANSMIT = 40 };
enum { VERSION_4 = 4 << 3, MODE_CLIENT = 3, MODE_SERVER = 4, MODE = 7, NOT_SYNCHRONIZED = 3 };
#define STRATUM_MAX 15

static uint64_t get64(const uint8_t *at)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | at[i];
    return value;
}

static uint64_t to_ns(uint64_t stamp)
{
    uint64_t seconds = stamp >> 32, fraction = stamp & 0xffffffff;

    if (!(seconds >> 31))
        seconds += SECOND_ERA;
    return (seconds - SECONDS_TO_1970) * K_NS_PER_S + (fraction * K_NS_PER_S >> 32);
}

void k_ntp_write(const struct k_ntp_question *question, uint8_t out[K_NTP_BYTES])
{
    memset(out, 0, K_NTP_BYTES);
    out[P_FLAGS] = VERSION_4 | MODE_CLIENT;
    for (int i = 0; i < 8; i++)
        out[P_TRANSMIT + i] = (uint8_t)(question->cookie >> (56 - 8 * i));
}

/* Kiss codes (RFC 5905, section 7.4) that ask for something; the others only say that there is no date yet. */
static int kiss(const uint8_t *code)
{
    if (!memcmp(code, "DENY", 4) || !memcmp(code, "RSTR", 4))
        return -EACCES;
    return memcmp(code, "RATE", 4) ? -EAGAIN : -EBUSY;
}

int k_ntp_read(const struct k_ntp_question *question, const uint8_t *answer, size_t bytes,
               uint64_t received_ns, uint64_t *wall_ns)
{
    uint64_t received, sent, way_ns;

    if (bytes < K_NTP_BYTES || (answer[P_FLAGS] & MODE) != MODE_SERVER ||
        get64(answer + P_ORIGINATE) != question->cookie)
        return -EPROTO;
    if (!answer[P_STRATUM])
        return kiss(answer + P_KISS);
    if (answer[P_FLAGS] >> 6 == NOT_SYNCHRONIZED || answer[P_STRATUM] > STRATUM_MAX)
        return -EAGAIN;
    received = to_ns(get64(answer + P_RECEIVE));
    sent = to_ns(get64(answer + P_TRANSMIT));
    way_ns = received_ns - question->sent_ns;
    if (!get64(answer + P_TRANSMIT) || sent < received || way_ns > DELAY_MAX_NS || sent - received > way_ns)
        return -EPROTO;
    *wall_ns = sent + (way_ns - (sent - received)) / 2;
    return 0;
}
