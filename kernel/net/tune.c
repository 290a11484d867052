/* SPDX-License-Identifier: MIT */
/*
 * tune.c - how large windows and buffers are: small in a guest of 8 MiB, and enough for bodies at
 * wire speed where there is memory.
 *
 * A window is what one peer may make us hold, not what each connection holds: data that the
 * service has read is gone. Many slow readers of large answers are bounded by the send buffer.
 */
#include "core/page.h"
#include "net/lwipopts.h"
#include "net/net.h"

#define MIB (1024u * 1024u)

uint32_t k_tcp_wnd, k_tcp_snd_buf;

struct k_net_sizes k_net_tune(void)
{
    static const struct {
        uint64_t below;
        uint32_t wnd, snd_buf, receive_buffers;
    } rows[] = {
        {12 * MIB, 16 * TCP_MSS, 16 * TCP_MSS, 64},
        {24 * MIB, 32 * TCP_MSS, 32 * TCP_MSS, 128},
        {80 * MIB, 64 * TCP_MSS, 64 * TCP_MSS, 256},
        {UINT64_MAX, 256 * TCP_MSS, 180 * TCP_MSS, 512},
    };
    uint64_t total = k_memory_total();
    unsigned row = 0;

    while (total >= rows[row].below)
        row++;
    k_tcp_wnd = rows[row].wnd;
    k_tcp_snd_buf = rows[row].snd_buf;
    return (struct k_net_sizes){rows[row].receive_buffers};
}
