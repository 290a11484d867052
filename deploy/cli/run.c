/* SPDX-License-Identifier: MIT */
/*
 * run.c - one service without a compose file: as a machine, or as a process of this computer.
 */
#include "alone.h"
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

static int publish(struct deploy_service *service, const char *text)
{
    struct deploy_value_ports ports;
    const char *problem;

    if (deploy_value_port(text, &ports, &problem))
        return cmd_misuse("run", "option \"--publish\", \"%s\": %s", text, problem);
    for (unsigned i = 0; i < ports.count; i++)
        cmd_alone_port(service, *ports.host_ip ? ports.host_ip : "0.0.0.0",
                 ports.host ? ports.host + i : 0, ports.target + i);
    return CMD_OK;
}

/* What the options say, on top of what the build told. */
static int describe(struct deploy_service *service, const struct deploy_build_result *built,
                    const struct run_values *want)
{
    int status = CMD_OK;

    if (want->memory && deploy_value_bytes(want->memory, &service->memory_bytes))
        return cmd_misuse("run", "option \"--memory\" needs a size such as 16m, not \"%s\"",
                          want->memory);
    for (size_t i = 0; !status && i < want->environment.count; i++)
        status = cmd_alone_variable(service, "run", want->environment.items[i]);
    for (size_t i = 0; !status && i < want->publish.count; i++)
        status = publish(service, want->publish.items[i]);
    if (!want->publish.count)
        cmd_alone_port(service, "127.0.0.1", built->listen_port, built->listen_port);
    return status;
}

static int run_machine(const struct deploy_build_result *built, const struct run_values *want)
{
    struct cmd_project project;
    int status = cmd_alone_open(&project, "run", built);

    if (!status)
        status = describe(&project.compose.spec->services[0], built, want);
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
        status = cmd_alone_variable(&service, "run", want->environment.items[i]);
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
