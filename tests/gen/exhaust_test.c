/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out in a whole service: generated code behind a listener with TLS, in a child, called over real sockets.
 * Of each request the first allocation fails, then the second, until it is answered as if nothing were: by the handshake,
 * the decoders of JSON, forms and files, and a handler's call by TLS to a peer, which is the service itself. Every time
 * there is an answer that says so, or none, and the service lives on; in the end (LeakSanitizer) nothing is left behind.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../framework/tls_fixtures.h"
#include "io/tls.h"
#include "media.h"
#include "tap.h"

/* ---- the child's allocations */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

static volatile long *left; /* allocations that still succeed; negative: all. Shared with the parent, who sets it */
static bool is_child;

static bool fails(void)
{
    return is_child && *left >= 0 && (*left)-- == 0;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __real_realloc(memory, bytes);
}

/* ---- the child */

static pid_t child;
static uint16_t port;

static const struct uc_tls_info listener = {
    .ops = &uc_tls_bearssl, .certificate = named_certificate, .key = named_key};
static const struct uc_tls_info calling = {
    .ops = &uc_tls_bearssl_client, .authorities = named_certificate, .server_name = "a.example"};

static int serve(void)
{
    struct uc_client_info peer = media_info.clients[0];
    struct uc_service_info info = media_info;

    peer.tls = &calling;
    info.clients = &peer;
    info.tls = &listener;
    info.limits.request_timeout_ms = info.limits.body_timeout_ms = info.limits.head_timeout_ms = 2000;
    is_child = true;
    return uc_service_main(&info, 0, NULL);
}

/* A port that is free now: the child has to know it as its peer's. */
static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&address, len) || getsockname(fd, (struct sockaddr *)&address, &len))
        abort();
    close(fd);
    return ntohs(address.sin_port);
}

static void start(void)
{
    char text[64];

    left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *left = -1;
    port = free_port();
    snprintf(text, sizeof(text), "%u", port);
    setenv("UC_PORT", text, 1);
    setenv("UC_ADMIN_PORT", "0", 1);
    setenv("UC_LOG_LEVEL", "fatal", 0);
    snprintf(text, sizeof(text), "https://127.0.0.1:%u", port);
    setenv("PEER_URL", text, 1);
    fflush(stdout);
    child = fork();
    if (child == 0)
        exit(serve());
}

/* ---- who calls it, by TLS */

#define PATIENCE_S 10

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
        return fd;
    close(fd);
    return -1;
}

/* The request, as much of it as goes, and whatever else the engine has to say. False: the connection is at its end. */
static bool send_records(struct uc_tls *tls, int fd, const char **request)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl_client;
    const unsigned char *from;
    size_t len;

    do {
        *request += ops->put(tls, *request, strlen(*request));
        ops->flush(tls);
        from = ops->output(tls, &len);
        if (from && len) {
            ssize_t n = send(fd, from, len, MSG_NOSIGNAL);

            if (n <= 0)
                return false;
            ops->sent(tls, (size_t)n);
        }
    } while (from && len);
    return true;
}

static bool receive_records(struct uc_tls *tls, int fd)
{
    size_t room;
    unsigned char *to = uc_tls_bearssl_client.space(tls, &room);
    ssize_t n = to ? recv(fd, to, room, 0) : 0;

    if (n > 0)
        uc_tls_bearssl_client.received(tls, (size_t)n);
    return n > 0;
}

/* All of what is answered to one request on a connection of its own; "" when there is nothing. */
static void ask(struct uc_tls_server *peers, const char *request, char *text, size_t cap)
{
    const struct uc_tls_ops *ops = &uc_tls_bearssl_client;
    struct uc_tls *tls = ops->open(peers, "a.example");
    size_t len, got = 0;
    const unsigned char *data;
    int fd = dial();

    while (fd >= 0 && !ops->is_over(tls) && send_records(tls, fd, &request) && receive_records(tls, fd)) {
        while ((data = ops->data(tls, &len)) && len) {
            size_t fits = len < cap - 1 - got ? len : cap - 1 - got;

            memcpy(text + got, data, fits);
            got += fits;
            ops->took(tls, len);
        }
    }
    text[got] = '\0';
    ops->close(tls);
    if (fd >= 0)
        close(fd);
}

/* ---- what is asked */

#define HEAD(line, type, length) \
    line " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: " type "\r\nContent-Length: " length "\r\n\r\n"

static const struct {
    const char *name, *request, *answer;
} rows[] = {
    {"JSON", HEAD("PUT /notes/1", "application/json", "12") "{\"text\":\"a\"}", "\r\n\r\n\"a\""},
    {"a form", HEAD("POST /forms", "application/x-www-form-urlencoded", "49") "name=x&count=1&tags=a&tags=b&either=%5B%22c%22%5D",
     "\"either\":[\"c\"]"},
    {"a form with a file",
     HEAD("POST /photos", "multipart/form-data; boundary=b", "205")
     "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nabc\r\n--b\r\nContent-Disposition: form-data; "
     "name=\"photo\"; filename=\"p\"\r\nContent-Type: image/png\r\n\r\n0123456789012345678901234567890123456789012345\r\n--b--\r\n",
     "\r\n\r\nabc"},
    {"a call to a peer", HEAD("PUT /notes/1", "application/json", "14") "{\"text\":\"ask\"}", "\r\n\r\n\"from a peer\""},
    {"and over the connection that is kept", HEAD("PUT /notes/1", "application/json", "14") "{\"text\":\"ask\"}",
     "\r\n\r\n\"from a peer\""},
};

static bool says_so(const char *text)
{
    return !*text || strstr(text, "HTTP/1.1 500 ") == text || strstr(text, "HTTP/1.1 503 ") == text ||
           strstr(text, "HTTP/1.1 424 ") == text;
}

static bool lives(void)
{
    return waitpid(child, NULL, WNOHANG) == 0;
}

/* What of the service's was still to come when the caller had its answer is over when the next request is answered. */
static bool settles(struct uc_tls_server *peers)
{
    char text[4096];

    *left = -1;
    ask(peers, rows[0].request, text, sizeof(text));
    return strstr(text, rows[0].answer) != NULL;
}

static bool survives(struct uc_tls_server *peers, size_t row)
{
    char text[4096];

    for (long count = 0; count < 3000; count++) {
        bool failed;

        *left = count;
        ask(peers, rows[row].request, text, sizeof(text));
        failed = *left < 0;
        if (!settles(peers)) {
            tap_note("%s, without allocation %ld: the service is not what it was%s", rows[row].name, count,
                     lives() ? "" : ", it is gone");
            return false;
        }
        if (!failed) {
            tap_note("%s: %ld allocations", rows[row].name, count);
            return strstr(text, rows[row].answer) != NULL;
        }
        if (!strstr(text, rows[row].answer) && !says_so(text)) {
            tap_note("%s, without allocation %ld: %s", rows[row].name, count, text);
            return false;
        }
    }
    return false;
}

/* libuv does not bear it when its table of descriptors cannot grow: it grows before. */
static bool widen(void)
{
    int fds[100];

    for (int i = 0; i < 100; i++)
        if ((fds[i] = dial()) < 0)
            return false;
    for (int i = 0; i < 100; i++)
        close(fds[i]);
    return true;
}

static bool starts(void)
{
    struct timespec moment = {.tv_nsec = 20000000};
    int fd = -1;

    for (int i = 0; i < 50 * PATIENCE_S && fd < 0; i++) {
        fd = dial();
        if (fd < 0)
            nanosleep(&moment, NULL);
    }
    close(fd);
    return fd >= 0 && widen();
}

int main(void)
{
    struct uc_tls_server *peers = NULL;
    char why[UC_TLS_WHY_BYTES], text[4096];
    int status = -1;

    signal(SIGPIPE, SIG_IGN);
    start();
    if (uc_tls_bearssl_client.load(&peers, &(struct uc_tls_texts){.authorities = named_certificate}, why))
        abort();
    tap_ok(starts() && settles(peers), "the service answers by TLS");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (i != 3) { /* which is to make the first connection to the peer */
            ask(peers, rows[i].request, text, sizeof(text));
            if (!tap_ok(strstr(text, rows[i].answer) != NULL, rows[i].name))
                tap_note("%s", text);
        }
        tap_ok(survives(peers, i), rows[i].name);
    }
    kill(child, SIGTERM);
    waitpid(child, &status, 0);
    if (!tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it ends in good order, and nothing is left behind"))
        tap_note("status %x", (unsigned)status);
    uc_tls_bearssl_client.unload(peers);
    return tap_done();
}
