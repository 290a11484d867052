/* SPDX-License-Identifier: MIT */
/* parameter_internal.h - what reading and writing parameters share. */
#ifndef UC_PARAMETER_INTERNAL_H
#define UC_PARAMETER_INTERNAL_H

#include "uc/parameter.h"

/* Does each element or member have a "name=value" of its own in the query? */
static inline bool uc_parameter_stands_alone(const struct uc_parameter *parameter)
{
    return parameter->place == UC_IN_QUERY &&
           (parameter->style == UC_STYLE_DEEP || (parameter->explode && parameter->style != UC_STYLE_JSON));
}

#endif
