/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/descriptor.h — the layout that an 82599-style device and its driver share: advanced
 * descriptors and the few registers that Folio programs. Numbers only, no code that belongs to one
 * side: the driver (ring.h) and a device model both include it. Source: Intel 82599 10 GbE
 * Controller datasheet; the section stands beside each. Multi-byte fields are little-endian. */
#ifndef CVMLAB_FOLIO_DESCRIPTOR_H
#define CVMLAB_FOLIO_DESCRIPTOR_H

#include "base/types.h"

/* A descriptor is 16 bytes: two words, whichever format it has. Both sides see it as this. */
enum { FOLIO_DESCRIPTOR_BYTES = 16 };

struct folio_descriptor {
    uint64_t low, high;
};

_Static_assert(sizeof(struct folio_descriptor) == FOLIO_DESCRIPTOR_BYTES, "82599 7.1.6, 7.2.3");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are used as they lie in memory");

/* A ring is a multiple of 128 bytes (82599 8.2.3.8.3 RDLEN), so of 8 descriptors. */
enum {
    FOLIO_RING_SIZE_STEP = 8,
    FOLIO_RING_SIZE_MIN = 8,
    FOLIO_RING_SIZE_MAX = 4096,
    FOLIO_RING_ALIGN_BYTES = 128,
};

/* ---- Receive, read format (driver to device; 82599 7.1.6.1) ----
 * low: packet buffer address; high: header buffer address, 0 because headers are not split (its
 * bit 0 is where the device will report DD, so it must be 0). */

/* ---- Receive, write-back format (device to driver; 82599 7.1.6.2) ----
 * low  [3:0] RSS type, [16:4] packet type, [31:17] RSC count, header length, SPH: 0 here,
 *      [63:32] RSS hash;
 * high [19:0] status, [31:20] errors, [47:32] packet length, [63:48] VLAN tag. */
enum {
    RXD_RSS_TYPE_NONE = 0, /* 82599 7.1.6.2, RSS type */
    RXD_RSS_TYPE_TCP_IPV4 = 1,
    RXD_RSS_TYPE_IPV4 = 2,
    RXD_RSS_TYPE_TCP_IPV6 = 3,
    RXD_RSS_TYPE_IPV6 = 5,
    RXD_RSS_TYPE_UDP_IPV4 = 7,
    RXD_RSS_TYPE_UDP_IPV6 = 8,
};

/* Packet type, as bits of the low word. Bit 15 (an EtherType filter hit) changes the meaning of the
 * others; Folio sets no such filter. */
enum {
    RXD_TYPE_IPV4 = 1 << 4,
    RXD_TYPE_IPV4_OPTIONS = 1 << 5,
    RXD_TYPE_IPV6 = 1 << 6,
    RXD_TYPE_IPV6_EXTENSIONS = 1 << 7,
    RXD_TYPE_TCP = 1 << 8,
    RXD_TYPE_UDP = 1 << 9,
    RXD_TYPE_SCTP = 1 << 10,
    RXD_TYPE_NFS = 1 << 11,
    RXD_TYPE_ESP = 1 << 12,
    RXD_TYPE_AH = 1 << 13,
    RXD_TYPE_LINKSEC = 1 << 14,
    RXD_TYPE_ETYPE_FILTER = 1 << 15,
};

/* Status and errors: bits of the low half of the high word. */
#define RXD_STATUS_DD    ((uint32_t)1 << 0)  /* descriptor done: the device wrote it back */
#define RXD_STATUS_EOP   ((uint32_t)1 << 1)  /* the last buffer of its packet */
#define RXD_STATUS_VP    ((uint32_t)1 << 3)  /* 802.1Q: the VLAN tag is valid */
#define RXD_STATUS_UDPCS ((uint32_t)1 << 4)  /* UDP checksum checked (fragments) */
#define RXD_STATUS_L4CS  ((uint32_t)1 << 5)  /* TCP or UDP checksum checked; see TCPE */
#define RXD_STATUS_IPCS  ((uint32_t)1 << 6)  /* IPv4 checksum checked; see IPE */
#define RXD_STATUS_PIF   ((uint32_t)1 << 7)  /* not an exact match of a unicast address */
#define RXD_ERROR_RXE    ((uint32_t)1 << 29) /* MAC error: CRC, length, over- or undersize */
#define RXD_ERROR_TCPE   ((uint32_t)1 << 30) /* TCP or UDP checksum is wrong */
#define RXD_ERROR_IPE    ((uint32_t)1 << 31) /* IPv4 checksum is wrong */

enum { RXD_LENGTH_SHIFT = 32, RXD_VLAN_SHIFT = 48, RXD_RSS_HASH_SHIFT = 32 };

/* Offsets into a descriptor of the words that a driver polls. */
enum { RXD_STATUS_OFFSET = 8, TXD_STATUS_OFFSET = 12 };

/* ---- Transmit, read format of a data descriptor (driver to device; 82599 7.2.3.2.4) ----
 * low: buffer address; high: [15:0] data length, [23:20] type, [31:24] command, [35:32] status: 0,
 * [45:40] checksum options: 0, [63:46] payload length.
 * Write-back (82599 7.2.3.5): bit 32 of the high word, DD, is set when the device is done. */
#define TXD_TYPE_DATA   ((uint64_t)3 << 20) /* advanced data descriptor */
#define TXD_COMMAND_EOP ((uint64_t)1 << 24) /* end of packet */
#define TXD_COMMAND_FCS ((uint64_t)1 << 25) /* the device appends the CRC */
#define TXD_COMMAND_RS  ((uint64_t)1 << 27) /* report status: write DD back */
#define TXD_COMMAND_EXT ((uint64_t)1 << 29) /* advanced format */
#define TXD_STATUS_DD   ((uint32_t)1 << 0)  /* in the 32-bit word at TXD_STATUS_OFFSET */

enum { TXD_LENGTH_BITS = 16, TXD_PAYLEN_SHIFT = 46, TXD_PAYLEN_BITS = 18 };

/* ---- Registers (82599 8.2.3). Those of a queue lie 0x40 apart; up to 16 queues (the datasheet
 * moves receive queues from 64 on elsewhere). ---- */
enum { FOLIO_QUEUE_MAX = 16, NIC_QUEUE_STRIDE = 0x40 };

enum {
    NIC_CTRL = 0x00000,     /* bit 26: reset (8.2.3.1.1) */
    NIC_RXCTRL = 0x03000,   /* bit 0: receive enable (8.2.3.8.10) */
    NIC_DMATXCTL = 0x04A80, /* bit 0: transmit enable (8.2.3.9.2) */
    NIC_HLREG0 = 0x04240,   /* see HLREG0_ (8.2.3.22.8) */
    NIC_MAXFRS = 0x04268,   /* [31:16] largest frame with CRC (8.2.3.22.13) */
    NIC_RDRXCTL = 0x02F00,  /* bit 1: CRC strip, must agree with HLREG0 (8.2.3.8.8) */
    NIC_LINKS = 0x042A4,    /* bit 30: up; [29:28] speed 1 100M, 2 1G, 3 10G (8.2.3.22.20) */
    NIC_MRQC = 0x0EC80,     /* see MRQC_ (8.2.3.7.12) */
    NIC_RETA = 0x0EB00,     /* 32 registers, four 8-bit entries each, 4 bits used (7.1.2.8) */
    NIC_RSSRK = 0x0EB80,    /* 10 registers, 40 bytes of key (7.1.2.8) */
    NIC_RDBAL = 0x01000,    /* per queue: ring address low, high (8.2.3.8.1) */
    NIC_RDBAH = 0x01004,
    NIC_RDLEN = 0x01008,  /* ring bytes */
    NIC_RDH = 0x01010,    /* head: the device's place */
    NIC_SRRCTL = 0x01014, /* see SRRCTL_ (8.2.3.8.7) */
    NIC_RDT = 0x01018,    /* tail, the doorbell: one past the last posted descriptor */
    NIC_RXDCTL = 0x01028, /* bit 25: queue enable; bit 30: VLAN strip (8.2.3.8.6) */
    NIC_TDBAL = 0x06000,  /* per queue, transmit (8.2.3.9.5 and on) */
    NIC_TDBAH = 0x06004,
    NIC_TDLEN = 0x06008,
    NIC_TDH = 0x06010,
    NIC_TDT = 0x06018,    /* tail, the doorbell */
    NIC_TXDCTL = 0x06028, /* bit 25: queue enable (8.2.3.9.10) */
};

enum { RETA_REGISTERS = 32, RETA_ENTRIES_PER_REGISTER = 4, RSS_KEY_BYTES = 40 };

#define NIC_CTRL_RESET    ((uint32_t)1 << 26)
#define NIC_ENABLE        ((uint32_t)1 << 0) /* of RXCTRL and DMATXCTL */
#define NIC_QUEUE_ENABLE  ((uint32_t)1 << 25)
#define HLREG0_TXCRCEN    ((uint32_t)1 << 0)  /* append the CRC on transmit */
#define HLREG0_RXCRCSTRP  ((uint32_t)1 << 1)  /* the length of a received packet is without CRC */
#define HLREG0_JUMBOEN    ((uint32_t)1 << 2)  /* frames up to MAXFRS */
#define HLREG0_TXPADEN    ((uint32_t)1 << 10) /* pad short frames to 64 bytes with zeros */
#define RDRXCTL_CRCSTRIP  ((uint32_t)1 << 1)
#define SRRCTL_ADVANCED   ((uint32_t)1 << 25) /* advanced descriptor, one buffer */
#define SRRCTL_DROP       ((uint32_t)1 << 28) /* no descriptor: drop, do not stall the others */
#define SRRCTL_SIZE_STEP  1024                /* bits 4:0: buffer size in this unit */
#define RXDCTL_VLAN_STRIP ((uint32_t)1 << 30)
#define MRQC_RSS          ((uint32_t)1 << 0)
#define MRQC_TCP_IPV4     ((uint32_t)1 << 16)
#define MRQC_IPV4         ((uint32_t)1 << 17)
#define MRQC_IPV6         ((uint32_t)1 << 20)
#define MRQC_TCP_IPV6     ((uint32_t)1 << 21)
#define MRQC_UDP_IPV4     ((uint32_t)1 << 22)
#define MRQC_UDP_IPV6     ((uint32_t)1 << 23)

/* The largest frame of the device without CRC, and the parts of an Ethernet frame (IEEE 802.3). */
enum { FOLIO_FRAME_BYTES_MAX = 9728, FOLIO_ETHERNET_BYTES = 14, FOLIO_CRC_BYTES = 4 };

#endif
