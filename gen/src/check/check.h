/* SPDX-License-Identifier: MIT */
/*
 * check.h - from trees to the model: what the files of `check` share.
 *
 * Every function adds messages for what it refuses and goes on where it can, so that one run
 * reports much; `messages->count` tells in the end whether the model may be used.
 */
#ifndef GEN_CHECK_H
#define GEN_CHECK_H

#include "check/names.h"
#include "model.h"

struct gen_schema_memo;
struct gen_schema_made;
struct gen_schema_hint;

/* One document being checked under one prefix. */
struct gen_check {
    struct gen_arena *arena;
    struct gen_messages *messages;
    struct gen_yaml_node *document;
    struct gen_contract *contract;
    struct gen_scope *scope;       /* global C names: shared by all contracts of a service */
    struct gen_schema_memo *memos; /* schema node -> type */
    size_t memo_count;
    struct gen_schema_made *made; /* schemas put together from parts */
    size_t made_count;
    struct gen_schema_hint *hints; /* what their members are called */
    size_t hint_count;
    unsigned depth;
    unsigned walks; /* over the parts of schemas, so far */
    struct gen_description *description; /* whose inputs files are */
    struct gen_check_file *files;        /* that the document refers to */
    size_t file_count;
    bool is_openapi30;
    unsigned quiet; /* one schema is read several times: what means nothing for one type may for another */
    bool no_files;  /* what refers to another file is refused */
    bool client;    /* a peer's contract: its x-service is its own business */
    bool calls;     /* operations that we call: a peer's, or callbacks */
};

#define GEN_ERROR(check, node, ...) gen_messages_add((check)->messages, (node)->mark, __VA_ARGS__)

/* Legal, and without effect. Not of a peer's contract: its author is somebody else. */
#define GEN_NOTE(check, node, ...) \
    ((check)->client || (check)->quiet ? (void)0 : gen_messages_note((check)->messages, (node)->mark, __VA_ARGS__))

/* A key that is known but not done, and what to say about it. */
struct gen_refusal {
    const char *key;
    const char *hint;
};

/*
 * keys.c: every key of `node` must be in `known` (NULL-terminated) or begin with "x-" (where
 * `extensions`); those of `refused` get their own message. `what` names the place: "a schema".
 * False when `node` is no mapping.
 */
bool gen_check_keys(struct gen_check *check, const struct gen_yaml_node *node, const char *what,
                    const char *const *known, const struct gen_refusal *refused, bool extensions);

/* An unknown key: what it may have been meant to be, or which quotes are missing. */
void gen_check_unknown(struct gen_check *check, const struct gen_yaml_pair *pair, const char *what,
                       const char *const *known);

/* The text under `key`; NULL without one, or with a message when it is not text. */
const char *gen_check_text(struct gen_check *check, const struct gen_yaml_node *node,
                           const char *key);
/* `description`, else `summary`, else `title`; or NULL. */
const char *gen_check_description(struct gen_check *check, const struct gen_yaml_node *node);
bool gen_check_flag(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                    bool fallback);
/* A whole number in min..max under `key`; `fallback` without one or after a message. */
int64_t gen_check_integer(struct gen_check *check, const struct gen_yaml_node *node,
                          const char *key, int64_t min, int64_t max, int64_t fallback);

/* annotations.c: kinds of what only describes: keys of a schema, `externalDocs` of anything, `tags` of an operation. */
void gen_check_annotations(struct gen_check *check, const struct gen_yaml_node *schema);
void gen_check_docs(struct gen_check *check, const struct gen_yaml_node *holder);
void gen_check_tag_names(struct gen_check *check, const struct gen_yaml_node *operation);
/* `contact` and `license` beside the rest of `info`; `tags` of the document; `examples` and `links`, each by its name. */
void gen_check_about(struct gen_check *check, const struct gen_yaml_node *info);
void gen_check_tags(struct gen_check *check);
void gen_check_examples(struct gen_check *check, const struct gen_yaml_node *holder);
void gen_check_links(struct gen_check *check, const struct gen_yaml_node *holder);
/* A note: what is used here is `readOnly` or `writeOnly`, and is no member. `what`: "an element of a list". */
void gen_check_no_direction(struct gen_check *check, const struct gen_yaml_node *schema, const struct gen_use *use,
                            const char *what);

/* files.c: a file as an input of the build; read at `from`, with what is wrong as messages; read as a part of the document,
 * once: its root, or NULL after a message. */
void gen_check_add_input(struct gen_check *check, const char *path);
int gen_check_read_file(struct gen_check *check, struct gen_mark from, const char *path,
                        struct gen_yaml_node **root);
struct gen_yaml_node *gen_check_file(struct gen_check *check, struct gen_mark from, const char *path);

/* reference.c: follow a $ref; what is in another file becomes one of components/SECTION. *name: its name there, or NULL.
 * NULL after a message. */
struct gen_yaml_node *gen_check_deref(struct gen_check *check, struct gen_yaml_node *node,
                                      const char *section, const char **name);

/* The value of a discriminator's mapping, a name or a reference: it leads into the document from then on. False after a
 * message. */
bool gen_check_settle_schema(struct gen_check *check, struct gen_yaml_node *value);
/* All of them, of a schema that need not be a choice: readers of the document follow them. False after a message. */
bool gen_check_settle_mapping(struct gen_check *check, const struct gen_yaml_node *schema);

/* schema.c: the type of a schema; `name` is the C name if it turns out to need one. */
bool gen_check_schema(struct gen_check *check, struct gen_yaml_node *node, const char *name,
                      struct gen_use *use);
/* A schema without references and with its `allOf` merged; *name as of gen_check_deref(). NULL after a message. */
struct gen_yaml_node *gen_check_resolve(struct gen_check *check, struct gen_yaml_node *node, const char **name);
/* schema_parts.c: a keyword that changes nothing of what is valid. */
bool gen_check_is_annotation(const char *key);
/* schema.c: all of components.schemas, so that unused ones are checked and have their C names. */
void gen_check_component_schemas(struct gen_check *check);

/* constraints.c: minimum, maxLength, format, ... of a scalar or an array. */
void gen_check_constraints(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type);
/* The pattern that a text is, of which each is compiled once; NULL after a message. */
const struct gen_named_pattern *gen_check_pattern(struct gen_check *check, const struct gen_yaml_node *value);

/* default.c: whether the node is a value of the type. */
bool gen_check_default_fits(const struct gen_yaml_node *value, const struct gen_type *type);
/* contains.c: that judging the elements of a list costs no more than reading them again. Once all types are known. */
void gen_check_contains_ends(struct gen_check *check);
/* member_default.c: `default` of all members, and `enum` of lists and objects, once all types are known. */
void gen_check_member_defaults(struct gen_check *check);

/* enum.c: the values that may stand; *nullable as the type says, then whether null is one of them. */
void gen_check_enum(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type, bool *nullable);

/* order.c: which types contain themselves, and an order in which C can declare them. */
void gen_order_types(struct gen_arena *arena, struct gen_contract *contract);

/* operation.c, parameter.c, response.c */
void gen_check_paths(struct gen_check *check);
void gen_check_parameters(struct gen_check *check, const struct gen_yaml_node *path_item,
                          const struct gen_yaml_node *operation, struct gen_operation *op);
void gen_check_responses(struct gen_check *check, const struct gen_yaml_node *operation,
                         struct gen_operation *op);
void gen_check_body(struct gen_check *check, const struct gen_yaml_node *operation,
                    struct gen_operation *op);

/* service_callbacks.c: a name or an IPv4 address, as the framework takes one in a URL, but without a dot at its end. */
bool gen_is_host(const char *text, size_t len);

/* callback.c: `callbacks` of the operations, and `webhooks`. */
void gen_check_callbacks(struct gen_check *check);

/* components.c: the keys of what stands under `components`, used or not. */
void gen_check_components(struct gen_check *check);

/* security.c: components.securitySchemes and the contract's own `security`; then an operation's. */
void gen_check_security_schemes(struct gen_check *check);
void gen_check_security(struct gen_check *check, const struct gen_yaml_node *operation, struct gen_operation *op);

/* openapi30.c: the document, whose version is 3.0, becomes one of 3.1; so does a part of it in another file. */
void gen_check_openapi30(struct gen_check *check, struct gen_yaml_node *version);
void gen_check_migrate(struct gen_check *check, struct gen_yaml_node *node);

/* document.c: the whole of an OpenAPI document. */
void gen_check_document(struct gen_check *check);

/* service_block.c: `x-service` into a description. */
void gen_check_service_block(struct gen_check *check, const struct gen_yaml_node *block,
                             struct gen_description *description);

/* units.c: "300ms", "2s", "1m"; "64KiB", "16MiB", "4096". -EINVAL when it is none of these. */
int gen_parse_duration_ms(const char *text, int64_t *ms);
int gen_parse_size(const char *text, int64_t *bytes);

#endif
