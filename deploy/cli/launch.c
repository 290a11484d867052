/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include "attach.h"
#include "follow.h"
#include "notify.h"
#include "show.h"
#include "terminal.h"

#include "deploy/plan.h"
#include "plan/hash.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

struct launch {
    struct cmd_project *project;
    const struct cmd_launch_options *options;
    struct cmd_watch watch;
    char since[32];  /* when we began: older lines of the logs are not ours */
    bool ran_before; /* there was a supervisor already */
};

void cmd_launch_print(const struct deploy_plan *plan)
{
    static const char *const names[] = {
        [DEPLOY_STEP_KEEP] = "keep",     [DEPLOY_STEP_CREATE] = "create",
        [DEPLOY_STEP_START] = "start",   [DEPLOY_STEP_REPLACE] = "replace",
        [DEPLOY_STEP_REMOVE] = "remove",
    };

    for (size_t i = 0; i < plan->step_count; i++) {
        const struct deploy_step *step = &plan->steps[i];

        printf("%-9s %s-%u%s%s%s\n", names[step->kind], step->service, step->number,
               *step->reason ? " (" : "", step->reason, *step->reason ? ")" : "");
    }
}

static void warn_orphans(const struct deploy_plan *plan)
{
    for (size_t i = 0; i < plan->orphan_count; i++)
        cmd_warn(
            "%s runs, but its service is not in the compose file; \"up --remove-orphans\" stops it",
            plan->orphans[i]);
}

/* Decide and act under the project's lock, so that two "up" at once do not both create. */
static int plan_and_apply(struct launch *launch)
{
    const struct deploy_compose *compose = &launch->project->compose;
    struct deploy_plan_options plan_options = {
        .remove_orphans = launch->options->remove_orphans,
        .force_recreate = launch->options->force_recreate,
        .services = compose->chosen.items,
        .service_count = compose->chosen.count,
        .known = compose->disabled.items,
        .known_count = compose->disabled.count,
    };
    struct cluster_state now = {0};
    struct deploy_plan *plan;
    struct deploy_error error = {""};
    int status = cmd_project_state(launch->project, &now);

    if (status)
        return status;
    launch->ran_before = now.supervisor_pid != 0;
    plan = deploy_plan_make(compose->spec, now.supervisor_pid ? &now : NULL, &plan_options);
    warn_orphans(plan);
    if (launch->options->dry_run)
        cmd_launch_print(plan);
    else if (cluster_apply(&launch->project->paths, compose->spec, plan->steps, plan->step_count,
                           &error))
        status = cmd_fail("%s", error.text);
    deploy_plan_free(plan);
    cluster_state_free(&now);
    return status;
}

static int apply(struct launch *launch)
{
    struct deploy_error error = {""};
    time_t now = time(NULL);
    struct tm utc;
    int lock, status;

    strftime(launch->since, sizeof(launch->since), "%Y-%m-%dT%H:%M:%S", gmtime_r(&now, &utc));
    if (launch->options->dry_run)
        return plan_and_apply(launch);
    lock = cluster_lock(&launch->project->paths, &error);
    if (lock < 0)
        return cmd_fail("%s", error.text);
    status = plan_and_apply(launch);
    cluster_unlock(lock);
    return status;
}

static int show_table(const struct launch *launch)
{
    struct cmd_list names = {(const char **)(size_t)launch->project->compose.chosen.items,
                             launch->project->compose.chosen.count};
    struct cluster_state state = {0};
    int status = cmd_project_state(launch->project, &state);

    if (!status)
        cmd_show_table(stdout, &state, &names, true);
    if (!status && strcmp(state.accelerator, "kvm") != 0 && *state.accelerator_reason &&
        cmd_terminal_has_colour(stdout))
        printf("%sWithout KVM: %s%s\n", cmd_colour(stdout, CMD_DIM), state.accelerator_reason,
               cmd_colour_end(stdout));
    fflush(stdout);
    cluster_state_free(&state);
    return status;
}

static int explain(const struct launch *launch, enum cmd_verdict verdict)
{
    const struct cluster_instance *culprit = &launch->watch.culprit;
    char text[1024];

    if (verdict == CMD_GONE)
        return cmd_fail("the project was stopped from elsewhere, or its supervisor ended");
    cmd_show_state(culprit, text, sizeof(text));
    if (verdict == CMD_TIMED_OUT)
        cmd_fail("%s is not ready after %.3g s: %s; \"up --wait-timeout\" waits longer",
                 culprit->name, (double)launch->options->wait_timeout_ms / 1000, text);
    else
        cmd_fail("%s did not get ready: %s", culprit->name, text);
    cmd_follow_last_lines(&launch->project->paths, culprit->name, 10);
    return CMD_FAILED;
}

static int detach(struct launch *launch)
{
    enum cmd_goal goal = launch->options->wait ? CMD_GOAL_READY : CMD_GOAL_STARTED;
    enum cmd_verdict verdict =
        cmd_watch_until(&launch->watch, goal, launch->options->wait_timeout_ms);

    if (verdict == CMD_INTERRUPTED)
        return cmd_fail("interrupted; what was started goes on. \"ucompose down\" stops it");
    if (verdict != CMD_REACHED)
        return explain(launch, verdict);
    return launch->options->quiet ? CMD_OK : show_table(launch);
}

/* Is any instance ready, or may it be yet? */
static bool is_partly_well(const struct launch *launch)
{
    const struct cluster_instance *culprit;

    for (size_t i = 0; i < launch->watch.count; i++)
        if (cmd_judge(&launch->watch.instances[i], 1, CMD_GOAL_READY, &culprit) != CMD_MISSED)
            return true;
    return false;
}

/*
 * Under a service manager one late or broken service is no reason to end the others, again and again: what is ready goes on,
 * and the manager is told how many are.
 */
static int attach(struct launch *launch)
{
    struct cmd_attach_options attach_options = {
        .since = launch->since,
        .stop_timeout_ms = launch->options->stop_timeout_ms,
        .stop_all = !launch->options->named || !launch->ran_before,
    };
    enum cmd_verdict verdict =
        cmd_watch_until(&launch->watch, CMD_GOAL_READY, launch->options->wait_timeout_ms);
    bool goes_on = verdict == CMD_TIMED_OUT || (verdict == CMD_MISSED && cmd_notify_wanted() && is_partly_well(launch));
    int status = CMD_OK;

    if (goes_on)
        explain(launch, verdict); /* it may come yet, and the logs tell more */
    else if (verdict != CMD_REACHED && verdict != CMD_INTERRUPTED)
        status = explain(launch, verdict);
    if (verdict == CMD_GONE)
        return status;
    if (status || verdict == CMD_INTERRUPTED) {
        int stopped = cmd_attach_stop(launch->project, &launch->watch, &attach_options);

        return status ? status : stopped;
    }
    show_table(launch);
    launch->watch.whole = launch->options->remove_orphans && !launch->options->named;
    if (verdict == CMD_REACHED)
        cmd_notify("READY=1");
    else /* the manager would end what is ready, and try all of it again */
        cmd_notify("READY=1\nSTATUS=%s is not ready", launch->watch.culprit.name);
    return cmd_attach(launch->project, &launch->watch, &attach_options);
}

int cmd_launch(struct cmd_project *project, const struct cmd_launch_options *options)
{
    struct launch launch = {.project = project, .options = options};
    struct deploy_error error = {""};
    int signals, status;

    if (deploy_hash_spec(project->compose.spec, &error))
        return cmd_fail("%s", error.text);
    status = apply(&launch);
    if (status || options->dry_run)
        return status;
    signals = cmd_attach_signals();
    if (cmd_watch_open(&launch.watch, &project->paths, project->compose.spec,
                       project->compose.chosen, signals, &error))
        status = cmd_fail("%s", error.text);
    else
        status = options->detach || options->wait ? detach(&launch) : attach(&launch);
    cmd_watch_close(&launch.watch);
    close(signals);
    return status;
}
