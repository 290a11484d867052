/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener = -1;
static pthread_t thread;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char received[16384];
static size_t received_len;

static const struct {
    const char *path, *status, *type, *body;
} answers[] = {
    {"/1?", "200 OK", "application/json", "{\"unit\":\"kg\",\"level\":42,\"new\":[]}"},
    {"/2?", "404 Not Found", "application/problem+json",
     "{\"title\":\"t\",\"detail\":\"no such level\"}"},
    {"/3?", "200 OK", "application/json", "{\"level\":-1}"},
    {"/4?", "200 OK", "application/json", "<html>"},
    {"PUT /notes/7 ", "202 Accepted", "application/json", "\"done\""},
    {"POST /forms ", "200 OK", "application/json", "{\"name\":\"n\",\"count\":1}"},
    {"/notes/71 ", "200 OK",
     "Text/plain; charset=utf-8\r\nETag: \"e\"\r\nx-left:  -7 \r\nX-Mood: bad\r\nX-New: true", "plain text"},
    {"/notes/74 ", "200 OK", "text/plain\r\nETag: \"e\"\r\nX-Left: many", "plain text"},
    {"/notes/75 ", "200 OK", "text/plain", "plain text"},
    {"/notes/72 ", "500 Oops", "application/problem+json", "{\"title\":\"Oh\"}"},
    {"/notes/73 ", "502 Bad Gateway", "text/html", "<html>"},
    {"GET /v1/shapes/", "200 OK", "text/plain", "found"},
    {"/verdict", "200 OK", "application/json", "{\"keep\":true}"},
    {"/no-verdict", "200 OK", "application/json", "{\"keep\":1}"},
    {"/jwks?all ", "200 OK", "application/json",
     "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"e\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
     "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"}, /* RFC 7515, appendix A.3 */
    {"/hook/data", "200 OK", "text/event-stream\r\nX-Left: 3", "data: a\n\n"},
    {"POST", "204 No Content", NULL, NULL},
};

static void keep(const char *text, size_t len)
{
    pthread_mutex_lock(&lock);
    if (len < sizeof(received) - 1 - received_len) {
        memcpy(received + received_len, text, len);
        received_len += len;
        received[received_len] = '\0';
    }
    pthread_mutex_unlock(&lock);
}

static void answer(int fd, const char *request)
{
    char text[1024] = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (!strstr(request, answers[i].path))
            continue;
        if (answers[i].body)
            snprintf(text, sizeof(text),
                     "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: "
                     "close\r\n\r\n%s",
                     answers[i].status, answers[i].type, strlen(answers[i].body), answers[i].body);
        else
            snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nConnection: close\r\n\r\n",
                     answers[i].status);
        break;
    }
    if (write(fd, text, strlen(text)) < 0)
        perror("peer");
}

/* One connection, one request: its head, and the body that Content-Length announces. */
static void serve(int fd)
{
    char request[4096];
    size_t len = 0, wanted = 0;

    while (len < sizeof(request) - 1) {
        ssize_t got = read(fd, request + len, sizeof(request) - 1 - len);
        char *end, *length;

        if (got <= 0)
            break;
        len += (size_t)got;
        request[len] = '\0';
        end = strstr(request, "\r\n\r\n");
        length = strcasestr(request, "content-length:");
        if (end)
            wanted = (size_t)(end + 4 - request) + (length ? strtoul(length + 15, NULL, 10) : 0);
        if (end && len >= wanted)
            break;
    }
    request[len] = '\0';
    keep(request, len);
    answer(fd, request);
}

static void *run(void *arg)
{
    (void)arg;
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            return NULL;
        serve(fd);
        close(fd);
    }
}

int peer_start(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
        listen(listener, 8) || getsockname(listener, (struct sockaddr *)&address, &len) ||
        pthread_create(&thread, NULL, run, NULL)) {
        perror("peer");
        exit(1);
    }
    return ntohs(address.sin_port);
}

void peer_stop(void)
{
    shutdown(listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(listener);
}

bool peer_saw(const char *text)
{
    bool found;

    pthread_mutex_lock(&lock);
    found = strstr(received, text) != NULL;
    pthread_mutex_unlock(&lock);
    return found;
}
