/* SPDX-License-Identifier: MIT */
/*
 * client_peer.h - a peer on the test's own loop that behaves as badly as a path asks.
 *
 *     /ok /echo /chunked /eof /slow /reset /garbage /huge /cut /hangup-next /close
 *
 * It listens on all loopback addresses and counts, so that a test sees how many connections
 * were opened and which address was called.
 */
#ifndef CLIENT_PEER_H
#define CLIENT_PEER_H

#include <netinet/in.h>
#include <uv.h>

struct peer {
    uv_loop_t *loop;
    uv_tcp_t listener;
    uint16_t port;
    unsigned accepted, requests, open;
    unsigned by_last_octet[256]; /* requests by the address they came to */
    char last_head[4096];
    struct peer_conn *conns;
};

void peer_open(struct peer *peer, uv_loop_t *loop);
void peer_open_at(struct peer *peer, uv_loop_t *loop, uint32_t address); /* host byte order */
void peer_close(struct peer *peer); /* run the loop afterwards */

/* A name server: answers "shop" with three addresses, "mixed" with 127.0.0.1 and 224.0.0.1, "empty" with none, else "no such name". */
struct name_server {
    uv_udp_t udp;
    uint16_t port;
    unsigned questions;
    char buffer[512];
};

void name_server_open(struct name_server *server, uv_loop_t *loop);
void name_server_close(struct name_server *server);

#endif
