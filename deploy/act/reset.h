/* SPDX-License-Identifier: MIT */
/*
 * reset.h - refuse a TCP segment in the name of a machine that is not there (RFC 9293,
 * section 3.10.7.1: what a host does for a connection that it does not have). Pure.
 */
#ifndef ACT_RESET_H
#define ACT_RESET_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the refusal: Ethernet's, IPv4's and TCP's headers. */
#define ACT_RESET_LEN 54

/*
 * Write the refusal of an Ethernet frame that holds IPv4. Returns ACT_RESET_LEN, or 0 where
 * there is nothing to refuse: no TCP, a fragment, cut short, or itself a reset.
 */
size_t act_reset(const uint8_t *frame, size_t len, uint8_t out[ACT_RESET_LEN]);

#endif
