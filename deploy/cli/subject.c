/* SPDX-License-Identifier: MIT */
#include "subject.h"

#include "alone.h"
#include "follow.h"
#include "images.h"
#include "launch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READY_MS     10000
#define LOG_SHOWN    4096
#define END_WAIT_MS  1000 /* between the end of a connection and that of a process */

/* ---- a process */

/* A port of 127.0.0.1 that nobody has now. */
static unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unsigned port = 0;

    if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, size) && !getsockname(fd, (struct sockaddr *)&address, &size))
        port = ntohs(address.sin_port);
    if (fd >= 0)
        close(fd);
    return port;
}

static int open_log(void)
{
    char path[] = "/tmp/ucompose-test.XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC | O_APPEND);

    if (fd >= 0)
        unlink(path);
    return fd;
}

static void put_number(const char *name, unsigned number)
{
    char text[12];

    snprintf(text, sizeof(text), "%u", number);
    setenv(name, text, 1);
}

/* In the child: becomes the service, and goes when we go. */
static void become(const struct cmd_subject *subject, const struct deploy_service *service, unsigned port, unsigned admin)
{
    char *argv[] = {(char *)(size_t)subject->built.name, NULL};

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (size_t i = 0; i < service->environment_count; i++)
        setenv(service->environment[i].name, service->environment[i].value, 1);
    put_number("UC_PORT", port);
    put_number("UC_ADMIN_PORT", admin);
    dup2(subject->log, 1);
    dup2(subject->log, 2);
    execv(subject->built.image, argv);
    dprintf(2, "%s: %s\n", subject->built.image, strerror(errno));
    _exit(127);
}

static int say_end(struct cmd_subject *subject, int status)
{
    subject->pid = 0;
    if (WIFSIGNALED(status))
        snprintf(subject->end, sizeof(subject->end), "was killed by signal %d", WTERMSIG(status));
    else
        snprintf(subject->end, sizeof(subject->end), "ended with status %d", WEXITSTATUS(status));
    return 1;
}

static bool has_ended(struct cmd_subject *subject)
{
    int status;

    if (!subject->pid)
        return true;
    return waitpid(subject->pid, &status, WNOHANG) == subject->pid && say_end(subject, status);
}

/* Asks /readyz until it says yes. */
static int wait_ready(struct cmd_subject *subject, unsigned admin)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    struct trial_server server = {.host = "127.0.0.1"};
    struct gen_arena arena;
    bool ready = false;

    snprintf(server.port, sizeof(server.port), "%u", admin);
    gen_arena_init(&arena);
    for (int left = READY_MS / 10; left > 0 && !ready && !has_ended(subject); left--) {
        ready = trial_http_call(&arena, &server, "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", NULL, 0, false, 1000)
                    .status == 200;
        if (!ready)
            nanosleep(&pause, NULL);
    }
    gen_arena_deinit(&arena);
    if (ready)
        return CMD_OK;
    cmd_fail("%s %s", subject->built.name, subject->pid ? "did not get ready in 10 s" : subject->end);
    cmd_subject_show_log(subject);
    return CMD_FAILED;
}

static int start_process(struct cmd_subject *subject, const struct cmd_list *environment)
{
    struct deploy_service service = {0};
    unsigned port = free_port(), admin = free_port();
    int status = CMD_OK;

    for (size_t i = 0; !status && i < environment->count; i++)
        status = cmd_alone_variable(&service, "test", environment->items[i]);
    subject->log = open_log();
    if (!status && (!port || !admin || subject->log < 0))
        status = cmd_fail("no port, or no file in /tmp: %s", strerror(errno));
    if (!status) {
        fflush(NULL);
        subject->pid = fork();
        if (subject->pid == 0)
            become(subject, &service, port, admin);
        if (subject->pid < 0) {
            subject->pid = 0;
            status = cmd_fail("no process can be made: %s", strerror(errno));
        }
    }
    for (size_t i = 0; i < service.environment_count; i++) {
        free(service.environment[i].name);
        free(service.environment[i].value);
    }
    free(service.environment);
    snprintf(subject->server.port, sizeof(subject->server.port), "%u", port);
    return status ? status : wait_ready(subject, admin);
}

static void stop_process(struct cmd_subject *subject)
{
    int status;

    if (subject->pid) {
        kill(subject->pid, SIGTERM);
        kill(subject->pid, SIGTERM); /* the second ends it without draining */
        while (waitpid(subject->pid, &status, 0) < 0 && errno == EINTR)
            ;
        subject->pid = 0;
    }
    if (subject->log >= 0)
        close(subject->log);
}

/* ---- an image */

static int find_port(struct cmd_subject *subject)
{
    struct cluster_state state = {0};
    int status = cmd_project_state(&subject->project, &state);

    if (!status && (!state.instance_count || !state.instances[0].port_count))
        status = cmd_fail("%s has no published port", subject->built.name);
    if (!status)
        snprintf(subject->server.port, sizeof(subject->server.port), "%u", state.instances[0].ports[0].host_port);
    cluster_state_free(&state);
    return status;
}

static int start_image(struct cmd_subject *subject, const struct cmd_list *environment)
{
    int status = cmd_alone_open(&subject->project, "test", &subject->built);
    struct deploy_service *service = &subject->project.compose.spec->services[0];

    subject->launched = true;
    cmd_alone_port(service, "127.0.0.1", 0, subject->built.listen_port);
    for (size_t i = 0; !status && i < environment->count; i++)
        status = cmd_alone_variable(service, "test", environment->items[i]);
    if (!status)
        status = cmd_launch(&subject->project, &(struct cmd_launch_options){.wait = true, .quiet = true, .wait_timeout_ms = 60000});
    return status ? status : find_port(subject);
}

static const char *image_ended(struct cmd_subject *subject)
{
    struct cluster_state state = {0};

    if (!cmd_project_state(&subject->project, &state) && state.instance_count && *state.instances[0].last_exit)
        snprintf(subject->end, sizeof(subject->end), "ended (%s)", state.instances[0].last_exit);
    cluster_state_free(&state);
    return *subject->end ? subject->end : NULL;
}

static void stop_image(struct cmd_subject *subject)
{
    struct deploy_error error = {""};

    if (subject->launched && cluster_down(&subject->project.paths, 0, NULL, &error))
        cmd_fail("%s", error.text);
    cmd_project_close(&subject->project);
}

/* ---- either */

int cmd_subject_start(struct cmd_subject *subject, const char *dir, bool image, const struct cmd_list *environment)
{
    struct cmd_image built = {.dir = dir};
    int status;

    memset(subject, 0, sizeof(*subject));
    subject->image = image;
    subject->log = -1;
    snprintf(subject->server.host, sizeof(subject->server.host), "127.0.0.1");
    status = cmd_images_build(&built, 1,
                              &(struct cmd_images_options){.target = image ? DEPLOY_TARGET_UNIKERNEL : DEPLOY_TARGET_LINUX,
                                                           .quiet_when_unchanged = true});
    subject->built = built.result;
    cmd_images_deinit(&built, 1);
    if (status)
        return status;
    return image ? start_image(subject, environment) : start_process(subject, environment);
}

const char *cmd_subject_ended(struct cmd_subject *subject)
{
    const struct timespec pause = {.tv_nsec = 10000000};

    if (subject->image)
        return image_ended(subject);
    for (int left = END_WAIT_MS / 10; left > 0 && !has_ended(subject); left--)
        nanosleep(&pause, NULL);
    return subject->pid ? NULL : subject->end;
}

void cmd_subject_show_log(struct cmd_subject *subject)
{
    char text[LOG_SHOWN + 1];
    off_t size = subject->log >= 0 ? lseek(subject->log, 0, SEEK_END) : 0;
    off_t from = size > LOG_SHOWN ? size - LOG_SHOWN : 0;
    ssize_t got;

    if (subject->image && subject->launched)
        cmd_follow_last_lines(&subject->project.paths, subject->project.compose.spec->services[0].name, 10);
    if (subject->log < 0)
        return;
    got = pread(subject->log, text, LOG_SHOWN, from);
    text[got > 0 ? got : 0] = '\0';
    fputs(text, stderr);
}

void cmd_subject_stop(struct cmd_subject *subject)
{
    if (subject->image)
        stop_image(subject);
    else
        stop_process(subject);
}
