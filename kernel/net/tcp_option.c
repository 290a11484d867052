/* SPDX-License-Identifier: MIT */
/* tcp_option.c - the options of a TCP socket that have an effect here. */
#include "abi/errno.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "net/tcp_sock.h"

static void set_bit(struct tcp_pcb *pcb, u8_t bit, int value)
{
    if (value)
        ip_set_option(pcb, bit);
    else
        ip_reset_option(pcb, bit);
}

static int set_socket_level(struct tcp_pcb *pcb, int option, int value)
{
    switch (option) {
    case SO_REUSEADDR:
        set_bit(pcb, SOF_REUSEADDR, value);
        return 0;
    case SO_KEEPALIVE:
        set_bit(pcb, SOF_KEEPALIVE, value);
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

int k_tcp_set(struct k_sock *sock, int level, int option, int value)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    struct tcp_pcb *pcb = tcp->pcb;

    if (level == SOL_SOCKET && option == SO_REUSEPORT)
        return -ENOPROTOOPT;
    if (!pcb)
        return level == IPPROTO_TCP || level == SOL_SOCKET ? 0 : -ENOPROTOOPT;
    if (level == SOL_SOCKET)
        return set_socket_level(pcb, option, value);
    if (level != IPPROTO_TCP)
        return -ENOPROTOOPT;
    if (tcp->state == TCP_LISTENING)
        return option == TCP_NODELAY || option == TCP_DEFER_ACCEPT ? 0 : -EOPNOTSUPP;

    switch (option) {
    case TCP_NODELAY:
        if (value) {
            tcp_nagle_disable(pcb);
            tcp_output(pcb);
        } else {
            tcp_nagle_enable(pcb);
        }
        return 0;
    case TCP_KEEPIDLE:
        pcb->keep_idle = (u32_t)value * 1000;
        return value > 0 ? 0 : -EINVAL;
    case TCP_KEEPINTVL:
        pcb->keep_intvl = (u32_t)value * 1000;
        return value > 0 ? 0 : -EINVAL;
    case TCP_KEEPCNT:
        pcb->keep_cnt = (u32_t)value;
        return value > 0 ? 0 : -EINVAL;
    case TCP_QUICKACK:
        if (value)
            tcp_ack_now(pcb);
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

int k_tcp_get(struct k_sock *sock, int level, int option, int *value)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    struct tcp_pcb *pcb = tcp->pcb;

    *value = 0;
    if (level == SOL_SOCKET) {
        switch (option) {
        case SO_REUSEADDR: *value = pcb && ip_get_option(pcb, SOF_REUSEADDR); return 0;
        case SO_KEEPALIVE: *value = pcb && ip_get_option(pcb, SOF_KEEPALIVE); return 0;
        case SO_ACCEPTCONN: *value = tcp->state == TCP_LISTENING; return 0;
        case SO_SNDBUF: *value = (int)TCP_SND_BUF; return 0;
        case SO_RCVBUF: *value = (int)TCP_WND; return 0;
        default: return -ENOPROTOOPT;
        }
    }
    if (level != IPPROTO_TCP)
        return -ENOPROTOOPT;
    if (!pcb || tcp->state == TCP_LISTENING)
        return option == TCP_NODELAY ? 0 : -ENOPROTOOPT;
    switch (option) {
    case TCP_NODELAY: *value = tcp_nagle_disabled(pcb) != 0; return 0;
    case TCP_KEEPIDLE: *value = (int)(pcb->keep_idle / 1000); return 0;
    case TCP_KEEPINTVL: *value = (int)(pcb->keep_intvl / 1000); return 0;
    case TCP_KEEPCNT: *value = (int)pcb->keep_cnt; return 0;
    default: return -ENOPROTOOPT;
    }
}
