/* SPDX-License-Identifier: MIT */
/*
 * format.h - what JSON Schema's `format` says of a text (JSON Schema Validation 2020-12, section 7.3; OpenAPI
 * format registry). Generated code asks; each is true when the whole text is one.
 */
#ifndef UC_FORMAT_H
#define UC_FORMAT_H

#include <stdbool.h>

#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

bool uc_is_date(struct uc_str text);      /* RFC 3339 full-date: "2026-11-27", of a month that has it */
bool uc_is_date_time(struct uc_str text); /* RFC 3339: "2026-11-27T17:40:28.5Z", offset +hh:mm; second 60 at 23:59 UTC */
bool uc_is_uuid(struct uc_str text);      /* RFC 9562, in either case of letters */
bool uc_is_email(struct uc_str text);     /* RFC 5321 mailbox, its local part as a dot-string */
bool uc_is_uri(struct uc_str text);       /* RFC 3986 with a scheme: characters and escapes, not what a scheme asks */
bool uc_is_ipv4(struct uc_str text);      /* RFC 2673 dotted quad, without leading zeros */
bool uc_is_ipv6(struct uc_str text);      /* RFC 4291 section 2.2, without a zone */
bool uc_is_byte(struct uc_str text);      /* RFC 4648 base64, with its padding */

#ifdef __cplusplus
}
#endif
#endif
