/* SPDX-License-Identifier: MIT */
/*
 * sockets_test.c - TCP and UDP over loopback, as a program sees them. The same claims hold on Linux,
 * where this runs as a process, and in an image.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../host/tap.h"

#define BIG (4u << 20)

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int port_of(int fd)
{
    struct sockaddr_in name;
    socklen_t bytes = sizeof(name);

    return getsockname(fd, (struct sockaddr *)&name, &bytes) ? -1 : ntohs(name.sin_port);
}

static int listener(int port)
{
    struct sockaddr_in name = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&name, sizeof(name)) || listen(fd, 64)) {
        close(fd);
        return -1;
    }
    return fd;
}

static int connect_to(int port, int flags)
{
    struct sockaddr_in name = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0);

    if (connect(fd, (struct sockaddr *)&name, sizeof(name)) && errno != EINPROGRESS) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static void pair(int *client, int *server)
{
    int l = listener(0);

    *client = connect_to(port_of(l), 0);
    *server = accept(l, NULL, NULL);
    close(l);
}

static short state_of(int fd, short events, int timeout_ms)
{
    struct pollfd p = {fd, events, 0};

    poll(&p, 1, timeout_ms);
    return p.revents;
}

static void bytes_go_both_ways(void)
{
    int client, server, readable = 0;
    char text[16] = "";
    struct iovec out[2] = {{"hel", 3}, {"lo", 2}}, in[2] = {{text, 2}, {text + 2, 8}};

    pair(&client, &server);
    ok(client >= 0 && server >= 0, "a connection is made and accepted");
    ok(writev(client, out, 2) == 5, "two pieces are written");
    ok(state_of(server, POLLIN, 1000) == POLLIN, "the other side becomes readable");
    ok(!ioctl(server, FIONREAD, &readable) && readable == 5, "FIONREAD counts what waits");
    ok(recv(server, text, sizeof(text), MSG_PEEK) == 5, "peeking leaves the bytes");
    ok(readv(server, in, 2) == 5 && !memcmp(text, "hello", 5), "the bytes arrive in pieces");
    ok(recv(server, text, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN, "then there are none");
    ok(write(server, "x", 1) == 1 && read(client, text, 4) == 1, "and back");
    close(client);
    close(server);
}

static void names_are_told(void)
{
    int client, server;
    struct sockaddr_in a, b;
    socklen_t bytes = sizeof(a);

    pair(&client, &server);
    getpeername(client, (struct sockaddr *)&a, &bytes);
    bytes = sizeof(b);
    getsockname(server, (struct sockaddr *)&b, &bytes);
    ok(a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr,
       "the peer's name is its own name");
    close(client);
    close(server);
}

static void half_closed(void)
{
    int client, server;
    char c;

    pair(&client, &server);
    shutdown(client, SHUT_WR);
    ok(state_of(server, POLLIN | POLLRDHUP, 1000) == (POLLIN | POLLRDHUP),
       "an end shows as readable and RDHUP, not HUP");
    ok(read(server, &c, 1) == 0, "and reads as end of file");
    ok(write(server, "y", 1) == 1 && read(client, &c, 1) == 1 && c == 'y',
       "the other direction still works");
    ok(write(client, "z", 1) == -1 && errno == EPIPE, "the ended side cannot write");
    shutdown(server, SHUT_WR);
    ok(state_of(client, POLLIN | POLLRDHUP, 1000) & POLLHUP, "ended both ways is HUP");
    close(client);
    close(server);
}

static void reset(void)
{
    int client, server;
    struct linger hard = {1, 0};
    char c;

    pair(&client, &server);
    setsockopt(client, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    close(client);
    ok((state_of(server, POLLIN, 1000) & (POLLERR | POLLHUP | POLLIN)) ==
           (POLLERR | POLLHUP | POLLIN),
       "a reset shows as ERR and HUP");
    ok(read(server, &c, 1) == -1 && errno == ECONNRESET, "the first read says ECONNRESET");
    ok(read(server, &c, 1) == 0, "the next says end of file");
    ok(write(server, &c, 1) == -1 && errno == EPIPE, "a write says EPIPE");
    close(server);

    pair(&client, &server);
    ok(write(client, "unread", 6) == 6 && state_of(server, POLLIN, 1000) == POLLIN, "bytes wait");
    close(server);
    ok(state_of(client, POLLIN, 1000) & POLLERR, "closing with unread bytes resets the peer");
    close(client);
}

static void refused(void)
{
    int l = listener(0), port = port_of(l), fd, error = 0;
    socklen_t bytes = sizeof(error);

    close(l);
    ok(connect_to(port, 0) == -1 && errno == ECONNREFUSED, "nobody listens: ECONNREFUSED");
    fd = connect_to(port, SOCK_NONBLOCK);
    if (fd >= 0) {
        state_of(fd, POLLOUT, 1000);
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes);
        close(fd);
    } else {
        error = errno;
    }
    ok(error == ECONNREFUSED, "without blocking, SO_ERROR tells it");
}

static void listening_again(void)
{
    int l = listener(0), port = port_of(l), client = connect_to(port, 0), server, second;

    server = accept(l, NULL, NULL);
    second = listener(port);
    ok(second == -1 && errno == EADDRINUSE, "a port cannot be listened on twice");
    close(server); /* TIME_WAIT is on our side */
    close(client);
    close(l);
    second = listener(port);
    ok(second >= 0, "the port can be listened on again at once");
    close(second);
}

/* Write without blocking until it refuses, read everything, and so on to the end. */
static void much_data(void)
{
    int client, server;
    static unsigned char out[65536], in[65536];
    size_t sent = 0, got = 0;
    bool refused_once = false, good = true;

    pair(&client, &server);
    fcntl(client, F_SETFL, O_NONBLOCK);
    while (got < BIG && good) {
        while (sent < BIG) {
            ssize_t n;

            for (size_t i = 0; i < sizeof(out); i++)
                out[i] = (unsigned char)((sent + i) * 7 >> 3);
            n = write(client, out, sizeof(out) < BIG - sent ? sizeof(out) : BIG - sent);
            if (n < 0) {
                good = good && errno == EAGAIN;
                refused_once = true;
                break;
            }
            sent += (size_t)n;
        }
        if (state_of(server, POLLIN, 2000) != POLLIN)
            break;
        ssize_t n = read(server, in, sizeof(in));
        for (ssize_t i = 0; i < n; i++)
            good = good && in[i] == (unsigned char)((got + (size_t)i) * 7 >> 3);
        got += n > 0 ? (size_t)n : 0;
    }
    ok(refused_once, "a full connection says EAGAIN");
    ok(good && got == BIG, "four megabytes arrive as they were sent");
    close(client);
    close(server);
}

static void many_connections(void)
{
    enum { COUNT = 100 };
    int l = listener(0), clients[COUNT], servers[COUNT], good = 0;
    char c;

    for (int i = 0; i < COUNT; i++) {
        clients[i] = connect_to(port_of(l), 0);
        servers[i] = accept(l, NULL, NULL);
    }
    for (int i = 0; i < COUNT; i++) {
        unsigned char n = (unsigned char)i;
        good += write(clients[i], &n, 1) == 1;
    }
    for (int i = 0; i < COUNT; i++)
        good += read(servers[i], &c, 1) == 1 && c == (char)i;
    ok(good == 2 * COUNT, "a hundred connections do not mix");
    for (int i = 0; i < COUNT; i++) {
        close(clients[i]);
        close(servers[i]);
    }
    close(l);
}

static void datagrams(void)
{
    int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in name = loopback(0), from;
    socklen_t bytes = sizeof(from);
    char text[8];

    bind(a, (struct sockaddr *)&name, sizeof(name));
    name = loopback(port_of(a));
    ok(recv(b, text, 8, 0) == -1 && errno == EAGAIN, "no datagram: EAGAIN");
    ok(sendto(b, "datagram!", 9, 0, (struct sockaddr *)&name, sizeof(name)) == 9,
       "a datagram is sent");
    ok(recvfrom(a, text, 8, 0, (struct sockaddr *)&from, &bytes) == 8, "and cut to the room");
    ok(ntohs(from.sin_port) == port_of(b), "its sender is known");
    ok(sendto(a, "back", 4, 0, (struct sockaddr *)&from, bytes) == 4 &&
           state_of(b, POLLIN, 1000) == POLLIN && read(b, text, 8) == 4,
       "and can be answered");
    ok(!connect(b, (struct sockaddr *)&name, sizeof(name)) && write(b, "c", 1) == 1 &&
           read(a, text, 8) == 1,
       "a connected datagram socket needs no address");
    ok(send(a, "x", 1, 0) == -1 && errno == EDESTADDRREQ, "without one it is missing");
    close(a);
    close(b);
}

static void datagram_of_many_pieces(void)
{
    enum { PIECES = 40 };
    int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in name = loopback(0);
    struct iovec iov[PIECES];
    char text[2 * PIECES];

    bind(to, (struct sockaddr *)&name, sizeof(name));
    name = loopback(port_of(to));
    connect(from, (struct sockaddr *)&name, sizeof(name));
    for (int i = 0; i < PIECES; i++)
        iov[i] = (struct iovec){"x", 1};
    ok(writev(from, iov, PIECES) == PIECES && recv(to, text, sizeof(text), 0) == PIECES,
       "a datagram gathered from many pieces arrives whole");
    ok(sendmsg(from, &(struct msghdr){.msg_iov = iov, .msg_iovlen = 0x7fffffff}, 0) == -1 &&
           errno == EMSGSIZE,
       "too many pieces are refused");
    close(to);
    close(from);
}

static void options(void)
{
    int client, server, value = 0;
    socklen_t bytes = sizeof(value);
    int on = 1;

    pair(&client, &server);
    ok(!setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) &&
           !getsockopt(client, IPPROTO_TCP, TCP_NODELAY, &value, &bytes) && value,
       "TCP_NODELAY is kept");
    ok(!setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) &&
           !setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &(int){60}, sizeof(int)),
       "keep-alive is set");
    ok(!getsockopt(client, SOL_SOCKET, SO_TYPE, &value, &bytes) && value == SOCK_STREAM,
       "SO_TYPE is told");
    ok(setsockopt(client, 99, 99, &on, sizeof(on)) == -1 &&
           (errno == ENOPROTOOPT || errno == EOPNOTSUPP),
       "an unknown level is refused");
    struct timeval soon = {0, 50000};
    char c;
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
    ok(read(client, &c, 1) == -1 && errno == EAGAIN, "SO_RCVTIMEO ends a read");
    close(client);
    close(server);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    bytes_go_both_ways();
    names_are_told();
    half_closed();
    reset();
    refused();
    listening_again();
    much_data();
    many_connections();
    datagrams();
    datagram_of_many_pieces();
    options();
    return tap_done();
}
