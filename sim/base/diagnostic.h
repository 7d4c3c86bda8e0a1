/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/diagnostic.h — one clear line about bad input: `file:line:col: what is wrong; what was
 * expected`. */
#ifndef CVMLAB_SIM_BASE_DIAGNOSTIC_H
#define CVMLAB_SIM_BASE_DIAGNOSTIC_H

#include <stdint.h>

#include "base/status.h"

enum { DIAGNOSTIC_BYTES = 512 };

/* Filled by the function that fails, printed by the command. Text has no newline; control
 * characters of the input are escaped. */
struct diagnostic {
    char text[DIAGNOSTIC_BYTES];
};

/* Writes "file: ", "file:line: " or "file:line:col: " (line, col 0: left out), then the formatted
 * rest. Returns status, so that a failing function can end with it. diag may be NULL. */
enum status diagnostic_set(struct diagnostic *diag, enum status status, const char *file,
                           uint64_t line, uint64_t col, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

#endif
