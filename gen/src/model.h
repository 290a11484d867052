/* SPDX-License-Identifier: MIT */
/*
 * model.h - a checked contract, ready to be emitted.
 *
 * `check` builds it and from then on it is only read. Every C name in it is final: made,
 * mangled and known not to clash. Everything lives in the arena of gen_load(); types are
 * shared by pointer and may form cycles.
 */
#ifndef GEN_MODEL_H
#define GEN_MODEL_H

#include "gen/decimal.h"
#include "gen/gen.h"
#include "gen/yaml.h"
#include "pattern/pattern.h"

enum gen_kind {
    GEN_STRING,
    GEN_ENUM,
    GEN_INT32,
    GEN_INT64,
    GEN_DOUBLE,
    GEN_BOOL,
    GEN_RAW, /* any JSON value, kept as its text; with `object` set only an object */
    GEN_OBJECT,
    GEN_ARRAY,
    GEN_MAP, /* an object of members that have one type and any names */
    GEN_UNION, /* one of several types */
};

struct gen_enumerator {
    const char *value;  /* as in JSON */
    const char *c_name; /* ORDERS_STATUS_OPEN */
};

/* A bound that may be absent. Numbers of GEN_INT* are in `integer`, of GEN_DOUBLE in `number`. */
struct gen_bound {
    bool set;
    bool exclusive;
    int64_t integer;
    double number;
    const char *text; /* as the user wrote it */
};

/* A pattern of strings, once for all schemas that have it. */
struct gen_named_pattern {
    const char *c_name; /* orders_pattern_1 */
    struct gen_pattern pattern;
};

struct gen_type;

/* A place where a type is used: a member, an element, a body, a parameter. */
struct gen_use {
    struct gen_type *type;
    bool nullable;
    struct gen_yaml_node *fallback; /* `default`, or NULL; of a member that may be absent a value of the type */
    bool read_only, write_only;
};

struct gen_member {
    const char *json_name;
    const char *c_name;
    const char *description; /* or NULL */
    struct gen_use use;
    bool required;
    bool by_pointer; /* the struct contains itself through this member */
    bool asked;      /* an alternative names it */
    bool unread;     /* passed over when it comes: `readOnly` in a service, `writeOnly` in a client */
    bool unwritten;  /* the other way round */
};

/* One of the types of a union. Several objects are told apart by a member that has one of the texts. */
struct gen_variant {
    const char *c_name;     /* member of the union: "cat" */
    const char *enumerator; /* SHOP_PET_CAT */
    struct gen_use use;
    const char **tags;
    size_t tag_count;
};

/* Members of which an object must have all, or those of another alternative. */
struct gen_alternative {
    const struct gen_member **members;
    size_t count;
};

struct gen_type {
    enum gen_kind kind;
    struct gen_mark mark;
    const char *c_name; /* enum, object, array, map, union: "orders_order"; else NULL */
    const char *description;
    const char *schema_name; /* key under components.schemas, or NULL for an inline schema */

    struct gen_bound min, max;               /* integers, numbers */
    struct gen_bound multiple_of;            /* integers; of numbers only `text` */
    struct gen_decimal decimal;              /* numbers: what `multiple_of` is, exactly */
    struct gen_bound min_length, max_length; /* strings: code points; arrays: elements; objects: members */
    const char *format; /* strings: "date_time", for uc_is_date_time(); NULL: any text */
    const char *format_text; /* what it must be: "a date and time (RFC 3339)" */

    const struct gen_named_pattern **patterns; /* strings: all must match */
    size_t pattern_count;

    struct gen_yaml_node **choices; /* the values that may stand, of an enum its texts; none: all */
    size_t choice_count;
    struct gen_enumerator *enumerators;
    size_t enumerator_count;

    struct gen_member *members; /* object */
    size_t member_count;
    bool closed; /* additionalProperties: false */
    bool object; /* GEN_RAW: only an object will do */
    const char **names; /* GEN_RAW, object, and GEN_MAP: members that must be there */
    size_t name_count;

    struct gen_alternative *alternatives; /* object: it has those of at least one, or of exactly one */
    size_t alternative_count;
    bool one_alternative;
    struct gen_alternative *excluded; /* object: all of one of these may not be there */
    size_t excluded_count;
    struct gen_alternative *dependent; /* object: where the first is, the second is needed */
    size_t dependent_count;
    struct gen_yaml_node **forbidden; /* scalars that may not stand */
    size_t forbidden_count;
    struct gen_type *extra; /* object: the map of members that it does not name, or NULL */
    struct gen_use item;    /* array: elements; map: values */
    struct gen_type *names_type;                 /* map: a string that each of its names is, or NULL */
    const struct gen_named_pattern *names_pattern; /* map: of other names nothing is kept, or (`closed`) they are wrong; or NULL */
    bool unique;            /* no element twice */
    struct gen_use contains; /* array: what some elements are, from `min_contains` to `max_contains` of them; or of no type */
    struct gen_bound min_contains, max_contains;

    const char *tag; /* union: the member that tells, or NULL: the kind of JSON value does */
    struct gen_variant *variants;
    size_t variant_count;

    /* Filled by order.c. */
    unsigned component;  /* types of one number reach each other */
    bool recursive;      /* reaches itself */
    unsigned visit, low; /* its working numbers */
    bool on_stack, placed;
    unsigned walk; /* of contains.c */
};

enum gen_place { GEN_IN_PATH, GEN_IN_QUERY, GEN_IN_HEADER, GEN_IN_COOKIE };

struct gen_parameter {
    const char *name;
    const char *c_name;
    const char *description;
    enum gen_place place;
    unsigned index; /* of a path parameter: which {brace} */
    bool required;
    struct gen_yaml_node *fallback; /* `default`, checked against the type; or NULL */
    struct gen_type *type;          /* scalar; with `style` a list, an object, or (JSON) anything */
    bool nullable;                  /* JSON: null may stand for the value */
    const char *style;              /* "UC_STYLE_COMMAS"; NULL: a scalar as it stands */
    bool explode;
    struct gen_mark mark;
};

/* How the bytes of a body become a value in C. */
enum gen_media {
    GEN_MEDIA_JSON,
    GEN_MEDIA_TEXT,  /* text of any kind, as it is; a request's is UTF-8 */
    GEN_MEDIA_BYTES, /* anything else, as it is */
    GEN_MEDIA_FORM,  /* application/x-www-form-urlencoded, into a struct */
    GEN_MEDIA_MULTIPART, /* multipart/form-data: fields into a struct, and files */
    GEN_MEDIA_EVENTS, /* text/event-stream, of an answer; `type` is that of an event's data, NULL: text */
};

/* A field of a multipart form whose bytes are handed on as they come. */
struct gen_upload {
    const char *field;
    bool required;
    bool many;
    const char *content_types; /* or NULL: any */
};

/* One of the media types under `content`. */
struct gen_content {
    const char *media_type; /* without parameters: "application/json", or a range: "image/..." */
    const char *sent_type;  /* with them, as the user wrote it */
    enum gen_media media;
    bool any;               /* `media_type` is a range */
    bool stream;            /* in parts: "x-stream" */
    int64_t stream_bytes;   /* at most; 0: any length */
    struct gen_type *type;  /* JSON: any; form: object; multipart: that of the fields, or NULL; text: a string with bounds, or NULL; bytes: NULL */
    struct gen_upload *uploads; /* multipart */
    size_t upload_count;
    const char *suffix;     /* "json", "text", "problem_json": tells it from its neighbours */
    const char *member;     /* client side, in a response: member of the result, "ok" or "body_404" */
    struct gen_mark mark;
};

struct gen_contents {
    struct gen_content *items;
    size_t count;
};

/* A field of an answer's head that a handler may set. */
struct gen_header {
    const char *name;
    const char *c_name;
    const char *description; /* or NULL */
    struct gen_type *type;   /* scalar */
    bool required;
};

struct gen_response {
    int status;          /* or the first of a range: 400 of "4XX"; 0: "default" */
    bool range;
    const char *c_name;  /* "404", "4xx", "default" */
    const char *description;
    struct gen_contents contents;
    struct gen_header *headers;
    size_t header_count;
    struct gen_mark mark;
};

/* What a security scheme asks for. */
enum gen_credential {
    GEN_KEY_HEADER,
    GEN_KEY_QUERY,
    GEN_KEY_COOKIE,
    GEN_BASIC,
    GEN_BEARER,
    GEN_CERTIFICATE,
};

/* How x-service.security has tokens judged. */
struct gen_jwt {
    const char *keys;             /* "${NAME}"; NULL: `jwks` */
    struct gen_client jwks;       /* where they are fetched: url, timeout_ms, ca, certificate, key */
    int64_t interval_ms;
    const char *issuer, *audience; /* may hold "${NAME}"; or NULL */
    unsigned algorithms;          /* a bit for each of gen_jwt_algorithms[] */
    int64_t leeway_ms;
    struct gen_type *claims; /* an object of the contract's, or NULL */
};

extern const char *const gen_jwt_algorithms[]; /* NULL-terminated */

/* One of components.securitySchemes. */
struct gen_scheme {
    const char *name;
    const char *c_name;      /* "api_key" */
    const char *function;    /* orders_auth_api_key: what the user writes, unless it is judged */
    const char *description; /* or NULL */
    enum gen_credential credential;
    const char *parameter;   /* name of the header, query parameter or cookie */
    const char *unsupported; /* why no operation may use it, or NULL */
    const struct gen_yaml_node *scopes[4]; /* oauth2: of its flows; NULL: no such flow */
    bool declares_scopes;    /* oauth2 */
    bool used;               /* by some operation */
    const char *keys;        /* "${NAME}" of keys, or NULL */
    struct gen_jwt *jwt;     /* or NULL */
    const char *given, *password; /* of a client: variables that hold what is shown; of basic: user and password; or NULL */
    struct gen_mark mark;
};

/* A credential that is needed; those of one alternative follow each other. */
struct gen_need {
    unsigned alternative;
    size_t scheme;      /* which of the contract's */
    const char *scopes; /* with blanks between; or NULL */
    struct gen_mark mark;
};

struct gen_security {
    struct gen_need *needs;
    size_t need_count;
    bool optional; /* also without credentials */
};

/* A piece of the URL of a callback: text, or what the caller gives. */
struct gen_url_part {
    const char *literal;    /* or NULL */
    const char *argument;   /* in C: "url" */
    const char *expression; /* "$request.body#/callbackUrl"; NULL: of a webhook */
    bool raw;               /* it begins the URL: not encoded */
};

struct gen_operation {
    const char *id;      /* operationId */
    const char *c_name;  /* orders_get_order */
    const char *method;  /* "GET" */
    const char *path;    /* "/orders/{id}"; of a callback "" */
    const char *called;  /* of a callback or webhook: what the contract says of its URL; else NULL */
    struct gen_url_part *url_parts;
    size_t url_part_count;
    const char *summary; /* or NULL */
    const char *description;
    struct gen_parameter *parameters;
    size_t parameter_count;
    struct gen_contents bodies;
    bool body_required;
    const struct gen_security *security; /* NULL: anybody may call; operations with the same share it */
    struct gen_response *responses; /* by status; ranges behind it, `default` last */
    size_t response_count;
    const struct gen_yaml_node *item, *node; /* of the path, and its own */
    struct gen_mark mark;
};

/* One contract under one prefix: the service's own, or a client's. */
struct gen_contract {
    const char *prefix; /* "orders" */
    const char *upper;  /* "ORDERS" */
    const char *path;   /* the file, as messages name it */
    struct gen_scheme *schemes; /* security schemes, in the order of the document */
    size_t scheme_count;
    const struct gen_security *security; /* of operations that say nothing of their own; or NULL */
    const char *title;
    struct gen_yaml_node *document;
    struct gen_operation *operations; /* in the order of the document */
    size_t operation_count;
    struct gen_operation *callbacks; /* and webhooks: what the service calls at URLs given at run time */
    size_t callback_count;
    struct gen_scheme *callback_schemes; /* the same as `schemes`, but used by these */
    const char *caller; /* the struct by which they are called, "orders_callbacks"; NULL: there are none */
    bool at_urls; /* gen_service.callbacks */
    struct gen_type **types; /* enum, object, array, map and union: each after those it holds by value */
    size_t type_count;
    struct gen_named_pattern **patterns;
    size_t pattern_count;
};

struct gen_service {
    struct gen_arena *arena;
    struct gen_description description;
    struct gen_contract contract;
    struct gen_contract *clients; /* one for each description.clients, same order */
    struct gen_contract callbacks; /* as one of them: the contract's callbacks are its operations; the types are the contract's */
};

#endif
