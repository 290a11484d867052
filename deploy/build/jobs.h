/* SPDX-License-Identifier: MIT */
/*
 * jobs.h - run several commands at once and keep what each says.
 *
 * A command's output (both streams) is collected and handed over whole when it ends, so that the
 * messages of two compilers never mix.
 */
#ifndef BUILD_JOBS_H
#define BUILD_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct build_job {
    const char *const *argv; /* NULL-terminated; argv[0] is looked for in PATH */
    int status;              /* exit status; 128+N: killed by signal N; negative errno: not started */
    char *output;            /* malloc'ed, NUL-terminated; freed by build_jobs_free() */
    size_t output_len;
};

/* Called in the caller's thread for each job as it ends. */
typedef void build_job_fn(void *arg, struct build_job *job);

/* Run all, at most `parallel` at once (0: one a processor). Returns how many failed, or -errno. */
int build_jobs_run(struct build_job *jobs, size_t count, unsigned parallel, build_job_fn *ended,
                   void *arg);
void build_jobs_free(struct build_job *jobs, size_t count);

#endif
