/* SPDX-License-Identifier: MIT */
/* What an instance's life is decided by: health, restarts, endings; no machine, no clock. */
#include "act/ending.h"
#include "act/health.h"
#include "act/procfile.h"
#include "act/qemu.h"
#include "act/restart.h"
#include "deploy/cluster.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- health ---- */

static const struct deploy_health usual = {
    .interval_ms = 5000, .timeout_ms = 2000, .retries = 3, .start_period_ms = 10000};

static void health(void)
{
    struct act_health h;
    uint64_t timeout, now = 1000;
    int probes = 0;

    act_health_start(&h, &usual, now);
    CHECK(act_health_due(&h, now, &timeout) && timeout <= 500,
          "the first probe comes with the link, and is short");
    CHECK(!act_health_due(&h, now + 60000, &timeout), "one probe at a time");
    act_health_result(&h, false, now);
    CHECK(!act_health_due(&h, now + 9, &timeout) && act_health_due(&h, now + 10, &timeout),
          "while starting they come every 10 ms");
    act_health_result(&h, false, now += 10);
    for (; now < 9000; now++)
        if (act_health_due(&h, now, &timeout)) {
            act_health_result(&h, false, now);
            probes++;
        }
    CHECK(h.state == ACT_HEALTH_STARTING && probes > 200 && probes < 300,
          "failures in the start period do not count, and probes get rarer");
    while (!act_health_due(&h, now, &timeout))
        now++;
    act_health_result(&h, true, now);
    CHECK(h.state == ACT_HEALTH_READY && h.next_ms == now + 5000,
          "a good one makes it ready, the next is far");
    for (int i = 0; i < 2; i++) {
        now = h.next_ms;
        act_health_due(&h, now, &timeout);
        act_health_result(&h, false, now);
    }
    CHECK(h.state == ACT_HEALTH_READY && timeout == 2000, "two failures are borne");
    act_health_due(&h, h.next_ms, &timeout);
    act_health_result(&h, false, now += 5000);
    CHECK(h.state == ACT_HEALTH_UNHEALTHY, "the third makes it unhealthy");
    act_health_due(&h, h.next_ms, &timeout);
    act_health_result(&h, true, now += 5000);
    CHECK(h.state == ACT_HEALTH_READY && h.failures == 0, "a good one heals it");
    act_health_start(&h, &(struct deploy_health){.disabled = true}, now);
    CHECK(h.state == ACT_HEALTH_READY && !act_health_due(&h, now + 1000000, &timeout),
          "without a check it is ready with its link");
}

/* ---- restarts ---- */

static void restarts(void)
{
    static const struct {
        const char *name;
        struct deploy_restart policy;
        int status;
        bool want;
    } rows[] = {
        {"no: stays ended", {DEPLOY_RESTART_NO, 0}, 1, false},
        {"always: starts again after success", {DEPLOY_RESTART_ALWAYS, 0}, 0, true},
        {"unless-stopped: starts again", {DEPLOY_RESTART_UNLESS_STOPPED, 0}, 0, true},
        {"on-failure: success is the end", {DEPLOY_RESTART_ON_FAILURE, 0}, 0, false},
        {"on-failure: a failure is not", {DEPLOY_RESTART_ON_FAILURE, 0}, 3, true},
    };
    struct act_restart r = {0};
    uint64_t pause, last = 0;
    bool doubles = true;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        r = (struct act_restart){0};
        CHECK(act_restart_decide(&r, &rows[i].policy, rows[i].status, 10, &pause) == rows[i].want,
              rows[i].name);
    }
    r = (struct act_restart){0};
    for (int i = 0; i < 3; i++)
        act_restart_decide(&r, &(struct deploy_restart){DEPLOY_RESTART_ON_FAILURE, 3}, 1, 10,
                           &pause);
    CHECK(!act_restart_decide(&r, &(struct deploy_restart){DEPLOY_RESTART_ON_FAILURE, 3}, 1, 10,
                              &pause),
          "on-failure:3 is the end after three");
    r = (struct act_restart){0};
    for (int i = 0; i < 20; i++) {
        act_restart_decide(&r, &rows[1].policy, 1, 10, &pause);
        doubles &= pause == ACT_RESTART_LAST_MS || last == 0 || pause == 2 * last;
        last = pause;
    }
    CHECK(doubles && last == ACT_RESTART_LAST_MS, "the pause doubles up to its bound");
    act_restart_decide(&r, &rows[1].policy, 1, ACT_RESTART_HEALTHY_RUN_MS, &pause);
    CHECK(pause == ACT_RESTART_FIRST_MS, "a long run makes it short again");
}

/* ---- endings ---- */

static void endings(void)
{
    static const struct {
        const char *name, *serial, *qemu;
        int wait_status, want;
        const char *reason;
    } rows[] = {
        {"a status that the kernel told", "ucompose: exit status 3", "", 7 << 8, 3, "exited 3"},
        {"success, though QEMU leaves with 1", "ucompose: exit status 0", "", 1 << 8, 0,
         "exited 0"},
        {"a value without words", "", "", (5 << 1 | 1) << 8, 5, "exited 5"},
        {"a signal inside the guest", "", "", ((112 + 11) << 1 | 1) << 8, 139,
         "killed by signal 11"},
        {"a signal that the kernel told", "ucompose: killed by signal 9, exit status 137", "",
         3 << 8, 137, "killed by signal 9"},
        {"SIGTERM has a value of its own", "", "", (112 << 1 | 1) << 8, 143, "killed by signal 15"},
        {"a status too large for the exit device", "ucompose: exit status 200", "",
         (111 << 1 | 1) << 8, 200, "exited 200"},
        {"a panic", "[   0.1] ucompose: panic: page fault at 0x10", "", 255 << 8, 127,
         "panic: page fault at 0x10"},
        {"a panic without words", "", "", 255 << 8, 127, "panic: no reason told"},
        {"a panic that ended in a triple fault", "ucompose: panic: double fault", "", 0, 127,
         "panic: double fault"},
        {"too little memory", "ucompose: needs at least 4000 KiB of memory, has 2048 KiB", "",
         (126 << 1 | 1) << 8, 126,
         "not enough memory: the image needs at least 4000 KiB, the machine has 2048 KiB (raise "
         "mem_limit or image.memory)"},
        {"power off without a status", "", "", 0, 0, "powered off"},
        {"QEMU that cannot start", "", "qemu: no such machine", 1 << 8, 125,
         "QEMU ended with status 1: qemu: no such machine"},
        {"SIGKILL from outside", "ucompose: ready", "", 9, 137, "killed by signal 9"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct act_ending_notes notes = {0};
        char reason[400];
        int got;

        act_ending_note_serial(&notes, rows[i].serial);
        act_ending_note_qemu(&notes, rows[i].qemu);
        got = act_ending_decode(&notes, rows[i].wait_status, reason, sizeof(reason));
        if (!CHECK(got == rows[i].want && strcmp(reason, rows[i].reason) == 0, rows[i].name))
            printf("# got %d, %s\n", got, reason);
    }
}

/* ---- the rest ---- */

static bool has_word(char **argv, const char *word)
{
    while (argv && *argv && strcmp(*argv, word) != 0)
        argv++;
    return argv && *argv;
}

static void command_line(void)
{
    struct act_machine machine = {.qemu = "/usr/bin/qemu-system-x86_64",
                                  .name = "a-1",
                                  .image = "/x y/i,j.elf",
                                  .memory_bytes = 16 << 20,
                                  .append = "ip=10.77.0.10/24",
                                  .env_file = "/a b/c,d",
                                  .mac = {2, 1, 2, 3, 4, 0xff}};
    char **argv = act_qemu_argv(&machine);

    CHECK(has_word(argv, "name=opt/org.ucompose/env,file=/a b/c,,d"),
          "a comma in an option's value is written twice");
    CHECK(has_word(argv, "/x y/i,j.elf") && has_word(argv, "tcg") && has_word(argv, "size=16384k"),
          "image, accelerator and memory are on the command line");
    act_qemu_free_argv(argv);
}

static void files(void)
{
    const char *tmp = getenv("UC_TEST_TMP");
    char path[600];
    const char *stamp, *text;
    enum cluster_log_source source;
    size_t len;
    FILE *file;

    snprintf(path, sizeof(path), "%s/proc", tmp ? tmp : "/tmp");
    CHECK(act_procfile_write(path, getpid()) == 0 && act_procfile_read(path) == getpid(),
          "a living process is found again");
    file = fopen(path, "w");
    fprintf(file, "%d 1\n", (int)getpid());
    fclose(file);
    CHECK(act_procfile_read(path) == 0, "another process with its number is not mistaken for it");
    unlink(path);
    CHECK(act_procfile_read(path) == 0, "no file, no process");
    CHECK(cluster_log_parse("2026-11-23T21:40:00.123Z o hello there", &stamp, &len, &source,
                            &text) == 0 &&
              len == 24 && source == CLUSTER_LOG_CONSOLE && strcmp(text, "hello there") == 0,
          "a line of a log is taken apart");
    CHECK(cluster_log_parse("nonsense", &stamp, &len, &source, &text) < 0 &&
              cluster_log_parse("2026 x y", &stamp, &len, &source, &text) < 0,
          "what is no line of ours is refused");
}

int main(void)
{
    health();
    restarts();
    endings();
    command_line();
    files();
    return tap_finish();
}
