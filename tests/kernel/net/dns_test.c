/* SPDX-License-Identifier: MIT */
/*
 * dns_test.c - the C library's resolver over our UDP: a thread of the same image is the name server,
 * at 127.0.0.1 (dns= on the command line). It answers shop.test and denies the rest.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../host/tap.h"

static const unsigned char question[] = "\4shop\4test"; /* and the NUL of the root */

static void *serve(void *arg)
{
    int fd = *(int *)arg;
    unsigned char packet[512];
    struct sockaddr_in from;

    for (;;) {
        socklen_t bytes = sizeof(from);
        ssize_t n = recvfrom(fd, packet, 256, 0, (struct sockaddr *)&from, &bytes);
        int known = n > 12 + (int)sizeof(question) &&
                    !memcmp(packet + 12, question, sizeof(question)) &&
                    packet[12 + sizeof(question) + 1] == 1; /* type A */
        static const unsigned char answer[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4,
                                               10,   77, 0, 5};

        if (n < 12)
            continue;
        packet[2] = 0x81;
        packet[3] = known || !memcmp(packet + 12, question, sizeof(question)) ? 0x80 : 0x83;
        packet[7] = known ? 1 : 0;
        if (known) {
            memcpy(packet + n, answer, sizeof(answer));
            n += sizeof(answer);
        }
        sendto(fd, packet, (size_t)n, 0, (struct sockaddr *)&from, bytes);
    }
    return NULL;
}

int main(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(53),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    pthread_t thread;

    ok(!bind(fd, (struct sockaddr *)&name, sizeof(name)), "the name server has its port");
    pthread_create(&thread, NULL, serve, &fd);
    ok(!getaddrinfo("shop.test", "8080", &hints, &found) && found, "a name is resolved");
    ok(found && ((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr == htonl(0x0a4d0005) &&
           ((struct sockaddr_in *)found->ai_addr)->sin_port == htons(8080),
       "to the address that the server said");
    if (found)
        freeaddrinfo(found);
    ok(getaddrinfo("nobody.test", "80", &hints, &found) == EAI_NONAME, "an unknown name is refused");
    return tap_done();
}
