/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/refusal.c — see refusal.h. */
#include "folio/refusal.h"

static const char *const names[FOLIO_REFUSAL_COUNT] = {
    [FOLIO_REFUSED_NOTHING] = "nothing",
    [FOLIO_REFUSED_DD_WITHDRAWN] = "dd_withdrawn",
    [FOLIO_REFUSED_LENGTH_ZERO] = "length_zero",
    [FOLIO_REFUSED_LENGTH_BELOW_CRC] = "length_below_crc",
    [FOLIO_REFUSED_LENGTH_RUNT] = "length_runt",
    [FOLIO_REFUSED_LENGTH_ABOVE_ROOM] = "length_above_room",
    [FOLIO_REFUSED_RESERVED] = "reserved_bits",
    [FOLIO_REFUSED_FRAGMENT] = "fragment",
    [FOLIO_REFUSED_RX_ERROR] = "rx_error",
    [FOLIO_REFUSED_INDEX] = "index_outside",
    [FOLIO_REFUSED_FOREIGN] = "foreign_mbuf",
    [FOLIO_REFUSED_OUTSIDE] = "data_outside",
    [FOLIO_REFUSED_DECRYPT] = "decrypt",
    [FOLIO_REFUSED_GUARD] = "guard",
    [FOLIO_REFUSED_TX_LENGTH] = "tx_length",
    [FOLIO_REFUSED_TX_MBUF] = "tx_mbuf",
    [FOLIO_REFUSED_BACKEND] = "backend",
};

const char *folio_refusal_name(enum folio_refusal reason)
{
    return (unsigned)reason < FOLIO_REFUSAL_COUNT ? names[reason] : NULL;
}

void folio_stats_add(struct folio_stats *sum, const struct folio_stats *more)
{
    sum->rx_packets += more->rx_packets;
    sum->rx_bytes += more->rx_bytes;
    sum->rx_copies += more->rx_copies;
    sum->rx_copied_bytes += more->rx_copied_bytes;
    sum->rx_no_mbuf += more->rx_no_mbuf;
    sum->rx_unposted += more->rx_unposted;
    sum->tx_packets += more->tx_packets;
    sum->tx_bytes += more->tx_bytes;
    sum->tx_copies += more->tx_copies;
    sum->tx_copied_bytes += more->tx_copied_bytes;
    sum->tx_no_mbuf += more->tx_no_mbuf;
    sum->tx_no_room += more->tx_no_room;
    for (unsigned i = 0; i < FOLIO_REFUSAL_COUNT; i++)
        sum->refused[i] += more->refused[i];
}
