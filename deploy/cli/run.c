/* SPDX-License-Identifier: MIT */
/*
 * run.c - one service without a compose file: as a machine, or as a process of this computer.
 */
#include "images.h"
#include "launch.h"
#include "terminal.h"

#include "plan/memory.h"
#include "plan/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run_values {
    bool linux_process;
    bool no_colour;
    const char *memory;
    int64_t timeout_ms;
    struct cmd_list publish;
    struct cmd_list environment;
};

static const struct run_values defaults = {.timeout_ms = -1};

#define FIELD(name) offsetof(struct run_values, name)
static const struct cmd_option options[] = {
    {"linux", 0, CMD_FLAG, FIELD(linux_process), NULL,
     "run it as an ordinary process, for a debugger or a profiler"},
    {"publish", 'p', CMD_LIST, FIELD(publish), "[[IP:]HOST:]PORT",
     "publish a port; otherwise the one it listens on, on 127.0.0.1"},
    {"env", 'e', CMD_LIST, FIELD(environment), "NAME=VALUE",
     "set a variable, or hand on one of this shell (-e NAME)"},
    {"memory", 'm', CMD_TEXT, FIELD(memory), "SIZE",
     "the machine's memory; otherwise what service.yaml says"},
    {"timeout", 't', CMD_SECONDS, FIELD(timeout_ms), "SECONDS",
     "let it drain so long after Ctrl-C; 10 otherwise"},
    {"no-color", 0, CMD_FLAG, FIELD(no_colour), NULL, "no colours, as with NO_COLOR=1"},
    {0},
};

static int add_variable(struct deploy_service *service, const char *text)
{
    const char *equals = strchr(text, '=');
    const char *value = equals ? equals + 1 : getenv(text);
    struct deploy_variable *variable;

    if (equals == text || !*text || (value && strpbrk(value, "\r\n")))
        return cmd_misuse("run", "option \"--env\" needs NAME=VALUE on one line, not \"%s\"", text);
    if (!value)
        return CMD_OK;
    service->environment = deploy_memory_grow(service->environment, service->environment_count,
                                              sizeof(*service->environment));
    variable = &service->environment[service->environment_count++];
    variable->name =
        deploy_memory_printf("%.*s", (int)(equals ? (size_t)(equals - text) : strlen(text)), text);
    variable->value = deploy_memory_text(value);
    return CMD_OK;
}

static void add_port(struct deploy_service *service, const char *host_ip, unsigned host_port,
                     unsigned guest_port)
{
    struct deploy_port *port;

    service->ports =
        deploy_memory_grow(service->ports, service->port_count, sizeof(*service->ports));
    port = &service->ports[service->port_count++];
    port->host_ip = deploy_memory_text(host_ip);
    port->host_port = (uint16_t)host_port;
    port->guest_port = (uint16_t)guest_port;
}

static int publish(struct deploy_service *service, const char *text)
{
    struct deploy_value_ports ports;
    const char *problem;

    if (deploy_value_port(text, &ports, &problem))
        return cmd_misuse("run", "option \"--publish\", \"%s\": %s", text, problem);
    for (unsigned i = 0; i < ports.count; i++)
        add_port(service, *ports.host_ip ? ports.host_ip : "0.0.0.0",
                 ports.host ? ports.host + i : 0, ports.target + i);
    return CMD_OK;
}

static void set_health(struct deploy_health *health, uint16_t port)
{
    *health = (struct deploy_health){
        .path = deploy_memory_text(DEPLOY_HEALTH_PATH),
        .port = port,
        .interval_ms = DEPLOY_HEALTH_INTERVAL_MS,
        .timeout_ms = DEPLOY_HEALTH_TIMEOUT_MS,
        .retries = DEPLOY_HEALTH_RETRIES,
        .start_period_ms = DEPLOY_HEALTH_START_PERIOD_MS,
    };
}

/* What the options say, on top of what the build told. */
static int describe(struct deploy_service *service, const struct deploy_build_result *built,
                    const struct run_values *want)
{
    int status = CMD_OK;

    service->name = deploy_memory_text(built->name);
    service->image = deploy_memory_text(built->image);
    service->build_dir = deploy_memory_text(built->service_dir);
    service->memory_bytes = built->memory_bytes;
    service->replicas = 1;
    service->stop_grace_ms = DEPLOY_STOP_GRACE_MS;
    set_health(&service->health, built->admin_port);
    if (want->memory && deploy_value_bytes(want->memory, &service->memory_bytes))
        return cmd_misuse("run", "option \"--memory\" needs a size such as 16m, not \"%s\"",
                          want->memory);
    for (size_t i = 0; !status && i < want->environment.count; i++)
        status = add_variable(service, want->environment.items[i]);
    for (size_t i = 0; !status && i < want->publish.count; i++)
        status = publish(service, want->publish.items[i]);
    if (!want->publish.count)
        add_port(service, "127.0.0.1", built->listen_port, built->listen_port);
    return status;
}

static int run_machine(const struct deploy_build_result *built, const struct run_values *want)
{
    struct cmd_project project = {0};
    struct deploy_error error = {""};
    struct deploy_spec *spec = deploy_memory_array(1, sizeof(*spec));
    const char *chosen[] = {built->name};
    int status;

    gen_arena_init(&project.compose.arena);
    project.compose.spec = spec;
    project.compose.chosen = (struct deploy_names){chosen, 1};
    snprintf(project.file, sizeof(project.file), "%.*s/service.yaml", PATH_MAX - 16,
             built->service_dir);
    spec->project = deploy_memory_printf("run-%s", built->name);
    spec->compose_path = deploy_memory_text(project.file);
    spec->services = deploy_memory_array(1, sizeof(*spec->services));
    spec->service_count = 1;
    status = describe(&spec->services[0], built, want);
    if (!status && cluster_paths_init(&project.paths, spec->project, project.file, &error))
        status = cmd_fail("%s", error.text);
    if (!status)
        status =
            cmd_launch(&project, &(struct cmd_launch_options){.wait_timeout_ms = 60000,
                                                              .stop_timeout_ms = want->timeout_ms});
    cmd_project_close(&project);
    return status;
}

/* The port it serves on is the one of this computer: nothing stands between. */
static int set_port(const struct run_values *want)
{
    struct deploy_value_ports ports;
    const char *problem;
    char number[8];

    if (!want->publish.count)
        return CMD_OK;
    if (deploy_value_port(want->publish.items[0], &ports, &problem))
        return cmd_misuse("run", "option \"--publish\", \"%s\": %s", want->publish.items[0],
                          problem);
    if (want->publish.count > 1 || ports.count > 1)
        return cmd_misuse(
            "run", "with --linux one port can be chosen: the one that the process serves on");
    snprintf(number, sizeof(number), "%u", ports.host ? ports.host : ports.target);
    setenv("UC_PORT", number, 1);
    return CMD_OK;
}

static int run_process(const struct deploy_build_result *built, const struct run_values *want)
{
    struct deploy_service service = {0};
    char *argv[] = {(char *)(size_t)built->name, NULL};
    int status = set_port(want);

    for (size_t i = 0; !status && i < want->environment.count; i++)
        status = add_variable(&service, want->environment.items[i]);
    for (size_t i = 0; i < service.environment_count; i++) {
        setenv(service.environment[i].name, service.environment[i].value, 1);
        free(service.environment[i].name);
        free(service.environment[i].value);
    }
    free(service.environment);
    if (status)
        return status;
    fflush(NULL);
    execv(built->image, argv);
    return cmd_fail("%s cannot be run: %s", built->image, strerror(errno));
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct run_values *want = values;
    struct cmd_image image = {.dir = arguments->items[0]};
    int status;

    if (want->no_colour)
        cmd_terminal_no_colour();
    status = cmd_images_build(&image, 1,
                              &(struct cmd_images_options){.target = want->linux_process
                                                                         ? DEPLOY_TARGET_LINUX
                                                                         : DEPLOY_TARGET_UNIKERNEL,
                                                           .quiet_when_unchanged = true});
    if (!status)
        status = want->linux_process ? run_process(&image.result, want)
                                     : run_machine(&image.result, want);
    cmd_images_deinit(&image, 1);
    cmd_list_deinit(&want->publish);
    cmd_list_deinit(&want->environment);
    return status;
}

const struct cmd_verb cmd_run_verb = {
    .name = "run",
    .arguments = "DIR",
    .summary = "Build and run one service, and follow its log until Ctrl-C",
    .options = options,
    .values_size = sizeof(struct run_values),
    .defaults = &defaults,
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
