/* SPDX-License-Identifier: MIT */
/* base64.h - bytes as text (RFC 4648, section 4), in the arena. */
#ifndef DEPLOY_IMAGE_BASE64_H
#define DEPLOY_IMAGE_BASE64_H

#include "gen/arena.h"

char *image_base64(struct gen_arena *arena, const void *bytes, size_t len);

#endif
