/* SPDX-License-Identifier: MIT */
/*
 * cloud_network.c - a cloud's network, as one machine sees it.
 *
 *   cloud_network FOLDER NAME=VALUE...
 *
 * Frames come and go by two datagram sockets, FOLDER/wire (ours) and FOLDER/machine (QEMU's -netdev dgram).
 * On standard output: a line for each thing that the machine does. On standard input, a line each:
 *
 *   address A   from now on the DHCP server gives this address, and refuses any other
 *   silent      it answers nothing        answer   it answers again
 *
 * Values: address=A (the machine's); netmask=A; router=A; server=A (that gives leases; without one there is
 * no DHCP); lease=SECONDS; renew=SECONDS, rebind=SECONDS (after which the machine asks its server, and then
 * any); mtu=BYTES; routes=A/BITS-ROUTER,... (option 121); time=A (a time server, option 42 unless untold=1);
 * date=SECONDS (what that one tells); link=A,... (who answers ARP: everybody else is reached by a router, or
 * not at all); forward=PORT-PORT (of 127.0.0.1, to the machine's); service=COMMAND (is run for each connection
 * to 169.254.169.254:80).
 *
 * TCP is libslirp's work. ARP, DHCP and SNTP are done here, by RFC 826, 2131, 2132, 3442 and 4330.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <slirp/libslirp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX 65536
#define LINK_MAX 8
#define POLL_MAX 64
#define METADATA 0xa9fea9feu /* 169.254.169.254 */
#define NTP_EPOCH 2208988800u /* 1970, in seconds since 1900 */

/* Addresses are in host order here. */
static struct {
    uint32_t address, netmask, router, server, time, link[LINK_MAX];
    unsigned link_count, lease_s, renew_s, rebind_s, mtu, date_s, host_port, port;
    uint8_t routes[255], routes_bytes;
    bool untold, silent;
    const char *service;
} net;

static int wire;
static struct sockaddr_un machine_at = {.sun_family = AF_UNIX};
static uint8_t machine_mac[6];
static uint32_t forwarded_to;
static Slirp *slirp;
static struct pollfd polled[POLL_MAX];
static nfds_t polled_count;

/* ---- bytes ---- */

static unsigned get16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
static void put16(uint8_t *at, unsigned value) { at[0] = (uint8_t)(value >> 8), at[1] = (uint8_t)value; }
static void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16), put16(at + 2, value & 0xffff); }

/* One of a few texts that hold an address. */
static const char *text_of(uint32_t address)
{
    static char texts[4][16];
    static unsigned next;
    char *text = texts[next++ % 4];

    snprintf(text, sizeof(texts[0]), "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
    return text;
}

static uint32_t address_of(const char *text)
{
    struct in_addr address;

    if (inet_pton(AF_INET, text, &address) != 1) {
        fprintf(stderr, "cloud_network: %s is not an address\n", text);
        exit(2);
    }
    return ntohl(address.s_addr);
}

/* ---- sending ---- */

/* Everybody's but the machine's. */
static void put_mac(uint8_t *at, uint32_t address)
{
    put16(at, 0x5202);
    put32(at + 2, address);
}

/* A machine that has ended takes no more. */
static void put_frame(const uint8_t *f, size_t bytes)
{
    sendto(wire, f, bytes, 0, (const struct sockaddr *)&machine_at, sizeof(machine_at));
}

static unsigned checksum(const uint8_t *at, size_t bytes)
{
    uint32_t sum = 0;

    for (size_t i = 0; i + 1 < bytes; i += 2)
        sum += get16(at + i);
    sum = (sum >> 16) + (sum & 0xffff);
    return ~(sum + (sum >> 16)) & 0xffff;
}

static bool is_on_link(uint32_t address)
{
    for (unsigned i = 0; i < net.link_count; i++)
        if (net.link[i] == address)
            return true;
    return false;
}

/* The payload stands at f + 42. */
static void put_udp(uint8_t *f, size_t bytes, uint32_t from, unsigned from_port, uint32_t to, unsigned to_port)
{
    static const uint8_t head[] = {8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17};

    memcpy(f, machine_mac, 6);
    put_mac(f + 6, is_on_link(from) ? from : net.router);
    memcpy(f + 12, head, sizeof(head));
    put16(f + 16, (unsigned)bytes + 28);
    put16(f + 24, 0);
    put32(f + 26, from);
    put32(f + 30, to);
    put16(f + 24, checksum(f + 14, 20));
    put16(f + 34, from_port);
    put16(f + 36, to_port);
    put16(f + 38, (unsigned)bytes + 8);
    put16(f + 40, 0);
    put_frame(f, bytes + 42);
}

/* ---- the way to the machine's port ---- */

static void teach_slirp(uint32_t address)
{
    uint8_t f[42] = {0x52, 2, [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 2};

    memcpy(f + 6, machine_mac, 6);
    memcpy(f + 22, machine_mac, 6);
    put32(f + 28, address);
    put32(f + 38, net.router);
    slirp_input(slirp, f, sizeof(f));
}

static void forward_to(uint32_t address)
{
    struct in_addr here = {htonl(INADDR_LOOPBACK)}, there = {htonl(address)};

    if (!net.host_port || forwarded_to == address)
        return;
    if (forwarded_to)
        slirp_remove_hostfwd(slirp, 0, here, (int)net.host_port);
    teach_slirp(address);
    forwarded_to = address;
    if (slirp_add_hostfwd(slirp, 0, here, (int)net.host_port, there, (int)net.port))
        perror("cloud_network: the port");
}

/* ---- DHCP ---- */

#define DHCP_AT 42
#define OPTIONS_AT (DHCP_AT + 240)
enum { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE };

/* Its length and value, or NULL. */
static const uint8_t *option(const uint8_t *f, size_t bytes, uint8_t code)
{
    size_t at = OPTIONS_AT;

    while (at + 1 < bytes && f[at] != 255 && f[at] != code)
        at += f[at] ? 2u + f[at + 1] : 1u;
    return at + 1 < bytes && f[at] == code && at + 2 + f[at + 1] <= bytes ? f + at + 1 : NULL;
}

static uint8_t *add(uint8_t *at, uint8_t code, const void *value, size_t bytes)
{
    *at++ = code;
    *at++ = (uint8_t)bytes;
    memcpy(at, value, bytes);
    return at + bytes;
}

static uint8_t *add32(uint8_t *at, uint8_t code, uint32_t value)
{
    uint8_t bytes[4];

    put32(bytes, value);
    return value ? add(at, code, bytes, 4) : at;
}

static uint8_t *add_lease(uint8_t *at)
{
    uint8_t mtu[2];

    put16(mtu, net.mtu);
    at = add32(at, 1, net.netmask);
    at = add32(at, 51, net.lease_s);
    at = add32(at, 58, net.renew_s);
    at = add32(at, 59, net.rebind_s);
    at = add32(at, 3, net.router);
    at = add32(at, 42, net.untold ? 0 : net.time);
    if (net.mtu)
        at = add(at, 26, mtu, 2);
    return net.routes_bytes ? add(at, 121, net.routes, net.routes_bytes) : at;
}

static void put_answer(const uint8_t *question, uint8_t type)
{
    uint8_t f[1024] = {0}, *at = f + OPTIONS_AT;

    memcpy(f + DHCP_AT, question + DHCP_AT, 240);
    f[DHCP_AT] = 2;
    put32(f + DHCP_AT + 12, 0);
    put32(f + DHCP_AT + 16, type == NAK ? 0 : net.address);
    at = add(at, 53, &type, 1);
    at = add32(at, 54, net.server);
    at = type == NAK ? at : add_lease(at);
    *at++ = 255;
    put_udp(f, (size_t)(at - f) - 42, net.server, 67, type == NAK ? 0xffffffff : net.address, 68);
}

static void say(const char *what, uint32_t address, const char *then)
{
    printf("dhcp %s %s: %s\n", what, text_of(address), then);
}

static void hear_request(const uint8_t *f, size_t bytes)
{
    uint32_t has = get32(f + DHCP_AT + 12); /* the client says so: a lease that it wants to keep */
    const uint8_t *wanted = option(f, bytes, 50);
    uint32_t address = has ? has : wanted && wanted[0] == 4 ? get32(wanted + 1) : 0;
    const char *what = !has ? "request" : get32(f + 30) == 0xffffffff ? "rebinding" : "renewal";
    bool is_right = address == net.address;

    say(what, address, net.silent ? "no answer" : is_right ? "acknowledged" : "refused");
    if (net.silent)
        return;
    put_answer(f, is_right ? ACK : NAK);
    if (is_right)
        forward_to(address);
}

static void hear_dhcp(const uint8_t *f, size_t bytes)
{
    const uint8_t *type = bytes > OPTIONS_AT ? option(f, bytes, 53) : NULL;

    if (!net.server || !type)
        return;
    if (type[1] == DISCOVER) {
        say("discovery", net.address, net.silent ? "no answer" : "offered");
        if (!net.silent)
            put_answer(f, OFFER);
    } else if (type[1] == REQUEST) {
        hear_request(f, bytes);
    }
}

/* ---- the others ---- */

static void hear_ntp(const uint8_t *question, size_t bytes)
{
    uint8_t f[42 + 48] = {[42] = 0x24, 2, 6, 0xec}; /* version 4, a server's answer, of stratum 2 */

    if (bytes < sizeof(f))
        return;
    printf("ntp %s\n", text_of(net.time));
    memcpy(f + 42 + 24, question + 42 + 40, 8);
    put32(f + 42 + 16, net.date_s + NTP_EPOCH - 60);
    put32(f + 42 + 32, net.date_s + NTP_EPOCH);
    put32(f + 42 + 40, net.date_s + NTP_EPOCH);
    put_udp(f, 48, net.time, 123, get32(question + 26), get16(question + 34));
}

static void hear_arp(const uint8_t *f, size_t bytes)
{
    uint8_t answer[42];
    uint32_t wanted;

    if (bytes < sizeof(answer) || get16(f + 20) != 1 || get32(f + 28) == get32(f + 38))
        return;
    wanted = get32(f + 38);
    printf("arp %s: %s\n", text_of(wanted), is_on_link(wanted) ? "answered" : "nobody");
    if (!net.server)
        forward_to(get32(f + 28));
    if (!is_on_link(wanted))
        return;
    memcpy(answer, f, sizeof(answer));
    memcpy(answer, machine_mac, 6);
    put_mac(answer + 6, wanted);
    put16(answer + 20, 2);
    put_mac(answer + 22, wanted);
    put32(answer + 28, wanted);
    memcpy(answer + 32, f + 22, 10);
    put_frame(answer, sizeof(answer));
}

/* The options of a TCP head; 0: none is told. */
static unsigned segment_size(const uint8_t *tcp, size_t bytes)
{
    for (size_t at = 20, end = tcp[12] >> 2; at + 3 < end && end <= bytes;) {
        if (tcp[at] == 2)
            return get16(tcp + at + 2);
        if (tcp[at] != 1 && tcp[at + 1] < 2)
            return 0;
        at += tcp[at] == 1 ? 1 : tcp[at + 1];
    }
    return 0;
}

static void hear_tcp(const uint8_t *f, size_t bytes)
{
    if (f[34 + 13] & 2)
        printf("tcp to %s:%u by %s, segments of %u\n", text_of(get32(f + 30)), get16(f + 36), text_of(get32(f + 2)),
               segment_size(f + 34, bytes - 34));
    slirp_input(slirp, f, (int)bytes);
}

/* Packets without options of IP. */
static void hear_ip(const uint8_t *f, size_t bytes)
{
    bool to_all = get16(f) == 0xffff && get32(f + 2) == 0xffffffff;

    if (net.mtu && bytes > net.mtu + 14)
        printf("a packet of %zu bytes\n", bytes - 14);
    if (!to_all && (get16(f) != 0x5202 || !is_on_link(get32(f + 2))))
        printf("a packet to %s for nobody on the link\n", text_of(get32(f + 30)));
    else if (f[23] == 17 && get16(f + 36) == 67)
        hear_dhcp(f, bytes);
    else if (f[23] == 17 && get16(f + 36) == 123 && net.time && get32(f + 30) == net.time)
        hear_ntp(f, bytes);
    else if (f[23] == 6 && bytes >= 54)
        hear_tcp(f, bytes);
}

static void hear(const uint8_t *f, size_t bytes)
{
    memcpy(machine_mac, f + 6, 6);
    if (get16(f + 12) == 0x0806)
        hear_arp(f, bytes);
    else if (get16(f + 12) == 0x0800 && bytes >= 42 && f[14] == 0x45)
        hear_ip(f, bytes);
}

/* ---- libslirp ---- */

static ssize_t from_slirp(const void *frame, size_t bytes, void *arg)
{
    uint8_t f[FRAME_MAX];

    (void)arg;
    if (bytes < 34 || bytes > sizeof(f))
        return -1;
    memcpy(f, frame, bytes);
    if (get16(f + 12) != 0x0800)
        return (ssize_t)bytes; /* its own ARP: teach_slirp() has answered that */
    put_mac(f + 6, is_on_link(get32(f + 26)) ? get32(f + 26) : net.router);
    put_frame(f, bytes);
    return (ssize_t)bytes;
}

static void slirp_said(const char *text, void *arg)
{
    (void)arg;
    printf("slirp: %s\n", text);
}

static int64_t now_ns(void *arg)
{
    struct timespec now;

    (void)arg;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* Only IPv6, which is off, has timers. */
static void *no_timer(SlirpTimerCb fn, void *fn_arg, void *arg) { return (void)fn, (void)fn_arg, arg; }
static void no_timer_free(void *timer, void *arg) { (void)timer, (void)arg; }
static void no_timer_mod(void *timer, int64_t at, void *arg) { (void)timer, (void)at, (void)arg; }
static void no_fd(int fd, void *arg) { (void)fd, (void)arg; }
static void no_notice(void *arg) { (void)arg; }

static int add_poll(int fd, int events, void *arg)
{
    (void)arg;
    if (polled_count == POLL_MAX)
        return -1;
    polled[polled_count] = (struct pollfd){.fd = fd, .events = (short)((events & SLIRP_POLL_IN ? POLLIN : 0) |
                                                                     (events & SLIRP_POLL_OUT ? POLLOUT : 0) |
                                                                     (events & SLIRP_POLL_PRI ? POLLPRI : 0))};
    return (int)polled_count++;
}

static int events_of(int at, void *arg)
{
    int events = at < 0 ? 0 : polled[at].revents;

    (void)arg;
    return (events & POLLIN ? SLIRP_POLL_IN : 0) | (events & POLLOUT ? SLIRP_POLL_OUT : 0) |
           (events & POLLPRI ? SLIRP_POLL_PRI : 0) | (events & POLLERR ? SLIRP_POLL_ERR : 0) |
           (events & POLLHUP ? SLIRP_POLL_HUP : 0);
}

static bool start_slirp(void)
{
    static const SlirpCb calls = {
        .send_packet = from_slirp,
        .guest_error = slirp_said,
        .clock_get_ns = now_ns,
        .timer_new = no_timer,
        .timer_free = no_timer_free,
        .timer_mod = no_timer_mod,
        .register_poll_fd = no_fd,
        .unregister_poll_fd = no_fd,
        .notify = no_notice,
    };
    const SlirpConfig config = {
        .version = 4,
        .in_enabled = true,
        .vnetwork.s_addr = htonl(METADATA & 0xffff0000),
        .vnetmask.s_addr = htonl(0xffff0000),
        .vhost.s_addr = htonl(net.router),
        .vnameserver.s_addr = htonl((METADATA & 0xffff0000) | 3),
        .if_mtu = net.mtu ? net.mtu : 1500,
        .if_mru = net.mtu ? net.mtu : 1500,
        .disable_dns = true,
        .disable_dhcp = true,
    };
    struct in_addr metadata = {htonl(METADATA)};

    slirp = slirp_new(&config, &calls, NULL);
    return slirp && (!net.service || !slirp_add_exec(slirp, net.service, &metadata, 80));
}

/* ---- what we are told ---- */

static void take_route(const char *text)
{
    uint8_t *at = net.routes + net.routes_bytes;
    char to[16], by[16];
    unsigned bits, width;
    uint8_t network[4];

    if (sscanf(text, "%15[0-9.]/%u-%15[0-9.]", to, &bits, by) != 3 || bits > 32 || net.routes_bytes > 240) {
        fprintf(stderr, "cloud_network: %s is not a route\n", text);
        exit(2);
    }
    width = (bits + 7) / 8;
    *at = (uint8_t)bits;
    put32(network, address_of(to));
    memcpy(at + 1, network, width);
    put32(at + 1 + width, address_of(by));
    net.routes_bytes = (uint8_t)(net.routes_bytes + width + 5);
}

static void take_neighbour(const char *text)
{
    if (net.link_count < LINK_MAX)
        net.link[net.link_count++] = address_of(text);
}

static void each(char *list, void take(const char *))
{
    for (char *rest, *item = strtok_r(list, ",", &rest); item; item = strtok_r(NULL, ",", &rest))
        take(item);
}

static bool take_value(const char *name, char *value)
{
    const struct {
        const char *name;
        uint32_t *address;
        unsigned *number;
    } values[] = {{"address", &net.address, NULL}, {"netmask", &net.netmask, NULL}, {"router", &net.router, NULL},
                  {"server", &net.server, NULL},   {"time", &net.time, NULL},       {"lease", NULL, &net.lease_s},
                  {"renew", NULL, &net.renew_s},   {"rebind", NULL, &net.rebind_s}, {"mtu", NULL, &net.mtu},
                  {"date", NULL, &net.date_s}};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (strcmp(name, values[i].name))
            continue;
        if (values[i].address)
            *values[i].address = address_of(value);
        else
            *values[i].number = (unsigned)strtoul(value, NULL, 10);
        return true;
    }
    if (!strcmp(name, "routes"))
        each(value, take_route);
    else if (!strcmp(name, "link"))
        each(value, take_neighbour);
    else if (!strcmp(name, "service"))
        net.service = value;
    else if (!strcmp(name, "untold"))
        net.untold = true;
    else
        return !strcmp(name, "forward") && sscanf(value, "%u-%u", &net.host_port, &net.port) == 2;
    return true;
}

/* False: nobody will tell any more. */
static bool obey(void)
{
    char line[64], *at = line;

    while (at < line + sizeof(line) - 1 && read(STDIN_FILENO, at, 1) == 1 && *at != '\n')
        at++;
    if (at == line)
        return false;
    *at = '\0';
    if (!strncmp(line, "address ", 8))
        net.address = address_of(line + 8);
    else
        net.silent = !strcmp(line, "silent");
    printf("told: %s\n", line);
    return true;
}

static bool open_wire(const char *folder)
{
    struct sockaddr_un here = {.sun_family = AF_UNIX};

    wire = socket(AF_UNIX, SOCK_DGRAM, 0);
    return snprintf(here.sun_path, sizeof(here.sun_path), "%s/wire", folder) < (int)sizeof(here.sun_path) &&
           snprintf(machine_at.sun_path, sizeof(machine_at.sun_path), "%s/machine", folder) <
               (int)sizeof(machine_at.sun_path) &&
           wire >= 0 && !bind(wire, (const struct sockaddr *)&here, sizeof(here));
}

static void serve(void)
{
    static uint8_t f[FRAME_MAX];
    static int commands = STDIN_FILENO;
    uint32_t wait_ms = 10000;
    ssize_t bytes;
    int ready;

    polled[0] = (struct pollfd){.fd = wire, .events = POLLIN};
    polled[1] = (struct pollfd){.fd = commands, .events = POLLIN};
    polled_count = 2;
    slirp_pollfds_fill(slirp, &wait_ms, add_poll, NULL);
    ready = poll(polled, polled_count, (int)wait_ms);
    slirp_pollfds_poll(slirp, ready < 0, events_of, NULL);
    if (polled[0].revents && (bytes = recv(wire, f, sizeof(f), MSG_DONTWAIT)) >= 14)
        hear(f, (size_t)bytes);
    if (polled[1].revents && !obey())
        commands = -1;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < argc; i++) {
        char *equals = strchr(argv[i], '=');

        if (!equals || (*equals = '\0', !take_value(argv[i], equals + 1))) {
            fprintf(stderr, "cloud_network: what is %s?\n", argv[i]);
            return 2;
        }
    }
    if (argc < 2 || !open_wire(argv[1]) || !start_slirp()) {
        perror("cloud_network");
        return 1;
    }
    puts("ready");
    for (;;)
        serve();
}
