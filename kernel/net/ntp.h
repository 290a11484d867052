/* SPDX-License-Identifier: MIT */
/*
 * ntp.h - the date from a time server (SNTP: RFC 4330, RFC 5905 section 14).
 *
 * The server is that of ntp=A.B.C.D on the command line, else the first that a DHCP lease named;
 * without one nothing is done. Each answer sets the wall clock at once; the monotonic clock goes on
 * as before.
 */
#ifndef K_NET_NTP_H
#define K_NET_NTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Boot, after the addresses: ask, again after two seconds and so on up to a minute until a server tells
 * the date, and then every seventeen minutes; less often where it says that this is too often, and never
 * again where it refuses (RFC 4330, section 8). Waits, two seconds at most, only where the machine has
 * no date at all (no battery-backed clock).
 */
void k_ntp_init(void);

/* Later, when an address came, and a server with it perhaps. */
void k_ntp_start(void);

/* ---- the pure part ---- */

#define K_NTP_BYTES 48

struct k_ntp_question {
    uint64_t cookie;  /* that the answer must repeat; nobody can guess it */
    uint64_t sent_ns; /* by the monotonic clock */
};

void k_ntp_write(const struct k_ntp_question *question, uint8_t out[K_NTP_BYTES]);

/*
 * What the date was at `received_ns` of the monotonic clock, in nanoseconds since 1970, by this answer.
 *
 * Returns 0, or
 *   -EPROTO  not an answer to the question, or no answer at all
 *   -EAGAIN  a server that is not synchronized itself
 *   -EBUSY   one that wants to be asked less often
 *   -EACCES  one that does not want to be asked at all
 */
int k_ntp_read(const struct k_ntp_question *question, const uint8_t *answer, size_t bytes,
               uint64_t received_ns, uint64_t *wall_ns);

#endif
