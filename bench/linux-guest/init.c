/* SPDX-License-Identifier: MIT */
/*
 * init.c - process 1 of the Linux guest that the bench compares with.
 *
 * Does the least that a Linux virtual machine needs before it can run one service: load the
 * virtio modules, set the address given as `ip=A.B.C.D/N` on the kernel command line, and
 * become /service. No shell, no init system: the guest is as lean as Debian's kernel
 * allows, so that the comparison is with Linux at its best.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    sleep(1); /* the console is slower than the panic that follows */
    _exit(1);
}

/* /modules/order names one module file a line, dependencies first. */
static void load_modules(void)
{
    FILE *order = fopen("/modules/order", "r");
    char name[128], path[160];

    if (!order)
        fail("/modules/order");
    while (fscanf(order, "%127s", name) == 1) {
        snprintf(path, sizeof path, "/modules/%s", name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
            fail(name);
        close(fd);
    }
    fclose(order);
}

static void command_line_value(const char *key, char *value, size_t size)
{
    char line[4096] = {0};
    int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || read(fd, line, sizeof line - 1) < 0)
        fail("/proc/cmdline");
    close(fd);
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
        if (strncmp(word, key, strlen(key)) == 0) {
            snprintf(value, size, "%s", word + strlen(key));
            return;
        }
    fail(key);
}

static void up(int sock, const char *interface)
{
    struct ifreq req = {0};

    snprintf(req.ifr_name, sizeof req.ifr_name, "%s", interface);
    req.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(sock, SIOCSIFFLAGS, &req) < 0)
        fail(interface);
}

static void set_address(int sock, unsigned long call, const char *interface, in_addr_t address)
{
    struct ifreq req = {0};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = address};

    snprintf(req.ifr_name, sizeof req.ifr_name, "%s", interface);
    memcpy(&req.ifr_addr, &in, sizeof in);
    if (ioctl(sock, call, &req) < 0)
        fail("address");
}

static void configure_network(void)
{
    char address[64];
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    command_line_value("ip=", address, sizeof address);
    char *slash = strchr(address, '/');
    int bits = slash ? atoi(slash + 1) : 24;
    if (slash)
        *slash = 0;
    up(sock, "lo");
    set_address(sock, SIOCSIFADDR, "eth0", inet_addr(address));
    set_address(sock, SIOCSIFNETMASK, "eth0", htonl(bits ? ~0U << (32 - bits) : 0));
    up(sock, "eth0");
    close(sock);
}

int main(void)
{
    char *argv[] = {"service", NULL};
    char *env[] = {"PATH=/", NULL};

    mount("proc", "/proc", "proc", 0, NULL);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    int console = open("/dev/console", O_RDWR);
    if (console >= 0)
        for (int fd = 0; fd < 3; fd++)
            dup2(console, fd);
    load_modules();
    configure_network();
    execve("/service", argv, env);
    fail("/service");
}
