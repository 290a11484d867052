/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "prefix.h"
#include "terminal.h"

#include "deploy/build.h"
#include "deploy/cluster.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct cmd_option options[] = {{0}};

enum finding { GOOD, NOTE, BAD };

static bool all_good;

static __attribute__((format(printf, 3, 4))) void report(enum finding finding, const char *what,
                                                         const char *format, ...)
{
    static const char *const marks[] = {[GOOD] = "ok", [NOTE] = "note", [BAD] = "BAD"};
    static const enum cmd_colour colours[] = {
        [GOOD] = CMD_GREEN, [NOTE] = CMD_YELLOW, [BAD] = CMD_RED};
    va_list args;

    printf("%s%-5s%s %-9s ", cmd_colour(stdout, colours[finding]), marks[finding],
           cmd_colour_end(stdout), what);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    all_good = all_good && finding != BAD;
}

static void check_qemu(const struct cluster_host *host)
{
    if (host->qemu_ok)
        report(GOOD, "QEMU", "%s, version %s", host->qemu_path, host->qemu_version);
    else
        report(BAD, "QEMU", "%s", host->qemu_problem);
}

static void check_kvm(const struct cluster_host *host)
{
    if (host->kvm)
        report(GOOD, "KVM", "used");
    else
        report(NOTE, "KVM", "not used: %s. Machines run without it (TCG), slower but alike",
               host->kvm_reason);
}

/* Is `name` in one of PATH's folders? */
static bool find_program(const char *name, char *path)
{
    const char *dirs = getenv("PATH");

    while (dirs && *dirs) {
        size_t len = strcspn(dirs, ":");

        if (snprintf(path, PATH_MAX, "%.*s/%s", (int)len, dirs, name) < PATH_MAX &&
            access(path, X_OK) == 0)
            return true;
        dirs += len + (dirs[len] == ':');
    }
    return false;
}

static void check_compiler(void)
{
    char path[PATH_MAX];

    if (find_program("gcc", path))
        report(GOOD, "compiler", "%s", path);
    else
        report(BAD, "compiler", "there is no gcc; install it, on Debian with: apt-get install gcc");
}

static void check_sdk(void)
{
    static const char *const parts[] = {"linux/flags/cflags", "unikernel/flags/cflags",
                                        "unikernel/lib/kernel.o"};
    char sdk[PATH_MAX], path[PATH_MAX + 64];

    cmd_prefix_sdk(sdk);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/%s", sdk, parts[i]);
        if (access(path, R_OK)) {
            report(BAD, "SDK", "%s: %s; install ucompose again, or set UCOMPOSE_SDK", path,
                   strerror(errno));
            return;
        }
    }
    report(GOOD, "SDK", "%s", sdk);
}

static void check_memory(void)
{
    char line[128];
    unsigned long long free_kib = 0;
    FILE *file = fopen("/proc/meminfo", "re");

    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "MemAvailable: %llu", &free_kib) == 1)
            break;
    if (file)
        fclose(file);
    if (free_kib >= 256 << 10)
        report(GOOD, "memory",
               "%llu MiB free; a machine takes about 16 MiB and QEMU some 40 MiB more",
               free_kib >> 10);
    else
        report(BAD, "memory",
               "only %llu MiB free; a machine takes about 16 MiB and QEMU some 40 MiB more",
               free_kib >> 10);
}

static void check_home(void)
{
    char home[PATH_MAX], probe[PATH_MAX + 32];
    int err = deploy_home(home, sizeof(home));
    int made;

    if (err) {
        report(BAD, "cache",
               "nowhere to keep builds: set HOME or UCOMPOSE_HOME to an absolute path");
        return;
    }
    snprintf(probe, sizeof(probe), "%s", home);
    for (char *at = probe + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(probe, 0777);
        *at = '/';
    }
    made = mkdir(home, 0777);
    if ((made && errno != EEXIST) || access(home, W_OK))
        report(BAD, "cache", "%s cannot be written: %s; set UCOMPOSE_HOME to another folder", home,
               strerror(errno));
    else
        report(GOOD, "cache", "%s", home);
}

static void check_sockets(void)
{
    struct cluster_paths paths;
    struct deploy_error error = {""};

    if (cluster_paths_init(&paths, "doctor", "/compose.yaml", &error))
        report(BAD, "sockets", "%s", error.text);
    else
        report(GOOD, "sockets", "in folders such as %s", paths.socket_dir);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct cluster_host host;

    all_good = true;
    cluster_host_probe(&host);
    check_compiler();
    check_sdk();
    check_qemu(&host);
    check_kvm(&host);
    check_memory();
    check_home();
    check_sockets();
    if (all_good)
        puts("This computer can build and run services.");
    return all_good ? CMD_OK : cmd_fail("what is marked BAD must be repaired first");
}

const struct cmd_verb cmd_doctor_verb = {
    .name = "doctor",
    .arguments = "",
    .summary = "Check that this computer can build and run services",
    .options = options,
    .run = run,
};
