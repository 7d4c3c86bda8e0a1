/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/packet_in.c — see packet_in.h. libpcap takes its bytes from packet_stream.c, which
 * keeps the header of each record as it stands in the file: libpcap shortens a record that is
 * longer than the snapshot length and says nothing. Tested by tests/unit/test_packet_in.c. */
#include "trace/packet_in.h"

#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trace/packet_stream.h"

enum { NS_PER_S = 1000 * 1000 * 1000 };

struct packet_reader {
    char *path;
    pcap_t *pcap;            /* owns the FILE over stream */
    struct packet_head head; /* of a pcap file */
    uint32_t snapshot_bytes;
    struct packet_capture capture;
    uint64_t last_ns;
    enum status ended;            /* STATUS_OK while packets come */
    struct diagnostic ended_diag; /* why, if it was a failure */
    struct packet_stream stream;
};

bool packet_capture_matches(const char *path)
{
    struct packet_stream *stream;
    struct stat info;
    bool matches = false;

    /* A pipe is not to be looked at: what is read of it is gone. */
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    stream = malloc(sizeof *stream);
    if (stream && packet_stream_open(stream, path, NULL) == STATUS_OK) {
        size_t size_bytes;
        const unsigned char *bytes = packet_stream_head(stream, &size_bytes);

        matches = packet_head_kind(bytes, size_bytes) != HEAD_UNKNOWN;
        packet_stream_close(stream);
    }
    free(stream);
    return matches;
}

/* opening */

static enum status head_check(struct packet_reader *reader, struct diagnostic *diag)
{
    size_t size_bytes;
    const unsigned char *bytes = packet_stream_head(&reader->stream, &size_bytes);

    switch (packet_head_kind(bytes, size_bytes)) {
    case HEAD_PCAP:
        return packet_head_read(&reader->head, bytes, size_bytes, reader->path, diag);
    case HEAD_PCAPNG:
        reader->capture.is_pcapng = true;
        return STATUS_OK;
    case HEAD_UNKNOWN:
        break;
    }
    if (size_bytes == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                              "file is empty; expected a capture, pcap or pcapng");
    return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                          "not a capture; expected pcap or pcapng, plain or zstd");
}

static enum status link_type_check(const struct packet_reader *reader, struct diagnostic *diag)
{
    int type = pcap_datalink(reader->pcap);
    const char *name = pcap_datalink_val_to_name(type);

    if (type == DLT_EN10MB)
        return STATUS_OK;
    if (!name)
        return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                              "link type %d; expected Ethernet (EN10MB)", type);
    return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                          "link type %s (%s); expected Ethernet (EN10MB)", name,
                          pcap_datalink_val_to_description(type));
}

/* What a call to libpcap failed of, when not of the bytes that it could see. */
static enum status pcap_fail(const struct packet_reader *reader, const char *text,
                             struct diagnostic *diag)
{
    if (reader->stream.status != STATUS_OK) {
        if (diag)
            *diag = reader->stream.diag;
        return reader->stream.status;
    }
    if (reader->stream.is_short)
        return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                              "file ends before its first interface; expected one");
    return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                          "damaged (%s); expected a capture", text);
}

static enum status pcap_start(struct packet_reader *reader, struct diagnostic *diag)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    const struct packet_head *head = reader->capture.is_pcapng ? NULL : &reader->head;
    FILE *file = packet_stream_file(&reader->stream, head);

    if (!file)
        return diagnostic_set(diag, STATUS_IO, reader->path, 0, 0, "out of memory");
    reader->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, text);
    if (!reader->pcap) {
        (void)fclose(file);
        return pcap_fail(reader, text, diag);
    }
    if (!reader->capture.is_pcapng)
        reader->snapshot_bytes = reader->head.snapshot_bytes;
    else
        reader->snapshot_bytes = (uint32_t)pcap_snapshot(reader->pcap);
    if (reader->snapshot_bytes > PACKET_SNAPSHOT_MAX_BYTES)
        return diagnostic_set(diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                              "snapshot length %" PRIu32 "; expected at most %d",
                              reader->snapshot_bytes, PACKET_SNAPSHOT_MAX_BYTES);
    return link_type_check(reader, diag);
}

struct packet_reader *packet_reader_open(const char *path, struct diagnostic *diag)
{
    struct packet_reader *reader = calloc(1, sizeof *reader);
    enum status st = STATUS_OK;

    if (reader)
        reader->path = strdup(path);
    if (!reader || !reader->path)
        st = diagnostic_set(diag, STATUS_IO, path, 0, 0, "out of memory");
    if (st == STATUS_OK)
        st = packet_stream_open(&reader->stream, reader->path, diag);
    if (st == STATUS_OK)
        st = head_check(reader, diag);
    if (st == STATUS_OK)
        st = pcap_start(reader, diag);
    if (st == STATUS_OK)
        return reader;
    packet_reader_close(reader);
    return NULL;
}

/* reading */

static enum status record_fail(struct packet_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fails about the packet after those that were read. */
static enum status record_fail(struct packet_reader *reader, const char *format, ...)
{
    char text[DIAGNOSTIC_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return diagnostic_set(&reader->ended_diag, STATUS_BAD_INPUT, reader->path, 0, 0,
                          "packet %" PRIu64 ": %s", reader->capture.packets + 1, text);
}

static enum status record_check(struct packet_reader *reader, const struct packet_record *record)
{
    if (record->frame_bytes > reader->snapshot_bytes)
        return record_fail(
            reader, "captured length %" PRIu32 "; expected at most the snapshot length, %" PRIu32,
            record->frame_bytes, reader->snapshot_bytes);
    if (record->frame_bytes > record->wire_bytes)
        return record_fail(
            reader, "captured length %" PRIu32 "; expected at most the original length, %" PRIu32,
            record->frame_bytes, record->wire_bytes);
    if (record->frame_bytes < PACKET_FRAME_MIN_BYTES)
        return record_fail(reader, "frame of %" PRIu32 " bytes; expected at least %d, its header",
                           record->frame_bytes, PACKET_FRAME_MIN_BYTES);
    if (record->wire_bytes > PACKET_FRAME_MAX_BYTES)
        return record_fail(reader, "frame of %" PRIu32 " bytes; expected at most %d",
                           record->wire_bytes, PACKET_FRAME_MAX_BYTES);
    if (record->fraction_ns >= NS_PER_S)
        return record_fail(reader, "%" PRIu64 " ns within a second; expected less than %d",
                           record->fraction_ns, NS_PER_S);
    if (record->seconds >= UINT64_MAX / NS_PER_S)
        return record_fail(reader, "time of %" PRIu64 " s; expected less than %" PRIu64,
                           record->seconds, UINT64_MAX / NS_PER_S);
    return STATUS_OK;
}

/* Says where the file ends inside a record of a pcap file. */
static enum status record_short(struct packet_reader *reader)
{
    uint64_t taken = reader->stream.taken;
    struct packet_record record;

    if (taken < PCAP_RECORD_HEAD_BYTES)
        return record_fail(reader, "record header of %" PRIu64 " bytes: truncated; expected %d",
                           taken, PCAP_RECORD_HEAD_BYTES);
    record = packet_head_record(&reader->head, reader->stream.marked);
    return record_fail(reader,
                       "file ends after %" PRIu64 " of its bytes: truncated; expected %" PRIu32,
                       taken - PCAP_RECORD_HEAD_BYTES, record.frame_bytes);
}

/* The record that libpcap handed out, or stumbled over: result is what it returned. */
static enum status record_read(struct packet_reader *reader, int result,
                               const struct pcap_pkthdr *from, struct packet_record *record)
{
    bool is_pcap = !reader->capture.is_pcapng;
    enum status st = STATUS_OK;

    if (reader->stream.status != STATUS_OK) {
        reader->ended_diag = reader->stream.diag;
        return reader->stream.status;
    }
    if (is_pcap && reader->stream.taken >= PCAP_RECORD_HEAD_BYTES) {
        *record = packet_head_record(&reader->head, reader->stream.marked);
        st = record_check(reader, record);
    } else if (result == 1) {
        *record = (struct packet_record){(uint64_t)from->ts.tv_sec, (uint64_t)from->ts.tv_usec,
                                         from->caplen, from->len};
        st = record_check(reader, record);
    }
    if (st != STATUS_OK || result == 1)
        return st;
    if (is_pcap && reader->stream.is_short)
        return record_short(reader);
    if (reader->stream.is_short)
        return record_fail(reader, "file ends inside a block: truncated; expected the rest of it");
    return record_fail(reader, "damaged (%s); expected a packet", pcap_geterr(reader->pcap));
}

/* A time a little before the last one becomes the last one. */
static enum status time_check(struct packet_reader *reader, const struct packet_record *record,
                              uint64_t *time_ns)
{
    struct packet_capture *capture = &reader->capture;
    uint64_t back_ns;

    *time_ns = record->seconds * NS_PER_S + record->fraction_ns;
    if (*time_ns >= reader->last_ns)
        return STATUS_OK;
    back_ns = reader->last_ns - *time_ns;
    if (back_ns > PACKET_TIME_BACK_MAX_NS)
        return record_fail(reader,
                           "time goes back by %" PRIu64 " ns; expected at most %d "
                           "(reordercap of Wireshark sorts a capture)",
                           back_ns, PACKET_TIME_BACK_MAX_NS);
    capture->backwards++;
    if (back_ns > capture->back_worst_ns)
        capture->back_worst_ns = back_ns;
    *time_ns = reader->last_ns;
    return STATUS_OK;
}

static enum status packet_read(struct packet_reader *reader, struct packet *packet)
{
    struct packet_capture *capture = &reader->capture;
    struct pcap_pkthdr *from = NULL;
    const unsigned char *frame = NULL;
    struct packet_record record;
    uint64_t time_ns;
    enum status st;
    int result;

    packet_stream_mark(&reader->stream);
    result = pcap_next_ex(reader->pcap, &from, &frame);
    if (result == PCAP_ERROR_BREAK)
        return STATUS_END;
    st = record_read(reader, result, from, &record);
    if (st == STATUS_OK)
        st = time_check(reader, &record, &time_ns);
    if (st != STATUS_OK)
        return st;
    reader->last_ns = time_ns;
    capture->packets++;
    capture->frame_bytes += record.frame_bytes;
    capture->cut += record.wire_bytes > record.frame_bytes;
    *packet =
        (struct packet){capture->packets, time_ns, frame, record.frame_bytes, record.wire_bytes};
    return STATUS_OK;
}

enum status packet_reader_next(struct packet_reader *reader, struct packet *packet,
                               struct diagnostic *diag)
{
    if (reader->ended == STATUS_OK)
        reader->ended = packet_read(reader, packet);
    if (reader->ended != STATUS_OK && reader->ended != STATUS_END && diag)
        *diag = reader->ended_diag;
    return reader->ended;
}

const struct packet_capture *packet_reader_capture(const struct packet_reader *reader)
{
    return &reader->capture;
}

void packet_reader_close(struct packet_reader *reader)
{
    if (!reader)
        return;
    if (reader->pcap)
        pcap_close(reader->pcap);
    packet_stream_close(&reader->stream);
    free(reader->path);
    free(reader);
}
