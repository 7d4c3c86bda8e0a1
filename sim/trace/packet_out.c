/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_out.c — see packet_out.h. Section references are to draft-ietf-opsawg-pcapng.
 * Tested by tests/unit/test_packet_out.c. */
#include "trace/packet_out.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_out.h"
#include "trace/jsonl/zstd_out.h"
#include "trace/packet_block.h"
#include "trace/utf8.h"

/* Types of blocks (section 11.1) and codes of options (sections 3.5, 4.1, 4.2, 4.3 and 4.6). */
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_STATISTICS = 5, BLOCK_PACKET = 6 };
enum {
    OPTION_COMMENT = 1,
    SHB_USERAPPL = 4,
    IF_NAME = 2,
    IF_DESCRIPTION = 3,
    IF_TSRESOL = 9,
    EPB_FLAGS = 2,
    EPB_PACKETID = 5,
    ISB_STARTTIME = 2,
    ISB_ENDTIME = 3,
    ISB_IFRECV = 4,
};
enum {
    SECTION_MAGIC = 0x1a2b3c4d,
    SECTION_MAJOR = 1,
    SECTION_MINOR = 0,
    LINK_ETHERNET = 1,
    NANOSECONDS = 9, /* digits of a second */
};

/* One frame and no seek table if it can be: Wireshark 4.0 takes what follows for damage. A frame
 * that zstd_out.h counts must not be longer than 32 bits say. */
enum { ZSTD_FRAME_BYTES = 1 << 30 };

/* What was written of one hop. */
struct hop_written {
    uint64_t packets, first_ns, last_ns;
};

struct packet_writer {
    struct file_out *file;
    struct zstd_out *zstd; /* NULL: plain */
    bool failed;
    uint32_t hop_count;
    struct hop_written hop[PACKET_HOP_MAX];
    struct packet_block block; /* the one in the making */
};

/* Finishes the block and writes it. */
static enum status block_write(struct packet_writer *writer, struct diagnostic *diag)
{
    const struct packet_block *block = &writer->block;
    enum status st;

    packet_block_end(&writer->block);
    if (!writer->zstd) {
        st = file_out_write(writer->file, block->bytes, block->used, diag);
    } else {
        st = zstd_out_write(writer->zstd, block->bytes, block->used, diag);
        if (st == STATUS_OK && zstd_out_frame_bytes(writer->zstd) >= ZSTD_FRAME_BYTES)
            st = zstd_out_frame_end(writer->zstd, diag);
    }
    writer->failed = writer->failed || st != STATUS_OK;
    return st;
}

/* Section 4.1. The length of the section is not known before its end: all ones. */
static enum status section_write(struct packet_writer *writer, struct diagnostic *diag)
{
    struct packet_block *block = &writer->block;

    packet_block_begin(block, BLOCK_SECTION);
    packet_block_put32(block, SECTION_MAGIC);
    packet_block_put16(block, SECTION_MAJOR);
    packet_block_put16(block, SECTION_MINOR);
    packet_block_put32(block, UINT32_MAX);
    packet_block_put32(block, UINT32_MAX);
    packet_block_option_text(block, SHB_USERAPPL, "cvmlab");
    return block_write(writer, diag);
}

/* Section 4.2. */
static enum status hop_write(struct packet_writer *writer, const struct packet_hop *hop,
                             struct diagnostic *diag)
{
    static const uint8_t resolution = NANOSECONDS;
    struct packet_block *block = &writer->block;

    packet_block_begin(block, BLOCK_INTERFACE);
    packet_block_put16(block, LINK_ETHERNET);
    packet_block_put16(block, 0);
    packet_block_put32(block, PACKET_FRAME_MAX_BYTES);
    packet_block_option_text(block, IF_NAME, hop->name);
    packet_block_option_text(block, IF_DESCRIPTION, hop->description);
    packet_block_option(block, IF_TSRESOL, &resolution, sizeof resolution);
    return block_write(writer, diag);
}

/* NULL, or what is wrong with a text that may be NULL. */
static const char *text_fault(const char *text)
{
    if (!text)
        return NULL;
    if (strlen(text) > PACKET_TEXT_MAX_BYTES)
        return "too long";
    return utf8_is_valid(text) ? NULL : "not UTF-8";
}

static enum status hops_check(const char *path, const struct packet_hop *hops, uint32_t hop_count,
                              struct diagnostic *diag)
{
    if (hop_count == 0 || hop_count > PACKET_HOP_MAX)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "%" PRIu32 " hops; expected 1 to %d", hop_count, PACKET_HOP_MAX);
    for (uint32_t i = 0; i < hop_count; i++) {
        const char *fault = text_fault(hops[i].name);

        if (!fault)
            fault = text_fault(hops[i].description);
        if (fault)
            return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                                  "hop %" PRIu32
                                  ": name or description is %s; expected UTF-8 of at "
                                  "most %d bytes",
                                  i, fault, PACKET_TEXT_MAX_BYTES);
    }
    return STATUS_OK;
}

/* Everything in front of the first packet. */
static enum status head_write(struct packet_writer *writer, const struct packet_hop *hops,
                              struct diagnostic *diag)
{
    enum status st = section_write(writer, diag);

    for (uint32_t i = 0; st == STATUS_OK && i < writer->hop_count; i++)
        st = hop_write(writer, &hops[i], diag);
    return st;
}

struct packet_writer *packet_writer_create(const char *path, const struct packet_hop *hops,
                                           uint32_t hop_count, struct diagnostic *diag)
{
    struct packet_writer *writer;
    enum status st = STATUS_OK;

    if (hops_check(path, hops, hop_count, diag) != STATUS_OK)
        return NULL;
    writer = calloc(1, sizeof *writer);
    if (!writer) {
        (void)diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
        return NULL;
    }
    writer->hop_count = hop_count;
    writer->file = file_out_create(path, diag);
    if (!writer->file)
        st = STATUS_IO;
    else if (zstd_out_is_wanted(path) && !(writer->zstd = zstd_out_open(writer->file)))
        st = diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    if (st == STATUS_OK)
        st = head_write(writer, hops, diag);
    if (st == STATUS_OK)
        return writer;
    packet_writer_abandon(writer);
    return NULL;
}

static enum status sight_check(const struct packet_writer *writer, const struct packet *packet,
                               const struct packet_sight *sight, struct diagnostic *diag)
{
    const char *path = file_out_name(writer->file), *fault = text_fault(sight->comment);
    const struct hop_written *hop;

    if (sight->hop >= writer->hop_count)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "hop %" PRIu32 "; expected less than %" PRIu32, sight->hop,
                              writer->hop_count);
    if (packet->frame_bytes < PACKET_FRAME_MIN_BYTES || packet->frame_bytes > packet->wire_bytes ||
        packet->wire_bytes > PACKET_FRAME_MAX_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "packet %" PRIu64 ": %" PRIu32 " bytes of a frame of %" PRIu32
                              "; expected %d to %d, and no more than the frame",
                              sight->packet_id, packet->frame_bytes, packet->wire_bytes,
                              PACKET_FRAME_MIN_BYTES, PACKET_FRAME_MAX_BYTES);
    if (fault)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "packet %" PRIu64
                              ": comment is %s; expected UTF-8 of at most %d bytes",
                              sight->packet_id, fault, PACKET_TEXT_MAX_BYTES);
    hop = &writer->hop[sight->hop];
    if (hop->packets > 0 && packet->time_ns < hop->last_ns)
        return diagnostic_set(diag, STATUS_BAD_INPUT, path, 0, 0,
                              "packet %" PRIu64 ": time goes back by %" PRIu64 " ns at hop %" PRIu32
                              "; expected times that do not decrease",
                              sight->packet_id, hop->last_ns - packet->time_ns, sight->hop);
    return STATUS_OK;
}

/* Section 4.3. */
enum status packet_writer_put(struct packet_writer *writer, const struct packet *packet,
                              const struct packet_sight *sight, struct diagnostic *diag)
{
    struct packet_block *block = &writer->block;
    enum status st = sight_check(writer, packet, sight, diag);
    struct hop_written *hop;

    if (st != STATUS_OK)
        return st;
    packet_block_begin(block, BLOCK_PACKET);
    packet_block_put32(block, sight->hop);
    packet_block_put_time(block, packet->time_ns);
    packet_block_put32(block, packet->frame_bytes);
    packet_block_put32(block, packet->wire_bytes);
    packet_block_put(block, packet->frame, packet->frame_bytes);
    packet_block_option_text(block, OPTION_COMMENT, sight->comment);
    packet_block_option32(block, EPB_FLAGS, sight->direction);
    packet_block_option64(block, EPB_PACKETID, sight->packet_id);
    st = block_write(writer, diag);
    if (st != STATUS_OK)
        return st;
    hop = &writer->hop[sight->hop];
    if (hop->packets++ == 0)
        hop->first_ns = packet->time_ns;
    hop->last_ns = packet->time_ns;
    return STATUS_OK;
}

/* Section 4.6. The time of the block itself is that of the last packet. */
static enum status statistics_write(struct packet_writer *writer, uint32_t index,
                                    struct diagnostic *diag)
{
    const struct hop_written *hop = &writer->hop[index];
    struct packet_block *block = &writer->block;

    packet_block_begin(block, BLOCK_STATISTICS);
    packet_block_put32(block, index);
    packet_block_put_time(block, hop->last_ns);
    if (hop->packets > 0) {
        packet_block_put16(block, ISB_STARTTIME);
        packet_block_put16(block, sizeof hop->first_ns);
        packet_block_put_time(block, hop->first_ns);
        packet_block_put16(block, ISB_ENDTIME);
        packet_block_put16(block, sizeof hop->last_ns);
        packet_block_put_time(block, hop->last_ns);
    }
    packet_block_option64(block, ISB_IFRECV, hop->packets);
    return block_write(writer, diag);
}

/* Gives the file back; the rest is gone. */
static struct file_out *writer_free(struct packet_writer *writer)
{
    struct file_out *file = writer->file;

    zstd_out_free(writer->zstd);
    free(writer);
    return file;
}

enum status packet_writer_commit(struct packet_writer *writer, struct diagnostic *diag)
{
    struct file_out *file;
    enum status st = STATUS_OK;

    if (writer->failed)
        st = diagnostic_set(diag, STATUS_BAD_STATE, file_out_name(writer->file), 0, 0,
                            "an earlier write failed");
    for (uint32_t i = 0; st == STATUS_OK && i < writer->hop_count; i++)
        st = statistics_write(writer, i, diag);
    if (st == STATUS_OK && writer->zstd)
        st = zstd_out_frame_end(writer->zstd, diag);
    file = writer_free(writer);
    if (st == STATUS_OK)
        return file_out_commit(file, diag);
    file_out_abandon(file);
    return st;
}

void packet_writer_abandon(struct packet_writer *writer)
{
    struct file_out *file;

    if (!writer)
        return;
    file = writer_free(writer);
    if (file)
        file_out_abandon(file);
}
