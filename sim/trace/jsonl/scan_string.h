/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/scan_string.h — private to scan*.c: strings that are more than plain ASCII. */
#ifndef CVMLAB_SIM_TRACE_JSONL_SCAN_STRING_H
#define CVMLAB_SIM_TRACE_JSONL_SCAN_STRING_H

#include "trace/jsonl/scan.h"

/* Printable ASCII other than '"' and '\\': stands for itself in a string. */
extern const bool string_byte_is_plain[256];

/* Decodes the string whose first byte after the quote is at start into the scratch space. */
bool string_decode(struct scan *scan, const char *start, struct scan_text *text);

#endif
