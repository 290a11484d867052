/* SPDX-License-Identifier: MIT */
/*
 * systemd_word.h - a text inside of a systemd unit, quoted so that systemd gets the same bytes back.
 */
#ifndef DEPLOY_PLAN_SYSTEMD_WORD_H
#define DEPLOY_PLAN_SYSTEMD_WORD_H

#include <stdio.h>

/* A word of a command line, where "%" begins a specifier and "$" a variable. */
void deploy_systemd_word(FILE *out, const char *text);

/* "NAME=value" as Environment= has it, where "$" begins nothing. */
void deploy_systemd_assignment(FILE *out, const char *name, const char *value);

#endif
