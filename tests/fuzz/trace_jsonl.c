/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/trace_jsonl.c — the reader of JSON Lines traces, and the writer behind it. The input
 * is the file, plain or zstd. */
#include "trace_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    trace_check(data, size);
    return 0;
}
