/* SPDX-License-Identifier: MIT */
/* http1_response_internal.h - the response machine's three files among themselves. */
#ifndef UC_HTTP1_RESPONSE_INTERNAL_H
#define UC_HTTP1_RESPONSE_INTERNAL_H

#include "http1_response.h"

/* http1_response_head.c: the head is complete in response->head. 0 or -EBADMSG. */
int uc_http1_response_head(struct uc_http1_response *response);

/* http1_response_chunks.c: as uc_http1_response_feed, while state is CHUNKS. */
ssize_t uc_http1_response_chunks(struct uc_http1_response *response, const char *bytes, size_t len);

#endif
