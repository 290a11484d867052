/* SPDX-License-Identifier: MIT */
/*
 * Tarjan's strongly connected components over "mentions", then a depth-first order over
 * "holds by value". An object that mentions itself through others is held by pointer there.
 */
#include "check/check.h"

struct walk {
    struct gen_arena *arena;
    struct gen_type **stack;
    size_t depth;
    unsigned next_visit, next_component;
    struct gen_type **ordered;
    size_t ordered_count;
};

static bool composite(const struct gen_type *type)
{
    return type && type->kind > GEN_RAW;
}

static void visit(struct walk *walk, struct gen_type *type);

static void visit_edge(struct walk *walk, struct gen_type *from, struct gen_type *to)
{
    if (!composite(to))
        return;
    if (from == to)
        from->recursive = true;
    if (!to->visit) {
        visit(walk, to);
        if (to->low < from->low)
            from->low = to->low;
    } else if (to->on_stack && to->visit < from->low) {
        from->low = to->visit;
    }
}

static void close_component(struct walk *walk, struct gen_type *root)
{
    bool several = walk->stack[walk->depth - 1] != root;
    struct gen_type *type;

    walk->next_component++;
    do {
        type = walk->stack[--walk->depth];
        type->on_stack = false;
        type->component = walk->next_component;
        type->recursive |= several;
    } while (type != root);
}

static void visit(struct walk *walk, struct gen_type *type)
{
    type->visit = type->low = ++walk->next_visit;
    type->on_stack = true;
    walk->stack[walk->depth++] = type;
    for (size_t i = 0; i < type->member_count; i++)
        visit_edge(walk, type, type->members[i].use.type);
    visit_edge(walk, type, type->item.type);
    visit_edge(walk, type, type->extra);
    for (size_t i = 0; i < type->variant_count; i++)
        visit_edge(walk, type, type->variants[i].use.type);
    if (type->low == type->visit)
        close_component(walk, type);
}

static void place(struct walk *walk, struct gen_type *type)
{
    if (type->placed)
        return;
    type->placed = true;
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_member *member = &type->members[i];

        if (member->use.type->c_name && !member->by_pointer)
            place(walk, member->use.type);
    }
    if (type->extra)
        place(walk, type->extra);
    for (size_t i = 0; i < type->variant_count; i++) /* objects are held by pointer */
        if (type->variants[i].use.type->c_name && type->variants[i].use.type->kind != GEN_OBJECT)
            place(walk, type->variants[i].use.type);
    if (type->kind == GEN_ARRAY && type->item.type && type->item.type->kind == GEN_ENUM)
        place(walk, type->item.type);
    walk->ordered[walk->ordered_count++] = type;
}

static void mark_pointers(struct gen_type *type)
{
    for (size_t i = 0; i < type->member_count; i++) {
        struct gen_member *member = &type->members[i];

        member->by_pointer = member->use.type->kind == GEN_OBJECT && type->recursive &&
                             member->use.type->component == type->component;
    }
}

void gen_order_types(struct gen_arena *arena, struct gen_contract *contract)
{
    struct walk walk = {.arena = arena};

    walk.stack = gen_arena_array(arena, contract->type_count + 1, sizeof(*walk.stack));
    walk.ordered = gen_arena_array(arena, contract->type_count + 1, sizeof(*walk.ordered));
    for (size_t i = 0; i < contract->type_count; i++)
        if (composite(contract->types[i]) && !contract->types[i]->visit)
            visit(&walk, contract->types[i]);
    for (size_t i = 0; i < contract->type_count; i++)
        mark_pointers(contract->types[i]);
    for (size_t i = 0; i < contract->type_count; i++)
        place(&walk, contract->types[i]);
    contract->types = walk.ordered;
}
