/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/lint.h — rules of a profile that are legal and yet surely not meant. */
#ifndef CVMLAB_SIM_SPEC_LINT_H
#define CVMLAB_SIM_SPEC_LINT_H

#include "spec/spec.h"

/* Calls warn with each warning, text valid during the call. Returns how many there were. */
unsigned spec_lint(const struct spec_profile *profile,
                   void (*warn)(void *context, enum row_id row, const char *text), void *context);

#endif
