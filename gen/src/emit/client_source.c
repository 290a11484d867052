/* SPDX-License-Identifier: MIT */
/* CLIENT_client.c: codecs of the peer's types, and its operations. */
#include <string.h>

#include "emit/client.h"

bool gen_is_argument(const struct gen_parameter *parameter)
{
    return parameter->required && !parameter->nullable;
}

bool gen_has_options(const struct gen_operation *op)
{
    for (size_t i = 0; i < op->parameter_count; i++)
        if (!gen_is_argument(&op->parameters[i]))
            return true;
    return false;
}

/* A value that may be left out is given by pointer. */
static const char *body_parameter(struct gen_arena *arena, const struct gen_operation *op,
                                  const struct gen_content *content)
{
    if (gen_needs_state(content) && !op->body_required)
        return gen_arena_printf(arena, "const %s", gen_content_parameter(arena, content, "*body"));
    return gen_content_parameter(arena, content, "body");
}

static const char *parameter_of(struct gen_arena *arena, const struct gen_parameter *parameter)
{
    const char *type = gen_c_type(arena, parameter->type);

    return gen_is_struct(parameter->type) ? gen_arena_printf(arena, "const %s *%s", type, parameter->c_name)
                                          : gen_arena_printf(arena, "%s %s", type, parameter->c_name);
}

bool gen_is_url_argument(const struct gen_operation *op, size_t part)
{
    for (size_t i = 0; i < part && op->url_parts[part].argument; i++)
        if (op->url_parts[i].argument && !strcmp(op->url_parts[i].argument, op->url_parts[part].argument))
            return false;
    return op->url_parts[part].argument != NULL;
}

void gen_emit_client_signature(struct gen_out *out, const struct gen_contract *contract,
                               const struct gen_operation *op, size_t body, const char *end)
{
    const char **parameters =
        gen_arena_array(out->arena, op->parameter_count + op->url_part_count + 5, sizeof(*parameters));
    size_t count = 0;

    parameters[count++] = gen_arena_printf(out->arena, "struct %s client", gen_client_struct(out->arena, contract));
    for (size_t i = 0; i < op->url_part_count; i++)
        if (gen_is_url_argument(op, i))
            parameters[count++] = gen_arena_printf(out->arena, "struct uc_str %s", op->url_parts[i].argument);
    for (size_t i = 0; i < op->parameter_count; i++)
        if (gen_is_argument(&op->parameters[i]))
            parameters[count++] = parameter_of(out->arena, &op->parameters[i]);
    if (gen_has_options(op))
        parameters[count++] =
            gen_arena_printf(out->arena, "const struct %s_options *options", op->c_name);
    if (op->bodies.count)
        parameters[count++] = body_parameter(out->arena, op, &op->bodies.items[body]);
    parameters[count++] = gen_arena_printf(out->arena, "%s_fn *done", op->c_name);
    parameters[count++] = "void *arg";
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "void %s%s", op->c_name,
                                        gen_content_suffix(out->arena, &op->bodies, body)),
                       parameters, count, end);
}

static const char problem_detail[] =
    "\n"
    "/* The \"detail\" of a problem+json answer, else its \"title\"; NULL when there is neither. "
    "*/\n"
    "static const char *problem_detail(const struct uc_client_answer *answer)\n"
    "{\n"
    "    struct uc_str key, detail = {NULL, 0}, title = {NULL, 0};\n"
    "    struct uc_violations ignored;\n"
    "    struct uc_json_reader r;\n"
    "\n"
    "    if (answer->content_type.len < 24 ||\n"
    "        memcmp(answer->content_type.data, \"application/problem+json\", 24) != 0)\n"
    "        return NULL;\n"
    "    uc_violations_init(&ignored, answer->arena);\n"
    "    uc_json_reader_init(&r, answer->body, answer->arena, &ignored);\n"
    "    if (uc_json_peek(&r) != UC_JSON_OBJECT || !uc_json_object_begin(&r))\n"
    "        return NULL;\n"
    "    while (uc_json_object_next(&r, &key)) {\n"
    "        if (uc_str_is(key, \"detail\"))\n"
    "            uc_json_string(&r, &detail);\n"
    "        else if (uc_str_is(key, \"title\"))\n"
    "            uc_json_string(&r, &title);\n"
    "        else\n"
    "            uc_json_skip(&r);\n"
    "    }\n"
    "    if (uc_json_finish(&r) || !(detail.data || title.data))\n"
    "        return NULL;\n"
    "    return uc_arena_copy(answer->arena, detail.data ? detail : title).data;\n"
    "}\n";

static const char broken_contract[] =
    "\n"
    "/* The answer is not what the contract promises: status 0, and the first reason in words. */\n"
    "static const char *broken_contract(struct uc_arena *arena, const struct uc_json_reader *r,\n"
    "                                   const struct uc_violations *bad)\n"
    "{\n"
    "    if (r->error)\n"
    "        return \"the answer is not JSON\";\n"
    "    return uc_arena_printf(arena, \"the answer breaks its contract: %.*s %.*s\",\n"
    "                           (int)bad->kept[0].where.len, bad->kept[0].where.data,\n"
    "                           (int)bad->kept[0].detail.len, bad->kept[0].detail.data).data;\n"
    "}\n";

static const char broken_head[] =
    "\n"
    "/* The same of its head. */\n"
    "static const char *broken_head(struct uc_arena *arena, const struct uc_violations *bad)\n"
    "{\n"
    "    return uc_arena_printf(arena, \"the answer breaks its contract: header %.*s %.*s\",\n"
    "                           (int)bad->kept[0].where.len, bad->kept[0].where.data,\n"
    "                           (int)bad->kept[0].detail.len, bad->kept[0].detail.data).data;\n"
    "}\n";

static bool reads_heads(const struct gen_contract *contract)
{
    for (size_t i = 0; i < contract->operation_count; i++)
        if (gen_reads_heads(&contract->operations[i]))
            return true;
    return false;
}

static bool has_json_answer(const struct gen_contract *contract)
{
    for (size_t i = 0; i < contract->operation_count; i++)
        for (size_t r = 0; r < contract->operations[i].response_count; r++)
            for (size_t c = 0; c < contract->operations[i].responses[r].contents.count; c++)
                if (contract->operations[i].responses[r].contents.items[c].media == GEN_MEDIA_JSON)
                    return true;
    return false;
}

static struct gen_file emit_source(struct gen_arena *arena, const struct gen_contract *contract, const char *path, const char *what)
{
    struct gen_out out;

    gen_out_init(&out, arena);
    gen_emit_banner(&out, contract, path, what);
    gen_out_printf(&out,
                   "#include \"%s.h\"\n\n#include <errno.h>\n#include <inttypes.h>\n"
                   "#include <stdlib.h>\n#include <string.h>\n",
                   contract->prefix);
    gen_emit_codecs(&out, contract);
    if (contract->operation_count)
        gen_out_text(&out, problem_detail);
    if (has_json_answer(contract))
        gen_out_text(&out, broken_contract);
    if (reads_heads(contract))
        gen_out_text(&out, broken_head);
    for (size_t i = 0; i < contract->operation_count; i++) {
        gen_emit_client_answer(&out, contract, &contract->operations[i]);
        gen_emit_client_request(&out, contract, &contract->operations[i]);
    }
    return (struct gen_file){path, out.bytes, out.len};
}

struct gen_file gen_emit_client_source(const struct gen_service *service, size_t index)
{
    const struct gen_contract *contract = &service->clients[index];

    return emit_source(service->arena, contract, gen_arena_printf(service->arena, "%s_client.c", contract->prefix),
                       "typed calls to another service.");
}

struct gen_file gen_emit_callbacks_source(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->callbacks;

    return emit_source(service->arena, contract, gen_arena_printf(service->arena, "%s_callbacks.c", contract->prefix),
                       "typed calls to URLs that others registered.");
}
