/* SPDX-License-Identifier: MIT */
/*
 * parameter.h - lists and objects in parameters (OpenAPI 3.1, 4.8.12.3, "Style Values"), as JSON and back.
 *
 * Like a form, a parameter carries text alone. So one that is a list or an object becomes the JSON value that its
 * schema describes, and is decoded and validated by the code of any JSON. Made for generated code.
 */
#ifndef UC_PARAMETER_H
#define UC_PARAMETER_H

#include "uc/form.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_request;

enum uc_style {
    UC_STYLE_COMMAS, /* "simple" and "form": a,b  and k,v,k,v; exploded: name=a&name=b  k=v&k=v (path, header: k=v,k=v) */
    UC_STYLE_SPACES, /* "spaceDelimited": a%20b */
    UC_STYLE_PIPES,  /* "pipeDelimited": a|b */
    UC_STYLE_DEEP,   /* "deepObject": name[k]=v */
    UC_STYLE_JSON,   /* `content: application/json` */
};

struct uc_parameter {
    const char *name;
    enum uc_place place;
    enum uc_style style;
    bool explode;
    unsigned index;                /* of a path's: which {brace}, from 0 */
    bool list;                     /* else an object */
    enum uc_form_kind kind;        /* of a list's elements */
    struct uc_form_schema members; /* of an object */
};

/*
 * The parameter as JSON, in the request's arena; empty when that is full. False: it is not there. What cannot be
 * JSON of the schema's form at all is noted as a violation; then `json` is some value that fits it better.
 */
bool uc_request_parameter(struct uc_request *req, const struct uc_parameter *parameter,
                          struct uc_violations *violations, struct uc_str *json);

/*
 * Append a JSON value as that parameter, for a client: to a request's target (path, query), to its header lines,
 * or to the value of its Cookie field. `count` is how many parameters are in the query, or the cookie, so far.
 * 0, -EINVAL (no such value, or one that a header cannot carry), -ENOMEM; a full buffer is the buffer's error.
 */
int uc_parameter_write(struct uc_buf *out, const struct uc_parameter *parameter, struct uc_str json,
                       unsigned *count);

#ifdef __cplusplus
}
#endif
#endif
