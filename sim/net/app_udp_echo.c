/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/app_udp_echo.c — the echo service (RFC 862) on every UDP port: the datagram goes back to
 * where it came from, addresses and ports exchanged. Checksums are verified, and stay right. */
#include <stdlib.h>

#include "net/app_kinds.h"
#include "net/frame.h"

static enum app_verdict datagram_turn(struct app *app, struct folio_mbuf *mbuf)
{
    struct frame frame;
    uint32_t payload, size_bytes, port;
    enum app_verdict verdict = frame_parse(&frame, mbuf->data, mbuf->data_len);
    uint8_t *udp;

    (void)app;
    if (verdict != APP_ANSWERED)
        return verdict;
    if (frame.protocol != FRAME_PROTOCOL_UDP)
        return APP_NOT_MINE;
    if (!frame_udp(&frame, &payload, &size_bytes))
        return APP_MALFORMED;
    frame_turn(&frame);
    udp = frame.bytes + frame.payload;
    port = frame_get16(udp);
    frame_put16(udp, frame_get16(udp + 2));
    frame_put16(udp + 2, port);
    return APP_ANSWERED;
}

static uint16_t echo_burst(struct app *app, uint16_t queue, struct folio_mbuf **mbufs,
                           uint16_t count, struct folio_mbuf **out)
{
    (void)queue;
    return app_burst_each(app, mbufs, count, out, datagram_turn);
}

static void echo_close(struct app *app)
{
    free(app);
}

static const struct app_ops echo_ops = {echo_burst, echo_close};

static struct app *echo_open(const struct app_config *config, enum status *status,
                             struct diagnostic *diag)
{
    struct app *app = calloc(1, sizeof *app);

    (void)config;
    *status = STATUS_OK;
    if (app)
        app->ops = &echo_ops;
    else
        *status = diagnostic_set(diag, STATUS_IO, "application", 0, 0, "no memory");
    return app;
}

const struct app_kind app_udp_echo = {
    .name = "udp-echo",
    .summary = "send every UDP datagram back to its sender",
    .reads_payloads = true,
    .open = echo_open,
};
