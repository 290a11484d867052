/* SPDX-License-Identifier: MIT */
/*
 * address_test.c - the address that DHCP or the command line gave; EXPECT says which. With LATE it
 * is not there yet when the program begins.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../host/tap.h"

#define LATE_SECONDS 15

static ssize_t read_resolv_conf(char *text, size_t bytes)
{
    int fd = open("/etc/resolv.conf", O_RDONLY);
    ssize_t got = read(fd, text, bytes - 1);

    close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got;
}

static void wait_for_address(void)
{
    char text[256];
    int seconds = 0;

    ok(read_resolv_conf(text, sizeof(text)) <= 0, "a service begins without an address");
    while (read_resolv_conf(text, sizeof(text)) <= 0 && seconds++ < LATE_SECONDS)
        sleep(1);
}

int main(void)
{
    struct sockaddr_in gateway = {.sin_family = AF_INET, .sin_port = htons(9)}, name;
    socklen_t bytes = sizeof(name);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const char *expect = getenv("EXPECT"), *dns = getenv("EXPECT_DNS");
    char text[256];

    if (getenv("LATE"))
        wait_for_address();
    inet_pton(AF_INET, "10.0.2.2", &gateway.sin_addr);
    ok(!connect(fd, (struct sockaddr *)&gateway, sizeof(gateway)), "there is a way to the gateway");
    getsockname(fd, (struct sockaddr *)&name, &bytes);
    ok(expect && !strcmp(inet_ntoa(name.sin_addr), expect), "our address is the one expected");
    ok(read_resolv_conf(text, sizeof(text)) > 0 && dns && strstr(text, dns),
       "resolv.conf names the server");
    close(fd);
    return tap_done();
}
