/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/trace_report.c — the importer of the text reports of trace-cmd, ftrace and perf. The
 * input is the file, plain or xz. */
#include "recording_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recording_check(IMPORT_TRACE_CMD, data, size);
    recording_check(IMPORT_PERF, data, size);
    return 0;
}
