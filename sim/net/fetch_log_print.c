/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/fetch_log_print.c — names of places, and the findings as text. Read fetch_log.h first. */
#include <inttypes.h>

#include "net/fetch_log.h"

/* A place, as people know it and as the program has it. */
struct place_words {
    const char *name, *code;
};

static const struct place_words words[FETCH_PLACE_MAX] = {
    [FOLIO_PLACE_RX_POLL] = {"rx_poll", "src/folio/ring_rx.c:folio_ring_rx_burst"},
    [FOLIO_PLACE_RX_DESCRIPTOR] = {"rx_descriptor", "src/folio/ring_rx.c:folio_ring_rx_burst"},
    [FOLIO_PLACE_RX_DATA] = {"rx_data", "src/folio/port_rx.c:packet_copy"},
    [FOLIO_PLACE_RX_HEADER] = {"rx_header", "src/folio/port_rx.c:header_copy"},
    [FOLIO_PLACE_RX_PAYLOAD] = {"rx_payload", "src/folio/port_rx.c:folio_port_payload"},
    [FOLIO_PLACE_RX_CIPHERTEXT] = {"rx_ciphertext", "src/folio/port_rx.c:packet_decrypt"},
    [FOLIO_PLACE_TX_POLL] = {"tx_poll", "src/folio/ring_tx.c:tx_reclaim"},
    [FOLIO_PLACE_TX_FORWARD] = {"tx_forward", "src/folio/port_tx.c:packet_copy"},
    [NET_PLACE_KERNEL_RX_POLL] = {"kernel_rx_poll", "sim/net/swiotlb_rx.c:swiotlb_rx_burst"},
    [NET_PLACE_KERNEL_RX_DESCRIPTOR] = {"kernel_rx_descriptor",
                                        "sim/net/swiotlb_rx.c:slot_receive"},
    [NET_PLACE_KERNEL_TX_POLL] = {"kernel_tx_poll", "sim/net/swiotlb_tx.c:tx_reclaim"},
    [NET_PLACE_BOUNCE_IN] = {"bounce_in", "sim/net/swiotlb_rx.c:slot_receive"},
    [FETCH_PLACE_MAC] = {"mac_pass", "sim/net/toctou.c:chunk_open"},
    [FETCH_PLACE_DECRYPT] = {"decrypt_pass", "sim/net/toctou.c:chunk_open"},
    [FETCH_PLACE_COPY_FIRST] = {"copy_first", "sim/net/toctou.c:toctou_open"},
};

const char *fetch_place_name(enum folio_place place)
{
    return (unsigned)place < FETCH_PLACE_MAX && words[place].name ? words[place].name : "elsewhere";
}

const char *fetch_place_code(enum folio_place place)
{
    return (unsigned)place < FETCH_PLACE_MAX && words[place].code ? words[place].code : "?";
}

void fetch_log_print(const struct fetch_log *log, FILE *out)
{
    for (size_t i = 0; i < log->finding_count; i++) {
        const struct fetch_finding *finding = &log->finding[i];

        fprintf(out,
                "double fetch: %s (%s), after %s (%s): %" PRIu64 " reads, %" PRIu64
                " bytes; first in packet %" PRIu64 ", %zu bytes at shared+0x%zx\n",
                fetch_place_name(finding->again), fetch_place_code(finding->again),
                fetch_place_name(finding->first), fetch_place_code(finding->first), finding->reads,
                finding->bytes, finding->packet, finding->size_bytes, finding->offset_bytes);
    }
}
