/* SPDX-License-Identifier: MIT */
/* One value of any type, in or out. */
#include "emit/emit.h"

static const char *const report = "uc_json_violation(r, ";

/* The expression that reads a value and is true when it was one of the type. */
static const char *read_call(struct gen_arena *arena, const struct gen_type *type, bool by_pointer,
                             const char *lvalue)
{
    switch (type->kind) {
    case GEN_STRING:
        return gen_arena_printf(arena, "uc_json_string(r, &%s)", lvalue);
    case GEN_INT32:
        return gen_arena_printf(arena, "uc_json_int32(r, &%s)", lvalue);
    case GEN_INT64:
        return gen_arena_printf(arena, "uc_json_int64(r, &%s)", lvalue);
    case GEN_DOUBLE:
        return gen_arena_printf(arena, "uc_json_double(r, &%s)", lvalue);
    case GEN_BOOL:
        return gen_arena_printf(arena, "uc_json_bool(r, &%s)", lvalue);
    case GEN_RAW:
        return gen_c_read_raw(arena, type, "r", lvalue);
    default:
        return gen_arena_printf(arena, "%s_read(r, %s%s)", type->c_name, by_pointer ? "" : "&",
                                lvalue);
    }
}

static void read_simple(struct gen_out *out, const struct gen_type *type, bool by_pointer,
                        const char *lvalue, const char *state, const char *head)
{
    const char *call = read_call(out->arena, type, by_pointer, lvalue);

    if (!state && !gen_has_checks(type)) {
        if (*head) {
            gen_out_open(out, "%s", head);
            gen_out_line(out, "%s;", call);
            out->indent--;
        } else {
            gen_out_line(out, "%s;", call);
        }
        return;
    }
    if (!gen_has_checks(type)) {
        gen_out_open(out, "%s%sif (%s)", head, *head ? " " : "", call);
        gen_out_line(out, "%s = UC_VALUE;", state);
        out->indent--;
        return;
    }
    gen_out_open(out, "%s%sif (%s) {", head, *head ? " " : "", call);
    if (state)
        gen_out_line(out, "%s = UC_VALUE;", state);
    gen_emit_checks(out, type, lvalue, "r->number", report);
    gen_out_close(out, "}");
}

void gen_emit_read_value(struct gen_out *out, const struct gen_type *type, bool by_pointer,
                         const char *lvalue, const char *state, const char *head)
{
    if (!by_pointer) {
        read_simple(out, type, false, lvalue, state, head);
        return;
    }
    if (*head)
        gen_out_open(out, "%s {", head);
    gen_out_line(out, "%s = %s_new(r->arena);", lvalue, type->c_name);
    gen_out_open(out, "if (!%s)", lvalue);
    gen_out_line(out, "r->error = -ENOMEM;");
    out->indent--;
    read_simple(out, type, true, lvalue, state, "else");
    if (*head)
        gen_out_close(out, "}");
}

void gen_emit_write_value(struct gen_out *out, const struct gen_type *owner,
                          const struct gen_type *type, bool by_pointer, const char *value)
{
    const char *address = gen_arena_printf(out->arena, "%s%s", by_pointer ? "" : "&", value);

    switch (type->kind) {
    case GEN_STRING:
        gen_out_line(out, "uc_json_write_string(w, %s);", value);
        break;
    case GEN_INT32:
    case GEN_INT64:
        gen_out_line(out, "uc_json_write_int64(w, %s);", value);
        break;
    case GEN_DOUBLE:
        gen_out_line(out, "uc_json_write_double(w, %s);", value);
        break;
    case GEN_BOOL:
        gen_out_line(out, "uc_json_write_bool(w, %s);", value);
        break;
    case GEN_RAW:
        gen_out_line(out, "write_free(w, %s, \"%s\");", value, type->object ? "{}" : "null");
        break;
    case GEN_ENUM:
        gen_out_line(out, "%s_write(w, %s);", type->c_name, value);
        break;
    default:
        if (owner->recursive && type->component == owner->component)
            gen_out_line(out, "write_%s(w, %s, depth + 1);", type->c_name, address);
        else
            gen_out_line(out, "%s_write(w, %s);", type->c_name, address);
        break;
    }
}
