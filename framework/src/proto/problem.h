/* SPDX-License-Identifier: MIT */
/*
 * problem.h - the body of every error (RFC 9457, application/problem+json).
 */
#ifndef UC_PROBLEM_H
#define UC_PROBLEM_H

#include "uc/buf.h"
#include "uc/violation.h"

#define UC_PROBLEM_TYPE "application/problem+json"

/* {"type":"about:blank","title":...,"status":...[,"detail":...][,"errors":[...]]} */
void uc_problem_write(struct uc_buf *out, int status, const char *detail, const struct uc_violations *violations);

#endif
