/* SPDX-License-Identifier: MIT */
#include "gen/document.h"

#include "model.h"

const struct gen_yaml_node *gen_document(const struct gen_service *service)
{
    return service->contract.document;
}

bool gen_document_operation(const struct gen_service *service, size_t index, struct gen_document_operation *operation)
{
    const struct gen_operation *op;

    if (index >= service->contract.operation_count)
        return false;
    op = &service->contract.operations[index];
    *operation = (struct gen_document_operation){
        .id = op->id, .method = op->method, .path = op->path, .item = op->item, .node = op->node};
    return true;
}
