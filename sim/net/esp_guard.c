/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp_guard.c — see esp_guard.h. */
#include "net/esp_guard.h"

#include <string.h>

#include "net/esp.h"

/* Ethernet with a tag, the longest IPv4 header (RFC 791 section 3.1), the ESP header and its IV. */
enum { HEADERS_BYTES = 14 + 4 + 60 + ESP_HEADER_BYTES + ESP_IV_BYTES };

static bool packet_is_esp(const struct folio_mbuf *mbuf)
{
    uint32_t packet_bytes = folio_mbuf_packet_bytes(mbuf);
    struct frame frame;

    if (mbuf->rest && mbuf->data_len < HEADERS_BYTES)
        return false;
    if (frame_parse(&frame, mbuf->data, packet_bytes) != APP_ANSWERED ||
        frame.protocol != FRAME_PROTOCOL_ESP ||
        frame.end - frame.payload < ESP_HEADER_BYTES + ESP_IV_BYTES + ESP_TRAILER_BYTES)
        return false;
    for (uint32_t i = frame.end; i < mbuf->data_len; i++)
        if (mbuf->data[i] != 0)
            return false;
    return true;
}

static enum status packet_approve(struct folio_guard *self, const struct folio_mbuf *mbuf)
{
    struct esp_guard *guard = (struct esp_guard *)self; /* handle to adapter: base is the first */

    if (!packet_is_esp(mbuf)) {
        guard->refused++;
        return STATUS_DENIED;
    }
    guard->approved++;
    return STATUS_OK;
}

void esp_guard_begin(struct esp_guard *guard)
{
    static const struct folio_guard_ops ops = {packet_approve};

    memset(guard, 0, sizeof *guard);
    guard->base.ops = &ops;
}
