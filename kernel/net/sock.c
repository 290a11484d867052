/* SPDX-License-Identifier: MIT */
/* sock.c - what both kinds of sockets share: error numbers, port numbers. */
#include "net/sock.h"

#include "abi/errno.h"
#include "core/random.h"
#include "lwip/err.h"

int k_sock_errno(int lwip_error)
{
    switch (lwip_error) {
    case ERR_OK: return 0;
    case ERR_MEM:
    case ERR_BUF: return ENOMEM;
    case ERR_TIMEOUT: return ETIMEDOUT;
    case ERR_RTE: return ENETUNREACH;
    case ERR_INPROGRESS: return EINPROGRESS;
    case ERR_VAL:
    case ERR_ARG: return EINVAL;
    case ERR_WOULDBLOCK: return EAGAIN;
    case ERR_USE: return EADDRINUSE;
    case ERR_ALREADY: return EALREADY;
    case ERR_ISCONN: return EISCONN;
    case ERR_CONN: return ENOTCONN;
    case ERR_IF: return ENETDOWN;
    case ERR_ABRT: return ETIMEDOUT; /* given up after all retransmissions */
    case ERR_RST: return ECONNRESET;
    case ERR_CLSD: return 0; /* closed in good order on both sides */
    default: return EIO;
    }
}

uint16_t k_sock_random_port(void)
{
    return (uint16_t)(32768 + k_random_u32() % (60999 - 32768 + 1));
}
