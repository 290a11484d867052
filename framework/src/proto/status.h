/* SPDX-License-Identifier: MIT */
/*
 * status.h - HTTP status codes and their texts (RFC 9110, section 15; the IANA registry).
 */
#ifndef UC_STATUS_H
#define UC_STATUS_H

#include "uc/str.h"

/* "Not Found"; "Unknown" for a code without a registered name. */
struct uc_str uc_status_text(int status);

/* "HTTP/1.1 404 Not Found\r\n"; data NULL when `status` has no registered name. */
struct uc_str uc_status_line(int status);

#endif
