/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp_decrypt.c — ESP while copying. Read esp_decrypt.h first. */
#include "net/esp_decrypt.h"

#include <string.h>

/* All that frame_parse and esp_start look at lies in so many first bytes: Ethernet with a tag, the
 * longest IPv4 header, the ESP header, its IV. */
enum { HEADERS_BYTES = 128 };

_Static_assert(14 + 4 + 60 + ESP_HEADER_BYTES + ESP_IV_BYTES <= HEADERS_BYTES &&
                   (int)HEADERS_BYTES <= (int)FOLIO_CHUNK_BYTES,
               "the first chunk holds the headers");

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

/* The first HEADERS_BYTES were copied to bytes: decides what the packet is. */
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

/* The encrypted part of a chunk is decrypted to to, the rest is copied, its part of the tag kept.
 */
static enum status ciphertext_open(struct esp_decrypt *decrypt, const uint8_t *fetched,
                                   uint32_t size_bytes, uint8_t *to)
{
    const struct esp_packet *packet = &decrypt->packet;
    uint32_t before = part_before(decrypt->done_bytes, size_bytes, packet->inner);
    uint32_t inside = part_before(decrypt->done_bytes + before, size_bytes - before, packet->icv);
    uint32_t behind = before + inside, at = decrypt->done_bytes + behind;
    uint32_t tag = part_before(at, size_bytes - behind, packet->end);

    decrypt->crypto_bytes += inside;
    memcpy(to, fetched, before);
    memcpy(to + behind, fetched + behind, size_bytes - behind);
    if (tag > 0)
        memcpy(decrypt->tag + (at - packet->icv), fetched + behind, tag);
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
    *written = size_bytes;
    if (!decrypt->has_started) {
        memcpy(to, fetched, size_bytes < HEADERS_BYTES ? size_bytes : HEADERS_BYTES);
        st = headers_read(decrypt, to);
    }
    if (st == STATUS_OK && decrypt->is_esp)
        st = ciphertext_open(decrypt, fetched, size_bytes, to);
    else
        memcpy(to, fetched, size_bytes);
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
