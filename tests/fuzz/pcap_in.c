/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/pcap_in.c — any bytes as a capture: what the reader hands out keeps its promises, and
 * what it refuses it refuses again. */
#include "target.h"
#include "trace/packet_in.h"

/* Every byte of the frame: a sanitizer sees one that is not there. */
static unsigned frame_sum(const struct packet *packet)
{
    unsigned sum = 0;

    for (uint32_t i = 0; i < packet->frame_bytes; i++)
        sum += packet->frame[i];
    return sum;
}

static void packets_check(struct packet_reader *reader, const char *path)
{
    const struct packet_capture *capture = packet_reader_capture(reader);
    struct diagnostic diag = {{0}};
    struct packet packet = {0};
    uint64_t count = 0, bytes = 0, cut = 0, last_ns = 0;
    enum status st;

    while ((st = packet_reader_next(reader, &packet, &diag)) == STATUS_OK) {
        fuzz_expect(packet.number == ++count, "packets are numbered 1, 2, ...");
        fuzz_expect(packet.time_ns >= last_ns, "time never goes back");
        fuzz_expect(packet.frame_bytes >= PACKET_FRAME_MIN_BYTES, "a frame has a header");
        fuzz_expect(packet.frame_bytes <= packet.wire_bytes, "no more bytes than on the wire");
        fuzz_expect(packet.wire_bytes <= PACKET_FRAME_MAX_BYTES, "no frame above the limit");
        fuzz_expect(frame_sum(&packet) <= 255 * packet.frame_bytes, "bytes");
        last_ns = packet.time_ns;
        bytes += packet.frame_bytes;
        cut += packet.frame_bytes < packet.wire_bytes;
    }
    if (st != STATUS_END)
        fuzz_expect_message(&diag, path);
    fuzz_expect(packet_reader_next(reader, &packet, &diag) == st, "the end stays the end");
    fuzz_expect(packet.number == count, "a failure leaves the packet as it was");
    fuzz_expect(capture->packets == count && capture->frame_bytes == bytes && capture->cut == cut,
                "the counts are those of the packets");
    fuzz_expect(capture->back_worst_ns <= PACKET_TIME_BACK_MAX_NS, "a step back is bounded");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostic diag = {{0}};
    struct packet_reader *reader;
    struct fuzz_file file;
    bool matches;

    fuzz_file_open(&file, data, size);
    matches = packet_capture_matches(file.path);
    reader = packet_reader_open(file.path, &diag);
    if (reader) {
        fuzz_expect(matches, "what can be opened looks like a capture");
        packets_check(reader, file.path);
        packet_reader_close(reader);
    } else {
        fuzz_expect_message(&diag, file.path);
    }
    fuzz_file_close(&file);
    return 0;
}
