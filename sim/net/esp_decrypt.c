/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp_decrypt.c — ESP while copying. Read esp_decrypt.h first. */
#include "net/esp_decrypt.h"

#include <string.h>

/* handle to adapter: base is the first member */
static struct esp_decrypt *decrypt_of(struct folio_decrypt *self)
{
    return (struct esp_decrypt *)self;
}

static enum status packet_begin(struct folio_decrypt *self, uint32_t packet_bytes)
{
    struct esp_decrypt *decrypt = decrypt_of(self);

    decrypt->packet_bytes = packet_bytes;
    decrypt->done_bytes = 0;
    decrypt->is_esp = false;
    decrypt->has_started = false;
    return STATUS_OK;
}

/* The headers, which the first chunk holds, were copied to bytes: decides what the packet is. */
static enum status headers_read(struct esp_decrypt *decrypt, uint8_t *bytes)
{
    struct frame frame;
    enum app_verdict verdict = frame_parse(&frame, bytes, decrypt->packet_bytes);

    decrypt->has_started = true;
    if (verdict != APP_ANSWERED || frame.protocol != FRAME_PROTOCOL_ESP)
        return STATUS_OK; /* the application has its own opinion of it */
    verdict = esp_begin(decrypt->table, &frame, &decrypt->packet);
    if (verdict == APP_NO_KEY)
        return STATUS_OK;
    if (verdict != APP_ANSWERED) {
        decrypt->refused[verdict]++;
        return STATUS_DENIED;
    }
    decrypt->is_esp = true;
    return esp_start(&decrypt->packet, bytes + frame.payload);
}

/* How many of size_bytes from at on lie before limit. */
static uint32_t part_before(uint32_t at, uint32_t size_bytes, uint32_t limit)
{
    if (at >= limit)
        return 0;
    return size_bytes < limit - at ? size_bytes : limit - at;
}

/* The encrypted part of a chunk is decrypted to to, its part of the tag is kept. */
static enum status ciphertext_open(struct esp_decrypt *decrypt, const uint8_t *fetched,
                                   uint32_t size_bytes, uint8_t *to)
{
    const struct esp_packet *packet = &decrypt->packet;
    uint32_t before = part_before(decrypt->done_bytes, size_bytes, packet->inner);
    uint32_t inside = part_before(decrypt->done_bytes + before, size_bytes - before, packet->icv);
    uint32_t at = decrypt->done_bytes + before + inside;

    decrypt->crypto_bytes += inside;
    for (uint32_t i = before + inside; i < size_bytes && at < packet->end; i++, at++)
        decrypt->tag[at - packet->icv] = fetched[i];
    return aead_open_piece(packet->association->aead, fetched + before, to + before, inside);
}

static enum status packet_chunk(struct folio_decrypt *self, const uint8_t *fetched,
                                uint32_t size_bytes, uint8_t *to, uint32_t room_bytes,
                                uint32_t *written)
{
    struct esp_decrypt *decrypt = decrypt_of(self);
    enum status st = STATUS_OK;

    if (size_bytes > room_bytes)
        return STATUS_FULL;
    memcpy(to, fetched, size_bytes);
    *written = size_bytes;
    if (!decrypt->has_started)
        st = headers_read(decrypt, to);
    if (st == STATUS_OK && decrypt->is_esp)
        st = ciphertext_open(decrypt, fetched, size_bytes, to);
    decrypt->done_bytes += size_bytes;
    return st;
}

static enum status packet_finish(struct folio_decrypt *self, uint8_t *data, uint32_t *total_bytes)
{
    struct esp_decrypt *decrypt = decrypt_of(self);
    enum status st;

    (void)data;
    (void)total_bytes;
    if (!decrypt->is_esp) {
        decrypt->passed++;
        return STATUS_OK;
    }
    st = aead_open_finish(decrypt->packet.association->aead, decrypt->tag,
                          decrypt->packet.association->icv_bytes);
    if (st != STATUS_OK) {
        decrypt->refused[APP_UNAUTHENTIC]++;
        return st;
    }
    esp_accept(decrypt->table, &decrypt->packet);
    decrypt->opened++;
    return STATUS_OK;
}

void esp_decrypt_begin(struct esp_decrypt *decrypt, struct esp_table *table)
{
    static const struct folio_decrypt_ops ops = {packet_begin, packet_chunk, packet_finish};

    memset(decrypt, 0, sizeof *decrypt);
    decrypt->base.ops = &ops;
    decrypt->table = table;
}
