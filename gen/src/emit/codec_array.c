/* SPDX-License-Identifier: MIT */
#include "emit/emit.h"

/* Elements are filled where they are, rather than handed over. */
static bool in_place(const struct gen_type *array)
{
    return array->item.type->kind > GEN_RAW || array->item.nullable;
}

const char *gen_c_element(struct gen_arena *arena, const struct gen_type *array)
{
    return array->item.nullable ? gen_arena_printf(arena, "struct %s_element", array->c_name)
                                : gen_c_type(arena, array->item.type);
}

void gen_emit_grow(struct gen_out *out, const char *list, const char *item, const char *full)
{
    gen_out_open(out, "if (%s->count >= %s->capacity) {", list, list);
    gen_out_line(out, "size_t capacity = %s->count ? %s->count * 2 : 4;", list, list);
    gen_out_line(out, "%s *items = uc_arena_array(arena, capacity, sizeof(*items));", item);
    gen_out_blank(out);
    gen_out_open(out, "if (!items)");
    gen_out_line(out, "return %s;", full);
    out->indent--;
    gen_out_open(out, "if (%s->count)", list);
    gen_out_line(out, "memcpy(items, %s->items, %s->count * sizeof(*items));", list, list);
    out->indent--;
    gen_out_line(out, "%s->items = items;", list);
    gen_out_line(out, "%s->capacity = capacity;", list);
    gen_out_close(out, "}");
}

static void emit_add(struct gen_out *out, const struct gen_type *type)
{
    const char *item = gen_c_element(out->arena, type);
    bool pointer = in_place(type);
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *array", type->c_name),
                                "struct uc_arena *arena",
                                gen_arena_printf(out->arena, "%s value", item)};

    gen_out_blank(out);
    gen_emit_signature(
        out,
        gen_arena_printf(out->arena, "%s%s_add",
                         pointer ? gen_arena_printf(out->arena, "%s *", item) : "bool ",
                         type->c_name),
        parameters, pointer ? 2 : 3, "");
    gen_out_open(out, "{");
    gen_emit_grow(out, "array", item, pointer ? "NULL" : "false");
    if (type->item.nullable)
        gen_out_line(out, "array->items[array->count].state = UC_NULL;");
    if (pointer) {
        gen_out_line(out, "return &array->items[array->count++];");
    } else {
        gen_out_line(out, "array->items[array->count++] = value;");
        gen_out_line(out, "return true;");
    }
    gen_out_close(out, "}");
}

static void read_item(struct gen_out *out, const struct gen_type *type)
{
    if (in_place(type)) {
        gen_out_line(out, "item = %s_add(value, r->arena);", type->c_name);
        gen_out_open(out, "if (!item)");
        gen_out_line(out, "r->error = -ENOMEM;");
        out->indent--;
        if (type->item.nullable) {
            gen_out_open(out, "else if (!uc_json_null(r)) {");
            gen_emit_read_value(out, type->item.type, false, "item->value", "item->state", "");
            gen_out_close(out, "}");
            return;
        }
        gen_out_open(out, "else");
        gen_out_line(out, "%s_read(r, item);", type->item.type->c_name);
        out->indent--;
        return;
    }
    gen_emit_read_value(out, type->item.type, false, "item", NULL, "");
    gen_out_open(out, "if (!r->error && !%s_add(value, r->arena, item))", type->c_name);
    gen_out_line(out, "r->error = -ENOMEM;");
    out->indent--;
}

static void declare_scalar(struct gen_out *out, const struct gen_type *type)
{
    const char *item = gen_c_type(out->arena, type);

    gen_out_line(out,
                 type->kind == GEN_ENUM                                ? "%s item = (%s)0;"
                 : type->kind == GEN_STRING || type->kind == GEN_RAW ? "%s item = {NULL, 0};"
                                                                      : "%s item = 0;",
                 item, item);
}

/* An element by the schema of `contains`. */
static void emit_contained(struct gen_out *out, const struct gen_type *type)
{
    const struct gen_use *wanted = &type->contains;

    gen_out_blank(out);
    gen_out_line(out, "static bool is_contained_%s(struct uc_json_reader *r, void *unused)", type->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "size_t before = r->violations->count;");
    if (wanted->type->kind > GEN_RAW)
        gen_out_line(out, "%s item;", gen_c_type(out->arena, wanted->type));
    else
        declare_scalar(out, wanted->type);
    gen_out_blank(out);
    gen_out_line(out, "(void)unused;");
    if (wanted->nullable) {
        gen_out_open(out, "if (uc_json_null(r))");
        gen_out_line(out, "return true;");
        out->indent--;
    }
    gen_emit_read_value(out, wanted->type, false, "item", NULL, "");
    gen_out_line(out, "return !r->error && r->violations->count == before;");
    gen_out_close(out, "}");
}

static void count_contained(struct gen_out *out, const struct gen_type *type)
{
    gen_out_open(out, "if (uc_json_aside(r, uc_str_of(element, (size_t)(r->at - element)), is_contained_%s, NULL))", type->c_name);
    gen_out_line(out, "contained++;");
    out->indent--;
}

static void check_contained(struct gen_out *out, const struct gen_type *type)
{
    const struct gen_bound *const bounds[] = {&type->min_contains, &type->max_contains};

    for (size_t i = 0; i < 2; i++) {
        long long bound = bounds[i]->integer;

        if (!bounds[i]->set)
            continue;
        gen_out_open(out, "if (r->violations->count == before && contained %s %lld)", i ? ">" : "<", bound);
        gen_out_line(out, "uc_json_violation(r, \"must have at %s %lld element%s that \\\"contains\\\" describes\");",
                     i ? "most" : "least", bound, bound == 1 ? "" : "s");
        out->indent--;
    }
}

static void emit_loop(struct gen_out *out, const struct gen_type *type)
{
    gen_out_open(out, "while (uc_json_array_next(r)) {");
    if (in_place(type))
        gen_out_line(out, "%s *item;", gen_c_element(out->arena, type));
    else
        declare_scalar(out, type->item.type);
    gen_out_blank(out);
    if (type->max_length.set) {
        gen_out_open(out, "if (value->count == %lld) {", (long long)type->max_length.integer);
        gen_out_line(out, "too_many = true;");
        gen_out_line(out, "uc_json_skip(r);");
        gen_out_line(out, "continue;");
        gen_out_close(out, "}");
    }
    if (type->contains.type) {
        gen_out_line(out, "uc_json_peek(r);");
        gen_out_line(out, "element = r->at;");
    }
    read_item(out, type);
    if (type->contains.type)
        count_contained(out, type);
    gen_out_close(out, "}");
}

static void emit_count_checks(struct gen_out *out, const struct gen_type *type)
{
    long long min = type->min_length.integer, max = type->max_length.integer;

    if (type->min_length.set) {
        gen_out_open(out, "if (value->count < %lld)", min);
        gen_out_line(out, "uc_json_violation(r, \"must have at least %lld element%s\");", min,
                     min == 1 ? "" : "s");
        out->indent--;
    }
    if (type->max_length.set) {
        gen_out_open(out, "if (too_many)");
        gen_out_line(out, "uc_json_violation(r, \"must have at most %lld element%s\");", max,
                     max == 1 ? "" : "s");
        out->indent--;
    }
}

/* What was read of the elements does not tell all: members that no schema names, and defaults, are another matter. */
static bool by_value(const struct gen_type *type)
{
    return type->item.type->kind >= GEN_RAW || type->item.nullable;
}

/* The bytes of the list are needed when it is complete. */
static bool looks_back(const struct gen_type *type)
{
    return (type->unique && by_value(type)) || type->choice_count;
}

static void emit_unique_check(struct gen_out *out, const struct gen_type *type)
{
    static const char *const kinds[] = {[GEN_STRING] = "UC_JSON_ITEM_STR",    [GEN_ENUM] = "UC_JSON_ITEM_INT32",
                                        [GEN_INT32] = "UC_JSON_ITEM_INT32",   [GEN_INT64] = "UC_JSON_ITEM_INT64",
                                        [GEN_DOUBLE] = "UC_JSON_ITEM_DOUBLE", [GEN_BOOL] = "UC_JSON_ITEM_BOOL"};

    gen_out_open(out, "if (r->violations->count == before)");
    if (by_value(type))
        gen_out_line(out, "uc_json_unique_values(r, list);");
    else
        gen_out_line(out, "uc_json_unique_check(r, value->items, value->count, %s);", kinds[type->item.type->kind]);
    out->indent--;
}

static void emit_read(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_emit_read_signature(out, type, "");
    gen_out_open(out, "{");
    gen_out_line(out, "size_t before = r->violations->count;");
    if (type->max_length.set)
        gen_out_line(out, "bool too_many = false;");
    if (looks_back(type))
        gen_out_line(out, "const char *list;");
    if (type->contains.type) {
        gen_out_line(out, "const char *element;");
        gen_out_line(out, "size_t contained = 0;");
    }
    gen_out_blank(out);
    gen_out_line(out, "memset(value, 0, sizeof(*value));");
    gen_out_open(out, "if (!uc_json_array_begin(r))");
    gen_out_line(out, "return false;");
    out->indent--;
    if (looks_back(type))
        gen_out_line(out, "list = r->at - 1;");
    emit_loop(out, type);
    gen_out_open(out, "if (r->error)");
    gen_out_line(out, "return false;");
    out->indent--;
    emit_count_checks(out, type);
    if (type->contains.type)
        check_contained(out, type);
    if (type->unique)
        emit_unique_check(out, type);
    if (type->choice_count)
        gen_emit_choice_check(out, type, "list");
    gen_out_line(out, type->unique || type->choice_count ? "return !r->error && r->violations->count == before;"
                                                         : "return r->violations->count == before;");
    gen_out_close(out, "}");
}

static void emit_write(struct gen_out *out, const struct gen_type *type)
{
    gen_emit_write_head(out, type);
    gen_out_line(out, "uc_json_write_array_begin(w);");
    gen_out_open(out, "for (size_t i = 0; i < value->count; i++)");
    if (type->item.nullable) {
        gen_out_open(out, "if (value->items[i].state == UC_VALUE)");
        gen_emit_write_value(out, type, type->item.type, false, "value->items[i].value");
        out->indent--;
        gen_out_open(out, "else");
        gen_out_line(out, "uc_json_write_null(w);");
        out->indent--;
    } else {
        gen_emit_write_value(out, type, type->item.type, false, "value->items[i]");
    }
    out->indent--;
    gen_out_line(out, "uc_json_write_array_end(w);");
    gen_out_close(out, "}");
}

void gen_emit_array_codec(struct gen_out *out, const struct gen_type *type)
{
    emit_add(out, type);
    if (type->contains.type)
        emit_contained(out, type);
    emit_read(out, type);
    emit_write(out, type);
}
