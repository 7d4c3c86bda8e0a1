/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/esp_packet.c — any frame for the IPsec application, and, cut into chunks, for ESP
 * while copying. The first bytes name an association, whose addresses and SPI are then written into
 * the frame, so that the walk gets past the table. Nothing that was not sealed with the key opens.
 */
#include <string.h>

#include "net/esp_decrypt.h"
#include "target.h"

enum { FRAME_BYTES = 2048, ETHERNET_BYTES = 14 };

static struct esp_table table;
static struct esp_decrypt decrypt;

static void table_open(void)
{
    struct diagnostic diag;

    if (table.count == 0)
        fuzz_expect(esp_table_read(&table, "traces/packets/esp-keys.json", AEAD_OPENSSL, &diag) ==
                        STATUS_OK,
                    "the shipped keys can be read");
}

/* Headers that lead to an association; what the input has there is overwritten. */
static void frame_aim(uint8_t *bytes, uint32_t size_bytes, unsigned number)
{
    const struct esp_association *association = &table.association[number % table.count];
    uint32_t ip_bytes = association->is_ipv6 ? FRAME_IPV6_BYTES : FRAME_IPV4_BYTES;
    struct frame frame = {.bytes = bytes,
                          .ip = ETHERNET_BYTES,
                          .payload = ETHERNET_BYTES + ip_bytes,
                          .is_ipv6 = association->is_ipv6};
    uint8_t *ip = bytes + ETHERNET_BYTES;

    if (size_bytes < frame.payload + ESP_HEADER_BYTES)
        return;
    bytes[0] = 2;
    frame_put16(bytes + 12, frame.is_ipv6 ? FRAME_ETHERTYPE_IPV6 : FRAME_ETHERTYPE_IPV4);
    ip[0] = frame.is_ipv6 ? 0x60 : 0x45;
    ip[frame.is_ipv6 ? 6 : 9] = FRAME_PROTOCOL_ESP;
    memcpy(ip + (frame.is_ipv6 ? 8 : 12), association->source, frame.is_ipv6 ? 16 : 4);
    memcpy(ip + (frame.is_ipv6 ? 24 : 16), association->destination, frame.is_ipv6 ? 16 : 4);
    if (!frame.is_ipv6)
        frame_put16(ip + 6, 0);
    frame_resize(&frame, size_bytes - frame.payload);
    frame_put32(bytes + frame.payload, association->spi);
}

static void frame_open(const uint8_t *bytes, uint32_t size_bytes)
{
    uint8_t private_bytes[FRAME_BYTES];
    struct frame frame;
    struct esp_packet packet;

    memcpy(private_bytes, bytes, size_bytes);
    if (frame_parse(&frame, private_bytes, size_bytes) != APP_ANSWERED)
        return;
    fuzz_expect(frame.payload <= frame.end && frame.end <= size_bytes, "a frame is in its bytes");
    if (frame.protocol == FRAME_PROTOCOL_UDP) {
        uint32_t payload, payload_bytes;

        if (frame_udp(&frame, &payload, &payload_bytes))
            fuzz_expect(payload + payload_bytes <= frame.end, "a datagram is in its packet");
        return;
    }
    fuzz_expect(esp_open(&table, &frame, &packet) != APP_ANSWERED, "nothing unsealed opens");
}

static void frame_copy(const uint8_t *bytes, uint32_t size_bytes)
{
    uint8_t room[FRAME_BYTES];
    enum status st;
    uint32_t total = 0;

    esp_decrypt_begin(&decrypt, &table);
    st = decrypt.base.ops->begin(&decrypt.base, size_bytes);
    for (uint32_t at = 0, size; st == STATUS_OK && at < size_bytes; at += size) {
        uint32_t written = 0;

        size = size_bytes - at < FOLIO_CHUNK_BYTES ? size_bytes - at : FOLIO_CHUNK_BYTES;
        st = decrypt.base.ops->chunk(&decrypt.base, bytes + at, size, room + total,
                                     FRAME_BYTES - total, &written);
        total += written;
    }
    if (st == STATUS_OK)
        st = decrypt.base.ops->finish(&decrypt.base, room, &total);
    fuzz_expect(decrypt.opened == 0, "nothing unsealed opens while it is copied");
    fuzz_expect(st != STATUS_OK || (total == size_bytes && memcmp(room, bytes, total) == 0),
                "what is not opened goes through unchanged");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[FRAME_BYTES];

    if (size < 1 + ETHERNET_BYTES || size > FRAME_BYTES)
        return 0;
    table_open();
    memcpy(bytes, data + 1, size - 1);
    if (data[0] & 0x80)
        frame_aim(bytes, (uint32_t)size - 1, data[0]);
    frame_open(bytes, (uint32_t)size - 1);
    frame_copy(bytes, (uint32_t)size - 1);
    return 0;
}
