/* SPDX-License-Identifier: MIT */
#include "emit/content.h"

#include "check/names.h"

bool gen_is_struct(const struct gen_type *type)
{
    return type && type->kind > GEN_RAW;
}

bool gen_streams(const struct gen_operation *op)
{
    return op->bodies.count && op->bodies.items[0].stream;
}

bool gen_needs_state(const struct gen_content *content)
{
    return content->type && content->type->kind != GEN_STRING && content->type->kind < GEN_RAW;
}

const char *gen_content_parameter(struct gen_arena *arena, const struct gen_content *content,
                                  const char *name)
{
    if (!content->type)
        return gen_arena_printf(arena, "struct uc_str %s", name);
    if (gen_is_struct(content->type))
        return gen_arena_printf(arena, "const struct %s *%s", content->type->c_name, name);
    return gen_arena_printf(arena, "%s %s", gen_c_type(arena, content->type), name);
}

const char *gen_content_suffix(struct gen_arena *arena, const struct gen_contents *contents,
                               size_t index)
{
    return contents->count < 2 ? "" : gen_arena_printf(arena, "_%s", contents->items[index].suffix);
}

const char *gen_media_list(struct gen_arena *arena, const struct gen_contents *contents)
{
    const char *list = contents->items[0].media_type;

    for (size_t i = 1; i < contents->count; i++)
        list = gen_arena_printf(arena, "%s, %s", list, contents->items[i].media_type);
    return list;
}

const struct gen_response *gen_negotiated(const struct gen_operation *op)
{
    for (size_t i = 0; i < op->response_count; i++) {
        const struct gen_response *response = &op->responses[i];

        if (response->status < 300 && response->contents.count > 1)
            return response;
    }
    return NULL;
}

const char *gen_content_enumerator(struct gen_arena *arena, const struct gen_operation *op,
                                   const char *what, const char *suffix)
{
    return gen_upper(arena, gen_arena_printf(arena, "%s_%s_%s", op->c_name, what, suffix));
}
