/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/workload.h — packets for an experiment, made rather than recorded: frames of one size at
 * one rate, such as the paper's load generators sent. Deterministic. */
#ifndef CVMLAB_SIM_NET_WORKLOAD_H
#define CVMLAB_SIM_NET_WORKLOAD_H

#include "net/app.h"
#include "trace/packet_set.h"

enum {
    WORKLOAD_FRAME_BYTES_MIN = 60, /* Ethernet's smallest, without its check sequence */
    WORKLOAD_FRAME_BYTES_MAX = 9728,
    WORKLOAD_FLOWS = 16, /* packets take them in turn, so that RSS has something to spread */
    WORKLOAD_UDP_HEADERS = 42,
    WORKLOAD_WIRE_BYTES = 24, /* preamble, check sequence and gap of a frame (IEEE 802.3) */
};

struct workload_shape {
    uint32_t frame_bytes;      /* WORKLOAD_FRAME_BYTES_MIN to _MAX, without check sequence */
    uint32_t count;            /* packets, at least 1 */
    double packets_per_second; /* 0: all at once; else at least 0.001 */
    const char *keys; /* file of keys: UDP inside ESP, AES-GCM, as its first association that has
                         IPv4 and an answer; NULL: plain UDP */
};

/* Takes one packet; valid during the call. A status but STATUS_OK ends the play. */
typedef enum status workload_take(void *context, const struct packet *packet,
                                  struct diagnostic *diag);

/* Makes frames of UDP over IPv4 with right checksums, from one host to another, WORKLOAD_FLOWS
 * source ports, and gives each to take, numbered from 1. With keys, frames are up to 3 bytes
 * smaller than asked for, since ESP pads, and never smaller than an empty datagram needs.
 * STATUS_BAD_INPUT: a shape out of range or a bad file; else take's. */
enum status workload_play(const struct workload_shape *shape, workload_take *take, void *context,
                          struct diagnostic *diag);

/* The same as a set. NULL: *status and diag say why: as workload_play, STATUS_IO for no memory. The
 * caller frees with packet_set_free. */
struct packet_set *workload_make(const struct workload_shape *shape, enum status *status,
                                 struct diagnostic *diag);

/* What so many million frames per second of so many bytes take on the wire, in Gb/s. */
static inline double workload_wire_gbps(double mpps, uint32_t frame_bytes)
{
    return mpps * ((double)frame_bytes + WORKLOAD_WIRE_BYTES) * 8 / 1000;
}

#endif
