/* SPDX-License-Identifier: MIT */
/*
 * media.h - media types, as Content-Type and Accept carry them (RFC 9110, sections 8.3 and 12.5.1).
 *
 * Parameters ("; charset=utf-8") and case do not matter. A range is "text/...", "application/...+json" or "...",
 * with a star for what is left open. Nothing is kept; nothing is allocated.
 */
#ifndef UC_MEDIA_H
#define UC_MEDIA_H

#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Is `value`, the text of a Content-Type, this media type, or within this range? */
bool uc_media_type_is(struct uc_str value, const char *range);

/* Which one of `list` ("application/json, text/plain") it is, from 0; -1: none of them. */
int uc_media_type_find(struct uc_str value, const char *list);

/*
 * Which one of `list` a client that sent this Accept likes best, from 0; of equals the first.
 * An absent `accept` takes all. -1: it takes none of them.
 */
int uc_media_type_choose(struct uc_str accept, const char *list);

#ifdef __cplusplus
}
#endif
#endif
