/* SPDX-License-Identifier: MIT */
#include "requests.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

cJSON *act_request_result(int err, const struct deploy_error *error)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddBoolToObject(json, "ok", err == 0);
    if (err) {
        cJSON_AddNumberToObject(json, "errno", -err);
        cJSON_AddStringToObject(json, "error",
                                error && error->text[0] ? error->text : strerror(-err));
    }
    return json;
}

static cJSON *do_ps(struct act_project *project, const cJSON *request)
{
    struct cluster_state state;
    cJSON *json;

    (void)request;
    if (act_report(project, &state) < 0)
        return act_request_result(-ENOMEM, NULL);
    json = act_request_result(0, NULL);
    cJSON_AddItemToObject(json, "state", act_json_state(&state));
    cluster_state_free(&state);
    return json;
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

    return text ? text : "";
}

static int64_t number_of(const cJSON *json, const char *name, int64_t otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : otherwise;
}

static cJSON *do_apply(struct act_project *project, const cJSON *request)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(request, "steps");
    int count = cJSON_GetArraySize(list);
    struct deploy_step *steps = calloc(count > 0 ? (size_t)count : 1, sizeof(*steps));
    struct deploy_error error = {""};
    struct deploy_spec *spec;
    const cJSON *one;
    size_t n = 0;
    int err;

    if (!steps)
        return act_request_result(-ENOMEM, NULL);
    cJSON_ArrayForEach(one, list)
    {
        steps[n].kind = (enum deploy_step_kind)number_of(one, "kind", DEPLOY_STEP_KEEP);
        steps[n].number = (unsigned)number_of(one, "number", 0);
        snprintf(steps[n].service, sizeof(steps[n].service), "%s", text_of(one, "service"));
        n++;
    }
    err = deploy_spec_from_json(text_of(request, "spec"), &spec, &error);
    if (!err)
        err = act_apply(project, spec, steps, n, &error);
    free(steps);
    return act_request_result(err, &error);
}

static bool is_named(const struct act_instance *instance, const cJSON *names)
{
    const cJSON *one;

    if (cJSON_GetArraySize(names) <= 0)
        return true;
    cJSON_ArrayForEach(one, names)
    {
        const char *name = cJSON_GetStringValue(one);

        if (name &&
            (strcmp(name, instance->name) == 0 || strcmp(name, instance->service->name) == 0))
            return true;
    }
    return false;
}

static cJSON *do_each(struct act_project *project, const cJSON *request)
{
    const cJSON *names = cJSON_GetObjectItemCaseSensitive(request, "names");
    const char *what = text_of(request, "do");
    struct act_instance *next;
    bool any = false;

    for (struct act_instance *i = project->instances; i; i = next) {
        next = i->next;
        if (!is_named(i, names))
            continue;
        any = true;
        if (strcmp(what, "start") == 0 && i->replaces)
            continue; /* a successor that did not get ready: "up" makes it anew */
        if (strcmp(what, "stop") == 0)
            act_instance_stop(i, ACT_THEN_STAY, number_of(request, "timeout_ms", -1));
        else if (strcmp(what, "start") == 0)
            act_instance_want(i);
        else
            act_instance_kill(i, (int)number_of(request, "signal", SIGKILL));
    }
    return any ? act_request_result(0, NULL)
               : act_request_result(
                     -ENOENT,
                     &(struct deploy_error){"no such service or instance runs in this project"});
}

static cJSON *do_down(struct act_project *project, const cJSON *request)
{
    act_project_end(project, number_of(request, "timeout_ms", -1));
    return act_request_result(0, NULL);
}

cJSON *act_request_event(const struct act_instance *instance)
{
    cJSON *json = cJSON_CreateObject();
    struct cluster_instance report;

    act_report_instance(instance, &report);
    cJSON_AddItemToObject(json, "instance", act_json_instance(&report));
    return json;
}

static const struct {
    const char *name;
    cJSON *(*run)(struct act_project *project, const cJSON *request);
} verbs[] = {
    {"ps", do_ps},      {"apply", do_apply}, {"stop", do_each},
    {"start", do_each}, {"kill", do_each},   {"down", do_down},
};

cJSON *act_request_serve(struct act_project *project, const cJSON *request)
{
    const char *name = text_of(request, "do");

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return verbs[i].run(project, request);
    return act_request_result(
        -EPROTO, &(struct deploy_error){"the supervisor does not know this request: it "
                                        "was started by another version"});
}
