/* SPDX-License-Identifier: MIT */
#include "served.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct child child;

bool read_log(int timeout_ms)
{
    struct pollfd ready = {.fd = child.log, .events = POLLIN};
    ssize_t n;

    if (poll(&ready, 1, timeout_ms) <= 0)
        return false;
    n = read(child.log, child.text + child.text_len, sizeof(child.text) - child.text_len - 1);
    if (n <= 0)
        return false;
    child.text_len += (size_t)n;
    child.text[child.text_len] = '\0';
    return true;
}

bool log_says(const char *text)
{
    while (!strstr(child.text, text)) {
        if (!read_log(WAIT_MS))
            return false;
    }
    return true;
}

uint16_t port_in_log(const char *listener)
{
    char key[64];
    const char *at;

    snprintf(key, sizeof(key), "\"listener\":\"%s\",\"port\":", listener);
    assert_true(log_says(key));
    at = strstr(child.text, key) + strlen(key);
    return (uint16_t)atoi(at);
}

int start_child(void **state)
{
    int fds[2];

    (void)state;
    memset(&child, 0, sizeof(child));
    if (pipe(fds))
        return -1;
    fflush(stdout);
    child.pid = fork();
    if (child.pid == 0) {
        dup2(fds[1], 2);
        close(fds[0]);
        close(fds[1]);
        setenv("UC_PORT", "0", 1);
        setenv("UC_ADMIN_PORT", "0", 1);
        exit(uc_service_main(&info, 0, NULL));
    }
    close(fds[1]);
    child.log = fds[0];
    child.admin_port = port_in_log("admin");
    child.port = port_in_log("service");
    return log_says("\"message\":\"ready\"") ? 0 : -1;
}

int stop_child(void **state)
{
    int status = 0;

    (void)state;
    kill(child.pid, SIGTERM);
    while (read_log(WAIT_MS))
        ;
    waitpid(child.pid, &status, 0);
    close(child.log);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        printf("# exit %x\n# %s\n", status, child.text);
        return -1;
    }
    return 0;
}

/* ---- the peer */

int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = WAIT_MS / 1000};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

void put(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Read until `want` has come `times` times, or the end. What was read is a string. */
size_t get(int fd, char *text, size_t cap, const char *want, size_t times)
{
    size_t len = 0, from = 0;

    text[0] = '\0';
    while (len < cap - 1 && times > 0) {
        ssize_t n = recv(fd, text + len, cap - 1 - len, 0);
        const char *found;

        if (n <= 0)
            break;
        len += (size_t)n;
        text[len] = '\0';
        while (want && times > 0 && (found = strstr(text + from, want))) {
            from = (size_t)(found - text) + strlen(want);
            times--;
        }
    }
    return len;
}

void ask(uint16_t port, const char *request, char *text, size_t cap)
{
    int fd = dial(port);

    put(fd, request);
    shutdown(fd, SHUT_WR);
    get(fd, text, cap, NULL, 1);
    close(fd);
}

double number_of(const char *metric)
{
    static char text[1 << 18];
    const char *at;

    ask(child.admin_port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", text, sizeof(text));
    at = strstr(text, metric);
    assert_non_null(at);
    return atof(at + strlen(metric));
}

void wait_until(const char *metric, double value)
{
    for (int i = 0; number_of(metric) != value; i++) {
        struct timespec moment = {.tv_nsec = 10000000};

        if (i == WAIT_MS / 10)
            fail_msg("%s is %f, not %f", metric, number_of(metric), value);
        nanosleep(&moment, NULL);
    }
}
