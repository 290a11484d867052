/* SPDX-License-Identifier: MIT */
/* categories.h - the general category of every character (Unicode 14.0, UnicodeData.txt). */
#ifndef GEN_PATTERN_CATEGORIES_H
#define GEN_PATTERN_CATEGORIES_H

#include <stddef.h>
#include <stdint.h>

/* From `first` on, up to before that of the next. */
struct gen_category {
    uint32_t first;
    char name[3]; /* "Lu" */
};

extern const struct gen_category gen_categories[];
extern const size_t gen_category_count;

#endif
