/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include "judge.h"

#include <stdlib.h>
#include <string.h>

struct run {
    struct gen_arena *arena;
    const struct gen_yaml_node *document;
    const struct trial_options *options;
    struct trial_result result;
};

/* Lines that only some calls have. */
struct lines {
    char *text;
    size_t len;
};

static const char *request_head(struct run *run, const struct trial_call *call)
{
    const struct trial_options *options = run->options;
    const char *given = "", *length = "";
    bool ipv6 = strchr(options->server.host, ':') != NULL;

    for (size_t i = 0; !call->anonymous && i < options->header_count; i++)
        given = gen_arena_printf(run->arena, "%s%s\r\n", given, options->headers[i]);
    if (call->body || (strcmp(call->method, "GET") && strcmp(call->method, "HEAD")))
        length = gen_arena_printf(run->arena, "Content-Length: %zu\r\n", call->body_len);
    return gen_arena_printf(run->arena, "%s %s%s HTTP/1.1\r\nHost: %s%s%s:%s\r\nUser-Agent: ucompose\r\nConnection: close\r\n%s%s%s\r\n",
                            call->method, options->server.prefix, call->target, ipv6 ? "[" : "", options->server.host,
                            ipv6 ? "]" : "", options->server.port, call->headers, given, length);
}

/* An answer lives until it is judged; the verdict stays. */
static const char *make_call(struct run *run, const struct trial_operation *operation, const struct trial_call *call)
{
    const char *head = request_head(run, call), *wrong, *end = NULL;
    struct trial_answer answer;
    struct gen_arena arena;

    gen_arena_init(&arena);
    answer = trial_http_call(&arena, &run->options->server, head, call->body, call->body_len, !strcmp(call->method, "HEAD"),
                             run->options->timeout_ms);
    wrong = trial_judge(&arena, run->document, operation, call, &answer);
    wrong = wrong ? gen_arena_text(run->arena, wrong) : NULL;
    if (answer.failure && run->options->ended)
        end = run->options->ended(run->options->arg);
    gen_arena_deinit(&arena);
    if (!end)
        return wrong;
    run->result.ended = true;
    return gen_arena_printf(run->arena, "%s: the service %s", wrong, end);
}

/* What is long is shown by its beginning. */
static void print_request(FILE *out, const struct trial_call *call)
{
    fprintf(out, "          %s %.200s%s", call->method, call->target, strlen(call->target) > 200 ? "..." : "");
    if (call->body)
        fprintf(out, "  %.120s%s", call->body, call->body_len > 120 ? "..." : "");
    fputc('\n', out);
}

static void try_operation(struct run *run, const struct trial_operation *operation)
{
    FILE *out = run->options->out, *kept;
    struct lines lines = {0};
    size_t failed = operation->fault_count, made = 0;

    kept = open_memstream(&lines.text, &lines.len);
    if (!kept)
        return;
    for (size_t i = 0; i < operation->fault_count; i++)
        fprintf(kept, "  FAIL  the contract: %s\n", operation->faults[i]);
    for (size_t i = 0; i < operation->call_count && !run->result.ended; i++) {
        const struct trial_call *call = &operation->calls[i];
        const char *wrong = make_call(run, operation, call);

        made++;
        failed += wrong != NULL;
        if (wrong) {
            fprintf(kept, "  FAIL  %s\n        %s\n", call->label, wrong);
            print_request(kept, call);
        } else if (run->options->verbose) {
            fprintf(kept, "  ok    %s%s\n", call->label, call->fits ? "" : " (refused)");
        }
    }
    if (made < operation->call_count)
        fprintf(kept, "  FAIL  %zu calls were not made, for the service has ended\n", operation->call_count - made);
    for (size_t i = 0; i < operation->skipped_count; i++)
        fprintf(kept, "  skipped %s\n", operation->skipped[i]);
    fclose(kept);
    fprintf(out, "%s  %s%s%s: %zu call%s, %zu failed\n%s", failed || made < operation->call_count ? "FAIL" : "ok  ", operation->op.method,
            *operation->op.method ? " " : "", *operation->op.path ? operation->op.path : operation->op.id, made, made == 1 ? "" : "s",
            failed, lines.text);
    fflush(out);
    free(lines.text);
    run->result.calls += made;
    run->result.failed += failed + operation->call_count - made;
    run->result.skipped += operation->skipped_count;
}

struct trial_result trial_run(struct gen_arena *arena, const struct gen_service *service, const struct trial_options *options)
{
    struct run run = {.arena = arena, .document = gen_document(service), .options = options};
    const struct gen_description *description = gen_describe(service);
    struct trial_limits limits = {.head_bytes = (size_t)description->limits.head_bytes,
                                  .body_bytes = (size_t)description->limits.body_bytes,
                                  .credentials = options->header_count > 0};
    struct trial_plan plan = trial_plan_make(arena, service, &limits);

    for (size_t i = 0; i < plan.count; i++)
        try_operation(&run, &plan.operations[i]);
    try_operation(&run, &plan.paths);
    run.result.operations = plan.count;
    fprintf(options->out, "%zu operation%s, %zu calls: %zu failed, %zu skipped\n", plan.count, plan.count == 1 ? "" : "s",
            run.result.calls, run.result.failed, run.result.skipped);
    return run.result;
}
