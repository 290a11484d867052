/* SPDX-License-Identifier: MIT */
/*
 * callback.c - `callbacks` (OpenAPI 3.1, 4.8.18) and `webhooks` (4.8.1): what the service calls at URLs that it learns
 * at run time.
 *
 * The key of a callback is its URL, with runtime expressions (4.8.20.4) in it. They are not evaluated: whoever calls gives
 * what they stand for, since a callback is often made long after the request that registered it.
 */
#include <string.h>

#include "check/operation_internal.h"

/* tchar of RFC 9110, section 5.6.2 */
static bool is_token(const char *text, size_t len)
{
    static const char others[] = "!#$%&'*+-.^_`|~0123456789";

    for (size_t i = 0; i < len; i++)
        if (!strchr(others, text[i]) && !((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z'))
            return false;
    return len > 0;
}

/* RFC 6901, section 3 */
static bool is_pointer(const char *text, size_t len)
{
    if (len && *text != '/')
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '~' && (i + 1 == len || (text[i + 1] != '0' && text[i + 1] != '1')))
            return false;
    return true;
}

static bool takes(const char **at, size_t *len, const char *word)
{
    size_t word_len = strlen(word);

    if (*len < word_len || memcmp(*at, word, word_len))
        return false;
    *at += word_len;
    *len -= word_len;
    return true;
}

/* NULL, or what is wrong with one expression. */
static const char *expression_problem(const char *at, size_t len)
{
    if (!takes(&at, &len, "$"))
        return "it begins with \"$\"";
    if ((len == 3 && !memcmp(at, "url", 3)) || (len == 6 && !memcmp(at, "method", 6)) || (len == 10 && !memcmp(at, "statusCode", 10)))
        return NULL;
    if (!takes(&at, &len, "request.") && !takes(&at, &len, "response."))
        return "it is \"$url\", \"$method\", \"$statusCode\", \"$request. ...\" or \"$response. ...\"";
    if (takes(&at, &len, "header."))
        return is_token(at, len) ? NULL : "behind \"header.\" stands the name of a header field";
    if (takes(&at, &len, "query.") || takes(&at, &len, "path."))
        return len ? NULL : "a name is missing at its end";
    if (!takes(&at, &len, "body"))
        return "a request or response has \"header.NAME\", \"query.NAME\", \"path.NAME\" and \"body#/POINTER\"";
    if (len && !takes(&at, &len, "#"))
        return "behind \"body\" stands \"#\" with a JSON Pointer: \"body#/callbackUrl\"";
    return is_pointer(at, len) ? NULL : "behind \"#\" stands a JSON Pointer, such as \"/callbackUrl\"";
}

/* What it is called in C: the last word of it. */
static const char *argument_name(struct gen_check *check, const char *expression, bool first)
{
    const char *word = expression;
    char *name;

    if (first)
        return "url";
    for (const char *at = expression; *at; at++)
        if (strchr("$./#", *at) && at[1])
            word = at + 1;
    name = gen_member_name(check->arena, word);
    return gen_parameter_name(check, name ? name : "value");
}

static bool is_argument(const struct gen_operation *op, const char *name)
{
    for (size_t i = 0; i < op->url_part_count; i++)
        if (op->url_parts[i].argument && !strcmp(op->url_parts[i].argument, name))
            return true;
    return false;
}

static void add_part(struct gen_check *check, struct gen_operation *op, struct gen_url_part part)
{
    op->url_parts = gen_arena_grow(check->arena, op->url_parts, op->url_part_count, sizeof(part));
    op->url_parts[op->url_part_count++] = part;
}

/* One that is there twice is one argument. */
static void add_expression(struct gen_check *check, struct gen_operation *op, const char *expression)
{
    struct gen_url_part part = {.expression = expression, .raw = op->url_part_count == 0};
    const char *name = argument_name(check, expression, part.raw);

    for (size_t i = 0; i < op->url_part_count; i++)
        if (op->url_parts[i].argument && !strcmp(op->url_parts[i].expression, expression))
            part.argument = op->url_parts[i].argument;
    for (unsigned number = 2; !part.argument; number++) {
        const char *free_name = number == 2 ? name : gen_arena_printf(check->arena, "%s_%u", name, number - 1);

        if (!is_argument(op, free_name))
            part.argument = free_name;
    }
    add_part(check, op, part);
}

static bool is_port(const char *text, size_t len)
{
    unsigned long value = 0;

    if (!len || len > 5)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (unsigned long)(text[i] - '0');
    }
    return value && value <= 65535;
}

/* "HOST" or "HOST:PORT": no user, no IPv6 address. */
static bool is_authority(const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    size_t host = colon ? (size_t)(colon - text) : len;

    if (host > 1 && text[host - 1] == '.') /* the root */
        return gen_is_host(text, host - 1) && (!colon || is_port(colon + 1, len - host - 1));
    return gen_is_host(text, host) && (!colon || is_port(colon + 1, len - host - 1));
}

/* RFC 3986, section 2.1 */
static bool has_bare_percent(const char *text)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    for (text = strchr(text, '%'); text; text = strchr(text + 1, '%'))
        if (strspn(text + 1, digits) < 2)
            return true;
    return false;
}

/* What stands behind the scheme, if all of it is there: an expression may give the rest. */
static bool check_authority(struct gen_check *check, const struct gen_yaml_node *key, const char *text, bool whole)
{
    const char *authority = strstr(text, "://") + 3;
    size_t len = strcspn(authority, "/?");

    if ((!authority[len] && !whole) || is_authority(authority, len))
        return true;
    GEN_ERROR(check, key, "the URL \"%s\" of a callback can never be called: behind https:// stands HOST or HOST:PORT, with a name "
              "or an IPv4 address and a port up to 65535", key->text);
    return false;
}

static bool add_literal(struct gen_check *check, const struct gen_yaml_node *key, struct gen_operation *op, size_t at, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%";
    const char *text = gen_arena_bytes(check->arena, key->text + at, len);

    if (text[strspn(text, allowed)]) {
        GEN_ERROR(check, key, "the URL \"%s\" of a callback is not supported: \"%c\" cannot stand in it", key->text,
                  text[strspn(text, allowed)]);
        return false;
    }
    if (at == 0 && strncmp(text, "http://", 7) && strncmp(text, "https://", 8)) {
        GEN_ERROR(check, key, "the URL \"%s\" of a callback must be absolute: it begins with an expression, such as "
                  "\"{$request.body#/callbackUrl}\", or with https://", key->text);
        return false;
    }
    if (at == 0 && !check_authority(check, key, text, !key->text[len]))
        return false;
    if (has_bare_percent(text)) {
        GEN_ERROR(check, key, "the URL \"%s\" of a callback can never be called: behind \"%%\" stand two hexadecimal digits", key->text);
        return false;
    }
    add_part(check, op, (struct gen_url_part){.literal = text});
    return true;
}

static bool take_expression(struct gen_check *check, const struct gen_yaml_node *key, struct gen_operation *op, const char *text,
                            size_t len)
{
    const char *expression = gen_arena_bytes(check->arena, text, len), *problem = expression_problem(text, len);

    if (problem)
        GEN_ERROR(check, key, "\"%s\" among \"callbacks\" is no runtime expression: %s", expression, problem);
    else
        add_expression(check, op, expression);
    return !problem;
}

/* "{$request.query.url}/data"; or one expression without braces. False after a message. */
static bool read_url(struct gen_check *check, const struct gen_yaml_node *key, struct gen_operation *op)
{
    const char *text = key->text;

    if (*text == '$')
        return take_expression(check, key, op, text, strlen(text));
    for (size_t at = 0; text[at];) {
        size_t len = strcspn(text + at, "{");

        if (len && !add_literal(check, key, op, at, len))
            return false;
        at += len;
        if (!text[at])
            break;
        len = strcspn(text + at, "}");
        if (!text[at + len]) {
            GEN_ERROR(check, key, "the URL \"%s\" of a callback has a \"{\" without its \"}\"", text);
            return false;
        }
        if (!take_expression(check, key, op, text + at + 1, len - 1))
            return false;
        at += len + 1;
    }
    if (!op->url_part_count)
        GEN_ERROR(check, key, "a callback needs a URL, such as \"{$request.body#/callbackUrl}\"");
    return op->url_part_count > 0;
}

/* ---- operations */

/* The struct that has them all, called as soon as there is one. */
static void begin(struct gen_check *check)
{
    static const char *const suffixes[] = {"", NULL};
    struct gen_contract *contract = check->contract;
    const char *name;

    if (contract->caller)
        return;
    name = gen_arena_printf(check->arena, "%s_callbacks", contract->prefix);
    contract->caller = gen_scope_free(check->scope, check->arena, name, suffixes, false);
    gen_scope_take(check->scope, check->messages, contract->caller, "the struct of callbacks",
                   (struct gen_mark){contract->path, 1, 1});
    contract->callback_schemes = gen_arena_array(check->arena, contract->scheme_count + 1, sizeof(*contract->schemes));
    for (size_t i = 0; i < contract->scheme_count; i++) {
        contract->callback_schemes[i] = contract->schemes[i];
        contract->callback_schemes[i].used = false;
    }
}

/* What the receiver demands, where it is said: the contract's own `security` is about those who call us. */
static void check_security(struct gen_check *check, struct gen_operation *op)
{
    struct gen_contract *contract = check->contract;
    struct gen_scheme *schemes = contract->schemes;
    const struct gen_security *security = contract->security;

    contract->schemes = contract->callback_schemes;
    contract->security = NULL;
    gen_check_security(check, op->node, op);
    contract->schemes = schemes;
    contract->security = security;
}

static void check_unique(struct gen_check *check, const struct gen_operation *op)
{
    const struct gen_contract *contract = check->contract;

    for (size_t i = 0; i < contract->operation_count + contract->callback_count; i++) {
        const struct gen_operation *other = i < contract->operation_count ? &contract->operations[i]
                                                                          : &contract->callbacks[i - contract->operation_count];

        if (other->node != op->node && !strcmp(other->id, op->id))
            gen_messages_add(check->messages, op->mark, "the operationId \"%s\" is that of line %u, too; it must be unique",
                             op->id, other->mark.line);
    }
}

static void say_useless(struct gen_check *check, const struct gen_yaml_node *holder)
{
    const struct gen_yaml_pair *servers = gen_yaml_pair(holder, "servers");

    if (servers)
        GEN_NOTE(check, servers->key, "\"servers\" has no effect here: the URL is given at run time");
}

/* Types that have been looked at, since they may hold themselves. */
struct seen {
    const struct gen_type **types;
    size_t count;
};

/* The first member of `type`, or of what it holds, that is not written (`sent`) or not read. */
static const struct gen_member *lost_member(struct gen_check *check, const struct gen_type *type, bool sent, struct seen *seen)
{
    const struct gen_member *lost = NULL;

    for (size_t i = 0; i < seen->count; i++)
        if (seen->types[i] == type)
            return NULL;
    if (!type)
        return NULL;
    seen->types = gen_arena_grow(check->arena, seen->types, seen->count, sizeof(*seen->types));
    seen->types[seen->count++] = type;
    for (size_t i = 0; !lost && i < type->member_count; i++)
        lost = (sent ? type->members[i].unwritten : type->members[i].unread)
                   ? &type->members[i]
                   : lost_member(check, type->members[i].use.type, sent, seen);
    for (size_t i = 0; !lost && i < type->variant_count; i++)
        lost = lost_member(check, type->variants[i].use.type, sent, seen);
    if (!lost)
        lost = lost_member(check, type->item.type, sent, seen);
    return lost ? lost : lost_member(check, type->extra, sent, seen);
}

/* A type is the service's, in callbacks too: it sends what its answers have, and reads what its requests have. */
static void say_lost(struct gen_check *check, const struct gen_contents *contents, bool sent)
{
    for (size_t i = 0; i < contents->count; i++) {
        struct seen seen = {0};
        const struct gen_member *lost = lost_member(check, contents->items[i].type, sent, &seen);

        if (lost)
            gen_messages_note(check->messages, contents->items[i].mark,
                              sent ? "\"%s\" is \"writeOnly\", so that this callback does not send it: the service sends what its answers have"
                                   : "\"%s\" is \"readOnly\", so that it is passed over in the answer to this callback: the service reads "
                                     "what its requests have", lost->json_name);
    }
}

static void check_operation(struct gen_check *check, const struct gen_yaml_pair *pair, const char *place,
                            const struct gen_operation *model)
{
    const struct gen_yaml_pair *nested = gen_yaml_pair(pair->value, "callbacks");
    struct gen_contract *contract = check->contract;
    struct gen_operation op = *model;

    op.method = gen_method_of(pair->key->text);
    op.node = pair->value;
    if (!gen_check_name(check, pair, place, &op))
        return;
    if (nested)
        GEN_ERROR(check, nested->key, "\"callbacks\" of a callback are not supported: its receiver would make them; serve them "
                  "under \"paths\"");
    say_useless(check, pair->value);
    if (gen_yaml_get(pair->value, "operationId"))
        check_unique(check, &op);
    gen_check_take_operation(check, &op);
    gen_check_operation_parts(check, &op);
    check_security(check, &op);
    say_lost(check, &op.bodies, true);
    for (size_t i = 0; i < op.response_count; i++)
        say_lost(check, &op.responses[i].contents, false);
    contract->callbacks = gen_arena_grow(check->arena, contract->callbacks, contract->callback_count, sizeof(op));
    contract->callbacks[contract->callback_count++] = op;
}

/* A callback under components, of which several operations make use, is one function. */
static bool is_known(const struct gen_contract *contract, const struct gen_operation *model)
{
    for (size_t i = 0; i < contract->callback_count; i++)
        if (contract->callbacks[i].item == model->item && !strcmp(contract->callbacks[i].called, model->called))
            return true;
    return false;
}

static void check_item(struct gen_check *check, struct gen_yaml_node *value, const char *place, struct gen_operation *model)
{
    const char *component;

    model->item = gen_check_deref(check, value, "pathItems", &component);
    if (!model->item || is_known(check->contract, model) || !gen_check_item_keys(check, model->item))
        return;
    say_useless(check, model->item);
    begin(check);
    for (size_t i = 0; i < model->item->count; i++)
        if (gen_method_of(model->item->pairs[i].key->text))
            check_operation(check, &model->item->pairs[i], place, model);
}

static bool is_mapping(struct gen_check *check, const struct gen_yaml_node *node, const char *what)
{
    if (node->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, node, "%s, not %s", what, gen_yaml_what(node));
    return node->kind == GEN_YAML_MAPPING;
}

/* One named callback of an operation: from URLs to what is called there. */
static void check_callback(struct gen_check *check, const struct gen_operation *owner, const struct gen_yaml_pair *pair)
{
    const char *component, *place = pair->key->text;
    const struct gen_yaml_node *urls = pair->value;

    if (!is_mapping(check, urls, "a callback must be a mapping from URLs to what is called there"))
        return;
    urls = gen_check_deref(check, pair->value, "callbacks", &component);
    if (!urls || !is_mapping(check, urls, "a callback must be a mapping from URLs to what is called there"))
        return;
    place = component ? component : gen_arena_printf(check->arena, "%s %s", owner->id, place);
    for (size_t i = 0; i < urls->count; i++) {
        const struct gen_yaml_node *key = urls->pairs[i].key;
        struct gen_operation model = {.path = ""};

        if (!strncmp(key->text, "x-", 2) || !read_url(check, key, &model))
            continue;
        model.called = component ? gen_arena_printf(check->arena, "%s, the callback %s", key->text, component)
                                 : gen_arena_printf(check->arena, "%s, the callback %s of %s", key->text, pair->key->text, owner->id);
        check_item(check, urls->pairs[i].value, place, &model);
    }
}

static void check_webhooks(struct gen_check *check)
{
    const struct gen_yaml_pair *webhooks = gen_yaml_pair(check->document, "webhooks");

    if (!webhooks || !is_mapping(check, webhooks->value, "\"webhooks\" must be a mapping from names to what is called"))
        return;
    if (check->is_openapi30) {
        GEN_ERROR(check, webhooks->key, "\"webhooks\" is of OpenAPI 3.1; write \"openapi: 3.1.0\"");
        return;
    }
    for (size_t i = 0; i < webhooks->value->count; i++) {
        const struct gen_yaml_pair *pair = &webhooks->value->pairs[i];
        struct gen_operation model = {.path = "",
                                      .called = gen_arena_printf(check->arena, "of the webhook %s", pair->key->text)};

        if (!strncmp(pair->key->text, "x-", 2))
            continue;
        add_part(check, &model, (struct gen_url_part){.argument = "url", .raw = true});
        check_item(check, pair->value, pair->key->text, &model);
    }
}

void gen_check_callbacks(struct gen_check *check)
{
    bool calls = check->calls;

    check->calls = true;
    for (size_t i = 0; i < check->contract->operation_count; i++) {
        const struct gen_operation *op = &check->contract->operations[i];
        const struct gen_yaml_node *callbacks = gen_yaml_get(op->node, "callbacks");

        if (!callbacks || !is_mapping(check, callbacks, "\"callbacks\" must be a mapping from names to callbacks"))
            continue;
        for (size_t k = 0; k < callbacks->count; k++)
            if (strncmp(callbacks->pairs[k].key->text, "x-", 2))
                check_callback(check, op, &callbacks->pairs[k]);
    }
    check_webhooks(check);
    check->calls = calls;
}
