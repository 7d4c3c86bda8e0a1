/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_ipsec.c — an IPsec peer that echoes: opens each ESP packet, verifies the transport
 * checksum inside, exchanges addresses and ports, and seals the result for the way back. Every
 * packet costs one AES-GCM operation in, and one out. */
#include <stdlib.h>

#include "net/app_kinds.h"
#include "net/esp_decrypt.h"

struct ipsec {
    struct app base;
    struct esp_table table;
    struct esp_decrypt decrypt; /* with opens_in_copy */
};

/* handle to adapter: base is the first member */
static struct ipsec *ipsec_of(struct app *app)
{
    return (struct ipsec *)app;
}

static void ports_exchange(uint8_t *inner)
{
    uint32_t port = frame_get16(inner);

    frame_put16(inner, frame_get16(inner + 2));
    frame_put16(inner + 2, port);
}

/* The answer: as long as the request, since padding is. */
static enum app_verdict packet_answer(struct ipsec *ipsec, struct folio_mbuf *mbuf,
                                      struct frame *frame, const struct esp_packet *packet)
{
    struct esp_association *back = packet->association->back;
    uint8_t *inner = frame->bytes + packet->inner;
    uint32_t sealed_bytes;

    if (!back)
        return APP_CONSUMED;
    sealed_bytes = esp_sealed_bytes(back, packet->inner_bytes);
    if (sealed_bytes > frame->end - frame->payload) /* longer tag, or less padding than ours */
        return APP_CONSUMED;
    if (packet->next_header == FRAME_PROTOCOL_UDP || packet->next_header == FRAME_PROTOCOL_TCP)
        ports_exchange(inner);
    frame_turn(frame);
    frame_resize(frame, sealed_bytes);
    app_crypto(&ipsec->base, mbuf, packet->inner_bytes);
    if (esp_seal(&ipsec->table, back, frame->bytes + frame->payload, packet->inner_bytes,
                 packet->next_header) != STATUS_OK)
        return APP_NO_KEY;
    mbuf->data_len = (uint16_t)frame->end;
    return APP_ANSWERED;
}

static enum app_verdict packet_take(struct app *app, struct folio_mbuf *mbuf)
{
    struct ipsec *ipsec = ipsec_of(app);
    struct frame frame;
    struct esp_packet packet;
    enum app_verdict verdict = frame_parse(&frame, mbuf->data, mbuf->data_len);

    if (verdict == APP_ANSWERED)
        verdict = ipsec->base.decrypt ? esp_opened(&ipsec->table, &frame, &packet)
                                      : esp_open(&ipsec->table, &frame, &packet);
    if (verdict == APP_ANSWERED || verdict == APP_UNAUTHENTIC)
        app_crypto(&ipsec->base, mbuf, packet.icv - packet.inner);
    if (verdict != APP_ANSWERED)
        return verdict;
    if (packet.next_header == ESP_NEXT_NONE)
        return APP_CONSUMED;
    if (!frame_transport_is_right(&frame, packet.next_header, mbuf->data + packet.inner,
                                  packet.inner_bytes)) {
        ipsec->base.stats.check_failures++;
        return APP_MALFORMED;
    }
    return packet_answer(ipsec, mbuf, &frame, &packet);
}

static uint16_t ipsec_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                            uint16_t count, struct folio_mbuf **out)
{
    (void)queue;
    return app_burst_each(app, mbufs, count, out, packet_take);
}

static void ipsec_close(struct app *app)
{
    esp_table_free(&ipsec_of(app)->table);
    free(app);
}

static const struct app_ops ipsec_ops = {ipsec_burst, ipsec_close};

static struct app *ipsec_open(const struct app_config *config, enum status *status,
                              struct diagnostic *diag)
{
    struct ipsec *ipsec;
    enum aead_library library;

    if (!aead_library_find(config->crypto, &library)) {
        *status = diagnostic_set(diag, STATUS_BAD_INPUT, "application", 0, 0,
                                 "no library \"%s\" that encrypts; expected openssl, or ipsec-mb "
                                 "where the program was built with it",
                                 config->crypto);
        return NULL;
    }
    ipsec = calloc(1, sizeof *ipsec);
    if (!ipsec) {
        *status = diagnostic_set(diag, STATUS_IO, "application", 0, 0, "no memory");
        return NULL;
    }
    ipsec->base.ops = &ipsec_ops;
    *status = esp_table_read(&ipsec->table, config->keys, library, diag);
    if (*status != STATUS_OK) {
        free(ipsec);
        return NULL;
    }
    ipsec->table.accepts_replays = config->accepts_replays;
    if (config->opens_in_copy) {
        esp_decrypt_begin(&ipsec->decrypt, &ipsec->table);
        ipsec->base.decrypt = &ipsec->decrypt.base;
    }
    return &ipsec->base;
}

const struct app_kind app_ipsec = {
    .name = "ipsec",
    .summary = "open ESP packets (AES-GCM), echo what is inside, sealed again",
    .needs_keys = true,
    .reads_payloads = true,
    .open = ipsec_open,
};
