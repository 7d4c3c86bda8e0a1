/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_head.h — private to packet_in.c: the fixed headers of a pcap file, as they stand
 * there. Source: draft-ietf-opsawg-pcap sections 4 and 5. */
#ifndef CVMLAB_SIM_TRACE_PACKET_HEAD_H
#define CVMLAB_SIM_TRACE_PACKET_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"

enum { PCAP_HEAD_BYTES = 24, PCAP_RECORD_HEAD_BYTES = 16 };

enum packet_head_kind { HEAD_UNKNOWN, HEAD_PCAP, HEAD_PCAPNG };

/* Of a pcap file. */
struct packet_head {
    bool is_big_endian;
    uint32_t unit_ns; /* of the fraction of a time stamp: 1 or 1000 */
    uint32_t snapshot_bytes;
};

/* The header of one record. */
struct packet_record {
    uint64_t seconds, fraction_ns; /* fraction_ns is checked by nobody yet */
    uint32_t frame_bytes, wire_bytes;
};

/* By the first four bytes. */
enum packet_head_kind packet_head_kind(const unsigned char *bytes, size_t size_bytes);

/* Decodes the header of a pcap file. STATUS_BAD_INPUT with diag: too short, another version than
 * 2.4, a snapshot length above PACKET_SNAPSHOT_MAX_BYTES, frames that carry their check sequence.
 */
enum status packet_head_read(struct packet_head *head, const unsigned char *bytes,
                             size_t size_bytes, const char *path, struct diagnostic *diag);

/* Decodes the header of a record, all PCAP_RECORD_HEAD_BYTES of it. */
struct packet_record packet_head_record(const struct packet_head *head, const unsigned char *bytes);

#endif
