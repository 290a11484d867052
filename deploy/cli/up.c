/* SPDX-License-Identifier: MIT */
#include "images.h"
#include "launch.h"
#include "terminal.h"

#include "plan/value.h"

#include <string.h>

struct up_values {
    bool detach, wait, build, no_build, remove_orphans, force_recreate, dry_run, no_colour;
    int64_t wait_timeout_ms;
    int64_t timeout_ms;
    struct cmd_list scale;
};

static const struct up_values defaults = {.wait_timeout_ms = 60000, .timeout_ms = -1};

#define FIELD(name) offsetof(struct up_values, name)
static const struct cmd_option options[] = {
    {"detach", 'd', CMD_FLAG, FIELD(detach), NULL,
     "leave the services running and return once their machines are started"},
    {"wait", 0, CMD_FLAG, FIELD(wait), NULL, "return once every service is ready; implies -d"},
    {"wait-timeout", 0, CMD_SECONDS, FIELD(wait_timeout_ms), "SECONDS",
     "give up waiting after so long; 60 otherwise"},
    {"build", 0, CMD_FLAG, FIELD(build), NULL,
     "build what has changed, which is also done without this option"},
    {"no-build", 0, CMD_FLAG, FIELD(no_build), NULL,
     "take the images that were built last, whatever has changed since"},
    {"scale", 0, CMD_LIST, FIELD(scale), "SERVICE=N",
     "run N instances of a service; may be given again"},
    {"remove-orphans", 0, CMD_FLAG, FIELD(remove_orphans), NULL,
     "stop what runs of services that are not in the file any more"},
    {"force-recreate", 0, CMD_FLAG, FIELD(force_recreate), NULL,
     "replace instances that have not changed, too"},
    {"timeout", 't', CMD_SECONDS, FIELD(timeout_ms), "SECONDS",
     "let services drain so long after Ctrl-C; otherwise each one's stop_grace_period"},
    {"dry-run", 0, CMD_FLAG, FIELD(dry_run), NULL, "build, then only print what would be done"},
    {"no-color", 0, CMD_FLAG, FIELD(no_colour), NULL, "no colours, as with NO_COLOR=1"},
    {0},
};

static int scale_one(struct deploy_spec *spec, const char *text)
{
    const char *equals = strchr(text, '=');
    uint64_t replicas;

    if (!equals || deploy_value_number(equals + 1, 0, DEPLOY_REPLICAS_MAX, &replicas))
        return cmd_misuse("up",
                          "option \"--scale\" needs SERVICE=N, with N from 0 to %d, not \"%s\"",
                          DEPLOY_REPLICAS_MAX, text);
    for (size_t i = 0; i < spec->service_count; i++)
        if (strlen(spec->services[i].name) == (size_t)(equals - text) &&
            !strncmp(spec->services[i].name, text, (size_t)(equals - text))) {
            spec->services[i].replicas = (unsigned)replicas;
            return CMD_OK;
        }
    return cmd_misuse("up",
                      "option \"--scale\": no service is called \"%.*s\"; \"ucompose config "
                      "--services\" lists them",
                      (int)(equals - text), text);
}

static int scale(struct deploy_spec *spec, const struct cmd_list *scales)
{
    unsigned total = 0;
    int status = CMD_OK;

    for (size_t i = 0; !status && i < scales->count; i++)
        status = scale_one(spec, scales->items[i]);
    for (size_t i = 0; i < spec->service_count; i++)
        total += spec->services[i].replicas;
    if (!status && total > DEPLOY_INSTANCES_MAX)
        return cmd_fail(
            "%u instances are more than the %d that a project can have; lower \"replicas\"", total,
            DEPLOY_INSTANCES_MAX);
    return status;
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct up_values *want = values;
    struct cmd_project project;
    int status;

    if (want->build && want->no_build)
        return cmd_misuse("up", "--build and --no-build exclude each other");
    if (want->no_colour)
        cmd_terminal_no_colour();
    status = cmd_project_open(&project, globals, arguments, false);
    if (!status && !project.compose.chosen.count)
        status = cmd_fail("nothing to start: every service has \"profiles\", and none of them is "
                          "enabled; enable one with \"ucompose --profile NAME up\"");
    if (!status)
        status = scale(project.compose.spec, &want->scale);
    if (!status)
        status = cmd_images_of_spec(project.compose.spec, !want->no_build);
    if (!status)
        status = cmd_launch(&project, &(struct cmd_launch_options){
                                          .detach = want->detach,
                                          .wait = want->wait,
                                          .dry_run = want->dry_run,
                                          .remove_orphans = want->remove_orphans,
                                          .force_recreate = want->force_recreate,
                                          .named = arguments->count > 0,
                                          .wait_timeout_ms = want->wait_timeout_ms,
                                          .stop_timeout_ms = want->timeout_ms,
                                      });
    cmd_list_deinit(&want->scale);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_up_verb = {
    .name = "up",
    .arguments = "[SERVICE...]",
    .summary = "Build what changed, start the services, show them and follow their logs",
    .detail = "With names only these services and what they depend on are started. Running it "
              "again changes only what\n"
              "has changed. Ctrl-C lets all services drain and stops them; a second Ctrl-C stops "
              "at once.",
    .options = options,
    .values_size = sizeof(struct up_values),
    .defaults = &defaults,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
