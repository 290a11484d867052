/* SPDX-License-Identifier: MIT */
/*
 * escape.h - text of unknown origin as a JSON string.
 *
 * For logs and error answers, whose text may come from the network: bytes that are not
 * UTF-8 become U+FFFD, control characters are escaped, so that the result is always
 * valid JSON on one line.
 */
#ifndef UC_ESCAPE_H
#define UC_ESCAPE_H

#include "uc/buf.h"

/* Append `text` with its quotes. */
void uc_escape_json(struct uc_buf *out, struct uc_str text);

#endif
