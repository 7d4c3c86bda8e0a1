/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/base/diagnostic.c — see diagnostic.h. */
#include "base/diagnostic.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void text_escape(char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text))
            *text = '?';
}

enum status diagnostic_set(struct diagnostic *diag, enum status status, const char *file,
                           uint64_t line, uint64_t col, const char *format, ...)
{
    size_t used = 0;
    va_list args;

    if (!diag)
        return status;
    used = (size_t)snprintf(diag->text, sizeof diag->text / 2, "%s:", file);
    if (used >= sizeof diag->text / 2)
        used = sizeof diag->text / 2 - 1;
    if (line)
        used += (size_t)snprintf(diag->text + used, sizeof diag->text - used, "%" PRIu64 ":", line);
    if (line && col)
        used += (size_t)snprintf(diag->text + used, sizeof diag->text - used, "%" PRIu64 ":", col);
    used += (size_t)snprintf(diag->text + used, sizeof diag->text - used, " ");
    va_start(args, format);
    (void)vsnprintf(diag->text + used, sizeof diag->text - used, format, args);
    va_end(args);
    text_escape(diag->text);
    return status;
}
