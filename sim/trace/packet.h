/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet.h — one recorded Ethernet frame and its time: what the reader (packet_in.h), a
 * capture in memory (packet_set.h), the player (packet_player.h) and the writer (packet_out.h) hand
 * to each other. */
#ifndef CVMLAB_SIM_TRACE_PACKET_H
#define CVMLAB_SIM_TRACE_PACKET_H

#include <stdint.h>

/* Bounds of a frame, without its frame check sequence: destination, source and EtherType (IEEE
 * 802.3 section 3.2), and more than any jumbo frame. */
enum { PACKET_FRAME_MIN_BYTES = 14, PACKET_FRAME_MAX_BYTES = 16 * 1024 };

struct packet {
    uint64_t number;  /* 1, 2, 3, ... as Wireshark numbers them */
    uint64_t time_ns; /* since 1970; never decreases from one packet to the next */
    const uint8_t *frame;
    uint32_t frame_bytes; /* what frame holds: PACKET_FRAME_MIN_BYTES .. PACKET_FRAME_MAX_BYTES */
    uint32_t wire_bytes;  /* what the wire carried; more than frame_bytes: the recorder cut it */
};

#endif
