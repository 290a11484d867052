/* SPDX-License-Identifier: MIT */
#include "domain.h"

#include "child.h"
#include "manifest/text.h"
#include "plan/fnv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* QEMU connects while virsh waits for it; this is for the card, which does so in a thread of its own. */
#define CONNECT_MS 1000

static const char *const endings[ACT_DOMAIN_SOCKETS] = {"net", "console", "serial", "qmp"};

/* ---- what it is called ---- */

void act_domain_name(struct act_domain *domain, const char *project, const char *instance, const char *owner)
{
    uint64_t high = deploy_fnv_text(deploy_fnv_text(DEPLOY_FNV_BASIS, owner), instance);
    uint64_t low = deploy_fnv_text(high, "uuid");

    snprintf(domain->name, sizeof(domain->name), "%s-%s", project, instance);
    snprintf(domain->uuid, sizeof(domain->uuid), "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(high >> 32),
             (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff), (unsigned)(low >> 48 & 0xfff),
             (unsigned long long)(low & 0xffffffffffffull));
}

/* ---- what it is ---- */

static void print_element(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "<%s>", tag);
    manifest_xml(out, text);
    fprintf(out, "</%s>\n", tag);
}

static void socket_path(const struct act_domain *domain, int which, char path[108])
{
    snprintf(path, 108, "%.90s/%u.%s", domain->folder, domain->number, endings[which]);
}

static void print_socket(const struct act_domain *domain, int which, FILE *out)
{
    char path[108];

    socket_path(domain, which, path);
    manifest_xml(out, path);
}

static void print_boot(const struct act_machine *machine, FILE *out)
{
    if (machine->env_file) {
        fputs("<sysinfo type=\"fwcfg\"><entry name=\"opt/org.ucompose/env\" file=\"", out);
        manifest_xml(out, machine->env_file);
        fputs("\"/></sysinfo>\n", out);
    }
    fputs("<os>\n<type arch=\"x86_64\" machine=\"pc\">hvm</type>\n", out);
    print_element(out, "kernel", machine->image);
    print_element(out, "cmdline", machine->append);
    fputs("</os>\n", out);
}

static void print_devices(const struct act_domain *domain, const struct act_machine *machine, FILE *out)
{
    fputs("<devices>\n", out);
    print_element(out, "emulator", machine->qemu);
    fputs("<controller type=\"usb\" model=\"none\"/>\n<serial type=\"unix\"><source mode=\"connect\" path=\"", out);
    print_socket(domain, 2, out);
    fputs("\"/><target type=\"isa-serial\" port=\"0\"/></serial>\n"
          "<console type=\"unix\"><source mode=\"connect\" path=\"",
          out);
    print_socket(domain, 1, out);
    fputs("\"/><target type=\"virtio\" port=\"1\"/></console>\n"
          "<memballoon model=\"none\"/>\n"
          "<rng model=\"virtio\"><backend model=\"random\">/dev/urandom</backend></rng>\n"
          "</devices>\n",
          out);
}

/* Session mode has no network that leads to our switch, nor a second monitor: QEMU's own options. */
static void print_options(const struct act_domain *domain, const struct act_machine *machine, FILE *out)
{
    const uint8_t *m = machine->mac;

    fputs("<qemu:commandline>\n<qemu:arg value=\"-netdev\"/>\n"
          "<qemu:arg value=\"stream,id=n0,server=off,addr.type=unix,addr.path=",
          out);
    print_socket(domain, 0, out);
    fprintf(out,
            "\"/>\n<qemu:arg value=\"-device\"/>\n"
            "<qemu:arg value=\"virtio-net-pci,netdev=n0,mac=%02x:%02x:%02x:%02x:%02x:%02x,romfile=,addr=0x10\"/>\n"
            "<qemu:arg value=\"-chardev\"/>\n<qemu:arg value=\"socket,id=ucompose,path=",
            m[0], m[1], m[2], m[3], m[4], m[5]);
    print_socket(domain, 3, out);
    fputs("\"/>\n<qemu:arg value=\"-mon\"/>\n<qemu:arg value=\"chardev=ucompose,mode=control\"/>\n</qemu:commandline>\n", out);
}

void act_domain_print(const struct act_domain *domain, const struct act_machine *machine, FILE *out)
{
    fprintf(out, "<domain type=\"%s\" xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\">\n",
            machine->kvm ? "kvm" : "qemu");
    print_element(out, "name", domain->name);
    print_element(out, "uuid", domain->uuid);
    fprintf(out, "<memory unit=\"KiB\">%llu</memory>\n<vcpu>1</vcpu>\n",
            (unsigned long long)(machine->memory_bytes >> 10));
    print_boot(machine, out);
    fputs("<features><acpi/></features>\n<cpu mode=\"maximum\"/>\n<on_poweroff>destroy</on_poweroff>\n"
          "<on_reboot>destroy</on_reboot>\n<on_crash>destroy</on_crash>\n",
          out);
    print_devices(domain, machine, out);
    print_options(domain, machine, out);
    fputs("</domain>\n", out);
}

/* ---- sockets ---- */

static void stop_listening(struct act_domain *domain)
{
    char path[108];

    for (int i = 0; i < ACT_DOMAIN_SOCKETS; i++) {
        if (domain->listeners[i] < 0)
            continue;
        close(domain->listeners[i]);
        domain->listeners[i] = -1;
        socket_path(domain, i, path);
        unlink(path);
    }
}

static int listen_one(const struct act_domain *domain, int which, int *fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    socket_path(domain, which, address.sun_path);
    unlink(address.sun_path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0 || bind(*fd, (struct sockaddr *)&address, sizeof(address)) || listen(*fd, 1))
        return -errno;
    return 0;
}

static int start_listening(struct act_domain *domain)
{
    int err = 0;

    memset(domain->listeners, -1, sizeof(domain->listeners));
    for (int i = 0; !err && i < ACT_DOMAIN_SOCKETS; i++)
        err = listen_one(domain, i, &domain->listeners[i]);
    if (err)
        stop_listening(domain);
    return err;
}

/* A descriptor, non-blocking and closed on exec; -ETIMEDOUT. */
static int take_connection(int listener, int timeout_ms)
{
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    int fd, got;

    while ((got = poll(&ready, 1, timeout_ms)) < 0 && errno == EINTR)
        ;
    if (got <= 0)
        return -ETIMEDOUT;
    fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

static pid_t peer_of(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 ? peer.pid : 0;
}

static void end_peer(int fd)
{
    pid_t pid = peer_of(fd);

    if (pid > 0)
        kill(pid, SIGKILL);
    close(fd);
}

int act_domain_attach(struct act_domain *domain, struct act_machine_sockets *sockets, pid_t *pid)
{
    int fds[ACT_DOMAIN_SOCKETS], count = 0, err = 0;

    for (; !err && count < ACT_DOMAIN_SOCKETS; count++) {
        fds[count] = take_connection(domain->listeners[count], CONNECT_MS);
        err = fds[count] < 0 ? fds[count] : 0;
    }
    if (!err) {
        *pid = peer_of(fds[0]);
        err = *pid > 0 ? 0 : -ESRCH;
    }
    if (err) {
        for (int i = 0; i < count; i++)
            if (fds[i] >= 0)
                end_peer(fds[i]);
        return err;
    }
    *sockets = (struct act_machine_sockets){fds[0], fds[1], fds[2], fds[3], -1};
    stop_listening(domain);
    return 0;
}

void act_domain_abandon(struct act_domain *domain)
{
    for (int i = 0; i < ACT_DOMAIN_SOCKETS; i++) {
        int fd = domain->listeners[i] < 0 ? -1 : take_connection(domain->listeners[i], 0);

        if (fd >= 0)
            end_peer(fd);
    }
    stop_listening(domain);
}

/* ---- virsh ---- */

/* The domain as a file without a name. A descriptor or a negative errno. */
static int domain_file(const struct act_domain *domain, const struct act_machine *machine)
{
    int fd = memfd_create("domain", MFD_CLOEXEC);
    int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
    int err;

    if (!out) {
        err = -errno;
        if (copy >= 0)
            close(copy);
        if (fd >= 0)
            close(fd);
        return err;
    }
    act_domain_print(domain, machine, out);
    err = fclose(out) ? -errno : 0;
    if (!err && lseek(fd, 0, SEEK_SET) < 0)
        err = -errno;
    if (err)
        close(fd);
    return err ? err : fd;
}

static void child(const struct act_domain *domain, int file, int said, pid_t parent)
{
    char command[128];
    char *argv[] = {(char *)(size_t) "virsh", (char *)(size_t) "-q", (char *)(size_t) "-c", (char *)(size_t) "qemu:///session",
                    command, NULL};

    act_child_begin(parent);
    /* The first is an error when nothing is left, which is as well: the second decides. */
    snprintf(command, sizeof(command), "destroy %s; create /dev/stdin", domain->uuid);
    dup2(file, 0);
    dup2(said, 1);
    dup2(said, 2);
    close_range(3, ~0u, 0);
    execvp(argv[0], argv);
    dprintf(2, "cannot run virsh: %s; install libvirt-clients and libvirt-daemon\n", strerror(errno));
    _exit(127);
}

int act_domain_launch(struct act_domain *domain, const struct act_machine *machine, pid_t *pid, int *errors)
{
    pid_t parent = getpid();
    int file, said[2];
    int err = strchr(domain->folder, ',') ? -EINVAL : start_listening(domain);

    if (err)
        return err;
    file = domain_file(domain, machine);
    if (file < 0) {
        err = file;
        goto stop_listening;
    }
    if (pipe2(said, O_CLOEXEC) < 0) {
        err = -errno;
        goto close_file;
    }
    *pid = fork();
    if (*pid == 0)
        child(domain, file, said[1], parent);
    if (*pid < 0)
        err = -errno;
    close(said[1]);
    if (err)
        close(said[0]);
    else
        fcntl(said[0], F_SETFL, O_NONBLOCK);
    *errors = said[0];
close_file:
    close(file);
stop_listening:
    if (err)
        stop_listening(domain);
    return err;
}

/* ---- its end ---- */

struct act_watch {
    uv_poll_t poll;
    int fd;
    void (*fn)(void *arg);
    void *arg;
};

static void on_ended(uv_poll_t *poll, int status, int events)
{
    struct act_watch *watch = poll->data;

    (void)status, (void)events;
    uv_poll_stop(poll);
    watch->fn(watch->arg);
}

struct act_watch *act_watch_open(uv_loop_t *loop, pid_t pid, void (*fn)(void *arg), void *arg, int *err)
{
    struct act_watch *watch = malloc(sizeof(*watch));
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    *err = !watch ? -ENOMEM : fd < 0 ? -errno : 0;
    if (!*err)
        *err = uv_poll_init(loop, &watch->poll, fd);
    if (*err) {
        if (fd >= 0)
            close(fd);
        free(watch);
        return NULL;
    }
    watch->poll.data = watch;
    watch->fd = fd;
    watch->fn = fn;
    watch->arg = arg;
    uv_poll_start(&watch->poll, UV_READABLE, on_ended);
    return watch;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void act_watch_close(struct act_watch *watch)
{
    if (!watch)
        return;
    uv_poll_stop(&watch->poll);
    close(watch->fd);
    uv_close((uv_handle_t *)&watch->poll, on_closed);
}
