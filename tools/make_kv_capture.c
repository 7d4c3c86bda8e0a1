/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tools/make_kv_capture.c — writes traces/packets/kv.pcapng.zst: requests to a key-value server, as
 * sim/net/kv_traffic.h makes them, 50 us apart. make_kv_capture FILE; the bytes are always the
 * same. */
#include <stdio.h>

#include "net/kv_traffic.h"
#include "trace/packet_out.h"

enum { REQUESTS = 3000, KEYS = 200, GET_PERCENT = 90, VALUE_BYTES = 512, GAP_NS = 50000, SEED = 1 };

static enum status requests_write(struct packet_writer *writer, struct diagnostic *diag)
{
    struct kv_traffic traffic = {
        .seed = SEED, .keys = KEYS, .get_percent = GET_PERCENT, .value_bytes = VALUE_BYTES};
    uint8_t frame[KV_TRAFFIC_FRAME_BYTES];
    enum status status = STATUS_OK;

    for (uint64_t i = 0; status == STATUS_OK && i < REQUESTS; i++) {
        struct packet packet = {.number = i + 1, .time_ns = i * GAP_NS, .frame = frame};
        struct packet_sight sight = {.direction = PACKET_INBOUND, .packet_id = i + 1};

        packet.frame_bytes = packet.wire_bytes = kv_traffic_request(&traffic, frame);
        status = packet_writer_put(writer, &packet, &sight, diag);
    }
    return status;
}

int main(int argc, char **argv)
{
    static const struct packet_hop wire = {"nic0.wire", "requests to a key-value server"};
    struct diagnostic diag = {""};
    struct packet_writer *writer;
    enum status status;

    if (argc != 2) {
        (void)fprintf(stderr, "usage: make_kv_capture FILE\n");
        return 2;
    }
    writer = packet_writer_create(argv[1], &wire, 1, &diag);
    status = writer ? requests_write(writer, &diag) : STATUS_IO;
    if (status == STATUS_OK)
        status = packet_writer_commit(writer, &diag);
    else
        packet_writer_abandon(writer);
    if (status != STATUS_OK)
        (void)fprintf(stderr, "%s\n", diag.text);
    return status == STATUS_OK ? 0 : 4;
}
