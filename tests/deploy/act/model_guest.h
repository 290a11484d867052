/* SPDX-License-Identifier: MIT */
/*
 * model_guest.h - a guest without a machine: the same lwIP node at the other end of a
 * frame stream, in a process of its own, with a few services whose behaviour a test
 * can rely on.
 */
#ifndef MODEL_GUEST_H
#define MODEL_GUEST_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MODEL_HTTP_PORT = 8080,  /* answers 200 with its name to each "\r\n\r\n" */
    MODEL_ADMIN_PORT = 9090, /* the same, once `ready_after_ms` have passed; 503 before */
    MODEL_ECHO_PORT = 7,     /* gives back what comes; at the end of it closes */
    MODEL_SOURCE_PORT = 19,  /* sends MODEL_SOURCE_BYTES of i % 251, then closes */
    MODEL_RESET_PORT = 11,   /* resets at the first byte */
    MODEL_DEAF_PORT = 13,    /* accepts, and never reads */
};
#define MODEL_SOURCE_BYTES (8u << 20)

struct model_guest {
    int fd;            /* frames */
    uint32_t ip, mask; /* host byte order */
    uint8_t mac[6];
    uint32_t peer_ip; /* of the node at the other end */
    uint8_t peer_mac[6];
    const char *name;
    uint64_t ready_after_ms;
};

/* Serve until the stream ends. `stop_fd` >= 0: readable means stop as well. */
void model_guest_run(const struct model_guest *guest, int stop_fd);

#endif
