/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_in.h — reads a capture: pcap or pcapng, plain or in zstd, in either byte order,
 * with time stamps in micro- or nanoseconds. libpcap decodes; what it lets pass in silence is
 * refused here. Formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. */
#ifndef CVMLAB_SIM_TRACE_PACKET_IN_H
#define CVMLAB_SIM_TRACE_PACKET_IN_H

#include <stdbool.h>

#include "base/diagnostic.h"
#include "trace/packet.h"

/* The largest snapshot length that a recorder writes: tcpdump's default. And how far a time stamp
 * may lie before the one of the packet before: recorders with several queues write a little out of
 * order. */
enum { PACKET_SNAPSHOT_MAX_BYTES = 256 * 1024, PACKET_TIME_BACK_MAX_NS = 1000 * 1000 * 1000 };

struct packet_reader;

/* What the file says of itself, and what was met so far. */
struct packet_capture {
    bool is_pcapng;
    uint64_t packets;
    uint64_t frame_bytes;   /* sum */
    uint64_t cut;           /* packets with wire_bytes > frame_bytes */
    uint64_t backwards;     /* packets whose recorded time lies before one that came earlier */
    uint64_t back_worst_ns; /* the farthest of these */
};

/* Whether path begins like a capture (inside zstd, if it is compressed). false as well for what
 * cannot be read, and for "-", which cannot be looked at without taking from it. */
bool packet_capture_matches(const char *path);

/* Opens a capture of Ethernet frames; "-" is standard input. NULL and diag: no capture, another
 * link type, a snapshot length above PACKET_SNAPSHOT_MAX_BYTES, a file that cannot be read. The
 * reader streams: its memory does not depend on the length of the file. */
struct packet_reader *packet_reader_open(const char *path, struct diagnostic *diag);

/* The next packet; packet->frame is valid until the next call. A recorded time that lies before an
 * earlier one, by at most PACKET_TIME_BACK_MAX_NS, is counted and replaced by that one.
 * STATUS_END at a regular end (a capture may hold no packet). STATUS_BAD_INPUT or STATUS_IO with
 * diag, "file: packet N: what is wrong; what was expected": every further call fails in the same
 * way, and *packet is as it was. */
enum status packet_reader_next(struct packet_reader *reader, struct packet *packet,
                               struct diagnostic *diag);

/* Valid until packet_reader_close; grows with every packet. */
const struct packet_capture *packet_reader_capture(const struct packet_reader *reader);

/* Closes and frees; NULL is allowed. */
void packet_reader_close(struct packet_reader *reader);

#endif
