/* SPDX-License-Identifier: MIT */
/*
 * model_qemu - takes QEMU's place under the supervisor: the same command line, the same
 * sockets, a model guest instead of a machine. Its environment file says how it behaves:
 *
 *   MODEL_READY_MS=N   /readyz answers 503 for so long
 *   MODEL_SAY=text     a line on the console
 *   MODEL_EXIT_MS=N    end after so long, with MODEL_STATUS=N
 *   MODEL_PANIC=text   ... with a panic instead
 *   MODEL_DEAF=1       ignore the power button
 */
#include "model_guest.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NET_FD = 3, CONSOLE_FD, SERIAL_FD, QMP_FD };

static char variables[32][256];
static size_t variable_count;

static const char *variable(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < variable_count; i++)
        if (strncmp(variables[i], name, len) == 0 && variables[i][len] == '=')
            return variables[i] + len + 1;
    return NULL;
}

static void read_variables(const char *option)
{
    const char *path = strstr(option, "file=");
    FILE *file = path ? fopen(path + 5, "re") : NULL;

    while (file && variable_count < 32 && fgets(variables[variable_count], 256, file)) {
        variables[variable_count][strcspn(variables[variable_count], "\n")] = '\0';
        variable_count++;
    }
    if (file)
        fclose(file);
}

static void say(int fd, const char *text)
{
    dprintf(fd, "%s\n", text);
}

static void *end_later(void *arg)
{
    const char *status = variable("MODEL_STATUS");
    const char *panic = variable("MODEL_PANIC");
    int value = status ? atoi(status) : 0;

    usleep((useconds_t)atoi(variable("MODEL_EXIT_MS")) * 1000);
    if (panic) {
        dprintf(SERIAL_FD, "ucompose: panic: %s\r\n  #0 0x1234 nowhere\r\n", panic);
        _exit(127 << 1 | 1);
    }
    dprintf(SERIAL_FD, "ucompose: exit status %d\r\n", value);
    _exit((value << 1 | 1) & 0xff);
    return arg;
}

static void *serve_monitor(void *arg)
{
    char text[4096];
    ssize_t n;

    say(QMP_FD, "{\"QMP\": {}}");
    while ((n = recv(QMP_FD, text, sizeof(text) - 1, 0)) > 0) {
        text[n] = '\0';
        if (strstr(text, "system_powerdown") && !variable("MODEL_DEAF")) {
            say(SERIAL_FD, "ucompose: exit status 0");
            _exit(1);
        }
    }
    return arg;
}

static uint32_t parse_ip(const char *append, const char *key)
{
    const char *p = strstr(append, key);
    struct in_addr address = {0};
    char text[16] = "";

    if (p)
        sscanf(p + strlen(key), "%15[0-9.]", text);
    return inet_pton(AF_INET, text, &address) == 1 ? ntohl(address.s_addr) : 0;
}

static void parse_mac(const char *option, uint8_t mac[6])
{
    const char *p = strstr(option, "mac=");
    unsigned m[6] = {0};

    if (p)
        sscanf(p, "mac=%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]);
    for (int i = 0; i < 6; i++)
        mac[i] = (uint8_t)m[i];
}

int main(int argc, char **argv)
{
    struct model_guest guest = {.fd = NET_FD, .mask = 0xffffff00, .name = "model"};
    const char *ready;
    pthread_t thread;

    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--version") == 0) {
            puts("QEMU emulator version 7.2.99 (model)");
            return 0;
        }
        if (strcmp(argv[i], "-append") == 0 && i + 1 < argc) {
            guest.ip = parse_ip(argv[i + 1], "ip=");
            guest.peer_ip = parse_ip(argv[i + 1], "dns=");
        }
        if (strcmp(argv[i], "-name") == 0 && i + 1 < argc)
            guest.name = argv[i + 1];
        if (strstr(argv[i], "virtio-net"))
            parse_mac(argv[i], guest.mac);
        if (strstr(argv[i], "opt/org.ucompose/env"))
            read_variables(argv[i]);
    }
    memcpy(guest.peer_mac, guest.mac, 6); /* ours differ in the last byte: the host's number */
    guest.peer_mac[5] = (uint8_t)guest.peer_ip;
    ready = variable("MODEL_READY_MS");
    guest.ready_after_ms = ready ? strtoull(ready, NULL, 10) : 0;
    if (variable("MODEL_SAY"))
        say(CONSOLE_FD, variable("MODEL_SAY"));
    pthread_create(&thread, NULL, serve_monitor, NULL);
    if (variable("MODEL_EXIT_MS"))
        pthread_create(&thread, NULL, end_later, NULL);
    model_guest_run(&guest, -1);
    return 0;
}
