/* SPDX-License-Identifier: MIT */
/* peer.h - a thread that listens on some port of 127.0.0.1 and gives canned answers by path. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>

/* Returns the port. */
int peer_start(void);
void peer_stop(void);

/* Was this text in what was received so far? */
bool peer_saw(const char *text);

#endif
