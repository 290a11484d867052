/* SPDX-License-Identifier: MIT */
/* The files with which a new service begins: small, complete, and answering. */
#include <string.h>

#include "check/names.h"
#include "emit/emit.h"

static const char contract[] =
    "openapi: 3.1.0\n"
    "info: { title: @NAME@, version: 0.1.0 }\n"
    "\n"
    "x-service:\n"
    "  listen: { port: 8080 }\n"
    "  admin: { port: 9090 } # /livez /readyz /metrics /openapi.json\n"
    "  env:\n"
    "    GREETING: { type: string, default: \"Hello\" }\n"
    "\n"
    "paths:\n"
    "  /hello/{name}:\n"
    "    get:\n"
    "      operationId: sayHello\n"
    "      summary: Greet somebody by name\n"
    "      parameters:\n"
    "        - { name: name, in: path, required: true, schema: { type: string, maxLength: 40 } }\n"
    "      responses:\n"
    "        \"200\":\n"
    "          description: the greeting\n"
    "          content:\n"
    "            application/json:\n"
    "              schema: { $ref: \"#/components/schemas/Greeting\" }\n"
    "\n"
    "components:\n"
    "  schemas:\n"
    "    Greeting:\n"
    "      type: object\n"
    "      required: [text]\n"
    "      properties:\n"
    "        text: { type: string, maxLength: 200 }\n";

static const char handlers[] =
    "#include \"@ID@.h\" /* generated from service.yaml */\n"
    "\n"
    "int @ID@_start(struct @ID@_service *self)\n"
    "{\n"
    "    (void)self; /* self->app = what your handlers need */\n"
    "    return 0;\n"
    "}\n"
    "\n"
    "void @ID@_stop(struct @ID@_service *self)\n"
    "{\n"
    "    (void)self;\n"
    "}\n"
    "\n"
    "/* GET /hello/{name}: Greet somebody by name */\n"
    "void @ID@_say_hello(struct @ID@_say_hello *call)\n"
    "{\n"
    "    struct uc_str greeting = call->service->env.greeting;\n"
    "    struct @ID@_greeting answer = {0};\n"
    "\n"
    "    answer.text = uc_arena_printf(call->arena, \"%.*s, %.*s!\", (int)greeting.len, "
    "greeting.data,\n"
    "                                  (int)call->name.len, call->name.data);\n"
    "    @ID@_say_hello_200(call, &answer);\n"
    "}\n";

static const char readme[] =
    "# @NAME@\n"
    "\n"
    "    ucompose run .                        # boots it; Ctrl-C stops it\n"
    "    curl http://127.0.0.1:8080/hello/you\n"
    "\n"
    "- `service.yaml` is the contract: paths, types, ports, environment.\n"
    "- `handlers.c` answers; `@ID@.h` is generated and never edited.\n"
    "- After a change of the contract the compiler and the linker name what is missing.\n";

static const char *filled(struct gen_arena *arena, const char *text, const char *name,
                          const char *id)
{
    struct gen_out out;

    gen_out_init(&out, arena);
    while (*text) {
        if (!strncmp(text, "@NAME@", 6)) {
            gen_out_text(&out, name);
            text += 6;
        } else if (!strncmp(text, "@ID@", 4)) {
            gen_out_text(&out, id);
            text += 4;
        } else {
            gen_out_bytes(&out, text++, 1);
        }
    }
    return out.bytes;
}

struct gen_files gen_new_service(struct gen_arena *arena, const char *name)
{
    static const char *const paths[] = {"service.yaml", "handlers.c", "README.md"};
    static const char *const texts[] = {contract, handlers, readme};
    const char *id = gen_snake(arena, name);
    struct gen_files files = {gen_arena_array(arena, 3, sizeof(*files.items)), 3};

    for (size_t i = 0; i < 3; i++) {
        const char *bytes = filled(arena, texts[i], name, id);

        files.items[i] = (struct gen_file){paths[i], bytes, strlen(bytes)};
    }
    return files;
}
