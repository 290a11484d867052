/* SPDX-License-Identifier: MIT */
/* Is this computer fit to run machines: QEMU, its version, and whether KVM is any use. */
#include "deploy/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define QEMU       "qemu-system-x86_64"
#define QEMU_MAJOR 7 /* -netdev stream */
#define QEMU_MINOR 2
#define KVM_API    12

static bool find_in_path(const char *name, char *out, size_t size)
{
    const char *path = getenv("PATH");

    for (path = path ? path : "/usr/bin:/bin"; *path;) {
        size_t len = strcspn(path, ":");

        if (snprintf(out, size, "%.*s/%s", (int)len, path, name) < (int)size &&
            access(out, X_OK) == 0)
            return true;
        path += len + (path[len] == ':');
    }
    out[0] = '\0';
    return false;
}

static void find_qemu(struct cluster_host *host)
{
    const char *forced = getenv("UCOMPOSE_QEMU");

    if (!forced || !forced[0]) {
        find_in_path(QEMU, host->qemu_path, sizeof(host->qemu_path));
    } else if (strchr(forced, '/')) {
        if (access(forced, X_OK) == 0)
            snprintf(host->qemu_path, sizeof(host->qemu_path), "%s", forced);
    } else {
        find_in_path(forced, host->qemu_path, sizeof(host->qemu_path));
    }
}

static void tell_missing(struct cluster_host *host)
{
    const char *forced = getenv("UCOMPOSE_QEMU");

    if (forced && forced[0])
        snprintf(host->qemu_problem, sizeof(host->qemu_problem),
                 "UCOMPOSE_QEMU is \"%.120s\", and there is no such program; correct it, or unset "
                 "it to use " QEMU,
                 forced);
    else
        snprintf(host->qemu_problem, sizeof(host->qemu_problem),
                 QEMU " was not found in PATH; install it: apt-get install qemu-system-x86");
}

/* The first line of `QEMU --version`. 0 or -errno. */
static int ask_version(const char *qemu, char *line, size_t size)
{
    int pipe_fds[2];
    ssize_t n = 0, got;
    pid_t pid;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return -errno;
    pid = fork();
    if (pid == 0) {
        dup2(pipe_fds[1], 1);
        dup2(pipe_fds[1], 2);
        execl(qemu, qemu, "--version", (char *)NULL);
        _exit(127);
    }
    close(pipe_fds[1]);
    while (pid > 0 && n < (ssize_t)size - 1 &&
           (got = read(pipe_fds[0], line + n, size - 1 - (size_t)n)) > 0)
        n += got;
    line[n] = '\0';
    close(pipe_fds[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && n > 0 ? 0 : -EIO;
}

static void check_qemu(struct cluster_host *host)
{
    char text[512];
    const char *version;
    int major = 0, minor = 0;

    find_qemu(host);
    if (!host->qemu_path[0]) {
        tell_missing(host);
        return;
    }
    if (ask_version(host->qemu_path, text, sizeof(text)) < 0 ||
        !(version = strstr(text, "version ")) ||
        sscanf(version, "version %31[0-9.]", host->qemu_version) != 1) {
        snprintf(host->qemu_problem, sizeof(host->qemu_problem), "%.180s does not tell its version",
                 host->qemu_path);
        return;
    }
    sscanf(host->qemu_version, "%d.%d", &major, &minor);
    host->qemu_ok = major > QEMU_MAJOR || (major == QEMU_MAJOR && minor >= QEMU_MINOR);
    if (!host->qemu_ok)
        snprintf(host->qemu_problem, sizeof(host->qemu_problem),
                 "QEMU %s is too old: %d.%d or later is needed (%.120s); $UCOMPOSE_QEMU can name "
                 "another",
                 host->qemu_version, QEMU_MAJOR, QEMU_MINOR, host->qemu_path);
}

/* Do the processor's flags list hardware virtualization? Without it /dev/kvm may well
 * answer, and be a thousand times slower than no KVM. */
static bool cpu_virtualizes(void)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    if (!file)
        return false;
    while (!found && getline(&line, &size, file) > 0)
        if (strncmp(line, "flags", 5) == 0) {
            for (char *word = strtok(line, " \t\n"); word && !found; word = strtok(NULL, " \t\n"))
                found = strcmp(word, "vmx") == 0 || strcmp(word, "svm") == 0;
            break;
        }
    free(line);
    fclose(file);
    return found;
}

static const char *kvm_obstacle(void)
{
    const char *obstacle = NULL;
    int fd;

    if (!cpu_virtualizes())
        return "the processor offers no hardware virtualization (neither vmx nor svm in "
               "/proc/cpuinfo)";
    fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return errno == EACCES ? "no right to open /dev/kvm (join the group kvm)"
                               : "there is no usable /dev/kvm";
    if (ioctl(fd, KVM_GET_API_VERSION, 0) != KVM_API)
        obstacle = "/dev/kvm does not answer as KVM does";
    close(fd);
    return obstacle;
}

void cluster_host_probe(struct cluster_host *host)
{
    const char *forced = getenv("UCOMPOSE_ACCEL");
    const char *obstacle;

    memset(host, 0, sizeof(*host));
    check_qemu(host);
    if (forced && strcmp(forced, "tcg") == 0)
        obstacle = "UCOMPOSE_ACCEL=tcg asks for it";
    else if (forced && strcmp(forced, "kvm") == 0)
        obstacle = NULL;
    else
        obstacle = kvm_obstacle();
    if (forced && forced[0] && strcmp(forced, "tcg") != 0 && strcmp(forced, "kvm") != 0) {
        host->qemu_ok = false;
        snprintf(host->qemu_problem, sizeof(host->qemu_problem),
                 "UCOMPOSE_ACCEL is \"%.40s\"; it may be tcg or kvm", forced);
    }
    host->kvm = !obstacle;
    snprintf(host->kvm_reason, sizeof(host->kvm_reason), "%s", obstacle ? obstacle : "");
}
