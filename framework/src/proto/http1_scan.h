/* SPDX-License-Identifier: MIT */
/*
 * http1_scan.h - the strict first look at the raw bytes of a request's head.
 *
 * Every byte passes here once, as it arrives: folded lines, a space before the colon, bytes
 * above 0x7f in the target, bare CR and LF, and control bytes are refused at once, and the
 * end of the head is found. What the fields mean is read afterwards, from a whole, clean head. The
 * same scanner reads the trailer section of a chunked body.
 */
#ifndef UC_HTTP1_SCAN_H
#define UC_HTTP1_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uc/str.h"

struct uc_http1_scan {
    uint8_t state;
    bool in_fields;     /* the start line is complete */
    const char *detail; /* static; why the bytes were refused */
};

void uc_http1_scan_init(struct uc_http1_scan *scan);
void uc_http1_scan_init_trailers(struct uc_http1_scan *scan);

/*
 * Take bytes. 1: the head ends within them; 0: more is needed; -EBADMSG: not HTTP.
 * *used says how many bytes belong to the head, or how many were looked at.
 */
int uc_http1_scan(struct uc_http1_scan *scan, const char *bytes, size_t len, size_t *used);

/* A whole `token` (RFC 9110, section 5.6.2), at least one byte. */
bool uc_http1_is_token(const char *bytes, size_t len);
/* Bytes that may stand in a field value: no control byte but tab. */
bool uc_http1_is_field_value(const char *bytes, size_t len);

/* Without the white space around a field value or a list's member (OWS, RFC 9110, section 5.6.3). */
static inline struct uc_str uc_http1_trim(struct uc_str text)
{
    while (text.len && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.len--;
    }
    while (text.len && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
        text.len--;
    return text;
}

#endif
