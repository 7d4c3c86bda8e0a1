/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/jsonl/lines.h — private: cuts a stream of bytes into lines, plain or compressed alike.
 */
#ifndef CVMLAB_SIM_TRACE_JSONL_LINES_H
#define CVMLAB_SIM_TRACE_JSONL_LINES_H

#include "trace/jsonl/bytes_in.h"
#include "trace/source.h"

enum { LINES_CHUNK_BYTES = 128 * 1024 };

struct jsonl_lines {
    struct bytes_in *in;
    const char *name;  /* of the file, for messages */
    uint64_t number;   /* of the last line given out; 1 is the first */
    size_t start, end; /* what of buffer has not been given out */
    size_t searched;   /* from start: known to hold no newline */
    char buffer[TRACE_LINE_BYTES + LINES_CHUNK_BYTES];
};

/* Finds out by the first bytes whether the stream is compressed. Always owns in: on failure it has
 * been closed. name is kept, not copied. STATUS_BAD_INPUT if the stream is empty or begins neither
 * with '{' nor as a zstd file. */
enum status jsonl_lines_open(struct jsonl_lines *lines, struct bytes_in *in, const char *name,
                             struct diagnostic *diag);

/* The next line, from its first byte to its newline, both valid until the next call. STATUS_END
 * after the last one; STATUS_BAD_INPUT if it is too long or has no newline. */
enum status jsonl_lines_next(struct jsonl_lines *lines, const char **line, const char **newline,
                             struct diagnostic *diag);

/* Closes the stream; lines is then free for another. */
void jsonl_lines_close(struct jsonl_lines *lines);

#endif
