/* SPDX-License-Identifier: MIT */
/* poll.h - epoll, poll and select as Linux numbers them. The bits of both are the same. */
#ifndef K_ABI_POLL_H
#define K_ABI_POLL_H

#include <stdint.h>

#define EPOLLIN 0x001u
#define EPOLLPRI 0x002u
#define EPOLLOUT 0x004u
#define EPOLLERR 0x008u
#define EPOLLHUP 0x010u
#define EPOLLNVAL 0x020u
#define EPOLLRDNORM 0x040u
#define EPOLLWRNORM 0x100u
#define EPOLLRDHUP 0x2000u
#define EPOLLEXCLUSIVE (1u << 28)
#define EPOLLWAKEUP (1u << 29)
#define EPOLLONESHOT (1u << 30)
#define EPOLLET (1u << 31)

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3
#define EPOLL_CLOEXEC 02000000

struct epoll_event {
    uint32_t events;
    uint64_t data;
} __attribute__((packed));

struct pollfd {
    int fd;
    int16_t events;
    int16_t revents;
};

#define EFD_SEMAPHORE 1
#define EFD_CLOEXEC 02000000
#define EFD_NONBLOCK 04000

#define F_DUPFD 0
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define F_DUPFD_CLOEXEC 1030
#define FD_CLOEXEC 1

#define FIONBIO 0x5421
#define FIONREAD 0x541B
#define FIOCLEX 0x5451
#define FIONCLEX 0x5450

#endif
