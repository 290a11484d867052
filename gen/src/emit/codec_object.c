/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emit/emit.h"

static void read_member(struct gen_out *out, const struct gen_member *member)
{
    struct gen_arena *arena = out->arena;
    const struct gen_type *type = member->use.type;
    bool has_state = gen_has_state(member);
    const char *place = gen_arena_printf(arena, "value->%s", member->c_name);
    const char *lvalue = has_state ? gen_arena_printf(arena, "%s.value", place) : place;
    const char *state = has_state ? gen_arena_printf(arena, "%s.state", place) : NULL;

    if (member->unread) {
        gen_out_line(out, "uc_json_skip(r);");
        return;
    }
    if (member->required || member->asked)
        gen_out_line(out, "has_%s = true;", member->c_name);
    if (!member->use.nullable) {
        gen_emit_read_value(out, type, member->by_pointer, lvalue, state, "");
        return;
    }
    gen_out_open(out, "if (uc_json_null(r))");
    gen_out_line(out, "%s = UC_NULL;", state);
    out->indent--;
    gen_emit_read_value(out, type, member->by_pointer, lvalue, state, "else");
}

static bool is_counted(const struct gen_type *type)
{
    return type->min_length.set || type->max_length.set;
}

static void read_locals(struct gen_out *out, const struct gen_type *type)
{
    gen_out_line(out, "size_t before = r->violations->count;");
    gen_out_line(out, "struct uc_str key;");
    if (is_counted(type))
        gen_out_line(out, "size_t count = 0;");
    if (type->extra)
        gen_out_line(out, "struct %s_entry *entry;", type->extra->c_name);
    if (type->choice_count)
        gen_out_line(out, "const char *start;");
    for (size_t i = 0; i < type->member_count; i++)
        if ((type->members[i].required || type->members[i].asked) && !type->members[i].unread)
            gen_out_line(out, "bool has_%s = false;", type->members[i].c_name);
    gen_out_blank(out);
}

/* "a and b, or c" of the alternatives as text, or as a condition in C. */
static const char *alternatives_text(struct gen_arena *arena, const struct gen_type *type)
{
    const char *text = "";

    for (size_t i = 0; i < type->alternative_count; i++) {
        const struct gen_alternative *alternative = &type->alternatives[i];

        for (size_t m = 0; m < alternative->count; m++)
            text = gen_arena_printf(arena, "%s%s%s", text, m ? " and " : i ? ", or " : "",
                                    alternative->members[m]->json_name);
    }
    return gen_c_literal(arena, gen_arena_printf(arena, "must have %s%s", type->one_alternative ? "either " : "", text));
}

static void check_alternatives(struct gen_out *out, const struct gen_type *type)
{
    const char *sum = "";

    if (!type->alternative_count)
        return;
    for (size_t i = 0; i < type->alternative_count; i++) {
        const struct gen_alternative *alternative = &type->alternatives[i];

        sum = gen_arena_printf(out->arena, "%s%s(", sum, !i ? "" : type->one_alternative ? " + " : " || ");
        for (size_t m = 0; m < alternative->count; m++)
            sum = gen_arena_printf(out->arena, "%s%shas_%s", sum, m ? " && " : "", alternative->members[m]->c_name);
        sum = gen_arena_printf(out->arena, "%s)", sum);
    }
    gen_out_open(out, type->one_alternative ? "if (%s != 1)" : "if (!(%s))", sum);
    gen_out_line(out, "uc_json_violation(r, \"%%s\", %s);", alternatives_text(out->arena, type));
    out->indent--;
}

/* "a and b" of the members, and in C whether they are there. */
static const char *group_text(struct gen_arena *arena, const struct gen_alternative *group, const char **there)
{
    const char *text = "";

    *there = "";
    for (size_t m = 0; m < group->count; m++) {
        text = gen_arena_printf(arena, "%s%s%s", text, m ? " and " : "", group->members[m]->json_name);
        *there = gen_arena_printf(arena, "%s%shas_%s", *there, m ? " && " : "", group->members[m]->c_name);
    }
    return text;
}

static void check_groups(struct gen_out *out, const struct gen_type *type)
{
    struct gen_arena *arena = out->arena;

    for (size_t i = 0; i < type->excluded_count; i++) {
        const char *there, *text = group_text(arena, &type->excluded[i], &there);

        text = gen_arena_printf(arena, "must not have %s%s", text, type->excluded[i].count > 1 ? " together" : "");
        gen_out_open(out, "if (%s)", there);
        gen_out_line(out, "uc_json_violation(r, \"%%s\", %s);", gen_c_literal(arena, text));
        out->indent--;
    }
    for (size_t i = 0; i < type->dependent_count; i++) {
        const struct gen_member *trigger = type->dependent[i].members[0], *needed = type->dependent[i].members[1];

        gen_out_open(out, "if (has_%s && !has_%s)", trigger->c_name, needed->c_name);
        gen_out_line(out, "uc_json_violation_in(r, uc_str(%s), \"is required beside %%s\", %s);",
                     gen_c_literal(arena, needed->json_name), gen_c_literal(arena, trigger->json_name));
        out->indent--;
    }
}

/* Zeroed memory is the same. */
static bool is_empty(const struct gen_member *member)
{
    enum gen_kind kind = member->use.type->kind;

    return (kind == GEN_ARRAY || kind == GEN_MAP) && !member->use.fallback->count && !member->by_pointer;
}

bool gen_reads_default(const struct gen_member *member)
{
    const struct gen_yaml_node *fallback = member->use.fallback;

    return !member->required && !member->unread && fallback && member->use.type->kind > GEN_RAW &&
           !(member->use.nullable && gen_yaml_is_null(fallback)) && !is_empty(member);
}

/* A list or an object, as if its text had come. */
static void read_default(struct gen_out *out, const struct gen_member *member, const char *place)
{
    const struct gen_type *type = member->use.type;
    const char *json = gen_c_literal(out->arena, gen_json_text(out->arena, member->use.fallback));

    if (member->by_pointer) {
        gen_out_line(out, "%s = %s_new(r->arena);", place, type->c_name);
        gen_out_open(out, "if (!%s)", place);
        gen_out_line(out, "r->error = -ENOMEM;");
        out->indent--;
        gen_out_open(out, "else");
    }
    gen_out_line(out, "uc_json_aside(r, uc_str(%s), read_%s, %s%s);", json, type->c_name, member->by_pointer ? "" : "&", place);
    if (member->by_pointer)
        out->indent--;
}

/* What is absent takes its default. */
static void read_defaults(struct gen_out *out, const struct gen_type *type)
{
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_member *member = &type->members[i];
        const struct gen_yaml_node *fallback = member->use.fallback;
        const char *name = member->c_name;
        bool null;

        if (member->required || member->unread || !fallback)
            continue;
        null = gen_yaml_is_null(fallback) && member->use.nullable;
        if (null || is_empty(member)) {
            gen_out_open(out, "if (value->%s.state == UC_ABSENT)", name);
            gen_out_line(out, "value->%s.state = %s;", name, null ? "UC_NULL" : "UC_VALUE");
            out->indent--;
            continue;
        }
        gen_out_open(out, "if (value->%s.state == UC_ABSENT) {", name);
        gen_out_line(out, "value->%s.state = UC_VALUE;", name);
        if (gen_reads_default(member))
            read_default(out, member, gen_arena_printf(out->arena, "value->%s.value", name));
        else
            gen_out_line(out, "value->%s.value = %s;", name, gen_c_value(out->arena, member->use.type, fallback));
        gen_out_close(out, "}");
    }
}

/* What comes behind the members may want memory. */
static bool may_fail(const struct gen_type *type)
{
    for (size_t i = 0; i < type->member_count; i++)
        if (gen_reads_default(&type->members[i]))
            return true;
    return type->choice_count;
}

static void emit_read(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_emit_read_signature(out, type, "");
    gen_out_open(out, "{");
    read_locals(out, type);
    gen_out_line(out, "memset(value, 0, sizeof(*value));");
    gen_out_open(out, "if (!uc_json_object_begin(r))");
    gen_out_line(out, "return false;");
    out->indent--;
    if (type->choice_count)
        gen_out_line(out, "start = r->at - 1;");
    gen_out_open(out, "while (uc_json_object_next(r, &key)) {");
    if (is_counted(type))
        gen_out_line(out, "count++;");
    for (size_t i = 0; i < type->member_count; i++) {
        gen_out_open(out, "%sif (uc_str_is(key, %s)) {", i ? "} else " : "",
                     gen_c_literal(out->arena, type->members[i].json_name));
        read_member(out, &type->members[i]);
        out->indent--;
    }
    if (type->extra)
        gen_emit_other_names(out, type->extra, "} else ");
    gen_out_open(out, "} else {");
    if (type->extra) {
        gen_emit_read_entry(out, type->extra, "&value->extra");
    } else if (type->closed) {
        gen_out_open(out, "if (uc_json_skip(r))");
        gen_out_line(out, "uc_json_violation(r, \"is not known\");");
        out->indent--;
    } else {
        gen_out_line(out, "uc_json_skip(r);");
    }
    gen_out_close(out, "}");
    gen_out_close(out, "}");
    gen_out_open(out, "if (r->error)");
    gen_out_line(out, "return false;");
    out->indent--;
    for (size_t i = 0; i < type->member_count; i++) {
        if (!type->members[i].required || type->members[i].unread)
            continue;
        gen_out_open(out, "if (!has_%s)", type->members[i].c_name);
        gen_out_line(out, "uc_json_missing(r, %s);",
                     gen_c_literal(out->arena, type->members[i].json_name));
        out->indent--;
    }
    check_alternatives(out, type);
    check_groups(out, type);
    if (is_counted(type))
        gen_out_line(out, "uc_json_count_check(r, count, %lld, %s);", (long long)type->min_length.integer,
                     type->max_length.set ? gen_c_integer(out->arena, type->max_length.integer) : "SIZE_MAX");
    if (type->choice_count)
        gen_emit_choice_check(out, type, "start");
    read_defaults(out, type);
    gen_out_line(out, may_fail(type) ? "return !r->error && r->violations->count == before;"
                                     : "return r->violations->count == before;");
    gen_out_close(out, "}");
}

static void write_key(struct gen_out *out, const char *name)
{
    struct gen_out quoted;

    if (!strpbrk(name, "\"\\") && name[strcspn(name, "\b\f\n\r\t")] == '\0') {
        gen_out_line(out, "UC_JSON_KEY(w, %s);", gen_c_literal(out->arena, name));
        return;
    }
    gen_out_init(&quoted, out->arena);
    gen_emit_json(&quoted,
                  &(struct gen_yaml_node){.kind = GEN_YAML_SCALAR, .quoted = true, .text = name},
                  NULL);
    gen_out_text(&quoted, ":");
    gen_out_line(out, "uc_json_write_key_quoted(w, %s, %zu);",
                 gen_c_literal(out->arena, quoted.bytes), quoted.len);
}

static void write_member(struct gen_out *out, const struct gen_type *type,
                         const struct gen_member *member)
{
    const char *place = gen_arena_printf(out->arena, "value->%s", member->c_name);
    const char *value = gen_arena_printf(out->arena, "%s.value", place);
    bool optional = !member->required;

    if (!gen_has_state(member)) {
        write_key(out, member->json_name);
        gen_emit_write_value(out, type, member->use.type, member->by_pointer, place);
        return;
    }
    if (optional)
        gen_out_open(out, "if (%s.state %s) {", place,
                     member->use.nullable ? "!= UC_ABSENT" : "== UC_VALUE");
    write_key(out, member->json_name);
    if (member->use.nullable) {
        gen_out_open(out, "if (%s.state == UC_VALUE)", place);
        gen_emit_write_value(out, type, member->use.type, member->by_pointer, value);
        out->indent--;
        gen_out_open(out, "else");
        gen_out_line(out, "uc_json_write_null(w);");
        out->indent--;
    } else {
        gen_emit_write_value(out, type, member->use.type, member->by_pointer, value);
    }
    if (optional)
        gen_out_close(out, "}");
}

static bool writes_some(const struct gen_type *type)
{
    for (size_t i = 0; i < type->member_count; i++)
        if (!type->members[i].unwritten)
            return true;
    return type->extra != NULL;
}

static void emit_write(struct gen_out *out, const struct gen_type *type)
{
    gen_emit_write_head(out, type);
    if (!writes_some(type))
        gen_out_line(out, "(void)value; /* all of its members come from the other side */");
    gen_out_line(out, "uc_json_write_object_begin(w);");
    for (size_t i = 0; i < type->member_count; i++)
        if (!type->members[i].unwritten)
            write_member(out, type, &type->members[i]);
    if (type->extra)
        gen_emit_write_entries(out, type, type->extra, "value->extra.",
                               gen_arena_printf(out->arena, "is_member_of_%s", type->c_name));
    gen_out_line(out, "uc_json_write_object_end(w);");
    gen_out_close(out, "}");
}

/* A name among the extra ones that is a member's would be there twice. */
static void emit_is_member(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "static bool is_member_of_%s(struct uc_str name)", type->c_name);
    gen_out_open(out, "{");
    for (size_t i = 0; i < type->member_count; i++)
        gen_out_line(out, "%suc_str_is(name, %s)%s", i ? "       " : "return ",
                     gen_c_literal(out->arena, type->members[i].json_name), i + 1 < type->member_count ? " ||" : ";");
    gen_out_close(out, "}");
}

void gen_emit_object_codec(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "struct %s *%s_new(struct uc_arena *arena)", type->c_name, type->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "return uc_arena_alloc(arena, sizeof(struct %s));", type->c_name);
    gen_out_close(out, "}");
    emit_read(out, type);
    if (type->extra)
        emit_is_member(out, type);
    emit_write(out, type);
}
