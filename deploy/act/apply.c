/* SPDX-License-Identifier: MIT */
#include "image.h"
#include "project.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct act_spec *act_spec_hold(struct act_spec *spec)
{
    spec->refs++;
    return spec;
}

void act_spec_release(struct act_spec *spec)
{
    if (!spec || --spec->refs > 0)
        return;
    deploy_spec_free(spec->spec);
    free(spec);
}

/* What the kernel needs beside the segments of the image before it can say by itself that
 * memory is short. */
#define KERNEL_SLACK (256u << 10)

static int check_image(const struct deploy_service *service, struct deploy_error *error)
{
    uint64_t file_bytes, end;
    int err;

    if (!service->image)
        return deploy_fail(error, -ENOENT, "service %s has no image: build it first",
                           service->name);
    err = act_image_inspect(service->image, &file_bytes, &end, error);
    if (err)
        return err;
    if (end + KERNEL_SLACK > service->memory_bytes)
        return deploy_fail(error, -ENOMEM,
                           "service %s: its image needs at least %" PRIu64 " KiB of memory, "
                           "mem_limit gives it %" PRIu64 " KiB",
                           service->name, (end + KERNEL_SLACK) >> 10, service->memory_bytes >> 10);
    return 0;
}

static bool runs_from_spec(enum deploy_step_kind kind)
{
    return kind == DEPLOY_STEP_CREATE || kind == DEPLOY_STEP_REPLACE;
}

/* All that can fail, before anything changes. */
static int check(const struct act_project *project, const struct deploy_spec *spec,
                 const struct deploy_step *steps, size_t count, struct deploy_error *error)
{
    int err;

    if (!project->host.qemu_ok)
        return deploy_fail(error, -ENOENT, "%s", project->host.qemu_problem);
    for (size_t i = 0; i < count; i++) {
        const struct deploy_service *service = deploy_spec_find(spec, steps[i].service);

        if (!runs_from_spec(steps[i].kind))
            continue;
        if (!service)
            return deploy_fail(error, -EINVAL, "a step names service %s, which is not in the spec",
                               steps[i].service);
        err = check_image(service, error);
        if (err)
            return err;
    }
    return 0;
}

static int create(struct act_project *project, struct act_spec *spec,
                  const struct deploy_step *step, struct deploy_error *error)
{
    const struct deploy_service *service = deploy_spec_find(spec->spec, step->service);
    struct act_instance *instance = act_instance_new(project, spec, service, step->number);
    uint64_t end;

    if (!instance)
        return deploy_fail(error, -ENOSPC,
                           "no room for another instance of %s: a project has at "
                           "most %d",
                           step->service, DEPLOY_INSTANCES_MAX);
    act_image_inspect(service->image, &instance->image_bytes, &end, NULL);
    act_instance_want(instance);
    return 0;
}

static int carry_out(struct act_project *project, struct act_spec *spec,
                     const struct deploy_step *step, struct deploy_error *error)
{
    struct act_instance *instance = act_project_find(project, step->service, step->number);
    const struct deploy_service *service;
    uint64_t end;

    switch (step->kind) {
    case DEPLOY_STEP_CREATE:
        if (!instance)
            return create(project, spec, step, error);
        act_instance_want(instance);
        break;
    case DEPLOY_STEP_START:
        if (instance)
            act_instance_want(instance);
        break;
    case DEPLOY_STEP_REPLACE:
        if (!instance)
            return create(project, spec, step, error);
        service = deploy_spec_find(spec->spec, step->service);
        if (service->order == DEPLOY_START_FIRST && act_instance_has_machine(instance)) {
            act_swap(instance, spec);
            break;
        }
        act_image_inspect(service->image, &instance->image_bytes, &end, NULL);
        act_instance_replace(instance, spec);
        break;
    case DEPLOY_STEP_REMOVE:
        if (instance)
            act_instance_stop(instance, ACT_THEN_REMOVE, -1);
        break;
    default:
        break;
    }
    return 0;
}

int act_apply(struct act_project *project, struct deploy_spec *spec,
              const struct deploy_step *steps, size_t count, struct deploy_error *error)
{
    struct act_spec *held = calloc(1, sizeof(*held));
    int err;

    if (!held) {
        deploy_spec_free(spec);
        return -ENOMEM;
    }
    *held = (struct act_spec){spec, 1};
    err = check(project, spec, steps, count, error);
    if (!err)
        err = act_publish(project, spec, steps, count, error);
    if (err) {
        act_spec_release(held);
        return err;
    }
    act_spec_release(project->spec);
    project->spec = held;
    for (size_t i = 0; i < count && !err; i++)
        err = carry_out(project, held, &steps[i], error);
    return err;
}
