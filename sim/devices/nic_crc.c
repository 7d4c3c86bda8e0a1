/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_crc.c — the frame check sequence (IEEE 802.3, 3.2.9): CRC-32 by tables, eight
 * bytes at a time, for little-endian computers. Only frames that keep their CRC need it. */
#include "devices/nic_frame.h"

#include <string.h>

enum { CRC_BYTES_AT_ONCE = 8 };

void nic_crc_set(struct nic_crc *crc)
{
    const uint32_t polynomial = 0xedb88320; /* bit-reversed */

    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;

        for (unsigned bit = 0; bit < 8; bit++)
            rest = rest >> 1 ^ (rest & 1 ? polynomial : 0);
        crc->part[0][byte] = rest;
    }
    for (unsigned i = 1; i < CRC_BYTES_AT_ONCE; i++)
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t before = crc->part[i - 1][byte];

            crc->part[i][byte] = before >> 8 ^ crc->part[0][before & 0xff];
        }
}

uint32_t nic_crc_of(const struct nic_crc *crc, const uint8_t *frame, uint32_t size_bytes)
{
    uint32_t rest = UINT32_MAX;

    for (; size_bytes >= CRC_BYTES_AT_ONCE; size_bytes -= CRC_BYTES_AT_ONCE) {
        uint64_t word;
        uint32_t next = 0;

        memcpy(&word, frame, sizeof word);
        word ^= rest;
        for (unsigned i = 0; i < CRC_BYTES_AT_ONCE; i++)
            next ^= crc->part[CRC_BYTES_AT_ONCE - 1 - i][word >> (8 * i) & 0xff];
        rest = next;
        frame += CRC_BYTES_AT_ONCE;
    }
    for (; size_bytes > 0; size_bytes--)
        rest = rest >> 8 ^ crc->part[0][(rest ^ *frame++) & 0xff];
    return ~rest;
}
