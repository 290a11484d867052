/* SPDX-License-Identifier: MIT */
#include "proto/router.h"

#include <errno.h>
#include <stdlib.h>

#include "proto/method.h"
#include "proto/percent.h"

/* One place in the tree of segments. */
struct node {
    struct uc_str literal;   /* of a literal child; borrowed from the pattern */
    struct node *sibling;    /* next literal child of the same parent */
    struct node *literals;   /* children */
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

static void free_children(struct node *node)
{
    while (node->literals) {
        struct node *child = node->literals;

        node->literals = child->sibling;
        free_children(child);
        free(child);
    }
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

static bool has_brace(struct uc_str text)
{
    return text.len && (memchr(text.data, '{', text.len) || memchr(text.data, '}', text.len));
}

static bool is_parameter(struct uc_str segment)
{
    if (segment.len < 3 || segment.data[0] != '{' || segment.data[segment.len - 1] != '}')
        return false;
    return !has_brace(uc_str_of(segment.data + 1, segment.len - 2));
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

static struct node *parameter_child(struct node *node)
{
    if (!node->parameter)
        node->parameter = calloc(1, sizeof(*node->parameter));
    return node->parameter;
}

int uc_router_add(struct uc_router *router, const struct uc_operation *operation)
{
    struct uc_str rest = uc_str(operation->path), segment;
    struct node *node = &router->root;
    unsigned params = 0;
    bool more = true;

    if (rest.len == 0 || rest.data[0] != '/' || (unsigned)operation->method >= UC_METHODS)
        return -EINVAL;
    rest = uc_str_of(rest.data + 1, rest.len - 1);
    while (more) {
        more = cut_segment(&rest, &segment);
        if (is_parameter(segment)) {
            if (++params > UC_ROUTER_PARAMS_MAX)
                return -EINVAL;
            node = parameter_child(node);
        } else if (has_brace(segment)) {
            return -EINVAL;
        } else {
            node = literal_child(node, segment);
        }
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

/*
 * Go down one segment. Each node is visited at most once, since a node stands for one depth.
 * A place that knows the path but not the method is remembered, and the search goes on.
 */
static bool descend(struct match *match, const struct node *node, struct uc_str rest, unsigned depth)
{
    struct uc_route *route = match->route;
    struct uc_str segment;
    bool more = cut_segment(&rest, &segment);

    for (const struct node *child = node->literals; child; child = child->sibling) {
        if (match->encoded ? !uc_percent_eq(segment, child->literal, false) : !uc_str_eq(segment, child->literal))
            continue;
        if (more && descend(match, child, rest, depth))
            return true;
        if (!more) {
            route->allowed |= child->allowed;
            route->operation = operation_of(child, match->method);
            route->param_count = depth;
            if (route->operation)
                return true;
        }
        break;
    }
    if (!node->parameter || segment.len == 0)
        return false;
    route->params[depth] = segment;
    if (more)
        return descend(match, node->parameter, rest, depth + 1);
    route->allowed |= node->parameter->allowed;
    route->operation = operation_of(node->parameter, match->method);
    route->param_count = depth + 1;
    return route->operation != NULL;
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
