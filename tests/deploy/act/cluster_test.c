/* SPDX-License-Identifier: MIT */
/*
 * Whole projects under a real supervisor, with model machines: what a user sees through
 * cluster.h when things go well, and when they do not.
 */
#include "act/clock.h"
#include "act/node.h"
#include "deploy/cluster.h"
#include "tap.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[512], image[512];
static const struct cluster_names everything = {NULL, 0};
static struct deploy_error error;

/* ---- specs ---- */

static struct deploy_spec *spec_new(const char *project)
{
    struct deploy_spec *spec = calloc(1, sizeof(*spec));

    spec->project = strdup(project);
    spec->compose_path = strdup("/nowhere/compose.yaml");
    spec->services = calloc(8, sizeof(*spec->services));
    return spec;
}

static struct deploy_service *add_service(struct deploy_spec *spec, const char *name)
{
    struct deploy_service *service = &spec->services[spec->service_count++];

    *service = (struct deploy_service){
        .name = strdup(name),
        .image = strdup(image),
        .memory_bytes = 64 << 20,
        .replicas = 1,
        .stop_grace_ms = 3000,
        .config_hash = strdup("1"),
        .health = {.path = strdup("/readyz"),
                   .port = 9090,
                   .interval_ms = 200,
                   .timeout_ms = 1000,
                   .retries = 3,
                   .start_period_ms = 5000},
    };
    service->environment = calloc(8, sizeof(*service->environment));
    service->ports = calloc(4, sizeof(*service->ports));
    service->depends_on = calloc(4, sizeof(*service->depends_on));
    return service;
}

static void set(struct deploy_service *service, const char *name, const char *value)
{
    service->environment[service->environment_count++] =
        (struct deploy_variable){strdup(name), strdup(value)};
}

static void publish(struct deploy_service *service, uint16_t host_port)
{
    service->ports[service->port_count++] =
        (struct deploy_port){strdup("127.0.0.1"), host_port, 8080};
}

static void depend(struct deploy_service *service, const char *on, enum deploy_condition condition)
{
    service->depends_on[service->depends_on_count++] =
        (struct deploy_dependency){strdup(on), condition, true};
}

static struct cluster_paths paths_of(const struct deploy_spec *spec)
{
    struct cluster_paths paths;

    if (cluster_paths_init(&paths, spec->project, spec->compose_path, &error) < 0)
        abort();
    return paths;
}

/* ---- doing ---- */

static int apply(const struct cluster_paths *paths, const struct deploy_spec *spec,
                 enum deploy_step_kind kind)
{
    struct deploy_step steps[64];
    size_t count = 0;

    for (size_t i = 0; i < spec->service_count; i++)
        for (unsigned n = 1; n <= spec->services[i].replicas; n++) {
            steps[count] = (struct deploy_step){.kind = kind, .number = n};
            snprintf(steps[count++].service, 64, "%s", spec->services[i].name);
        }
    error.text[0] = '\0';
    return cluster_apply(paths, spec, steps, count, &error);
}

static struct cluster_instance look(const struct cluster_paths *paths, const char *name)
{
    struct cluster_instance found = {.exit_status = -99};
    struct cluster_state state;

    if (cluster_ps(paths, &state, &error) < 0)
        return found;
    for (size_t i = 0; i < state.instance_count; i++)
        if (strcmp(state.instances[i].name, name) == 0) {
            found = state.instances[i];
            found.ports = NULL;
            if (found.port_count)
                found.frames_dropped = state.instances[i].ports[0].host_port;
        }
    cluster_state_free(&state);
    return found;
}

static uint16_t port_of(const struct cluster_paths *paths, const char *name)
{
    return (uint16_t)look(paths, name).frames_dropped;
}

static bool comes_to(const struct cluster_paths *paths, const char *name,
                     enum cluster_instance_state state)
{
    struct cluster_events *events;
    struct cluster_event event;
    uint64_t until = act_now_ms() + 15000;
    bool good = look(paths, name).state == state;

    if (good || cluster_events_open(paths, &events, &error) < 0)
        return good;
    while (!good && act_now_ms() < until && cluster_events_next(events, &event, 1000) >= 0)
        good = strcmp(event.instance.name, name) == 0 && event.instance.state == state;
    cluster_events_close(events);
    return good;
}

static bool comes_to_nothing(const struct cluster_paths *paths, const char *name)
{
    for (int i = 0; i < 500 && look(paths, name).exit_status != -99; i++)
        usleep(10000);
    return look(paths, name).exit_status == -99;
}

static bool answers(uint16_t port, char *text, size_t size)
{
    static const char request[] = "GET / HTTP/1.1\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval limit = {.tv_sec = 5};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t n = -1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) > 0)
        n = recv(fd, text, size - 1, 0);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return n > 0;
}

static bool log_has(const struct cluster_paths *paths, const char *instance, const char *text)
{
    char path[PATH_MAX], line[9000];
    bool found = false;
    FILE *file;

    cluster_log_path(paths, instance, path, sizeof(path));
    file = fopen(path, "r");
    while (file && !found && fgets(line, sizeof(line), file))
        found = strstr(line, text) != NULL;
    if (file)
        fclose(file);
    return found;
}

static size_t files_below(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    size_t count = 0;

    while (dir && (entry = readdir(dir)))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (dir)
        closedir(dir);
    return count;
}

static bool nothing_is_left(const struct cluster_paths *paths)
{
    char run[600];
    struct stat st;

    snprintf(run, sizeof(run), "%s/run", home);
    return files_below(run) == 0 && stat(paths->socket_dir, &st) < 0;
}

/* ---- scenarios ---- */

static void a_project_comes_up_and_goes(void)
{
    struct deploy_spec *spec = spec_new("shop");
    struct deploy_service *front = add_service(spec, "front"), *back = add_service(spec, "back");
    struct cluster_paths paths = paths_of(spec);
    char first[512], second[512];
    uint64_t began = act_now_ms();
    pid_t pid;
    bool found;

    publish(front, 0);
    depend(front, "back", DEPLOY_HEALTHY);
    back->replicas = 2;
    publish(back, 0);
    set(back, "MODEL_SAY", "hello from the model");
    CHECK(cluster_ps(&paths, &(struct cluster_state){0}, &error) == -ESRCH,
          "before up, nothing runs");
    CHECK(apply(&paths, spec, DEPLOY_STEP_CREATE) == 0, "up is accepted");
    CHECK(cluster_wait(&paths, everything, 20000, &error) == 0, "all services get ready");
    printf("# %llu ms\n", (unsigned long long)(act_now_ms() - began));
    CHECK(answers(port_of(&paths, "front-1"), first, sizeof(first)) && strstr(first, "front-1"),
          "a published port answers");
    CHECK(answers(port_of(&paths, "back-1"), first, sizeof(first)) &&
              answers(port_of(&paths, "back-1"), second, sizeof(second)) &&
              strcmp(first, second) != 0,
          "two instances answer one port in turn");
    CHECK(log_has(&paths, "back-2", "Z o hello from the model"),
          "what a service says is in its log");
    CHECK(look(&paths, "back-1").boot_ns > 0, "the time to ready is known");
    pid = look(&paths, "back-1").pid;
    CHECK(apply(&paths, spec, DEPLOY_STEP_KEEP) == 0 && look(&paths, "back-1").pid == pid,
          "up again changes nothing");
    CHECK(cluster_stop(&paths, (struct cluster_names){(const char *[]){"back-2"}, 1}, -1, &error) ==
                  0 &&
              look(&paths, "back-2").state == CLUSTER_STOPPED && look(&paths, "back-1").pid == pid,
          "one instance can be stopped");
    CHECK(cluster_start(&paths, (struct cluster_names){(const char *[]){"back"}, 1}, &error) == 0 &&
              comes_to(&paths, "back-2", CLUSTER_READY),
          "and started again");
    CHECK(cluster_restart(&paths, (struct cluster_names){(const char *[]){"back-1"}, 1}, -1,
                          &error) == 0 &&
              comes_to(&paths, "back-1", CLUSTER_READY) && look(&paths, "back-1").pid != pid,
          "a restart is a new machine");
    CHECK(cluster_stop(&paths, (struct cluster_names){(const char *[]){"nobody"}, 1}, -1, &error) ==
              -ENOENT,
          "an unknown name is said to be one");
    CHECK(cluster_apply(&paths, spec, &(struct deploy_step){DEPLOY_STEP_REMOVE, "back", 2, ""}, 1,
                        &error) == 0 &&
              comes_to_nothing(&paths, "back-2") && look(&paths, "back-1").state == CLUSTER_READY,
          "an instance that is not wanted any more is forgotten");
    CHECK(cluster_apply(&paths, spec, &(struct deploy_step){DEPLOY_STEP_CREATE, "back", 2, ""}, 1,
                        &error) == 0 &&
              comes_to(&paths, "back-2", CLUSTER_READY),
          "and can come back");
    pid = look(&paths, "front-1").pid;
    CHECK(apply(&paths, spec, DEPLOY_STEP_REPLACE) == 0 &&
              cluster_wait(&paths, everything, 20000, &error) == 0 &&
              look(&paths, "front-1").pid != pid,
          "a changed service is replaced");
    CHECK(cluster_down(&paths, -1, &found, &error) == 0 && found && nothing_is_left(&paths),
          "down leaves nothing behind");
    CHECK(cluster_down(&paths, -1, &found, &error) == 0 && !found, "down again finds nothing");
    deploy_spec_free(spec);
}

static void dependencies_are_waited_for(void)
{
    struct deploy_spec *spec = spec_new("waits");
    struct deploy_service *slow = add_service(spec, "slow"), *eager = add_service(spec, "eager");
    struct deploy_service *job = add_service(spec, "job"), *after = add_service(spec, "after");
    struct cluster_paths paths = paths_of(spec);

    set(slow, "MODEL_READY_MS", "1500");
    depend(eager, "slow", DEPLOY_HEALTHY);
    set(job, "MODEL_EXIT_MS", "300");
    depend(after, "job", DEPLOY_COMPLETED);
    apply(&paths, spec, DEPLOY_STEP_CREATE);
    CHECK(look(&paths, "eager-1").state == CLUSTER_WAITING &&
              strcmp(look(&paths, "eager-1").waits_for, "slow to be healthy") == 0,
          "an instance tells what it waits for");
    CHECK(cluster_wait(&paths, everything, 300, &error) == -ETIMEDOUT && strstr(error.text, "slow"),
          "waiting ends at its limit and names who is late");
    CHECK(cluster_wait(&paths, everything, 20000, &error) == 0, "then all become ready");
    CHECK(look(&paths, "job-1").state == CLUSTER_EXITED && look(&paths, "job-1").exit_status == 0 &&
              strcmp(look(&paths, "job-1").last_exit, "exited 0") == 0,
          "a job that is done has exited 0");
    CHECK(look(&paths, "after-1").state == CLUSTER_READY, "what waits for a job starts after it");
    cluster_down(&paths, -1, NULL, NULL);
    deploy_spec_free(spec);
}

static void instances_that_fail(void)
{
    struct deploy_spec *spec = spec_new("fails");
    struct deploy_service *loop = add_service(spec, "loop"), *panics = add_service(spec, "panics");
    struct deploy_service *stays = add_service(spec, "stays"), *sick = add_service(spec, "sick");
    struct deploy_service *never = add_service(spec, "never");
    struct cluster_paths paths = paths_of(spec);
    struct cluster_instance seen;
    pid_t pid;

    set(loop, "MODEL_EXIT_MS", "20");
    set(loop, "MODEL_STATUS", "3");
    loop->restart = (struct deploy_restart){DEPLOY_RESTART_ON_FAILURE, 2};
    set(panics, "MODEL_EXIT_MS", "20");
    set(panics, "MODEL_READY_MS", "1000000");
    set(panics, "MODEL_PANIC", "page fault at 0x10");
    stays->restart.policy = DEPLOY_RESTART_UNLESS_STOPPED;
    set(sick, "MODEL_READY_MS", "1000000");
    sick->health.start_period_ms = 200;
    depend(never, "panics", DEPLOY_HEALTHY);
    apply(&paths, spec, DEPLOY_STEP_CREATE);
    CHECK(comes_to(&paths, "loop-1", CLUSTER_EXITED), "restarts end at their limit");
    seen = look(&paths, "loop-1");
    CHECK(seen.restarts == 2 && seen.exit_status == 3 && strcmp(seen.last_exit, "exited 3") == 0,
          "restarts, status and reason are told");
    CHECK(comes_to(&paths, "panics-1", CLUSTER_EXITED) &&
              strcmp(look(&paths, "panics-1").last_exit, "panic: page fault at 0x10") == 0,
          "a panic is kept as the reason");
    CHECK(log_has(&paths, "panics-1", "Z s   #0 0x1234 nowhere"), "its backtrace is in the log");
    CHECK(comes_to(&paths, "sick-1", CLUSTER_UNHEALTHY),
          "a service that never gets ready is unhealthy");
    CHECK(strstr(look(&paths, "sick-1").waits_for, "503") != NULL, "and why is told");
    CHECK(cluster_wait(&paths, (struct cluster_names){(const char *[]){"never"}, 1}, 5000,
                       &error) == -ECHILD &&
              strstr(error.text, "panics"),
          "who waits for one that has ended waits in vain, and says so");
    comes_to(&paths, "stays-1", CLUSTER_READY);
    pid = look(&paths, "stays-1").pid;
    kill(pid, SIGKILL);
    CHECK(comes_to(&paths, "stays-1", CLUSTER_BACKOFF) &&
              comes_to(&paths, "stays-1", CLUSTER_READY) && look(&paths, "stays-1").pid != pid,
          "a machine killed from outside is started again");
    CHECK(strcmp(look(&paths, "stays-1").last_exit, "killed by signal 9") == 0,
          "its end is told as what it was");
    cluster_down(&paths, -1, NULL, NULL);
    deploy_spec_free(spec);
}

static void a_deaf_instance_is_killed_after_its_grace(void)
{
    struct deploy_spec *spec = spec_new("deaf");
    struct deploy_service *deaf = add_service(spec, "deaf");
    struct cluster_paths paths = paths_of(spec);
    uint64_t began;

    set(deaf, "MODEL_DEAF", "1");
    apply(&paths, spec, DEPLOY_STEP_CREATE);
    cluster_wait(&paths, everything, 20000, &error);
    began = act_now_ms();
    CHECK(cluster_stop(&paths, everything, 300, &error) == 0 && act_now_ms() - began >= 290 &&
              strstr(look(&paths, "deaf-1").last_exit, "killed by signal 9"),
          "an instance that does not end is killed after its grace time");
    cluster_down(&paths, -1, NULL, NULL);
    deploy_spec_free(spec);
}

static void what_cannot_start_leaves_nothing(void)
{
    struct deploy_spec *spec = spec_new("cannot");
    struct deploy_service *one = add_service(spec, "one");
    struct cluster_paths paths = paths_of(spec);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    const char *qemu = getenv("UCOMPOSE_QEMU");
    char saved[600];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, 1) < 0)
        abort();
    getsockname(fd, (struct sockaddr *)&address, &len);
    publish(one, ntohs(address.sin_port));
    CHECK(apply(&paths, spec, DEPLOY_STEP_CREATE) == -EADDRINUSE &&
              strstr(error.text, "service one") && nothing_is_left(&paths),
          "a taken port is an error that names the service");
    close(fd);
    free(one->ports[--one->port_count].host_ip);
    one->memory_bytes = 4096;
    CHECK(apply(&paths, spec, DEPLOY_STEP_CREATE) == -ENOMEM && strstr(error.text, "KiB"),
          "too little memory is an error that tells how much is needed");
    one->memory_bytes = 64 << 20;
    snprintf(saved, sizeof(saved), "%s", qemu);
    setenv("UCOMPOSE_QEMU", "/nowhere/qemu", 1);
    CHECK(apply(&paths, spec, DEPLOY_STEP_CREATE) == -ENOENT &&
              strstr(error.text, "UCOMPOSE_QEMU is \"/nowhere/qemu\""),
          "a QEMU that is not there is an error that names it");
    setenv("UCOMPOSE_QEMU", saved, 1);
    free(one->image);
    one->image = strdup("/etc/passwd");
    CHECK(apply(&paths, spec, DEPLOY_STEP_CREATE) == -ENOEXEC && nothing_is_left(&paths),
          "a file that is no image is refused");
    deploy_spec_free(spec);
}

static void a_killed_supervisor_can_be_cleaned_up(void)
{
    struct deploy_spec *spec = spec_new("killed");
    struct cluster_paths paths;
    struct cluster_state state;
    pid_t supervisor, machine;
    bool found;

    add_service(spec, "one");
    paths = paths_of(spec);
    apply(&paths, spec, DEPLOY_STEP_CREATE);
    cluster_wait(&paths, everything, 20000, &error);
    cluster_ps(&paths, &state, &error);
    supervisor = state.supervisor_pid;
    machine = state.instances[0].pid;
    cluster_state_free(&state);
    kill(supervisor, SIGKILL);
    for (int i = 0; i < 500 && kill(machine, 0) == 0; i++)
        usleep(10000);
    CHECK(kill(machine, 0) < 0, "a supervisor takes its machines along");
    CHECK(cluster_ps(&paths, &state, &error) == -ESRCH, "then nothing runs");
    CHECK(apply(&paths, spec, DEPLOY_STEP_CREATE) == 0 &&
              cluster_wait(&paths, everything, 20000, &error) == 0,
          "up works after it");
    cluster_ps(&paths, &state, &error);
    kill(state.supervisor_pid, SIGKILL);
    cluster_state_free(&state);
    CHECK(cluster_down(&paths, -1, &found, &error) == 0 && found && nothing_is_left(&paths),
          "down cleans up after it");
    deploy_spec_free(spec);
}

/* The time of the first line of a log with this text; empty when there is none. */
static void stamp_of(const struct cluster_paths *paths, const char *instance, const char *text,
                     char stamp[32])
{
    char path[PATH_MAX], line[9000];
    FILE *file;

    stamp[0] = '\0';
    cluster_log_path(paths, instance, path, sizeof(path));
    file = fopen(path, "r");
    while (file && !stamp[0] && fgets(line, sizeof(line), file))
        if (strstr(line, text))
            snprintf(stamp, 32, "%.24s", line);
    if (file)
        fclose(file);
}

static void users_end_before_what_they_use(void)
{
    struct deploy_spec *spec = spec_new("order");
    struct deploy_service *back = add_service(spec, "back"), *front = add_service(spec, "front");
    struct cluster_paths paths = paths_of(spec);
    struct cluster_state state;
    char front_gone[32], back_asked[32];

    depend(front, "back", DEPLOY_STARTED);
    front->stop_grace_ms = 400;
    set(front, "MODEL_DEAF", "1");
    back->restart.policy = DEPLOY_RESTART_ALWAYS;
    apply(&paths, spec, DEPLOY_STEP_CREATE);
    cluster_wait(&paths, everything, 20000, &error);
    cluster_ps(&paths, &state, &error);
    kill(state.supervisor_pid, SIGTERM);
    for (int i = 0; i < 500 && kill(state.supervisor_pid, 0) == 0; i++)
        usleep(10000);
    cluster_state_free(&state);
    stamp_of(&paths, "front-1", "killed by signal 9", front_gone);
    stamp_of(&paths, "back-1", "asked to stop", back_asked);
    CHECK(front_gone[0] && back_asked[0] && strcmp(front_gone, back_asked) <= 0,
          "at the end, users stop before what they depend on");
    cluster_down(&paths, -1, NULL, NULL);
    deploy_spec_free(spec);
}

static void two_projects_do_not_meet(void)
{
    struct deploy_spec *a = spec_new("first"), *b = spec_new("second");
    struct cluster_paths paths_a, paths_b;

    add_service(a, "one");
    add_service(b, "one");
    paths_a = paths_of(a);
    paths_b = paths_of(b);
    CHECK(apply(&paths_a, a, DEPLOY_STEP_CREATE) == 0 &&
              apply(&paths_b, b, DEPLOY_STEP_CREATE) == 0 &&
              cluster_wait(&paths_a, everything, 20000, &error) == 0 &&
              cluster_wait(&paths_b, everything, 20000, &error) == 0,
          "two projects run at once");
    cluster_down(&paths_a, -1, NULL, NULL);
    CHECK(look(&paths_b, "one-1").state == CLUSTER_READY, "one goes down, the other stays");
    cluster_down(&paths_b, -1, NULL, NULL);
    CHECK(nothing_is_left(&paths_a) && nothing_is_left(&paths_b), "nothing is left of either");
    deploy_spec_free(a);
    deploy_spec_free(b);
}

int main(int argc, char **argv)
{
    const char *tmp = getenv("UC_TEST_TMP");

    if (argc < 2) {
        fprintf(stderr, "usage: %s MODEL_QEMU\n", argv[0]);
        return 2;
    }
    snprintf(home, sizeof(home), "%s/a home with spaces", tmp ? tmp : "/tmp");
    snprintf(image, sizeof(image), "%s", argv[1]);
    setenv("UCOMPOSE_HOME", home, 1);
    setenv("UCOMPOSE_QEMU", argv[1], 1);
    unsetenv("XDG_RUNTIME_DIR");
    a_project_comes_up_and_goes();
    dependencies_are_waited_for();
    instances_that_fail();
    a_deaf_instance_is_killed_after_its_grace();
    what_cannot_start_leaves_nothing();
    a_killed_supervisor_can_be_cleaned_up();
    two_projects_do_not_meet();
    users_end_before_what_they_use();
    return tap_finish();
}
