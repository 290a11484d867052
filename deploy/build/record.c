/* SPDX-License-Identifier: MIT */
#include "record.h"

#include "plan/fnv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FIRST_LINE "ucompose-record 1 %016" PRIx64 "\n"

bool build_look_at_disk(void *arg, const char *path, struct build_file_state *state)
{
    struct stat st;

    if (stat(path, &st))
        return false;
    state->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    state->bytes = st.st_size;
    return true;
}

int64_t build_file_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The final NUL of each word keeps {"ab", "c"} and {"a", "bc"} apart. */
uint64_t build_command_hash(const struct build_words *command)
{
    uint64_t hash = DEPLOY_FNV_BASIS;

    for (size_t i = 0; i < command->count; i++)
        hash = deploy_fnv(hash, command->items[i], strlen(command->items[i]) + 1);
    return hash;
}

/* One line "MTIME BYTES PATH". */
static bool line_holds(const char *line, size_t len, build_look_fn *look, void *arg)
{
    char path[4096];
    struct build_file_state now;
    char *end;
    int64_t mtime_ns = strtoll(line, &end, 10);
    int64_t bytes = *end == ' ' ? strtoll(end + 1, &end, 10) : -1;
    size_t path_len;

    if (*end != ' ' || end + 1 >= line + len)
        return false;
    path_len = len - (size_t)(end + 1 - line);
    if (path_len >= sizeof(path))
        return false;
    memcpy(path, end + 1, path_len);
    path[path_len] = '\0';
    return look(arg, path, &now) && now.mtime_ns == mtime_ns && now.bytes == bytes;
}

bool build_record_holds(const char *text, uint64_t command, build_look_fn *look, void *arg)
{
    char first[64];
    size_t first_len = (size_t)snprintf(first, sizeof(first), FIRST_LINE, command);

    if (!text || strncmp(text, first, first_len))
        return false;
    for (const char *line = text + first_len, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end || !line_holds(line, (size_t)(end - line), look, arg))
            return false;
    }
    return true;
}

static bool below(const char *path, const char *dir)
{
    size_t len = dir ? strlen(dir) : 0;

    return len && !strncmp(path, dir, len) && path[len] == '/';
}

const char *build_record_text(struct gen_arena *arena, uint64_t command,
                              const struct build_words *inputs, int64_t start_ns,
                              const char *own_dir, build_look_fn *look, void *arg)
{
    size_t room = 64;
    size_t len;
    char *text;

    for (size_t i = 0; i < inputs->count; i++)
        room += strlen(inputs->items[i]) + 48;
    text = gen_arena_alloc(arena, room);
    len = (size_t)snprintf(text, room, FIRST_LINE, command);
    for (size_t i = 0; i < inputs->count; i++) {
        const char *path = inputs->items[i];
        struct build_file_state state;

        if (!look(arg, path, &state) || (state.mtime_ns >= start_ns && !below(path, own_dir)))
            state = (struct build_file_state){-1, -1};
        len += (size_t)snprintf(text + len, room - len, "%" PRId64 " %" PRId64 " %s\n",
                                state.mtime_ns, state.bytes, path);
    }
    return text;
}

struct build_words build_depfile_inputs(struct gen_arena *arena, const char *text)
{
    struct build_words inputs = {0};
    char *word = gen_arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;
    const char *at = strchr(text, ':');

    for (at = at ? at + 1 : ""; *at; at++) {
        if (at[0] == '\\' && (at[1] == '\n' || at[1] == ' ' || at[1] == '#'))
            at++;
        else if (at[0] == '$' && at[1] == '$')
            at++;
        else if (*at == ' ' || *at == '\n') {
            if (len)
                build_words_add(arena, &inputs, gen_arena_bytes(arena, word, len));
            len = 0;
            continue;
        }
        if (*at != '\n') /* a backslash before it: the list goes on */
            word[len++] = *at;
    }
    if (len)
        build_words_add(arena, &inputs, gen_arena_bytes(arena, word, len));
    return inputs;
}
