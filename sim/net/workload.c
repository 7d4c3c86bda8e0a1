/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/workload.c — see workload.h. Formats: RFC 894, 791 section 3.1, 768, 4303. */
#include "net/workload.h"

#include <math.h>
#include <string.h>

#include "net/esp.h"
#include "net/frame.h"

enum { ETHERNET_BYTES = 14, FIRST_PORT = 40000, ECHO_PORT = 7, ADDRESS_BYTES = 4 };

/* Packets per second: with fewer, the time of the last one would not fit. */
#define RATE_LEAST 1e-3

/* What makes the frames. */
struct maker {
    const struct workload_shape *shape;
    struct esp_table table;       /* with keys */
    struct esp_association *seal; /* NULL: plain UDP */
    uint32_t udp_bytes;           /* of each datagram, its header included */
    uint8_t bytes[WORKLOAD_FRAME_BYTES_MAX + 256];
};

static void headers_write(struct maker *maker, struct frame *frame, uint8_t protocol,
                          uint32_t payload_bytes)
{
    static const uint8_t ethernet[ETHERNET_BYTES] = {2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 11, 8, 0};
    static const uint8_t ipv4[FRAME_IPV4_BYTES] = {
        0x45, [6] = 0x40, [8] = 64, [12] = 10, 77, 0, 1, 10, 77, 0, 2}; /* DF, TTL */
    uint8_t *ip = maker->bytes + ETHERNET_BYTES;

    memcpy(maker->bytes, ethernet, sizeof ethernet);
    memcpy(ip, ipv4, sizeof ipv4);
    ip[9] = protocol;
    if (maker->seal) {
        memcpy(ip + 12, maker->seal->source, ADDRESS_BYTES);
        memcpy(ip + 16, maker->seal->destination, ADDRESS_BYTES);
    }
    *frame = (struct frame){.bytes = maker->bytes,
                            .ip = ETHERNET_BYTES,
                            .payload = ETHERNET_BYTES + FRAME_IPV4_BYTES,
                            .protocol = protocol};
    frame_resize(frame, payload_bytes);
}

/* A datagram of one of the flows. */
static void udp_write(const struct maker *maker, const struct frame *frame, uint8_t *udp,
                      uint32_t index)
{
    uint32_t sum;

    for (uint32_t i = 0; i < maker->udp_bytes; i++)
        udp[i] = (uint8_t)(i + index);
    frame_put16(udp, FIRST_PORT + index % WORKLOAD_FLOWS);
    frame_put16(udp + 2, ECHO_PORT);
    frame_put16(udp + 4, maker->udp_bytes);
    frame_put16(udp + 6, 0);
    sum = frame_checksum(frame, FRAME_PROTOCOL_UDP, udp, maker->udp_bytes);
    frame_put16(udp + 6, sum ? sum : 0xffff); /* RFC 768 */
}

/* Frame index of the shape; *frame_bytes is its size. */
static enum status frame_make(struct maker *maker, uint32_t index, uint32_t *frame_bytes)
{
    struct frame frame;
    uint8_t *payload = maker->bytes + ETHERNET_BYTES + FRAME_IPV4_BYTES;
    enum status status = STATUS_OK;

    if (maker->seal) {
        headers_write(maker, &frame, FRAME_PROTOCOL_ESP,
                      esp_sealed_bytes(maker->seal, maker->udp_bytes));
        udp_write(maker, &frame, payload + ESP_HEADER_BYTES + ESP_IV_BYTES, index);
        status =
            esp_seal(&maker->table, maker->seal, payload, maker->udp_bytes, FRAME_PROTOCOL_UDP);
    } else {
        headers_write(maker, &frame, FRAME_PROTOCOL_UDP, maker->udp_bytes);
        udp_write(maker, &frame, payload, index);
    }
    *frame_bytes = frame.end;
    return status;
}

/* The association to seal with, and the largest datagram that fits. */
static enum status maker_begin(struct maker *maker, struct diagnostic *diag)
{
    const struct workload_shape *shape = maker->shape;
    uint32_t most = shape->frame_bytes - ETHERNET_BYTES - FRAME_IPV4_BYTES;
    enum status status;

    maker->udp_bytes = most;
    if (!shape->keys)
        return STATUS_OK;
    status = esp_table_read(&maker->table, shape->keys, aead_library_default(), diag);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; !maker->seal && i < maker->table.count; i++)
        if (maker->table.association[i].back && !maker->table.association[i].is_ipv6)
            maker->seal = &maker->table.association[i];
    if (!maker->seal)
        return diagnostic_set(diag, STATUS_BAD_INPUT, shape->keys, 0, 0,
                              "no association over IPv4 that has one back; expected one");
    while (maker->udp_bytes > FRAME_UDP_BYTES &&
           esp_sealed_bytes(maker->seal, maker->udp_bytes) > most)
        maker->udp_bytes--;
    return STATUS_OK;
}

static enum status frames_give(struct maker *maker, workload_take *take, void *context,
                               struct diagnostic *diag)
{
    const struct workload_shape *shape = maker->shape;
    double gap_ns = shape->packets_per_second > 0 ? 1e9 / shape->packets_per_second : 0;
    enum status status = STATUS_OK;

    for (uint32_t i = 0; status == STATUS_OK && i < shape->count; i++) {
        struct packet packet = {
            .number = i + 1, .time_ns = (uint64_t)llround(gap_ns * i), .frame = maker->bytes};

        status = frame_make(maker, i, &packet.frame_bytes);
        packet.wire_bytes = packet.frame_bytes;
        if (status != STATUS_OK)
            return diagnostic_set(diag, status, "workload", 0, 0, "a frame cannot be sealed");
        status = take(context, &packet, diag);
    }
    return status;
}

enum status workload_play(const struct workload_shape *shape, workload_take *take, void *context,
                          struct diagnostic *diag)
{
    struct maker maker = {.shape = shape};
    enum status status;

    if (shape->frame_bytes < WORKLOAD_FRAME_BYTES_MIN ||
        shape->frame_bytes > WORKLOAD_FRAME_BYTES_MAX || shape->count < 1)
        return diagnostic_set(diag, STATUS_BAD_INPUT, "workload", 0, 0,
                              "frames of %u bytes; expected %d to %d", shape->frame_bytes,
                              WORKLOAD_FRAME_BYTES_MIN, WORKLOAD_FRAME_BYTES_MAX);
    if (shape->packets_per_second != 0 && !(shape->packets_per_second >= RATE_LEAST))
        return diagnostic_set(diag, STATUS_BAD_INPUT, "workload", 0, 0,
                              "%g packets per second; expected 0 or at least %g",
                              shape->packets_per_second, RATE_LEAST);
    status = maker_begin(&maker, diag);
    if (status == STATUS_OK)
        status = frames_give(&maker, take, context, diag);
    esp_table_free(&maker.table);
    return status;
}

static enum status packet_append(void *context, const struct packet *packet,
                                 struct diagnostic *diag)
{
    enum status status = packet_set_append(context, packet);

    if (status != STATUS_OK)
        (void)diagnostic_set(diag, status, "workload", 0, 0, "no memory for its packets");
    return status;
}

struct packet_set *workload_make(const struct workload_shape *shape, enum status *status,
                                 struct diagnostic *diag)
{
    struct packet_set *set = packet_set_create();

    *status = set ? workload_play(shape, packet_append, set, diag)
                  : diagnostic_set(diag, STATUS_IO, "workload", 0, 0, "no memory");
    if (*status == STATUS_OK)
        return set;
    packet_set_free(set);
    return NULL;
}
