/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_frame.h — what the device sees in a frame: headers, checksums, RSS hash, CRC.
 * Pure functions over the bytes; nothing of the device's state but the hash key. */
#ifndef CVMLAB_SIM_DEVICES_NIC_FRAME_H
#define CVMLAB_SIM_DEVICES_NIC_FRAME_H

#include "folio/descriptor.h"

/* The parts of a frame. All zero: Ethernet only. */
struct nic_headers {
    bool has_vlan;
    uint16_t vlan;            /* its tag (802.1Q, type 0x8100 only) */
    uint16_t type;            /* RXD_TYPE_ bits, shifted as in the descriptor */
    uint32_t status;          /* RXD_STATUS_VP, IPCS, L4CS and the errors that go with them */
    const uint8_t *addresses; /* source and destination, 8 or 32 bytes; NULL: no IP */
    const uint8_t *ports;     /* source and destination; NULL: neither TCP nor UDP, or a fragment */
};

/* Looks at a frame of at least FOLIO_ETHERNET_BYTES, through one VLAN tag. What does not fit into
 * the frame, or contradicts its own lengths, counts as not there: no type, no checksum. Checksums
 * are computed over the bytes: IPv4 header, TCP, UDP (but for 0 over IPv4: none was sent). */
void nic_headers_parse(const uint8_t *frame, uint32_t size_bytes, struct nic_headers *headers);

enum { RSS_INPUT_BYTES_MAX = 36, RSS_NIBBLES = 2 * RSS_INPUT_BYTES_MAX };

/* The Toeplitz hash with one key, by the nibble: what each adds to the hash. */
struct nic_rss {
    uint32_t part[RSS_NIBBLES][16];
};

/* A table for a key of RSS_KEY_BYTES. */
void nic_rss_set(struct nic_rss *rss, const uint8_t *key);

/* The Toeplitz hash of up to 36 bytes (82599 7.1.2.8.1): first, then second; either may be empty.
 */
uint32_t nic_rss_hash(const struct nic_rss *rss, const uint8_t *first, uint32_t first_bytes,
                      const uint8_t *second, uint32_t second_bytes);

/* The RSS type of a packet, and its hash unless the type is NONE, as far as mrqc (MRQC_) enables
 * them: with ports if that is enabled, else over the addresses if that is. */
uint32_t nic_rss_of(const struct nic_rss *rss, const struct nic_headers *headers, uint32_t mrqc,
                    uint32_t *hash);

/* The CRC of IEEE 802.3 over a frame, eight bytes at a time. */
struct nic_crc {
    uint32_t part[8][256];
};

/* The tables; the same for all. */
void nic_crc_set(struct nic_crc *crc);

/* The CRC as a number whose low byte goes onto the wire first. */
uint32_t nic_crc_of(const struct nic_crc *crc, const uint8_t *frame, uint32_t size_bytes);

/* The ones' complement sum of bytes, folded to 16 bits, in the byte order of this computer; size
 * may be odd. */
uint32_t nic_sum(const uint8_t *bytes, uint32_t size_bytes);

#endif
