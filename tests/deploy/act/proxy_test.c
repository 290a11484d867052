/* SPDX-License-Identifier: MIT */
/* Published ports, end to end, with a model guest in a child process behind the switch. */
#include "act/node.h"
#include "act/proxy.h"
#include "model_guest.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NET     0x0a4d0100u
#define MASK    0xffffff00u
#define NODE_IP (NET | 2)

static uv_loop_t loop;
static uint32_t guest_ips[ACT_PROXY_CANDIDATES];
static size_t guest_ip_count, turn;
static pid_t guests[2];
static const struct act_address node_address = {{2, 0, 0, 0, 0, 2}, NODE_IP};

static size_t pick(uint32_t ips[ACT_PROXY_CANDIDATES], void *arg)
{
    for (size_t i = 0; i < guest_ip_count; i++)
        ips[i] = guest_ips[(turn + i) % guest_ip_count];
    turn++;
    return guest_ip_count;
}

static void start_guest(struct act_switch *sw, int number, const char *name)
{
    struct act_address address = {{2, 0, 0, 0, 0, (uint8_t)(10 + number)}, NET | (10u + number)};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        abort();
    guests[number] = fork();
    if (guests[number] == 0) {
        struct model_guest guest = {
            .fd = pair[1], .ip = address.ip, .mask = MASK, .peer_ip = NODE_IP, .name = name};

        close(pair[0]);
        memcpy(guest.mac, address.mac, 6);
        memcpy(guest.peer_mac, node_address.mac, 6);
        model_guest_run(&guest, -1);
        _exit(0);
    }
    close(pair[1]);
    if (act_switch_join(sw, &address, false, pair[0], NULL) < 0)
        abort();
    guest_ips[guest_ip_count++] = address.ip;
}

/* ---- the client's side, in a thread of its own: plain blocking sockets ---- */

static uint16_t http_port, echo_port, source_port, reset_port, deaf_port, nobody_port;
static size_t saved_count;

static int dial(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval limit = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static ssize_t ask(int fd, char *answer, size_t size)
{
    static const char request[] = "GET / HTTP/1.1\r\n\r\n";
    ssize_t n = send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL);

    if (n < 0)
        return n;
    n = recv(fd, answer, size - 1, 0);
    answer[n > 0 ? n : 0] = '\0';
    return n;
}

static bool one_request_names(const char *name)
{
    char answer[512];
    int fd = dial(http_port);
    bool good = ask(fd, answer, sizeof(answer)) > 0 && strstr(answer, name);

    close(fd);
    return good;
}

static bool a_thousand_requests_on_one_connection(void)
{
    char answer[512];
    int fd = dial(http_port);
    int good = 0;

    for (int i = 0; i < 1000; i++)
        good += ask(fd, answer, sizeof(answer)) > 0 && strstr(answer, "200 OK") != NULL;
    close(fd);
    return good == 1000;
}

static bool three_hundred_connections_one_after_another(void)
{
    char answer[512];
    int good = 0;

    for (int i = 0; i < 300; i++) {
        int fd = dial(http_port);

        good += ask(fd, answer, sizeof(answer)) > 0;
        close(fd);
    }
    return good == 300;
}

static bool downloads_all(bool slowly)
{
    static uint8_t buffer[65536];
    size_t total = 0;
    bool good = true;
    int fd = dial(source_port);
    ssize_t n;

    while ((n = recv(fd, buffer, slowly ? 16384 : sizeof(buffer), 0)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            good &= buffer[i] == (uint8_t)((total + (size_t)i) % 251);
        total += (size_t)n;
        if (slowly)
            usleep(500);
    }
    close(fd);
    return good && n == 0 && total == MODEL_SOURCE_BYTES;
}

struct upload {
    int fd;
    size_t bytes;
};

static void *upload_main(void *arg)
{
    struct upload *upload = arg;
    uint8_t block[10000];

    for (size_t sent = 0; sent < upload->bytes;) {
        size_t n = upload->bytes - sent < sizeof(block) ? upload->bytes - sent : sizeof(block);

        for (size_t i = 0; i < n; i++)
            block[i] = (uint8_t)((sent + i) % 241);
        ssize_t done = send(upload->fd, block, n, MSG_NOSIGNAL);

        if (done <= 0)
            break;
        sent += (size_t)done;
    }
    shutdown(upload->fd, SHUT_WR);
    return NULL;
}

static bool echoes_after_the_client_half_closed(size_t bytes)
{
    struct upload upload = {dial(echo_port), bytes};
    static uint8_t buffer[65536];
    pthread_t thread;
    size_t total = 0;
    bool good = true;
    ssize_t n;

    pthread_create(&thread, NULL, upload_main, &upload);
    while ((n = recv(upload.fd, buffer, sizeof(buffer), 0)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            good &= buffer[i] == (uint8_t)((total + (size_t)i) % 241);
        total += (size_t)n;
    }
    pthread_join(thread, NULL);
    close(upload.fd);
    return good && n == 0 && total == bytes;
}

static bool a_reset_arrives_as_a_reset(void)
{
    char byte = 'x';
    int fd = dial(reset_port);
    ssize_t n;

    send(fd, &byte, 1, MSG_NOSIGNAL);
    n = recv(fd, &byte, 1, 0);
    close(fd);
    return n < 0 && errno == ECONNRESET;
}

/* What a deaf guest does not take must not pile up with us: the sender blocks. */
static bool a_deaf_guest_stops_the_sender(void)
{
    static char block[65536];
    struct timeval limit = {.tv_usec = 500000};
    size_t sent = 0;
    int fd = dial(deaf_port);
    ssize_t n;

    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    while (sent < (64u << 20) && (n = send(fd, block, sizeof(block), MSG_NOSIGNAL)) > 0)
        sent += (size_t)n;
    close(fd);
    return sent < (24u << 20);
}

static bool nobody_there_means_a_closed_connection(void)
{
    char byte;
    int fd = dial(nobody_port);
    ssize_t n = recv(fd, &byte, 1, 0);

    close(fd);
    return fd >= 0 && n == 0;
}

static bool resets_and_garbage_leave_the_others_alone(void)
{
    static const struct linger at_once = {1, 0};

    for (int i = 0; i < 200; i++) {
        int fd = dial(i % 2 ? http_port : source_port);

        send(fd, "GET", 3, MSG_NOSIGNAL);
        if (i % 3)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
    }
    return one_request_names("guest");
}

static uv_async_t wake;
static void (*on_loop)(void);
static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_done = PTHREAD_COND_INITIALIZER;
static bool done;

static void on_wake(uv_async_t *async)
{
    pthread_mutex_lock(&turn_lock);
    if (on_loop)
        on_loop();
    on_loop = NULL;
    done = true;
    pthread_cond_signal(&turn_done);
    pthread_mutex_unlock(&turn_lock);
}

/* Run a function on the loop's thread and wait for it. */
static void call_on_loop(void (*fn)(void))
{
    pthread_mutex_lock(&turn_lock);
    on_loop = fn;
    done = false;
    uv_async_send(&wake);
    while (!done)
        pthread_cond_wait(&turn_done, &turn_lock);
    pthread_mutex_unlock(&turn_lock);
}

static void count_splices(void)
{
    saved_count = act_proxy_count(guest_ips[0]) + act_proxy_count(guest_ips[1]);
}

static void reset_first(void)
{
    act_proxy_reset_instance(guest_ips[0]);
    act_proxy_reset_instance(guest_ips[1]);
}

static bool connections_end_with_their_instance(void)
{
    char answer[512];
    int fd = dial(http_port);
    ssize_t n = ask(fd, answer, sizeof(answer));

    call_on_loop(reset_first);
    n = n > 0 ? recv(fd, answer, sizeof(answer), 0) : 1;
    close(fd);
    return n < 0 && errno == ECONNRESET;
}

static bool nothing_is_left_open(void)
{
    for (int i = 0; i < 500; i++) {
        call_on_loop(count_splices);
        if (saved_count == 0)
            return true;
        usleep(10000);
    }
    return false;
}

static void end_loop(void)
{
    uv_stop(&loop);
}

static void *client_main(void *arg)
{
    bool first, second;

    CHECK(one_request_names("guest"), "a request through a published port is answered");
    first = one_request_names("guest-0") || one_request_names("guest-0");
    second = one_request_names("guest-1") || one_request_names("guest-1");
    CHECK(first && second, "two instances answer in turn");
    CHECK(a_thousand_requests_on_one_connection(), "a thousand requests pass on one connection");
    CHECK(three_hundred_connections_one_after_another(), "three hundred connections pass");
    CHECK(downloads_all(false), "a large answer arrives whole");
    CHECK(downloads_all(true), "a large answer arrives whole at a slow reader");
    CHECK(echoes_after_the_client_half_closed(0),
          "a client that only closes is answered by a close");
    CHECK(echoes_after_the_client_half_closed(3 << 20),
          "a half-close is handed on, the answer still comes");
    CHECK(a_reset_arrives_as_a_reset(), "a guest's reset arrives as a reset");
    CHECK(a_deaf_guest_stops_the_sender(), "a guest that does not read stops the sender");
    CHECK(nobody_there_means_a_closed_connection(), "without an instance the connection is closed");
    CHECK(resets_and_garbage_leave_the_others_alone(), "connections reset half-way harm nobody");
    CHECK(connections_end_with_their_instance(), "connections are reset when their instance ends");
    call_on_loop(reset_first);
    CHECK(nothing_is_left_open(), "no connection is left behind");
    call_on_loop(end_loop);
    return NULL;
}

static size_t pick_nobody(uint32_t ips[ACT_PROXY_CANDIDATES], void *arg)
{
    return 0;
}

static struct act_listener *publish(uint16_t guest_port, act_proxy_pick_fn *who, uint16_t *port)
{
    struct act_listener *listener;

    if (act_listener_open(&loop, "127.0.0.1", 0, guest_port, who, NULL, &listener) < 0)
        abort();
    *port = act_listener_port(listener);
    return listener;
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

int main(void)
{
    struct act_listener *listeners[6], *taken;
    struct act_switch *sw;
    pthread_t client;

    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&loop);
    sw = act_switch_new(&loop, NET, MASK);
    start_guest(sw, 0, "guest-0");
    start_guest(sw, 1, "guest-1");
    if (act_node_start(&loop, sw, &node_address, MASK) < 0)
        abort();
    listeners[0] = publish(MODEL_HTTP_PORT, pick, &http_port);
    listeners[1] = publish(MODEL_ECHO_PORT, pick, &echo_port);
    listeners[2] = publish(MODEL_SOURCE_PORT, pick, &source_port);
    listeners[3] = publish(MODEL_RESET_PORT, pick, &reset_port);
    listeners[4] = publish(MODEL_DEAF_PORT, pick, &deaf_port);
    listeners[5] = publish(MODEL_HTTP_PORT, pick_nobody, &nobody_port);
    CHECK(act_listener_open(&loop, "127.0.0.1", http_port, 1, pick, NULL, &taken) == -EADDRINUSE,
          "a port that is taken is refused");
    uv_async_init(&loop, &wake, on_wake);
    pthread_create(&client, NULL, client_main, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    pthread_join(client, NULL);

    for (int i = 0; i < 6; i++)
        act_listener_close(listeners[i]);
    act_proxy_reset_all();
    act_node_stop();
    act_switch_free(sw);
    uv_walk(&loop, close_handle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0, "everything on the loop is closed");
    for (int i = 0; i < 2; i++)
        waitpid(guests[i], NULL, 0);
    return tap_finish();
}
