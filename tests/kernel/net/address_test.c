/* SPDX-License-Identifier: MIT */
/* address_test.c - the address that DHCP or the command line gave; EXPECT says which. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../host/tap.h"

int main(void)
{
    struct sockaddr_in gateway = {.sin_family = AF_INET, .sin_port = htons(9)}, name;
    socklen_t bytes = sizeof(name);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const char *expect = getenv("EXPECT"), *dns = getenv("EXPECT_DNS");
    char text[256] = "";
    FILE *file;

    inet_pton(AF_INET, "10.0.2.2", &gateway.sin_addr);
    ok(!connect(fd, (struct sockaddr *)&gateway, sizeof(gateway)), "there is a way to the gateway");
    getsockname(fd, (struct sockaddr *)&name, &bytes);
    ok(expect && !strcmp(inet_ntoa(name.sin_addr), expect), "our address is the one expected");
    file = fopen("/etc/resolv.conf", "r");
    ok(file && fgets(text, sizeof(text), file) && dns && strstr(text, dns),
       "resolv.conf names the server");
    close(fd);
    return tap_done();
}
