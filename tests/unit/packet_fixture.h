/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/packet_fixture.h — for tests of captures: builds pcap and pcapng files byte by byte,
 * in either byte order, right or wrong (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng). */
#ifndef CVMLAB_TESTS_UNIT_PACKET_FIXTURE_H
#define CVMLAB_TESTS_UNIT_PACKET_FIXTURE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "trace/packet_in.h"

enum {
    PATH_BYTES = 128,
    FILE_BYTES = 512 * 1024,
    FRAME_BYTES = 60,
    LINK_ETHERNET = 1,
    LINK_SLL = 113,
    SNAPSHOT = 65535,
    MAGIC_MICRO = 0xa1b2c3d4,
    MAGIC_NANO = 0xa1b23c4d,
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    SECTION_MAGIC = 0x1a2b3c4d,
};

/* A file in the making. */
struct bytes {
    uint8_t at[FILE_BYTES];
    size_t size;
    bool is_big_endian;
};

static inline void put8(struct bytes *bytes, unsigned value)
{
    assert_true(bytes->size < FILE_BYTES);
    bytes->at[bytes->size++] = (uint8_t)value;
}

static inline void put16(struct bytes *bytes, unsigned value)
{
    put8(bytes, bytes->is_big_endian ? value >> 8 : value);
    put8(bytes, bytes->is_big_endian ? value : value >> 8);
}

static inline void put32(struct bytes *bytes, uint32_t value)
{
    put16(bytes, bytes->is_big_endian ? value >> 16 : value & 0xffff);
    put16(bytes, bytes->is_big_endian ? value & 0xffff : value >> 16);
}

/* Byte i of every frame here. */
static inline uint8_t frame_byte(size_t i)
{
    return (uint8_t)(i * 7 + 1);
}

static inline void put_frame(struct bytes *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put8(bytes, frame_byte(i));
}

/* The 24 bytes at the beginning of a pcap file. */
struct pcap_start {
    uint32_t magic, major, minor, snapshot, link;
};

static const struct pcap_start PCAP_GOOD = {MAGIC_MICRO, 2, 4, SNAPSHOT, LINK_ETHERNET};

static inline void put_pcap(struct bytes *bytes, const struct pcap_start *start)
{
    put32(bytes, start->magic);
    put16(bytes, start->major);
    put16(bytes, start->minor);
    put32(bytes, 0);
    put32(bytes, 0);
    put32(bytes, start->snapshot);
    put32(bytes, start->link);
}

/* A record, as its header says it. */
struct pcap_record {
    uint32_t seconds, fraction, captured, original;
};

/* The header, and as many bytes as it says, at most what the file has room for. */
static inline void put_record(struct bytes *bytes, const struct pcap_record *record)
{
    size_t room = FILE_BYTES / 2;

    put32(bytes, record->seconds);
    put32(bytes, record->fraction);
    put32(bytes, record->captured);
    put32(bytes, record->original);
    put_frame(bytes, record->captured < room ? record->captured : room);
}

/* Begins a block; what it returns goes to block_end. */
static inline size_t block_begin(struct bytes *bytes, uint32_t type)
{
    put32(bytes, type);
    put32(bytes, 0);
    return bytes->size - 8;
}

static inline void block_end(struct bytes *bytes, size_t start)
{
    struct bytes *length = bytes;
    size_t end;

    while (bytes->size % 4 != 0)
        put8(bytes, 0);
    end = bytes->size + 4;
    put32(bytes, (uint32_t)(end - start));
    length->size = start + 4;
    put32(length, (uint32_t)(end - start));
    bytes->size = end;
}

static inline void put_section(struct bytes *bytes)
{
    size_t start = block_begin(bytes, BLOCK_SECTION);

    put32(bytes, SECTION_MAGIC);
    put16(bytes, 1);
    put16(bytes, 0);
    put32(bytes, 0xffffffff);
    put32(bytes, 0xffffffff);
    block_end(bytes, start);
}

/* tsresol: decimal digits of a second; 6 if the option is left out (negative). */
static inline void put_interface(struct bytes *bytes, unsigned link, uint32_t snapshot, int tsresol)
{
    size_t start = block_begin(bytes, BLOCK_INTERFACE);

    put16(bytes, link);
    put16(bytes, 0);
    put32(bytes, snapshot);
    if (tsresol >= 0) {
        put16(bytes, 9); /* if_tsresol */
        put16(bytes, 1);
        put8(bytes, (unsigned)tsresol);
        while (bytes->size % 4 != 0)
            put8(bytes, 0);
        put32(bytes, 0); /* opt_endofopt */
    }
    block_end(bytes, start);
}

static inline void put_packet(struct bytes *bytes, uint64_t time, uint32_t captured,
                              uint32_t original)
{
    size_t start = block_begin(bytes, BLOCK_PACKET);

    put32(bytes, 0);
    put32(bytes, (uint32_t)(time >> 32));
    put32(bytes, (uint32_t)time);
    put32(bytes, captured);
    put32(bytes, original);
    put_frame(bytes, captured);
    block_end(bytes, start);
}

/* An empty file in the making; the caller frees. */
static inline struct bytes *bytes_make(bool is_big_endian)
{
    struct bytes *bytes = calloc(1, sizeof *bytes);

    assert_non_null(bytes);
    bytes->is_big_endian = is_big_endian;
    return bytes;
}

/* A file of its own for each test. */
struct file {
    char path[PATH_BYTES];
};

static inline struct file file_make(const void *bytes, size_t size)
{
    struct file file = {P_tmpdir "/cvmlab-test-XXXXXX"};
    int fd = mkstemp(file.path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(close(fd), 0);
    return file;
}

static inline void file_end(const struct file *file)
{
    assert_int_equal(unlink(file->path), 0);
}

static const struct pcap_record PCAP_FIRST = {5, 7, FRAME_BYTES, FRAME_BYTES};

/* PCAP_FIRST, and a second later 20 bytes of 90; the caller frees. */
static inline struct bytes *two_packets_make(bool is_big_endian, uint32_t magic)
{
    struct bytes *bytes = bytes_make(is_big_endian);
    struct pcap_start start = PCAP_GOOD;
    struct pcap_record second = {6, 7, 20, 90};

    start.magic = magic;
    put_pcap(bytes, &start);
    put_record(bytes, &PCAP_FIRST);
    put_record(bytes, &second);
    return bytes;
}

/* The same in zstd. */
static inline struct file zstd_file_make(const struct bytes *bytes)
{
    size_t room = ZSTD_compressBound(bytes->size), size;
    void *compressed = malloc(room);
    struct file file;

    assert_non_null(compressed);
    size = ZSTD_compress(compressed, room, bytes->at, bytes->size, 1);
    assert_false(ZSTD_isError(size));
    file = file_make(compressed, size);
    free(compressed);
    return file;
}

#endif
