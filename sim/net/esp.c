/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp.c — ESP packets. Read esp.h first. */
#include "net/esp.h"

#include <string.h>

bool esp_window_is_new(const struct esp_window *window, uint32_t sequence)
{
    uint32_t behind = window->highest - sequence;

    if (sequence == 0)
        return false;
    if (sequence > window->highest)
        return true;
    return behind < ESP_WINDOW && !(window->seen >> behind & 1);
}

void esp_window_note(struct esp_window *window, uint32_t sequence)
{
    uint32_t ahead = sequence - window->highest;

    if (sequence > window->highest) {
        window->seen = ahead < ESP_WINDOW ? window->seen << ahead : 0;
        window->highest = sequence;
    }
    window->seen |= (uint64_t)1 << (window->highest - sequence);
}

struct esp_association *esp_find(struct esp_table *table, const struct frame *frame)
{
    const uint8_t *ip = frame->bytes + frame->ip;
    const uint8_t *destination = ip + (frame->is_ipv6 ? 24 : 16);
    uint32_t spi = frame_get32(frame->bytes + frame->payload);

    for (size_t i = 0; i < table->count; i++) {
        struct esp_association *association = &table->association[i];

        if (association->spi == spi && association->is_ipv6 == frame->is_ipv6 &&
            memcmp(association->destination, destination, frame->is_ipv6 ? 16 : 4) == 0)
            return association;
    }
    return NULL;
}

/* As esp_begin, but the window is not asked. */
static enum app_verdict packet_find(struct esp_table *table, const struct frame *frame,
                                    struct esp_packet *packet)
{
    uint32_t there = frame->end - frame->payload;
    struct esp_association *association;

    if (frame->protocol != FRAME_PROTOCOL_ESP)
        return APP_NOT_MINE;
    if (there < ESP_HEADER_BYTES)
        return APP_MALFORMED;
    association = esp_find(table, frame);
    if (!association)
        return APP_NO_KEY;
    if (there <
        (uint32_t)ESP_HEADER_BYTES + ESP_IV_BYTES + ESP_TRAILER_BYTES + association->icv_bytes)
        return APP_MALFORMED;
    *packet = (struct esp_packet){
        .association = association,
        .sequence = frame_get32(frame->bytes + frame->payload + 4),
        .inner = frame->payload + ESP_HEADER_BYTES + ESP_IV_BYTES,
        .icv = frame->end - association->icv_bytes,
        .end = frame->end,
    };
    return APP_ANSWERED;
}

enum app_verdict esp_begin(struct esp_table *table, const struct frame *frame,
                           struct esp_packet *packet)
{
    enum app_verdict verdict = packet_find(table, frame, packet);

    if (verdict == APP_ANSWERED && !table->accepts_replays &&
        !esp_window_is_new(&packet->association->window, packet->sequence))
        return APP_REPLAYED;
    return verdict;
}

/* RFC 4106 section 4: salt and IV. */
static void nonce_make(uint8_t nonce[AEAD_IV_BYTES], const struct esp_association *association,
                       const uint8_t *iv)
{
    memcpy(nonce, association->salt, ESP_SALT_BYTES);
    memcpy(nonce + ESP_SALT_BYTES, iv, ESP_IV_BYTES);
}

enum status esp_start(const struct esp_packet *packet, const uint8_t *header)
{
    uint8_t nonce[AEAD_IV_BYTES];
    struct aead_text text = {.iv = nonce, .aad = header, .aad_bytes = ESP_HEADER_BYTES};

    nonce_make(nonce, packet->association, header + ESP_HEADER_BYTES);
    return aead_open_start(packet->association->aead, &text);
}

void esp_accept(struct esp_table *table, struct esp_packet *packet)
{
    if (!table->accepts_replays)
        esp_window_note(&packet->association->window, packet->sequence);
}

bool esp_trailer_read(const struct frame *frame, struct esp_packet *packet)
{
    const uint8_t *trailer = frame->bytes + packet->icv - ESP_TRAILER_BYTES;
    uint32_t there = packet->icv - packet->inner - ESP_TRAILER_BYTES, padding = trailer[0];

    if (padding > there)
        return false;
    for (uint32_t i = 0; i < padding; i++)
        if (trailer[(int32_t)i - (int32_t)padding] != i + 1)
            return false;
    packet->inner_bytes = there - padding;
    packet->next_header = trailer[1];
    return true;
}

enum app_verdict esp_open(struct esp_table *table, struct frame *frame, struct esp_packet *packet)
{
    enum app_verdict verdict = esp_begin(table, frame, packet);
    uint8_t *bytes = frame->bytes, nonce[AEAD_IV_BYTES];
    struct aead_text text = {
        .iv = nonce, .aad = bytes + frame->payload, .aad_bytes = ESP_HEADER_BYTES};

    if (verdict != APP_ANSWERED)
        return verdict;
    text.from = bytes + packet->inner;
    text.to = bytes + packet->inner;
    text.size_bytes = packet->icv - packet->inner;
    nonce_make(nonce, packet->association, bytes + frame->payload + ESP_HEADER_BYTES);
    if (aead_open(packet->association->aead, &text, bytes + packet->icv,
                  packet->association->icv_bytes) != STATUS_OK)
        return APP_UNAUTHENTIC;
    esp_accept(table, packet);
    return esp_trailer_read(frame, packet) ? APP_ANSWERED : APP_MALFORMED;
}

enum app_verdict esp_opened(struct esp_table *table, const struct frame *frame,
                            struct esp_packet *packet)
{
    enum app_verdict verdict = packet_find(table, frame, packet);

    if (verdict == APP_ANSWERED && !esp_trailer_read(frame, packet))
        return APP_MALFORMED;
    return verdict;
}

/* So that the trailer ends at a multiple of 4 bytes (RFC 4303 section 2.4). */
static uint32_t padding_bytes(uint32_t inner_bytes)
{
    return (0u - inner_bytes - ESP_TRAILER_BYTES) % 4;
}

uint32_t esp_sealed_bytes(const struct esp_association *association, uint32_t inner_bytes)
{
    return ESP_HEADER_BYTES + ESP_IV_BYTES + inner_bytes + padding_bytes(inner_bytes) +
           ESP_TRAILER_BYTES + association->icv_bytes;
}

enum status esp_seal(struct esp_table *table, struct esp_association *association, uint8_t *esp,
                     uint32_t inner_bytes, uint8_t next_header)
{
    uint8_t *iv = esp + ESP_HEADER_BYTES, *inner = iv + ESP_IV_BYTES, *at = inner + inner_bytes;
    uint32_t padding = padding_bytes(inner_bytes);
    uint8_t nonce[AEAD_IV_BYTES];
    struct aead_text text = {
        .iv = nonce, .aad = esp, .aad_bytes = ESP_HEADER_BYTES, .from = inner, .to = inner};

    if (association->sequence == UINT32_MAX || table->next_iv == UINT64_MAX)
        return STATUS_FULL;
    frame_put32(esp, association->spi);
    frame_put32(esp + 4, ++association->sequence);
    frame_put32(iv, (uint32_t)(table->next_iv >> 32));
    frame_put32(iv + 4, (uint32_t)table->next_iv++);
    nonce_make(nonce, association, iv);
    for (uint32_t i = 1; i <= padding; i++)
        *at++ = (uint8_t)i;
    *at++ = (uint8_t)padding;
    *at++ = next_header;
    text.size_bytes = (size_t)(at - inner);
    return aead_seal(association->aead, &text, at, association->icv_bytes);
}
