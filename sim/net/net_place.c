/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/net_place.c — see net_place.h. */
#include "net/net_place.h"

const char *net_place_name(unsigned place)
{
    static const char *const names[NET_PLACE_COUNT] = {
        [FOLIO_PLACE_RX_POLL] = "folio_rx_poll",
        [FOLIO_PLACE_RX_DESCRIPTOR] = "folio_rx_descriptor",
        [FOLIO_PLACE_RX_DATA] = "folio_rx_data",
        [FOLIO_PLACE_RX_HEADER] = "folio_rx_header",
        [FOLIO_PLACE_RX_PAYLOAD] = "folio_rx_payload",
        [FOLIO_PLACE_RX_CIPHERTEXT] = "folio_rx_ciphertext",
        [FOLIO_PLACE_TX_POLL] = "folio_tx_poll",
        [FOLIO_PLACE_TX_FORWARD] = "folio_tx_forward",
        [NET_PLACE_KERNEL_RX_POLL] = "kernel_rx_poll",
        [NET_PLACE_KERNEL_RX_DESCRIPTOR] = "kernel_rx_descriptor",
        [NET_PLACE_KERNEL_TX_POLL] = "kernel_tx_poll",
        [NET_PLACE_BOUNCE_IN] = "bounce_in",
    };

    return place < NET_PLACE_COUNT ? names[place] : NULL;
}
