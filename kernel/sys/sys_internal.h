/* SPDX-License-Identifier: MIT */
/*
 * sys_internal.h - the bodies of the system calls on descriptors, as Linux defines them.
 *
 * Pointers come from the service itself, which shares our address space: they are not checked.
 */
#ifndef K_SYS_INTERNAL_H
#define K_SYS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "abi/poll.h"
#include "abi/socket.h"
#include "abi/types.h"

#define IOV_MAX 1024 /* pieces of one read, write or message */

/* fd.c */
long sys_close(int fd);
long sys_dup(int fd);
long sys_dup2(int from, int to);
long sys_dup3(int from, int to, int flags);
long sys_fcntl(int fd, int command, unsigned long arg);

/* io.c */
long sys_read(int fd, void *buf, size_t len);
long sys_write(int fd, const void *buf, size_t len);
long sys_readv(int fd, const struct iovec *iov, int count);
long sys_writev(int fd, const struct iovec *iov, int count);
long sys_pread64(int fd, void *buf, size_t len, int64_t offset);
long sys_lseek(int fd, int64_t offset, int whence);
long sys_getdents64(int fd, void *buf, size_t len);
long sys_ioctl(int fd, unsigned long request, void *arg);

/* epoll.c */
long sys_epoll_create1(int flags);
long sys_epoll_create(int size);
long sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
long sys_epoll_wait(int epfd, struct epoll_event *events, int count, int timeout_ms);
long sys_epoll_pwait(int epfd, struct epoll_event *events, int count, int timeout_ms,
                     const uint64_t *sigmask, size_t sigset_bytes);

/* poll.c */
long sys_poll(struct pollfd *fds, uint64_t count, int timeout_ms);
long sys_ppoll(struct pollfd *fds, uint64_t count, const struct timespec *timeout,
               const uint64_t *sigmask, size_t sigset_bytes);
long sys_select(int count, uint64_t *in, uint64_t *out, uint64_t *except, struct timeval *timeout);
struct pselect_mask { /* the sixth argument, a pair because there is no seventh */
    const uint64_t *set;
    size_t bytes;
};
long sys_pselect6(int count, uint64_t *in, uint64_t *out, uint64_t *except,
                  const struct timespec *timeout, const struct pselect_mask *mask);

/* eventfd.c, pipe.c */
long sys_eventfd(unsigned value);
long sys_eventfd2(unsigned value, int flags);
long sys_pipe(int fds[2]);
long sys_pipe2(int fds[2], int flags);

/* console_file.c: descriptors 0, 1 and 2. Boot. */
int k_console_file_init(void);

/* socket.c */
long sys_socket(int domain, int type, int protocol);
long sys_bind(int fd, const struct sockaddr_in *name, uint32_t bytes);
long sys_listen(int fd, int backlog);
long sys_accept(int fd, struct sockaddr_in *name, uint32_t *bytes);
long sys_accept4(int fd, struct sockaddr_in *name, uint32_t *bytes, int flags);
long sys_connect(int fd, const struct sockaddr_in *name, uint32_t bytes);
long sys_shutdown(int fd, int how);
long sys_getsockname(int fd, struct sockaddr_in *name, uint32_t *bytes);
long sys_getpeername(int fd, struct sockaddr_in *name, uint32_t *bytes);

/* socket_option.c */
long sys_setsockopt(int fd, int level, int option, const void *value, uint32_t bytes);
long sys_getsockopt(int fd, int level, int option, void *value, uint32_t *bytes);

/* socket_message.c */
long sys_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr_in *to,
                uint32_t to_bytes);
long sys_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr_in *from,
                  uint32_t *from_bytes);
long sys_sendmsg(int fd, const struct msghdr *message, int flags);
long sys_recvmsg(int fd, struct msghdr *message, int flags);
long sys_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
long sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags,
                  struct timespec *timeout);

/* A deadline from a relative time-out; negative milliseconds and NULL: K_NEVER. */
uint64_t k_deadline_ms(int timeout_ms);
uint64_t k_deadline_timespec(const struct timespec *timeout);

#endif
