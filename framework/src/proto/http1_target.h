/* SPDX-License-Identifier: MIT */
/*
 * http1_target.h - request target and authority (RFC 9112, section 3.2; RFC 3986).
 */
#ifndef UC_HTTP1_TARGET_H
#define UC_HTTP1_TARGET_H

#include "proto/http1_head.h"

/* Fill path, query and asterisk of `message`, whose method is known. 0 or -EBADMSG. */
int uc_http1_target_parse(struct uc_http1_message *message, const char *head, struct uc_str target,
                          struct uc_http1_refusal *refusal);

/* host[:port], the host not empty; IPv6 in brackets. */
bool uc_http1_authority_valid(struct uc_str authority);

#endif
