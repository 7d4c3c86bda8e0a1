/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_block.c — see packet_block.h. */
#include "trace/packet_block.h"

#include <string.h>

enum { LENGTH_AT = 4, WORD_BYTES = 4, OPTION_END = 0 };

void packet_block_put16(struct packet_block *block, uint16_t value)
{
    block->bytes[block->used++] = (uint8_t)value;
    block->bytes[block->used++] = (uint8_t)(value >> 8);
}

void packet_block_put32(struct packet_block *block, uint32_t value)
{
    packet_block_put16(block, (uint16_t)value);
    packet_block_put16(block, (uint16_t)(value >> 16));
}

void packet_block_put_time(struct packet_block *block, uint64_t time_ns)
{
    packet_block_put32(block, (uint32_t)(time_ns >> 32));
    packet_block_put32(block, (uint32_t)time_ns);
}

void packet_block_put(struct packet_block *block, const void *bytes, size_t size_bytes)
{
    memcpy(block->bytes + block->used, bytes, size_bytes);
    block->used += size_bytes;
    while (block->used % WORD_BYTES != 0)
        block->bytes[block->used++] = 0;
}

void packet_block_begin(struct packet_block *block, uint32_t type)
{
    block->used = 0;
    packet_block_put32(block, type);
    packet_block_put32(block, 0);
}

void packet_block_option(struct packet_block *block, uint16_t code, const void *bytes,
                         size_t size_bytes)
{
    packet_block_put16(block, code);
    packet_block_put16(block, (uint16_t)size_bytes);
    packet_block_put(block, bytes, size_bytes);
}

void packet_block_option_text(struct packet_block *block, uint16_t code, const char *text)
{
    if (text)
        packet_block_option(block, code, text, strlen(text));
}

void packet_block_option32(struct packet_block *block, uint16_t code, uint32_t value)
{
    packet_block_put16(block, code);
    packet_block_put16(block, sizeof value);
    packet_block_put32(block, value);
}

void packet_block_option64(struct packet_block *block, uint16_t code, uint64_t value)
{
    packet_block_put16(block, code);
    packet_block_put16(block, sizeof value);
    packet_block_put32(block, (uint32_t)value);
    packet_block_put32(block, (uint32_t)(value >> 32));
}

void packet_block_end(struct packet_block *block)
{
    size_t size;

    packet_block_put16(block, OPTION_END);
    packet_block_put16(block, 0);
    size = block->used + WORD_BYTES;
    block->used = LENGTH_AT;
    packet_block_put32(block, (uint32_t)size);
    block->used = size - WORD_BYTES;
    packet_block_put32(block, (uint32_t)size);
}
