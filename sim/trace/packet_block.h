/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_block.h — private to packet_out.c: one block of a pcapng file in the making,
 * little-endian (draft-ietf-opsawg-pcapng sections 3.1 and 3.5). What fits is the caller's to know:
 * PACKET_BLOCK_BYTES hold the largest frame with the longest comment. */
#ifndef CVMLAB_SIM_TRACE_PACKET_BLOCK_H
#define CVMLAB_SIM_TRACE_PACKET_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "trace/packet_out.h"

enum { PACKET_BLOCK_BYTES = PACKET_FRAME_MAX_BYTES + 4 * PACKET_TEXT_MAX_BYTES };

struct packet_block {
    size_t used;
    uint8_t bytes[PACKET_BLOCK_BYTES];
};

/* Begins a block of this type. */
void packet_block_begin(struct packet_block *block, uint32_t type);

/* Append a number. */
void packet_block_put16(struct packet_block *block, uint16_t value);
void packet_block_put32(struct packet_block *block, uint32_t value);

/* Appends 64 bits as two words, the upper one first, as time stamps stand. */
void packet_block_put_time(struct packet_block *block, uint64_t time_ns);

/* Appends bytes and zeros up to a multiple of four. */
void packet_block_put(struct packet_block *block, const void *bytes, size_t size_bytes);

/* Appends an option: bytes; text without its zero, nothing if NULL; a number. */
void packet_block_option(struct packet_block *block, uint16_t code, const void *bytes,
                         size_t size_bytes);
void packet_block_option_text(struct packet_block *block, uint16_t code, const char *text);
void packet_block_option32(struct packet_block *block, uint16_t code, uint32_t value);
void packet_block_option64(struct packet_block *block, uint16_t code, uint64_t value);

/* The end of the options, and the length at both ends. */
void packet_block_end(struct packet_block *block);

#endif
