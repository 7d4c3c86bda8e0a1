/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_stream.h — private to packet_in.c: the bytes of a capture, plain or out of zstd,
 * as the FILE that libpcap wants; and what it took of them, which it does not tell. */
#ifndef CVMLAB_SIM_TRACE_PACKET_STREAM_H
#define CVMLAB_SIM_TRACE_PACKET_STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include "trace/jsonl/bytes_in.h"
#include "trace/packet_head.h"

enum { STREAM_BUFFER_BYTES = 64 * 1024 };

struct packet_stream {
    struct bytes_in *in;
    enum status status;             /* of the last read below */
    struct diagnostic diag;         /* with status */
    size_t used, size;              /* of buffer */
    const struct packet_head *head; /* of a pcap file; else NULL */
    size_t piece;                   /* what the FILE gets before more is decided */
    bool is_short;                  /* since the mark: more was asked for than there is */
    uint64_t taken;                 /* bytes since the mark */
    unsigned char marked[PCAP_RECORD_HEAD_BYTES]; /* the first of them */
    unsigned char buffer[STREAM_BUFFER_BYTES];
};

/* Opens the file; "-" is standard input. path is kept, not copied. On failure the diagnostic is
 * filled and nothing is left open. */
enum status packet_stream_open(struct packet_stream *stream, const char *path,
                               struct diagnostic *diag);

/* The first bytes of the capture, before anything was taken; fewer only if there are no more. */
const unsigned char *packet_stream_head(const struct packet_stream *stream, size_t *size_bytes);

/* A FILE that takes from stream. Of a pcap file, whose header this is, it gets its parts one by
 * one: header, record header, frame, ...; so what it holds is never more than what libpcap asked
 * for, and taken is exact. NULL: a pcapng file. Closing the FILE leaves the stream open. NULL: no
 * memory. */
FILE *packet_stream_file(struct packet_stream *stream, const struct packet_head *head);

/* Begins a record: taken is 0. */
void packet_stream_mark(struct packet_stream *stream);

/* Closes the file. */
void packet_stream_close(struct packet_stream *stream);

#endif
