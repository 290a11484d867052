/* SPDX-License-Identifier: MIT */
/*
 * config.h - a spec as a compose file again: what `ucompose config` prints.
 *
 * Variables are filled in, defaults and short forms written out, services in the file's order of
 * start; reading the output gives the same spec.
 */
#ifndef DEPLOY_PLAN_CONFIG_H
#define DEPLOY_PLAN_CONFIG_H

#include "deploy/spec.h"
#include <stdio.h>

void deploy_config_print(const struct deploy_spec *spec, FILE *out);

#endif
