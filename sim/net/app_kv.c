/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_kv.c — a key-value server over UDP, port 11211 (kv.h has the protocol). */
#include <stdlib.h>
#include <string.h>

#include "net/app_kinds.h"
#include "net/frame.h"
#include "net/kv.h"

struct kv_app {
    struct app base;
    struct kv_store *store;
    uint32_t room_bytes;
};

/* handle to adapter: base is the first member */
static struct kv_app *kv_of(struct app *app)
{
    return (struct kv_app *)app;
}

/* Puts size_bytes of answer into the datagram and turns it around. */
static void datagram_answer(struct folio_mbuf *mbuf, struct frame *frame, const uint8_t *answer,
                            uint32_t size_bytes)
{
    uint8_t *udp = frame->bytes + frame->payload;
    uint32_t udp_bytes = FRAME_UDP_BYTES + size_bytes, port = frame_get16(udp), checksum;

    memcpy(udp + FRAME_UDP_BYTES, answer, size_bytes);
    frame_turn(frame);
    frame_resize(frame, udp_bytes);
    frame_put16(udp, frame_get16(udp + 2));
    frame_put16(udp + 2, port);
    frame_put16(udp + 4, udp_bytes);
    frame_put16(udp + 6, 0);
    checksum = frame_checksum(frame, FRAME_PROTOCOL_UDP, udp, udp_bytes);
    frame_put16(udp + 6, checksum ? checksum : 0xffff); /* 0 would mean: none (RFC 768) */
    mbuf->data_len = (uint16_t)frame->end;
}

static enum app_verdict datagram_take(struct app *app, struct folio_mbuf *mbuf)
{
    struct kv_app *kv = kv_of(app);
    uint8_t answer[KV_ANSWER_BYTES];
    struct frame frame;
    uint32_t payload, size_bytes, room;
    size_t answer_bytes;
    enum app_verdict verdict = frame_parse(&frame, mbuf->data, mbuf->data_len);

    if (verdict != APP_ANSWERED)
        return verdict;
    if (frame.protocol != FRAME_PROTOCOL_UDP || frame.end - frame.payload < FRAME_UDP_BYTES ||
        frame_get16(frame.bytes + frame.payload + 2) != KV_PORT)
        return APP_NOT_MINE;
    if (!frame_udp(&frame, &payload, &size_bytes))
        return APP_MALFORMED;
    room = kv->room_bytes > payload ? kv->room_bytes - payload : 0;
    answer_bytes = kv_answer(kv->store, frame.bytes + payload, size_bytes, answer,
                             room < sizeof answer ? room : sizeof answer);
    if (answer_bytes == 0)
        return APP_MALFORMED;
    datagram_answer(mbuf, &frame, answer, (uint32_t)answer_bytes);
    return APP_ANSWERED;
}

static uint16_t kv_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs, uint16_t count,
                         struct folio_mbuf **out)
{
    (void)queue;
    return app_burst_each(app, mbufs, count, out, datagram_take);
}

static void kv_close(struct app *app)
{
    kv_destroy(kv_of(app)->store);
    free(app);
}

static const struct app_ops kv_ops = {kv_burst, kv_close};

static struct app *kv_open(const struct app_config *config, enum status *status,
                           struct diagnostic *diag)
{
    struct kv_app *kv = calloc(1, sizeof *kv);

    if (kv)
        kv->store = kv_create();
    if (!kv || !kv->store) {
        free(kv);
        *status = diagnostic_set(diag, STATUS_IO, "application", 0, 0, "no memory");
        return NULL;
    }
    kv->base.ops = &kv_ops;
    kv->room_bytes = config->room_bytes;
    *status = STATUS_OK;
    return &kv->base;
}

const struct app_kind app_kv = {
    .name = "kv",
    .summary = "a key-value store over UDP port 11211, memcached's get, set and delete",
    .reads_payloads = true,
    .open = kv_open,
};
