/* SPDX-License-Identifier: MIT */
#include "program.h"

#include "elf_image.h"
#include "files.h"
#include "jobs.h"
#include "record.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* One thing to be made by one command. */
struct step {
    const char *output;
    const char *record_path;
    struct build_words command;
    uint64_t hash;
    bool stale;
};

struct run {
    struct gen_arena *arena;
    const struct build_program *program;
    const struct build_sdk *sdk;
    const struct deploy_build_options *options;
    FILE *messages;
    int not_started; /* errno of the first command that could not run at all */
};

static const char *in_dir(struct run *run, const char *name, const char *suffix)
{
    return gen_arena_printf(run->arena, "%s/%s%s", run->program->dir, name, suffix);
}

/* Everything but the colour of messages belongs to what a record compares. */
static void end_step(struct run *run, struct step *step)
{
    char *text = NULL;

    step->hash = build_command_hash(&step->command);
    step->record_path = gen_arena_printf(run->arena, "%s.record", step->output);
    build_file_read(run->arena, step->record_path, &text, NULL);
    step->stale = access(step->output, F_OK) ||
                  !build_record_holds(text, step->hash, build_look_at_disk, NULL);
    if (run->options->colour)
        build_words_add(run->arena, &step->command, "-fdiagnostics-color=always");
}

static struct step compile_step(struct run *run, const struct build_source *source)
{
    struct gen_arena *arena = run->arena;
    struct step step = {.output = in_dir(run, source->object, "")};
    struct build_words *command = &step.command;

    build_words_add(arena, command, "gcc");
    build_words_add_all(arena, command, run->sdk->cflags.items);
    build_words_add_all(arena, command, run->program->extra_cflags);
    for (const char *const *dir = run->program->include_dirs; *dir; dir++)
        build_words_add(arena, command, gen_arena_printf(arena, "-I%s", *dir));
    build_words_add(arena, command, "-MD");
    build_words_add(arena, command, "-MF");
    build_words_add(arena, command, gen_arena_printf(arena, "%s.d", step.output));
    build_words_add(arena, command, "-c");
    build_words_add(arena, command, source->path);
    build_words_add(arena, command, "-o");
    build_words_add(arena, command, step.output);
    end_step(run, &step);
    return step;
}

static int write_record(struct run *run, const struct step *step, const struct build_words *inputs,
                        int64_t start_ns)
{
    const char *text = build_record_text(run->arena, step->hash, inputs, start_ns,
                                         run->program->own_dir, build_look_at_disk, NULL);

    return build_file_write(step->record_path, text, strlen(text), 0644);
}

static int record_compile(struct run *run, const struct step *step, int64_t start_ns)
{
    struct build_words inputs;
    char *text;
    int err = build_file_read(run->arena, gen_arena_printf(run->arena, "%s.d", step->output), &text,
                              NULL);

    if (err)
        return err;
    inputs = build_depfile_inputs(run->arena, text);
    return write_record(run, step, &inputs, start_ns);
}

/* Compilers are given absolute paths; messages are nicer relative to where the user stands. */
static void print_output(struct run *run, const char *output)
{
    char cwd[PATH_MAX];
    size_t len;

    if (!getcwd(cwd, sizeof(cwd) - 1) || !cwd[1])
        cwd[0] = '\0';
    len = strlen(cwd);
    if (len)
        memcpy(cwd + len++, "/", 2);
    while (*output) {
        const char *hit = len ? strstr(output, cwd) : NULL;
        size_t before = hit ? (size_t)(hit - output) : strlen(output);
        bool begins_word = hit && (hit == output || !strchr("/_-.", hit[-1]));

        fwrite(output, 1, before, run->messages);
        if (hit && !begins_word)
            fwrite(hit, 1, len, run->messages);
        output += before + (hit ? len : 0);
    }
}

static void compile_ended(void *arg, struct build_job *job)
{
    struct run *run = arg;

    if (job->status < 0)
        run->not_started = job->status;
    else if (job->output)
        print_output(run, job->output);
}

static int compiler_missing(int err, struct deploy_error *error)
{
    return deploy_fail(error, err, "cannot run gcc: %s. Install it with: apt-get install gcc",
                       strerror(-err));
}

static void announce(struct run *run, const struct build_words *command)
{
    if (!run->options->verbose)
        return;
    for (size_t i = 0; i < command->count; i++)
        fprintf(run->messages, "%s%c", command->items[i], i + 1 < command->count ? ' ' : '\n');
}

static int compile(struct run *run, struct step *steps, size_t count, bool *changed,
                   struct deploy_error *error)
{
    struct build_job *jobs = gen_arena_array(run->arena, count + 1, sizeof(*jobs));
    struct step **stale = gen_arena_array(run->arena, count + 1, sizeof(struct step *));
    int64_t start_ns = build_file_clock_ns();
    size_t job_count = 0;
    int failed;
    int err = 0;

    for (size_t i = 0; i < count; i++) {
        if (!steps[i].stale)
            continue;
        unlink(steps[i].record_path);
        announce(run, &steps[i].command);
        stale[job_count] = &steps[i];
        jobs[job_count++].argv = steps[i].command.items;
    }
    if (!job_count)
        return 0;
    *changed = true;
    failed = build_jobs_run(jobs, job_count, run->options->jobs, compile_ended, run);
    for (size_t i = 0; i < job_count && !err; i++) {
        if (jobs[i].status == 0)
            err = record_compile(run, stale[i], start_ns);
    }
    build_jobs_free(jobs, job_count);
    if (run->not_started)
        return compiler_missing(run->not_started, error);
    if (err)
        return deploy_fail(error, err, "cannot write to %s: %s", run->program->dir, strerror(-err));
    if (failed < 0)
        return deploy_fail(error, failed, "cannot wait for the compiler: %s", strerror(-failed));
    if (failed)
        return deploy_fail(error, -EINVAL, "%s: %d of its C files %s not compile",
                           run->program->name, failed, failed == 1 ? "does" : "do");
    return 0;
}

/* What is linked beside the objects: the SDK's files. */
static struct build_words link_inputs(struct run *run, const struct build_words *objects)
{
    struct build_words inputs = {0};

    build_words_add_all(run->arena, &inputs, objects->items);
    build_words_add_all(run->arena, &inputs, run->sdk->files.items);
    return inputs;
}

static int link_now(struct run *run, struct step *step, const struct build_words *objects,
                    struct deploy_error *error)
{
    struct build_job job = {.argv = step->command.items};
    struct build_words inputs = link_inputs(run, objects);
    int64_t start_ns = build_file_clock_ns();
    int err = 0;
    int failed;

    unlink(step->record_path);
    announce(run, &step->command);
    failed = build_jobs_run(&job, 1, 1, NULL, NULL);
    if (job.status < 0) {
        err = compiler_missing(job.status, error);
    } else if (failed) {
        const struct build_program *program = run->program;

        if (!program->explain_link || !job.output ||
            !program->explain_link(program->explain_arg, job.output, run->messages))
            print_output(run, job.output ? job.output : "");
        err = deploy_fail(error, -EINVAL, "%s does not link", program->name);
    } else if (job.output_len && run->options->verbose) {
        print_output(run, job.output);
    }
    build_jobs_free(&job, 1);
    if (err)
        return err;
    err = write_record(run, step, &inputs, start_ns);
    return err ? deploy_fail(error, err, "cannot write %s: %s", step->record_path, strerror(-err))
               : 0;
}

/* Link where something changed; an image is finished in the same breath. */
static int link_and_finish(struct run *run, const struct build_words *objects,
                           struct build_outcome *outcome, struct deploy_error *error)
{
    bool image = run->sdk->target == DEPLOY_TARGET_UNIKERNEL;
    struct step step = {.output = in_dir(run, run->program->name, image ? ".debug.elf" : "")};
    int err;

    outcome->debug_elf = step.output;
    outcome->image = image ? in_dir(run, run->program->name, ".elf") : step.output;
    step.command = build_sdk_link_line(run->arena, run->sdk, objects, step.output);
    end_step(run, &step);
    if (!step.stale && access(outcome->image, F_OK) == 0)
        return 0;
    outcome->changed = true;
    if (image)
        unlink(outcome->image);
    err = link_now(run, &step, objects, error);
    if (!err && image)
        err = build_finish_image(step.output, outcome->image, error);
    return err;
}

int build_program(struct gen_arena *arena, const struct build_program *program,
                  const struct build_sdk *sdk, const struct deploy_build_options *options,
                  struct build_outcome *outcome, struct deploy_error *error)
{
    struct run run = {arena, program, sdk, options, options->messages, 0};
    struct step *steps = gen_arena_array(arena, program->source_count + 1, sizeof(*steps));
    struct build_words objects = {0};
    int err;

    if (!run.messages)
        run.messages = stderr;
    *outcome = (struct build_outcome){0};
    for (size_t i = 0; i < program->source_count; i++) {
        steps[i] = compile_step(&run, &program->sources[i]);
        build_words_add(arena, &objects, steps[i].output);
    }
    err = compile(&run, steps, program->source_count, &outcome->changed, error);
    return err ? err : link_and_finish(&run, &objects, outcome, error);
}
