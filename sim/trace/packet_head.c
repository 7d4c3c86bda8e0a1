/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_head.c — see packet_head.h. */
#include "trace/packet_head.h"

#include <inttypes.h>

#include "trace/packet_in.h"

/* Magic numbers, read as little-endian. */
enum {
    MAGIC_MICRO = 0xa1b2c3d4,
    MAGIC_NANO = 0xa1b23c4d,
    MAGIC_MICRO_SWAPPED = 0xd4c3b2a1,
    MAGIC_NANO_SWAPPED = 0x4d3cb2a1,
    MAGIC_SECTION = 0x0a0d0d0a, /* the same either way */
};

enum { VERSION_MAJOR = 2, VERSION_MINOR = 4 };

/* Word of the link type: bits 26 and up say whether frames end with a check sequence. */
enum { LINK_TYPE_BITS = 26 };

static uint32_t word_read(const unsigned char *at, bool is_big_endian)
{
    if (is_big_endian)
        return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static uint32_t magic_read(const unsigned char *bytes, size_t size_bytes)
{
    return size_bytes < 4 ? 0 : word_read(bytes, false);
}

enum packet_head_kind packet_head_kind(const unsigned char *bytes, size_t size_bytes)
{
    switch (magic_read(bytes, size_bytes)) {
    case MAGIC_MICRO:
    case MAGIC_NANO:
    case MAGIC_MICRO_SWAPPED:
    case MAGIC_NANO_SWAPPED:
        return HEAD_PCAP;
    case MAGIC_SECTION:
        return HEAD_PCAPNG;
    default:
        return HEAD_UNKNOWN;
    }
}

enum status packet_head_read(struct packet_head *head, const unsigned char *bytes,
                             size_t size_bytes, const char *path, struct diagnostic *diag)
{
    uint32_t magic = magic_read(bytes, size_bytes);
    bool big = magic == MAGIC_MICRO_SWAPPED || magic == MAGIC_NANO_SWAPPED;
    uint32_t version, major, minor;

    if (size_bytes < PCAP_HEAD_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "file header of %zu bytes: truncated; expected %d", size_bytes,
                              PCAP_HEAD_BYTES);
    head->is_big_endian = big;
    head->unit_ns = magic == MAGIC_NANO || magic == MAGIC_NANO_SWAPPED ? 1 : 1000;
    head->snapshot_bytes = word_read(bytes + 16, big);
    version = word_read(bytes + 4, big);
    major = big ? version >> 16 : version & 0xffff;
    minor = big ? version & 0xffff : version >> 16;
    if (major != VERSION_MAJOR || minor != VERSION_MINOR)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "pcap version %" PRIu32 ".%" PRIu32 "; expected %d.%d", major, minor,
                              VERSION_MAJOR, VERSION_MINOR);
    if (head->snapshot_bytes > PACKET_SNAPSHOT_MAX_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "snapshot length %" PRIu32 "; expected at most %d",
                              head->snapshot_bytes, PACKET_SNAPSHOT_MAX_BYTES);
    if (word_read(bytes + 20, big) >> LINK_TYPE_BITS)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "frames carry their check sequence; expected frames without it");
    if (head->snapshot_bytes == 0) /* no limit, by custom */
        head->snapshot_bytes = PACKET_SNAPSHOT_MAX_BYTES;
    return STATUS_OK;
}

struct packet_record packet_head_record(const struct packet_head *head, const unsigned char *bytes)
{
    return (struct packet_record){
        .seconds = word_read(bytes, head->is_big_endian),
        .fraction_ns = (uint64_t)word_read(bytes + 4, head->is_big_endian) * head->unit_ns,
        .frame_bytes = word_read(bytes + 8, head->is_big_endian),
        .wire_bytes = word_read(bytes + 12, head->is_big_endian),
    };
}
