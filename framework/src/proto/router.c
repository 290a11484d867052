/* SPDX-License-Identifier: MIT */
#include "proto/router.h"

#include <errno.h>
#include <stdlib.h>

#include "proto/method.h"
#include "proto/percent.h"

/* One place in the tree of segments. */
struct node {
    struct uc_str literal;   /* of a literal child, or in front of a partial one's brace; borrowed from the pattern */
    struct uc_str behind;    /* of a partial child: behind its brace */
    struct node *sibling;    /* next child of the same kind and parent */
    struct node *literals;   /* children */
    struct node *partials;   /* children: "{id}.json"; the one with most text first */
    struct node *parameter;  /* child */
    unsigned allowed;
    const struct uc_operation *operations[UC_METHODS];
};

struct uc_router {
    struct node root;
};

struct uc_router *uc_router_new(void)
{
    return calloc(1, sizeof(struct uc_router));
}

static void free_children(struct node *node);

static void free_list(struct node *list)
{
    while (list) {
        struct node *child = list;

        list = child->sibling;
        free_children(child);
        free(child);
    }
}

static void free_children(struct node *node)
{
    free_list(node->literals);
    free_list(node->partials);
    if (node->parameter) {
        free_children(node->parameter);
        free(node->parameter);
    }
}

void uc_router_free(struct uc_router *router)
{
    if (!router)
        return;
    free_children(&router->root);
    free(router);
}

/* `rest` begins behind a '/'; cut its first segment off. False: it was the last. */
static bool cut_segment(struct uc_str *rest, struct uc_str *segment)
{
    size_t at = 0;

    while (at < rest->len && rest->data[at] != '/') /* short: no call is worth it */
        at++;
    *segment = uc_str_of(rest->data, at);
    if (at == rest->len)
        return false;
    *rest = uc_str_of(rest->data + at + 1, rest->len - at - 1);
    return true;
}

/* ---- building */

static size_t find(struct uc_str text, char wanted, size_t from)
{
    while (from < text.len && text.data[from] != wanted)
        from++;
    return from;
}

/* Text in front of the brace and behind it. -ENOENT: there is no brace; -EINVAL: more than one, or one that is open. */
static int split(struct uc_str segment, struct uc_str *front, struct uc_str *behind)
{
    size_t open = find(segment, '{', 0), close = find(segment, '}', 0);

    if (open == segment.len && close == segment.len)
        return -ENOENT;
    if (close == segment.len || close < open + 2 || find(segment, '{', open + 1) < segment.len ||
        find(segment, '}', close + 1) < segment.len)
        return -EINVAL;
    *front = uc_str_of(segment.data, open);
    *behind = uc_str_of(segment.data + close + 1, segment.len - close - 1);
    return 0;
}

static struct node *literal_child(struct node *node, struct uc_str segment)
{
    struct node *child;

    for (child = node->literals; child; child = child->sibling) {
        if (uc_str_eq(child->literal, segment))
            return child;
    }
    child = calloc(1, sizeof(*child));
    if (child) {
        child->literal = segment;
        child->sibling = node->literals;
        node->literals = child;
    }
    return child;
}

static struct node *partial_child(struct node *node, struct uc_str front, struct uc_str behind)
{
    struct node **at = &node->partials, *child;

    for (; *at && (*at)->literal.len + (*at)->behind.len >= front.len + behind.len; at = &(*at)->sibling) {
        if (uc_str_eq((*at)->literal, front) && uc_str_eq((*at)->behind, behind))
            return *at;
    }
    child = calloc(1, sizeof(*child));
    if (child) {
        child->literal = front;
        child->behind = behind;
        child->sibling = *at;
        *at = child;
    }
    return child;
}

static struct node *parameter_child(struct node *node, struct uc_str front, struct uc_str behind)
{
    if (front.len || behind.len)
        return partial_child(node, front, behind);
    if (!node->parameter)
        node->parameter = calloc(1, sizeof(*node->parameter));
    return node->parameter;
}

int uc_router_add(struct uc_router *router, const struct uc_operation *operation)
{
    struct uc_str rest = uc_str(operation->path), segment, front, behind;
    struct node *node = &router->root;
    unsigned params = 0;
    bool more = true;
    int error;

    if (rest.len == 0 || rest.data[0] != '/' || (unsigned)operation->method >= UC_METHODS)
        return -EINVAL;
    rest = uc_str_of(rest.data + 1, rest.len - 1);
    while (more) {
        more = cut_segment(&rest, &segment);
        error = split(segment, &front, &behind);
        if (error == -EINVAL || (!error && ++params > UC_ROUTER_PARAMS_MAX))
            return -EINVAL;
        node = error ? literal_child(node, segment) : parameter_child(node, front, behind);
        if (!node)
            return -ENOMEM;
    }
    if (node->operations[operation->method])
        return -EEXIST;
    node->operations[operation->method] = operation;
    node->allowed |= 1u << operation->method;
    return 0;
}

/* ---- matching */

struct match {
    struct uc_route *route;
    enum uc_method method;
    bool encoded; /* the path holds a '%' */
};

static const struct uc_operation *operation_of(const struct node *node, enum uc_method method)
{
    if (method == UC_HEAD && !node->operations[UC_HEAD])
        method = UC_GET;
    return node->operations[method];
}

static bool descend(struct match *match, const struct node *node, struct uc_str rest, unsigned depth);

/* The child took its segment. Is there an operation, here or further down? A place that knows the path but not the
 * method is remembered, and the search goes on. */
static bool enter(struct match *match, const struct node *child, bool more, struct uc_str rest, unsigned depth)
{
    struct uc_route *route = match->route;

    if (more)
        return descend(match, child, rest, depth);
    route->allowed |= child->allowed;
    route->operation = operation_of(child, match->method);
    route->param_count = depth;
    return route->operation != NULL;
}

/* The offset behind so many characters, of which some may be written as %XX. */
static size_t offset_of(struct uc_str text, size_t characters)
{
    size_t at = 0;

    while (characters-- && at < text.len)
        at += text.data[at] == '%' && text.len - at >= 3 ? 3 : 1;
    return at;
}

static size_t characters_of(struct uc_str text)
{
    size_t count = 0;

    for (size_t at = 0; at < text.len; count++)
        at += text.data[at] == '%' && text.len - at >= 3 ? 3 : 1;
    return count;
}

/* What the brace of a partial child takes of the segment; empty: it is another's. */
static struct uc_str taken_by(const struct node *child, struct uc_str segment)
{
    size_t characters = characters_of(segment), from, to;

    if (characters <= child->literal.len + child->behind.len)
        return uc_str_of(segment.data, 0);
    from = offset_of(segment, child->literal.len);
    to = offset_of(segment, characters - child->behind.len);
    if (!uc_percent_eq(uc_str_of(segment.data, from), child->literal, false) ||
        !uc_percent_eq(uc_str_of(segment.data + to, segment.len - to), child->behind, false))
        return uc_str_of(segment.data, 0);
    return uc_str_of(segment.data + from, to - from);
}

/* Go down one segment. Each node is visited at most once, since a node stands for one depth. */
static bool descend(struct match *match, const struct node *node, struct uc_str rest, unsigned depth)
{
    struct uc_route *route = match->route;
    struct uc_str segment;
    bool more = cut_segment(&rest, &segment);

    for (const struct node *child = node->literals; child; child = child->sibling) {
        if (match->encoded ? !uc_percent_eq(segment, child->literal, false) : !uc_str_eq(segment, child->literal))
            continue;
        if (enter(match, child, more, rest, depth))
            return true;
        break;
    }
    for (const struct node *child = node->partials; child; child = child->sibling) {
        struct uc_str taken = taken_by(child, segment);

        if (!taken.len)
            continue;
        route->params[depth] = taken;
        if (enter(match, child, more, rest, depth + 1))
            return true;
    }
    if (!node->parameter || segment.len == 0)
        return false;
    route->params[depth] = segment;
    return enter(match, node->parameter, more, rest, depth + 1);
}

/* Dot segments, and a NUL that would end a C string early. */
static bool is_treacherous(struct uc_str path)
{
    struct uc_str rest = uc_str_of(path.data + 1, path.len - 1), segment;
    bool more = true;

    for (size_t i = 0; i + 2 < path.len; i++) {
        if (path.data[i] == '%' && path.data[i + 1] == '0' && path.data[i + 2] == '0')
            return true;
    }
    while (more) {
        more = cut_segment(&rest, &segment);
        if (segment.len > 6 || segment.len == 0 || (segment.data[0] != '.' && segment.data[0] != '%'))
            continue;
        if (uc_percent_eq(segment, uc_str("."), false) || uc_percent_eq(segment, uc_str(".."), false))
            return true;
    }
    return false;
}

int uc_router_match(const struct uc_router *router, enum uc_method method, struct uc_str path,
                    struct uc_route *route)
{
    struct match match = {.route = route, .method = method};
    bool dotted = false;

    route->operation = NULL;
    route->allowed = 0;
    route->param_count = 0;
    if (path.len == 0)
        path = uc_str("/");
    for (size_t i = 0; i < path.len; i++) {
        match.encoded |= path.data[i] == '%';
        dotted |= path.data[i] == '.';
    }
    if ((match.encoded || dotted) && is_treacherous(path))
        return -EINVAL;
    if (descend(&match, &router->root, uc_str_of(path.data + 1, path.len - 1), 0))
        return 0;
    return route->allowed ? -EPERM : -ENOENT;
}

struct uc_str uc_router_allow(unsigned allowed, char *out)
{
    size_t len = 0;

    allowed |= 1u << UC_OPTIONS;
    if (allowed & (1u << UC_GET))
        allowed |= 1u << UC_HEAD;
    for (unsigned i = 0; i < UC_METHODS; i++) {
        const char *name = uc_method_name((enum uc_method)i);
        size_t name_len = strlen(name);

        if (!(allowed & (1u << i)))
            continue;
        if (len) {
            memcpy(out + len, ", ", 2);
            len += 2;
        }
        memcpy(out + len, name, name_len);
        len += name_len;
    }
    return uc_str_of(out, len);
}
