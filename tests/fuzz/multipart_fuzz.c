/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a multipart body: whole, in pieces of seven and byte by byte the parts must be the same, and no part
 * may hold its own delimiter. The boundary is the first line of the input.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/multipart.h"
#include "uc/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    struct uc_buf events;
    struct uc_buf data; /* of the part that is coming */
    struct uc_str delimiter;
    bool open;
    int err, end;
};

static void note(struct outcome *outcome, char kind, struct uc_str text)
{
    uc_buf_printf(&outcome->events, "%c%zu:", kind, text.len);
    uc_buf_append_str(&outcome->events, text);
}

static int on_part(void *arg, const struct uc_multipart_part *part)
{
    struct outcome *outcome = arg;

    if (outcome->open || !part->name.data)
        abort();
    outcome->open = true;
    note(outcome, 'n', part->name);
    note(outcome, 'f', part->filename);
    note(outcome, 't', part->content_type);
    uc_buf_clear(&outcome->data);
    return 0;
}

static int on_data(void *arg, struct uc_str bytes)
{
    struct outcome *outcome = arg;

    if (!outcome->open || !bytes.len)
        abort();
    uc_buf_append_str(&outcome->data, bytes);
    return 0;
}

static int on_part_end(void *arg)
{
    struct outcome *outcome = arg;
    struct uc_str data = {outcome->data.data, outcome->data.len};

    if (!outcome->open)
        abort();
    outcome->open = false;
    if (data.len && memmem(data.data, data.len, outcome->delimiter.data, outcome->delimiter.len))
        abort();
    note(outcome, 'd', data);
    return 0;
}

static struct outcome run(struct uc_str type, struct uc_str body, size_t step)
{
    static const struct uc_multipart_events events = {on_part, on_data, on_part_end};
    struct uc_multipart machine;
    struct outcome outcome;

    memset(&outcome, 0, sizeof(outcome));
    uc_buf_init(&outcome.events, 1 << 24);
    uc_buf_init(&outcome.data, 1 << 24);
    outcome.err = uc_multipart_init(&machine, type, &events, &outcome);
    outcome.delimiter = uc_str_of(machine.delimiter, machine.delimiter_len);
    while (!outcome.err && body.len) {
        size_t len = body.len < step ? body.len : step;

        outcome.err = uc_multipart_feed(&machine, uc_str_of(body.data, len));
        body = uc_str_of(body.data + len, body.len - len);
    }
    outcome.end = outcome.err ? 0 : uc_multipart_end(&machine);
    if (outcome.err && !machine.detail)
        abort();
    if (!outcome.err && !outcome.end && outcome.open)
        abort();
    return outcome;
}

static void same(const struct outcome *a, const struct outcome *b)
{
    if (a->err != b->err || a->end != b->end ||
        !uc_str_eq(uc_str_of(a->events.data, a->events.len), uc_str_of(b->events.data, b->events.len)))
        abort();
}

static void free_outcome(struct outcome *outcome)
{
    uc_buf_deinit(&outcome->events);
    uc_buf_deinit(&outcome->data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *line = size ? memchr(bytes, '\n', size) : NULL;
    size_t len = line ? (size_t)(line - (const char *)bytes) : 0;
    struct outcome whole, pieces, single;
    struct uc_str body;
    struct uc_buf type;

    if (!line)
        return 0;
    uc_buf_init(&type, 1 << 20);
    uc_buf_append_str(&type, uc_str("multipart/form-data; boundary="));
    uc_buf_append(&type, (const char *)bytes, len);
    body = uc_str_of(line + 1, size - len - 1);
    whole = run(uc_str_of(type.data, type.len), body, SIZE_MAX);
    pieces = run(uc_str_of(type.data, type.len), body, 7);
    single = run(uc_str_of(type.data, type.len), body, 1);
    same(&whole, &pieces);
    same(&whole, &single);
    free_outcome(&whole);
    free_outcome(&pieces);
    free_outcome(&single);
    uc_buf_deinit(&type);
    return 0;
}
