/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_option.c — see hostile_option.h. */
#include "net/hostile_option.h"

#include <string.h>

#include "net/kv_traffic.h"

enum { ESP_SPI = 0x1000, ICV_BYTES = 16, KEY_BYTES = 16, SENDERS = 8, SEALED_AT = 34 };

const char *hostile_option_name(enum hostile_option option)
{
    static const char *const names[HOSTILE_OPTION_COUNT] = {
        [HOSTILE_WITH_NONE] = "none",
        [HOSTILE_WITH_HEADER_ONLY] = "header-only",
        [HOSTILE_WITH_SINGLE_FETCH] = "single-fetch",
        [HOSTILE_WITH_EGRESS_GUARD] = "egress-guard",
    };

    return (unsigned)option < HOSTILE_OPTION_COUNT ? names[option] : NULL;
}

/* handle to adapter: base is the first member */
static struct hostile_decrypt *decrypt_of(struct folio_decrypt *self)
{
    return (struct hostile_decrypt *)self;
}

static enum status strict_begin(struct folio_decrypt *self, uint32_t packet_bytes)
{
    struct folio_decrypt *inner = &decrypt_of(self)->inner.base;

    return inner->ops->begin(inner, packet_bytes);
}

static enum status strict_chunk(struct folio_decrypt *self, const uint8_t *fetched,
                                uint32_t size_bytes, uint8_t *to, uint32_t room_bytes,
                                uint32_t *written)
{
    struct folio_decrypt *inner = &decrypt_of(self)->inner.base;

    return inner->ops->chunk(inner, fetched, size_bytes, to, room_bytes, written);
}

static enum status strict_finish(struct folio_decrypt *self, uint8_t *data, uint32_t *total_bytes)
{
    struct esp_decrypt *inner = &decrypt_of(self)->inner;

    if (!inner->is_esp)
        return STATUS_DENIED;
    *total_bytes = inner->packet.end;
    return inner->base.ops->finish(&inner->base, data, total_bytes);
}

static enum status table_begin(struct esp_table *table)
{
    static const uint8_t key[KEY_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const uint8_t destination[4] = {10, 77, 0, 2}; /* where kv_traffic.h sends */
    struct esp_association *association = &table->association[0];

    association->spi = ESP_SPI;
    association->icv_bytes = ICV_BYTES;
    memcpy(association->destination, destination, sizeof destination);
    table->count = 1;
    return aead_create(aead_library_default(), key, sizeof key, &association->aead);
}

enum status hostile_protect_begin(struct hostile_protect *protect, enum hostile_option option)
{
    static const struct folio_decrypt_ops strict = {strict_begin, strict_chunk, strict_finish};
    enum status st = STATUS_OK;

    memset(protect, 0, sizeof *protect);
    protect->option = option;
    esp_guard_begin(&protect->guard);
    if (option == HOSTILE_WITH_SINGLE_FETCH || option == HOSTILE_WITH_EGRESS_GUARD)
        st = table_begin(&protect->peer);
    if (st == STATUS_OK && option == HOSTILE_WITH_SINGLE_FETCH)
        st = table_begin(&protect->guest);
    if (st == STATUS_OK && option == HOSTILE_WITH_SINGLE_FETCH)
        st = table_begin(&protect->reference);
    if (st != STATUS_OK)
        hostile_protect_end(protect);
    protect->decrypt.base.ops = &strict;
    esp_decrypt_begin(&protect->decrypt.inner, &protect->guest);
    return st;
}

void hostile_protect_end(struct hostile_protect *protect)
{
    esp_table_free(&protect->peer);
    esp_table_free(&protect->guest);
    esp_table_free(&protect->reference);
}

/* A datagram becomes an ESP packet around it, from one of several addresses, so that RSS has
 * something to spread: what is sealed shows no ports. */
static void frame_seal(struct esp_table *peer, uint32_t index, uint8_t *bytes, uint32_t *size_bytes)
{
    struct esp_association *association = &peer->association[0];
    uint32_t inner_bytes = *size_bytes - SEALED_AT;
    struct frame frame = {.bytes = bytes, .ip = SEALED_AT - FRAME_IPV4_BYTES, .payload = SEALED_AT};

    memmove(bytes + SEALED_AT + ESP_HEADER_BYTES + ESP_IV_BYTES, bytes + SEALED_AT, inner_bytes);
    bytes[frame.ip + 9] = FRAME_PROTOCOL_ESP;
    bytes[frame.ip + 15] = (uint8_t)(10 + index % SENDERS);
    frame_resize(&frame, esp_sealed_bytes(association, inner_bytes));
    (void)esp_seal(peer, association, bytes + SEALED_AT, inner_bytes, FRAME_PROTOCOL_UDP);
    *size_bytes = frame.end;
}

void hostile_protect_frame(struct hostile_protect *protect, uint32_t index, uint8_t *frame,
                           uint32_t *size_bytes, uint8_t *opened)
{
    bool is_opened = protect->option == HOSTILE_WITH_SINGLE_FETCH;
    struct esp_packet packet;
    struct frame parts;

    if (is_opened || (protect->option == HOSTILE_WITH_EGRESS_GUARD && index % 2 == 1))
        frame_seal(&protect->peer, index, frame, size_bytes);
    memcpy(opened, frame, *size_bytes);
    if (is_opened && frame_parse(&parts, opened, *size_bytes) == APP_ANSWERED)
        (void)esp_open(&protect->reference, &parts, &packet);
}

uint32_t hostile_protect_skip(const struct hostile_protect *protect)
{
    return protect->option == HOSTILE_WITH_SINGLE_FETCH ? SEALED_AT : 0;
}

uint64_t hostile_protect_refused(const struct hostile_protect *protect,
                                 const struct hostile_result *result)
{
    if (protect->option == HOSTILE_WITH_SINGLE_FETCH)
        return result->refused_for[FOLIO_REFUSED_DECRYPT];
    return protect->option == HOSTILE_WITH_EGRESS_GUARD ? result->refused_for[FOLIO_REFUSED_GUARD]
                                                        : 0;
}
