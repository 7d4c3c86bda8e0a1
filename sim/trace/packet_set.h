/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_set.h — packets held in memory, for benches and loops that must not wait for a
 * file. */
#ifndef CVMLAB_SIM_TRACE_PACKET_SET_H
#define CVMLAB_SIM_TRACE_PACKET_SET_H

#include <stddef.h>

#include "base/diagnostic.h"
#include "trace/packet.h"

/* Frames begin at multiples of PACKET_SET_ALIGN_BYTES, as in a NIC's buffers. A set holds at most
 * PACKET_SET_MAX_BYTES of them; longer captures are streamed. */
enum { PACKET_SET_ALIGN_BYTES = 64, PACKET_SET_MAX_BYTES = 1 << 30 };

struct packet_set;

/* An empty set. NULL: no memory. */
struct packet_set *packet_set_create(void);

/* The whole capture at path. NULL and diag: as packet_reader_open and packet_reader_next say, too
 * large, or no memory. */
struct packet_set *packet_set_load(const char *path, struct diagnostic *diag);

/* Appends a copy of packet; it gets the next number. STATUS_BAD_INPUT: frame_bytes out of bounds or
 * above wire_bytes, or a time before that of the last packet; STATUS_FULL: PACKET_SET_MAX_BYTES;
 * STATUS_IO: no memory. On failure the set is as it was. */
enum status packet_set_append(struct packet_set *set, const struct packet *packet);

/* All packets, in order; *count of them. Valid until the next append; the frames until
 * packet_set_free. NULL if there are none. */
const struct packet *packet_set_packets(const struct packet_set *set, size_t *count);

/* Sum of frame_bytes. */
uint64_t packet_set_frame_bytes(const struct packet_set *set);

/* NULL is allowed. */
void packet_set_free(struct packet_set *set);

#endif
