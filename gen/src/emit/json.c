/* SPDX-License-Identifier: MIT */
/* A YAML tree as compact JSON. */
#include <string.h>

#include "emit/emit.h"

void gen_emit_json_text(struct gen_out *out, const char *text)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";

    gen_out_text(out, "\"");
    for (; *text; text++) {
        const char *found = strchr(named, *text);

        if (found)
            gen_out_printf(out, "\\%c", letters[found - named]);
        else if ((unsigned char)*text < 0x20)
            gen_out_printf(out, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            gen_out_bytes(out, text, 1);
    }
    gen_out_text(out, "\"");
}

/* JSON's own spelling is kept (1.50 stays 1.50); the others, such as 0x10 or +1, are converted. */
static bool json_number(const char *text)
{
    size_t digits;

    text += *text == '-';
    digits = strspn(text, "0123456789");
    if (digits == 0 || (digits > 1 && *text == '0'))
        return false;
    text += digits;
    if (*text == '.') {
        digits = strspn(text + 1, "0123456789");
        if (digits == 0)
            return false;
        text += 1 + digits;
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        digits = strspn(text, "0123456789");
        if (digits == 0)
            return false;
        text += digits;
    }
    return *text == '\0';
}

static void emit_scalar(struct gen_out *out, const struct gen_yaml_node *node)
{
    int64_t integer;
    double number;
    bool flag;

    if (gen_yaml_is_null(node))
        gen_out_text(out, "null");
    else if (gen_yaml_to_bool(node, &flag))
        gen_out_text(out, flag ? "true" : "false");
    else if (!node->quoted && json_number(node->text))
        gen_out_text(out, node->text);
    else if (gen_yaml_to_int64(node, &integer))
        gen_out_printf(out, "%lld", (long long)integer);
    else if (gen_yaml_to_double(node, &number))
        gen_out_printf(out, "%.17g", number);
    else
        gen_emit_json_text(out, node->text);
}

void gen_emit_json(struct gen_out *out, const struct gen_yaml_node *node, const char *without)
{
    bool comma = false;

    if (node->kind == GEN_YAML_SCALAR) {
        emit_scalar(out, node);
        return;
    }
    gen_out_text(out, node->kind == GEN_YAML_MAPPING ? "{" : "[");
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == GEN_YAML_MAPPING && without && !strcmp(node->pairs[i].key->text, without))
            continue;
        if (comma)
            gen_out_text(out, ",");
        comma = true;
        if (node->kind == GEN_YAML_MAPPING) {
            gen_emit_json_text(out, node->pairs[i].key->text);
            gen_out_text(out, ":");
            gen_emit_json(out, node->pairs[i].value, NULL);
        } else {
            gen_emit_json(out, node->items[i], NULL);
        }
    }
    gen_out_text(out, node->kind == GEN_YAML_MAPPING ? "}" : "]");
}

const char *gen_json_text(struct gen_arena *arena, const struct gen_yaml_node *node)
{
    struct gen_out out;

    gen_out_init(&out, arena);
    gen_emit_json(&out, node, NULL);
    return gen_arena_bytes(arena, out.bytes, out.len);
}
