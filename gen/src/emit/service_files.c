/* SPDX-License-Identifier: MIT */
/* The small files of a service, and the list of all. */
#include "emit/emit.h"

struct gen_file gen_emit_service_types(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    const char *path = gen_arena_printf(service->arena, "%s_types.c", contract->prefix);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    gen_emit_banner(&out, contract, path, "JSON in and out of the contract's types.");
    gen_out_printf(&out, "#include \"%s.h\"\n\n#include <errno.h>\n#include <string.h>\n",
                   contract->prefix);
    gen_emit_codecs(&out, contract);
    return (struct gen_file){path, out.bytes, out.len};
}

struct gen_file gen_emit_main(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    const char *path = gen_arena_printf(service->arena, "%s_main.c", contract->prefix);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    gen_emit_banner(&out, contract, path, "apart, so that a test brings its own main().");
    gen_out_printf(&out,
                   "#include \"%s.h\"\n\nint main(int argc, char **argv)\n{\n"
                   "    return uc_service_main(&%s_info, argc, argv);\n}\n",
                   contract->prefix, contract->prefix);
    return (struct gen_file){path, out.bytes, out.len};
}

#define LINE_BYTES 72

/* A piece that ends between characters, so that each line of the literal stays readable. */
static size_t piece(const char *text, size_t left)
{
    size_t len = left < LINE_BYTES ? left : LINE_BYTES;

    while (len > 1 && len < left && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

struct gen_file gen_emit_openapi_source(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    const char *path = gen_arena_printf(service->arena, "%s_openapi.c", contract->prefix);
    struct gen_file json = gen_emit_openapi(service);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    gen_emit_banner(&out, contract, path, "the contract itself, as /openapi.json serves it.");
    gen_out_text(&out, "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n");
    gen_out_printf(&out,
                   "extern const char %s_openapi[];\nconst char %s_openapi[] =", contract->prefix,
                   contract->prefix);
    for (size_t at = 0; at < json.len;) {
        size_t len = piece(json.bytes + at, json.len - at);
        const char *part = gen_arena_bytes(out.arena, json.bytes + at, len);

        gen_out_printf(&out, "\n    %s", gen_c_literal(out.arena, part));
        at += len;
    }
    gen_out_text(&out, ";\n");
    return (struct gen_file){path, out.bytes, out.len};
}

static void add(struct gen_files *files, struct gen_file file)
{
    files->items[files->count++] = file;
}

struct gen_files gen_emit(const struct gen_service *service)
{
    size_t clients = service->description.client_count;
    struct gen_files files = {0};

    files.items = gen_arena_array(service->arena, 7 + 2 * clients, sizeof(*files.items));
    add(&files, gen_emit_service_header(service));
    add(&files, gen_emit_service_types(service));
    add(&files, gen_emit_service_source(service));
    add(&files, gen_emit_openapi_source(service));
    add(&files, gen_emit_main(service));
    for (size_t i = 0; i < clients; i++) {
        add(&files, gen_emit_client_header(service, i));
        add(&files, gen_emit_client_source(service, i));
    }
    if (service->callbacks.operation_count)
        add(&files, gen_emit_callbacks_source(service));
    add(&files, gen_emit_openapi(service));
    return files;
}
