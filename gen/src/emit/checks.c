/* SPDX-License-Identifier: MIT */
/* The comparisons that a schema asks for, as C. */
#include "emit/emit.h"

static void check(struct gen_out *out, const char *wrong, const char *report, const char *text)
{
    gen_out_open(out, "if (%s)", wrong);
    gen_out_line(out, "%s\"%s\");", report, text);
    out->indent--;
}

static const char *bound_value(struct gen_arena *arena, const struct gen_type *type,
                               const struct gen_bound *bound)
{
    if (type->kind == GEN_DOUBLE)
        return gen_arena_printf(arena, "%.17g", bound->number);
    return gen_c_integer(arena, bound->integer);
}

/* Every value of the type passes: a comparison would only make the compiler warn. */
static bool always_true(const struct gen_type *type, const struct gen_bound *bound, bool lower)
{
    if (bound->exclusive || type->kind == GEN_DOUBLE)
        return false;
    if (type->kind == GEN_INT32)
        return bound->integer == (lower ? INT32_MIN : INT32_MAX);
    return bound->integer == (lower ? INT64_MIN : INT64_MAX);
}

static void check_range(struct gen_out *out, const struct gen_type *type, const char *value, const char *text,
                        const char *report)
{
    struct gen_arena *arena = out->arena;

    if (type->min.set && !always_true(type, &type->min, true))
        check(out,
              gen_arena_printf(arena, "%s %s %s", value, type->min.exclusive ? "<=" : "<",
                               bound_value(arena, type, &type->min)),
              report,
              gen_arena_printf(arena, "must be %s %s",
                               type->min.exclusive ? "greater than" : "at least", type->min.text));
    if (type->max.set && !always_true(type, &type->max, false))
        check(out,
              gen_arena_printf(arena, "%s %s %s", value, type->max.exclusive ? ">=" : ">",
                               bound_value(arena, type, &type->max)),
              report,
              gen_arena_printf(arena, "must be %s %s",
                               type->max.exclusive ? "less than" : "at most", type->max.text));
    if (type->multiple_of.set && type->kind == GEN_DOUBLE)
        check(out,
              gen_arena_printf(arena, "!uc_json_is_multiple(%s, %llu, %d)", text,
                               (unsigned long long)type->decimal.units, type->decimal.exponent),
              report, gen_arena_printf(arena, "must be a multiple of %s", type->multiple_of.text));
    else if (type->multiple_of.set && type->multiple_of.integer > 1)
        check(out,
              gen_arena_printf(arena, "%s %% %s != 0", value,
                               gen_c_integer(arena, type->multiple_of.integer)),
              report, gen_arena_printf(arena, "must be a multiple of %s", type->multiple_of.text));
}

/* A text has no more characters than bytes, and one if it has a byte: mostly there is nothing to count. */
static void check_lengths(struct gen_out *out, const struct gen_type *type, const char *value, const char *report)
{
    struct gen_arena *arena = out->arena;
    long long min = type->min_length.integer, max = type->max_length.integer;

    if (type->min_length.set)
        check(out,
              min == 1 ? gen_arena_printf(arena, "%s.len == 0", value)
                       : gen_arena_printf(arena, "uc_utf8_length(%s) < %lld", value, min),
              report, gen_arena_printf(arena, "must have at least %lld character%s", min, min == 1 ? "" : "s"));
    if (type->max_length.set)
        check(out, gen_arena_printf(arena, "%s.len > %lld && uc_utf8_length(%s) > %lld", value, max, value, max), report,
              gen_arena_printf(arena, "must have at most %lld character%s", max, max == 1 ? "" : "s"));
}

static void check_choices(struct gen_out *out, const struct gen_type *type, const char *value, const char *report)
{
    struct gen_arena *arena = out->arena;
    const char *wrong = "";

    for (size_t i = 0; i < type->choice_count; i++) {
        const struct gen_yaml_node *choice = type->choices[i];

        wrong = gen_arena_printf(arena, "%s%s", wrong, i ? " && " : "");
        if (type->kind == GEN_STRING)
            wrong = gen_arena_printf(arena, "%s!uc_str_is(%s, %s)", wrong, value, gen_c_literal(arena, choice->text));
        else
            wrong = gen_arena_printf(arena, "%s%s != %s", wrong, value, gen_c_value(arena, type, choice));
    }
    gen_out_open(out, "if (%s)", wrong);
    gen_out_line(out, "%s\"%%s\", %s);", report, gen_c_choices(arena, type));
    out->indent--;
}

static void check_forbidden(struct gen_out *out, const struct gen_type *type, const char *value, const char *report)
{
    struct gen_arena *arena = out->arena;
    const char *wrong = "", *text = type->forbidden_count > 1 ? "must be none of:" : "must not be";

    for (size_t i = 0; i < type->forbidden_count; i++) {
        const struct gen_yaml_node *forbidden = type->forbidden[i];

        text = gen_arena_printf(arena, "%s%s %s", text, i ? "," : "", forbidden->text);
        wrong = gen_arena_printf(arena, "%s%s", wrong, i ? " || " : "");
        if (type->kind == GEN_STRING)
            wrong = gen_arena_printf(arena, "%suc_str_is(%s, %s)", wrong, value, gen_c_literal(arena, forbidden->text));
        else
            wrong = gen_arena_printf(arena, "%s%s == %s", wrong, value, gen_c_value(arena, type, forbidden));
    }
    gen_out_open(out, "if (%s)", wrong);
    gen_out_line(out, "%s\"%%s\", %s);", report, gen_c_literal(arena, text));
    out->indent--;
}

static void check_patterns(struct gen_out *out, const struct gen_type *type, const char *value, const char *report)
{
    for (size_t i = 0; i < type->pattern_count; i++) {
        const struct gen_named_pattern *named = type->patterns[i];

        gen_out_open(out, "if (!uc_pattern_matches(&%s, %s))", named->c_name, value);
        gen_out_line(out, "%s\"%%s\", %s);", report,
                     gen_c_literal(out->arena, gen_arena_printf(out->arena, "must match %s", named->pattern.text)));
        out->indent--;
    }
}

bool gen_has_checks(const struct gen_type *type)
{
    if (type->forbidden_count && type->kind != GEN_ENUM)
        return true;
    switch (type->kind) {
    case GEN_STRING:
        return type->choice_count || type->pattern_count || type->min_length.set || type->max_length.set ||
               type->format;
    case GEN_BOOL:
        return type->choice_count;
    case GEN_INT32:
    case GEN_INT64:
    case GEN_DOUBLE:
        return type->choice_count || (type->min.set && !always_true(type, &type->min, true)) ||
               (type->max.set && !always_true(type, &type->max, false)) ||
               (type->multiple_of.set && (type->kind == GEN_DOUBLE || type->multiple_of.integer > 1));
    default:
        return false; /* enums and composites check themselves */
    }
}

void gen_emit_checks(struct gen_out *out, const struct gen_type *type, const char *value, const char *text,
                     const char *report)
{
    if (!gen_has_checks(type))
        return;
    if (type->choice_count)
        check_choices(out, type, value, report);
    if (type->forbidden_count)
        check_forbidden(out, type, value, report);
    if (type->kind == GEN_STRING) {
        check_lengths(out, type, value, report);
        if (type->format)
            check(out, gen_arena_printf(out->arena, "!uc_is_%s(%s)", type->format, value), report,
                  gen_arena_printf(out->arena, "must be %s", type->format_text));
        check_patterns(out, type, value, report);
    } else if (type->kind != GEN_BOOL)
        check_range(out, type, value, text, report);
}

void gen_emit_choice_check(struct gen_out *out, const struct gen_type *type, const char *start)
{
    gen_out_open(out, "if (r->violations->count == before)");
    gen_out_line(out, "uc_json_choice_check(r, %s, %s, %s);", start, gen_c_choice_list(out->arena, type),
                 gen_c_choices(out->arena, type));
    out->indent--;
}
