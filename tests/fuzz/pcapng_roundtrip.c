/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/pcapng_roundtrip.c — what the pcapng writer takes, the reader gives back. An input is
 * a script (script.h): the number of hops, then packets until it ends. The same calls give the same
 * file, and a refused packet leaves nothing in it: the second file is written without those. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "script.h"
#include "target.h"
#include "trace/packet_in.h"
#include "trace/packet_out.h"

enum { PACKETS_MAX = 64, HOPS = 4, COMMENT_BYTES = 16, PATH_BYTES = 128, BUFFER_BYTES = 1 << 16 };

/* A call of packet_writer_put. The frame is byte, byte + 1, ... */
struct call {
    struct packet packet;
    struct packet_sight sight;
    char comment[COMMENT_BYTES + 1];
    uint8_t byte;
    bool taken;
};

struct calls {
    uint32_t hop_count;
    unsigned count;
    struct call call[PACKETS_MAX];
    uint8_t frame[PACKET_FRAME_MAX_BYTES + 256];
};

/* One call; lengths and hops are now and then what the writer must refuse. */
static void call_read(struct script *script, struct call *call, uint64_t *clock_ns)
{
    uint32_t wire_bytes = (uint32_t)script_bytes(script, 2) % (PACKET_FRAME_MAX_BYTES + 128);
    unsigned comment_bytes = script_below(script, COMMENT_BYTES + 1);

    *clock_ns += script_value(script) % ((uint64_t)1 << 56);
    call->byte = script_byte(script);
    call->packet =
        (struct packet){0, *clock_ns, NULL, wire_bytes - script_below(script, 4) % 3, wire_bytes};
    call->packet.time_ns -= script_byte(script) % (*clock_ns + 1);
    call->sight = (struct packet_sight){script_below(script, HOPS + 1),
                                        (enum packet_direction)script_below(script, 3),
                                        script_value(script), NULL};
    for (unsigned i = 0; i < comment_bytes; i++)
        call->comment[i] = (char)script_byte(script);
    call->comment[comment_bytes] = '\0';
    if (comment_bytes > 0)
        call->sight.comment = call->comment;
}

static void calls_read(struct calls *calls, struct script *script)
{
    uint64_t clock_ns = 0;

    calls->hop_count = 1 + script_below(script, HOPS);
    for (size_t i = 0; i < sizeof calls->frame; i++)
        calls->frame[i] = (uint8_t)i;
    while (!script_ended(script) && calls->count < PACKETS_MAX) {
        struct call *call = &calls->call[calls->count++];

        call_read(script, call, &clock_ns);
        call->packet.frame = calls->frame + call->byte;
    }
}

static void calls_write(struct calls *calls, const char *path, bool is_second)
{
    static const struct packet_hop hops[HOPS] = {
        {"nic0.wire", "the wire"}, {"monitor.check", NULL}, {NULL, "no name"}, {"guest0.rx", ""}};
    struct diagnostic diag = {{0}};
    struct packet_writer *writer = packet_writer_create(path, hops, calls->hop_count, &diag);

    fuzz_expect(writer != NULL, "the file can be created");
    for (unsigned i = 0; i < calls->count; i++) {
        struct call *call = &calls->call[i];
        enum status st;

        if (is_second && !call->taken)
            continue;
        st = packet_writer_put(writer, &call->packet, &call->sight, &diag);
        fuzz_expect(st == STATUS_OK || (st == STATUS_BAD_INPUT && !is_second),
                    "a packet is taken or refused, and then always");
        if (st == STATUS_BAD_INPUT)
            fuzz_expect_message(&diag, path);
        call->taken = st == STATUS_OK;
    }
    fuzz_expect(packet_writer_commit(writer, &diag) == STATUS_OK, "the file can be finished");
}

static void file_read_back(const struct calls *calls, const char *path)
{
    struct diagnostic diag = {{0}};
    struct packet_reader *reader = packet_reader_open(path, &diag);
    struct packet packet;
    uint64_t last_ns = 0;

    fuzz_expect(reader != NULL, "what was written is a capture");
    for (unsigned i = 0; i < calls->count; i++) {
        const struct packet *from = &calls->call[i].packet;

        if (!calls->call[i].taken)
            continue;
        if (from->time_ns > last_ns)
            last_ns = from->time_ns;
        fuzz_expect(packet_reader_next(reader, &packet, &diag) == STATUS_OK,
                    "every packet is there");
        fuzz_expect(packet.time_ns == last_ns, "at its time, or that of an earlier one");
        fuzz_expect(packet.frame_bytes == from->frame_bytes &&
                        packet.wire_bytes == from->wire_bytes,
                    "of its length");
        fuzz_expect(memcmp(packet.frame, from->frame, from->frame_bytes) == 0, "with its bytes");
    }
    fuzz_expect(packet_reader_next(reader, &packet, &diag) == STATUS_END, "and no other");
    packet_reader_close(reader);
}

static void files_compare(const char *left, const char *right)
{
    static char of_left[BUFFER_BYTES], of_right[BUFFER_BYTES];
    FILE *a = fopen(left, "rb"), *b = fopen(right, "rb");
    size_t size;

    fuzz_expect(a && b, "both files are there");
    do {
        size = fread(of_left, 1, sizeof of_left, a);
        fuzz_expect(fread(of_right, 1, sizeof of_right, b) == size &&
                        memcmp(of_left, of_right, size) == 0,
                    "the same calls give the same bytes");
    } while (size > 0);
    (void)fclose(a);
    (void)fclose(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script script = {data, data + size};
    struct calls *calls = calloc(1, sizeof *calls);
    char folder[] = P_tmpdir "/cvmlab-fuzz-XXXXXX", first[PATH_BYTES], second[PATH_BYTES];

    fuzz_expect(calls && mkdtemp(folder), "memory and a folder");
    (void)snprintf(first, sizeof first, "%s/first.pcapng", folder);
    (void)snprintf(second, sizeof second, "%s/second.pcapng", folder);
    calls_read(calls, &script);
    calls_write(calls, first, false);
    calls_write(calls, second, true);
    file_read_back(calls, first);
    files_compare(first, second);
    (void)unlink(first);
    (void)unlink(second);
    (void)rmdir(folder);
    free(calls);
    return 0;
}
