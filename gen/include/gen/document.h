/* SPDX-License-Identifier: MIT */
/*
 * document.h - a checked contract as the tree it was read from, for whoever asks what the generated code does not
 * hold: examples, for one, and schemas as they are written.
 *
 * The tree is that of OpenAPI 3.1, whatever version the file is of. It is only read, and lives in the arena of
 * gen_load().
 */
#ifndef GEN_DOCUMENT_H
#define GEN_DOCUMENT_H

#include "gen/gen.h"
#include "gen/yaml.h"

struct gen_document_operation {
    const char *id;     /* operationId, or what stands for it */
    const char *method; /* "GET" */
    const char *path;   /* "/v1/orders/{id}": with the path of `servers` */
    const struct gen_yaml_node *item; /* the path's node: its parameters are those of every operation */
    const struct gen_yaml_node *node; /* the operation's own */
};

/* The root; what "#/..." refers to. */
const struct gen_yaml_node *gen_document(const struct gen_service *service);

/* The operation at `index`, in the order of the document; false behind the last. */
bool gen_document_operation(const struct gen_service *service, size_t index, struct gen_document_operation *operation);

#endif
