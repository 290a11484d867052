/* SPDX-License-Identifier: MIT */
/* Objects as lists of names and values, in the order in which they came. */
#include "emit/emit.h"

static bool by_pointer(const struct gen_type *map)
{
    return map->item.type->kind > GEN_RAW || map->item.nullable;
}

void gen_emit_map_get_signature(struct gen_out *out, const struct gen_type *map, const char *end)
{
    const char *result = map->item.nullable ? gen_arena_printf(out->arena, "struct %s_entry", map->c_name)
                                            : gen_c_type(out->arena, map->item.type);
    const char *parameters[] = {gen_arena_printf(out->arena, "const struct %s *map", map->c_name),
                                "struct uc_str name"};

    gen_emit_signature(out, gen_arena_printf(out->arena, "%s *%s_get", result, map->c_name), parameters, 2, end);
}

void gen_emit_map_set_signature(struct gen_out *out, const struct gen_type *map, const char *end)
{
    const char *value = gen_c_type(out->arena, map->item.type);
    const char *result = map->item.nullable ? gen_arena_printf(out->arena, "struct %s_entry *", map->c_name)
                         : by_pointer(map)  ? gen_arena_printf(out->arena, "%s *", value)
                                            : "bool ";
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *map", map->c_name),
                                "struct uc_arena *arena", "struct uc_str name",
                                gen_arena_printf(out->arena, "%s value", value)};

    gen_emit_signature(out, gen_arena_printf(out->arena, "%s%s_set", result, map->c_name), parameters,
                       by_pointer(map) ? 3 : 4, end);
}

static void emit_append(struct gen_out *out, const struct gen_type *map)
{
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *map", map->c_name),
                                "struct uc_arena *arena", "struct uc_str name"};

    gen_out_blank(out);
    gen_emit_signature(
        out, gen_arena_printf(out->arena, "static struct %s_entry *append_%s", map->c_name, map->c_name), parameters, 3,
        "");
    gen_out_open(out, "{");
    gen_emit_grow(out, "map", gen_arena_printf(out->arena, "struct %s_entry", map->c_name), "NULL");
    gen_out_line(out, "map->items[map->count].name = name;");
    gen_out_line(out, "return &map->items[map->count++];");
    gen_out_close(out, "}");
}

static void emit_find(struct gen_out *out, const struct gen_type *map)
{
    const char *parameters[] = {gen_arena_printf(out->arena, "const struct %s *map", map->c_name),
                                "struct uc_str name"};

    gen_out_blank(out);
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "static struct %s_entry *find_%s", map->c_name, map->c_name),
                       parameters, 2, "");
    gen_out_open(out, "{");
    gen_out_open(out, "for (size_t i = 0; i < map->count; i++)");
    gen_out_open(out, "if (uc_str_eq(map->items[i].name, name))");
    gen_out_line(out, "return &map->items[i];");
    out->indent -= 2;
    gen_out_line(out, "return NULL;");
    gen_out_close(out, "}");
}

static void emit_get(struct gen_out *out, const struct gen_type *map)
{
    gen_out_blank(out);
    gen_emit_map_get_signature(out, map, "");
    gen_out_open(out, "{");
    if (map->item.nullable) {
        gen_out_line(out, "return find_%s(map, name);", map->c_name);
    } else {
        gen_out_line(out, "struct %s_entry *entry = find_%s(map, name);", map->c_name, map->c_name);
        gen_out_blank(out);
        gen_out_line(out, "return entry ? &entry->value : NULL;");
    }
    gen_out_close(out, "}");
}

static void emit_set(struct gen_out *out, const struct gen_type *map)
{
    gen_out_blank(out);
    gen_emit_map_set_signature(out, map, "");
    gen_out_open(out, "{");
    gen_out_line(out, "struct %s_entry *entry = find_%s(map, name);", map->c_name, map->c_name);
    gen_out_blank(out);
    gen_out_open(out, "if (!entry)");
    gen_out_line(out, "entry = append_%s(map, arena, name);", map->c_name);
    out->indent--;
    if (map->item.nullable) {
        gen_out_open(out, "if (entry)");
        gen_out_line(out, "entry->state = UC_NULL;");
        out->indent--;
        gen_out_line(out, "return entry;");
    } else if (by_pointer(map)) {
        gen_out_line(out, "return entry ? &entry->value : NULL;");
    } else {
        gen_out_open(out, "if (entry)");
        gen_out_line(out, "entry->value = value;");
        out->indent--;
        gen_out_line(out, "return entry;");
    }
    gen_out_close(out, "}");
}

void gen_emit_other_names(struct gen_out *out, const struct gen_type *map, const char *otherwise)
{
    if (!map->names_pattern)
        return;
    gen_out_open(out, "%sif (!uc_pattern_matches(&%s, key)) {", otherwise, map->names_pattern->c_name);
    if (map->names_type)
        gen_emit_checks(out, map->names_type, "key", "key", "uc_json_violation(r, ");
    if (map->closed) {
        gen_out_open(out, "if (uc_json_skip(r))");
        gen_out_line(out, "uc_json_violation(r, \"is not known\");");
        out->indent--;
    } else {
        gen_out_line(out, "uc_json_skip(r);");
    }
    out->indent--;
}

void gen_emit_read_entry(struct gen_out *out, const struct gen_type *map, const char *place)
{
    if (map->names_type)
        gen_emit_checks(out, map->names_type, "key", "key", "uc_json_violation(r, ");
    gen_out_line(out, "entry = append_%s(%s, r->arena, key);", map->c_name, place);
    gen_out_open(out, "if (!entry)");
    gen_out_line(out, "r->error = -ENOMEM;");
    out->indent--;
    if (map->item.nullable) {
        gen_out_open(out, "else if (uc_json_null(r))");
        gen_out_line(out, "entry->state = UC_NULL;");
        out->indent--;
    }
    gen_emit_read_value(out, map->item.type, false, "entry->value", map->item.nullable ? "entry->state" : NULL, "else");
}

void gen_emit_write_entries(struct gen_out *out, const struct gen_type *owner, const struct gen_type *map,
                            const char *place, const char *unless)
{
    gen_out_open(out, "for (size_t i = 0; i < %scount; i++) {", place);
    if (unless) {
        gen_out_open(out, "if (%s(%sitems[i].name))", unless, place);
        gen_out_line(out, "continue;");
        out->indent--;
    }
    gen_out_line(out, "uc_json_write_key(w, %sitems[i].name);", place);
    if (map->item.nullable) {
        gen_out_open(out, "if (%sitems[i].state != UC_VALUE) {", place);
        gen_out_line(out, "uc_json_write_null(w);");
        gen_out_line(out, "continue;");
        gen_out_close(out, "}");
    }
    gen_emit_write_value(out, owner, map->item.type, false, gen_arena_printf(out->arena, "%sitems[i].value", place));
    gen_out_close(out, "}");
}

static void emit_read(struct gen_out *out, const struct gen_type *map)
{
    bool counted = map->min_length.set || map->max_length.set;
    const char *max = map->max_length.set ? gen_c_integer(out->arena, map->max_length.integer) : "SIZE_MAX";

    gen_out_blank(out);
    gen_emit_read_signature(out, map, "");
    gen_out_open(out, "{");
    gen_out_line(out, "size_t before = r->violations->count;");
    if (counted)
        gen_out_line(out, "size_t count = 0;");
    gen_out_line(out, "struct %s_entry *entry;", map->c_name);
    gen_out_line(out, "struct uc_str key;");
    if (map->choice_count)
        gen_out_line(out, "const char *start;");
    gen_out_blank(out);
    gen_out_line(out, "memset(value, 0, sizeof(*value));");
    gen_out_open(out, "if (!uc_json_object_begin(r))");
    gen_out_line(out, "return false;");
    out->indent--;
    if (map->choice_count)
        gen_out_line(out, "start = r->at - 1;");
    gen_out_open(out, "while (uc_json_object_next(r, &key)) {");
    if (map->max_length.set) {
        gen_out_open(out, "if (++count > %s) { /* too many: not kept */", max);
        gen_out_line(out, "uc_json_skip(r);");
        gen_out_line(out, "continue;");
        gen_out_close(out, "}");
    } else if (counted) {
        gen_out_line(out, "count++;");
    }
    gen_emit_other_names(out, map, "");
    if (map->names_pattern) {
        gen_out_line(out, "    continue;");
        gen_out_line(out, "}");
    }
    gen_emit_read_entry(out, map, "value");
    gen_out_close(out, "}");
    gen_out_open(out, "if (r->error)");
    gen_out_line(out, "return false;");
    out->indent--;
    for (size_t i = 0; i < map->name_count; i++) {
        const char *name = gen_c_literal(out->arena, map->names[i]);

        gen_out_open(out, "if (!find_%s(value, uc_str(%s)))", map->c_name, name);
        gen_out_line(out, "uc_json_missing(r, %s);", name);
        out->indent--;
    }
    if (counted)
        gen_out_line(out, "uc_json_count_check(r, count, %lld, %s);", (long long)map->min_length.integer, max);
    if (map->choice_count)
        gen_emit_choice_check(out, map, "start");
    gen_out_line(out, map->choice_count ? "return !r->error && r->violations->count == before;"
                                        : "return r->violations->count == before;");
    gen_out_close(out, "}");
}

static void emit_write(struct gen_out *out, const struct gen_type *map)
{
    gen_emit_write_head(out, map);
    gen_out_line(out, "uc_json_write_object_begin(w);");
    gen_emit_write_entries(out, map, map, "value->", NULL);
    gen_out_line(out, "uc_json_write_object_end(w);");
    gen_out_close(out, "}");
}

void gen_emit_map_codec(struct gen_out *out, const struct gen_type *map)
{
    emit_append(out, map);
    emit_find(out, map);
    emit_get(out, map);
    emit_set(out, map);
    emit_read(out, map);
    emit_write(out, map);
}
