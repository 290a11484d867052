/* SPDX-License-Identifier: MIT */
/*
 * out.h - text that grows, a line at a time, at an indentation.
 *
 * Lives in an arena. Lines are given without their newline.
 */
#ifndef GEN_OUT_H
#define GEN_OUT_H

#include "gen/arena.h"

struct gen_out {
    struct gen_arena *arena;
    char *bytes;
    size_t len, cap;
    unsigned indent; /* levels of four spaces */
};

void gen_out_init(struct gen_out *out, struct gen_arena *arena);
void gen_out_bytes(struct gen_out *out, const char *bytes, size_t len);
void gen_out_text(struct gen_out *out, const char *text);
void gen_out_printf(struct gen_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void gen_out_line(struct gen_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void gen_out_blank(struct gen_out *out);

/* A line, then one level deeper; one level back, then a line. */
void gen_out_open(struct gen_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void gen_out_close(struct gen_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A C comment holding `text`, wrapped; nothing when it is NULL or blank. */
void gen_out_comment(struct gen_out *out, const char *text);

/* The text as a C string literal, quotes included, safe for any bytes. */
const char *gen_c_literal(struct gen_arena *arena, const char *text);

#endif
