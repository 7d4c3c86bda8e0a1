/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_out.h — writes a pcapng file that shows each packet at every hop it passed: one
 * interface per hop, the same packet id at all of them, a comment per copy. All of one link type,
 * Ethernet, since libpcap reads no file that mixes them. Source: draft-ietf-opsawg-pcapng. The
 * bytes depend on nothing but the calls. */
#ifndef CVMLAB_SIM_TRACE_PACKET_OUT_H
#define CVMLAB_SIM_TRACE_PACKET_OUT_H

#include "base/diagnostic.h"
#include "trace/packet.h"

enum { PACKET_HOP_MAX = 64, PACKET_TEXT_MAX_BYTES = 4096 };

/* A place that packets pass: an interface of the file. */
struct packet_hop {
    const char *name;        /* "nic0.wire", "ring.shared", "guest0.rx" */
    const char *description; /* NULL: none */
};

/* epb_flags, bits 0 and 1. */
enum packet_direction { PACKET_NO_DIRECTION = 0, PACKET_INBOUND = 1, PACKET_OUTBOUND = 2 };

/* How a packet is shown at one hop. */
struct packet_sight {
    uint32_t hop; /* index into the hops given to packet_writer_create */
    enum packet_direction direction;
    uint64_t packet_id;  /* epb_packetid; the same at every hop: frame.packet_id in Wireshark */
    const char *comment; /* "copy 1, shared pool"; NULL: none */
};

struct packet_writer;

/* Creates path (".zst": compressed; "-": standard output); the file appears under its name only at
 * commit, and then replaces one that is there. NULL and diag: it cannot be created, no hop or more
 * than PACKET_HOP_MAX, a text above PACKET_TEXT_MAX_BYTES or no UTF-8. hops are copied. */
struct packet_writer *packet_writer_create(const char *path, const struct packet_hop *hops,
                                           uint32_t hop_count, struct diagnostic *diag);

/* Appends packet as it was seen at one hop; packet->number is not written. STATUS_BAD_INPUT with
 * diag: no such hop, frame_bytes out of bounds or above wire_bytes, comment too long or no UTF-8, a
 * time before the last one at this hop: nothing was written, and more may be. STATUS_IO: the file
 * cannot take it; then packet_writer_abandon. */
enum status packet_writer_put(struct packet_writer *writer, const struct packet *packet,
                              const struct packet_sight *sight, struct diagnostic *diag);

/* Writes the statistics of each hop (ISB), finishes and frees. On failure nothing is left on disk,
 * and writer is freed as well. */
enum status packet_writer_commit(struct packet_writer *writer, struct diagnostic *diag);

/* Removes what was written, and frees; NULL is allowed. */
void packet_writer_abandon(struct packet_writer *writer);

#endif
