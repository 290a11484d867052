/* SPDX-License-Identifier: MIT */
/*
 * userdata.h - what somebody wrote for this machine into its cloud's "user data".
 *
 *     #ucompose
 *     NAME=the rest of the line
 *     NAME="lines in double quotes, in which \n, \t, \", \\ and \$ stand for a character"
 *     NAME='lines in single quotes, as they are'
 *
 * The first line says that it is for us; empty lines and those that begin with # are skipped.
 * A quoted value may have several lines. Names are as POSIX has them: letters, digits and
 * underscores, no digit first.
 */
#ifndef K_CLOUD_USERDATA_H
#define K_CLOUD_USERDATA_H

#include <stddef.h>

enum k_userdata_kind {
    K_USERDATA_OURS,
    K_USERDATA_EMPTY,
    K_USERDATA_CLOUD_CONFIG, /* cloud-init's YAML */
    K_USERDATA_SCRIPT,       /* begins with #! */
    K_USERDATA_COMPRESSED,   /* gzip */
    K_USERDATA_OTHER,
};

/* By its first bytes. */
enum k_userdata_kind k_userdata_kind(const char *text, size_t bytes);

/* A pair, "NAME=value": in `text`, where it stays. */
typedef void k_userdata_pair_fn(void *arg, const char *pair);
/* Why a line is left out; lines count from 1. */
typedef void k_userdata_error_fn(void *arg, unsigned line, const char *why);

/*
 * Read `text`, `bytes` long with a NUL behind, whose kind is ours. It is changed: the pairs lie in
 * it. A faulty line is told and left out; reading goes on with the next.
 */
void k_userdata_read(char *text, size_t bytes, k_userdata_pair_fn *pair, k_userdata_error_fn *error,
                     void *arg);

#endif
