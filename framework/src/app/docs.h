/* SPDX-License-Identifier: MIT */
/*
 * docs.h - the documentation page of the management listener, /docs/: the contract, to be read and tried out.
 *
 * What the page consists of is a library of its own (framework/docs), which the linker takes only when it is told to:
 * `uc_docs_page` is there then, and else NULL. /docs/try/... is the service itself, for the page alone: a browser
 * would not let it call another port.
 */
#ifndef UC_APP_DOCS_H
#define UC_APP_DOCS_H

#include "uc/request.h"

struct uc_docs_file {
    const char *path; /* below /docs/ */
    const char *type;
    const char *begin, *end; /* compressed by gzip */
};

struct uc_docs {
    const struct uc_docs_file *files;
    size_t count;
};

extern const struct uc_docs uc_docs_page __attribute__((weak));

/* Has it a page? */
bool uc_docs_there(void);
/* A request whose path is /docs, or begins with /docs/. */
void uc_docs_request(struct uc_request *req, struct uc_service *service);

#endif
