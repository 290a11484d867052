/* SPDX-License-Identifier: MIT */
#include "qemu.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the command line ---- */

struct words {
    char **argv;
    size_t count, cap;
    bool failed;
};

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct words *words, const char *format, ...)
{
    va_list args;
    char *word = NULL;

    if (words->count + 2 > words->cap) {
        size_t cap = words->cap ? words->cap * 2 : 64;
        char **grown = realloc(words->argv, cap * sizeof(*grown));

        if (!grown) {
            words->failed = true;
            return;
        }
        words->argv = grown;
        words->cap = cap;
    }
    va_start(args, format);
    if (vasprintf(&word, format, args) < 0) {
        word = NULL;
        words->failed = true;
    }
    va_end(args);
    words->argv[words->count++] = word;
    words->argv[words->count] = NULL;
}

/* In QEMU's option lists a comma is written twice. */
static char *escape_commas(const char *text)
{
    char *out = malloc(2 * strlen(text) + 1);
    char *p = out;

    for (; out && *text; text++) {
        if (*text == ',')
            *p++ = ',';
        *p++ = *text;
    }
    if (out)
        *p = '\0';
    return out;
}

static void add_board(struct words *words, const struct act_machine *machine)
{
    add(words, "-M");
    add(words, "microvm,x-option-roms=off,pic=off,pit=off,rtc=on,ioapic2=off,"
               "isa-serial=on,acpi=on");
    /* Part of QEMU, and 30 ms faster than what it takes by itself (docs/machine.md). */
    add(words, "-bios");
    add(words, "qboot.rom");
    add(words, "-accel");
    add(words, "%s", machine->kvm ? "kvm" : "tcg");
    add(words, "-cpu");
    add(words, "%s", machine->kvm ? "host" : "max");
    add(words, "-m");
    add(words, "size=%lluk", (unsigned long long)(machine->memory_bytes >> 10));
    add(words, "-nodefaults");
    add(words, "-no-user-config");
    add(words, "-display");
    add(words, "none");
    add(words, "-no-reboot");
    add(words, "-global");
    add(words, "virtio-mmio.force-legacy=false");
    add(words, "-device");
    add(words, "isa-debug-exit,iobase=0x501,iosize=4");
}

static void add_devices(struct words *words, const struct act_machine *machine)
{
    const uint8_t *m = machine->mac;

    add(words, "-chardev");
    add(words, "socket,id=serial,fd=%d", ACT_QEMU_SERIAL_FD);
    add(words, "-serial");
    add(words, "chardev:serial");
    add(words, "-device");
    add(words, "virtio-serial-device");
    add(words, "-chardev");
    add(words, "socket,id=console,fd=%d", ACT_QEMU_CONSOLE_FD);
    add(words, "-device");
    add(words, "virtconsole,chardev=console");
    add(words, "-device");
    add(words, "virtio-rng-device");
    add(words, "-netdev");
    add(words, "stream,id=n0,server=off,addr.type=fd,addr.str=%d", ACT_QEMU_NET_FD);
    add(words, "-device");
    add(words, "virtio-net-device,netdev=n0,mac=%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2],
        m[3], m[4], m[5]);
    add(words, "-chardev");
    add(words, "socket,id=qmp,fd=%d", ACT_QEMU_QMP_FD);
    add(words, "-mon");
    add(words, "chardev=qmp,mode=control");
}

char **act_qemu_argv(const struct act_machine *machine)
{
    struct words words = {0};

    add(&words, "%s", machine->qemu);
    add(&words, "-name");
    add(&words, "%s", machine->name);
    add_board(&words, machine);
    add_devices(&words, machine);
    add(&words, "-kernel");
    add(&words, "%s", machine->image);
    add(&words, "-append");
    add(&words, "%s", machine->append);
    if (machine->env_file) {
        char *path = escape_commas(machine->env_file);

        add(&words, "-fw_cfg");
        add(&words, "name=opt/org.ucompose/env,file=%s", path ? path : "");
        words.failed |= !path;
        free(path);
    }
    if (words.failed) {
        act_qemu_free_argv(words.argv);
        return NULL;
    }
    return words.argv;
}

void act_qemu_free_argv(char **argv)
{
    for (char **word = argv; word && *word; word++)
        free(*word);
    free(argv);
}

/* ---- the process ---- */

#define PAIRS 4

struct plumbing {
    int ours[PAIRS], theirs[PAIRS];
    int errors[2];
};

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void plumbing_close(struct plumbing *plumbing, bool ours)
{
    for (int i = 0; i < PAIRS; i++) {
        close_fd(plumbing->theirs[i]);
        if (ours)
            close_fd(plumbing->ours[i]);
    }
    close_fd(plumbing->errors[1]);
    if (ours)
        close_fd(plumbing->errors[0]);
}

static int plumbing_open(struct plumbing *plumbing)
{
    int err;

    memset(plumbing, -1, sizeof(*plumbing));
    for (int i = 0; i < PAIRS; i++) {
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
            goto fail;
        plumbing->ours[i] = pair[0];
        plumbing->theirs[i] = pair[1];
        fcntl(pair[0], F_SETFL, O_NONBLOCK);
    }
    if (pipe2(plumbing->errors, O_CLOEXEC) < 0)
        goto fail;
    fcntl(plumbing->errors[0], F_SETFL, O_NONBLOCK);
    return 0;
fail:
    err = -errno;
    plumbing_close(plumbing, true);
    return err;
}

/* In the child: give the sockets their numbers. They may stand in each other's way, so
 * all move above the range first. */
static void place_fds(const struct plumbing *plumbing)
{
    int high[PAIRS];
    int errors = fcntl(plumbing->errors[1], F_DUPFD_CLOEXEC, 100);
    int null = open("/dev/null", O_RDWR);

    for (int i = 0; i < PAIRS; i++)
        high[i] = fcntl(plumbing->theirs[i], F_DUPFD_CLOEXEC, 100);
    dup2(null, 0);
    dup2(errors, 1);
    dup2(errors, 2);
    for (int i = 0; i < PAIRS; i++)
        dup2(high[i], ACT_QEMU_NET_FD + i);
    close_range(ACT_QEMU_FDS, ~0u, 0);
}

static void child(char **argv, const struct plumbing *plumbing, pid_t parent)
{
    act_child_begin(parent);
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for ucompose to handle */
    place_fds(plumbing);
    execv(argv[0], argv);
    dprintf(2, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(1);
}

int act_qemu_spawn(const struct act_machine *machine, pid_t *pid,
                   struct act_machine_sockets *sockets)
{
    char **argv = act_qemu_argv(machine);
    struct plumbing plumbing;
    pid_t parent = getpid();
    int err;

    if (!argv)
        return -ENOMEM;
    err = plumbing_open(&plumbing);
    if (err)
        goto free_argv;
    *pid = fork();
    if (*pid == 0)
        child(argv, &plumbing, parent);
    if (*pid < 0)
        err = -errno;
    plumbing_close(&plumbing, *pid < 0);
    if (!err)
        *sockets =
            (struct act_machine_sockets){plumbing.ours[0], plumbing.ours[1], plumbing.ours[2],
                                         plumbing.ours[3], plumbing.errors[0]};
free_argv:
    act_qemu_free_argv(argv);
    return err;
}
