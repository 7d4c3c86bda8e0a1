/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/net_place.h — where the paths of this room read shared memory, behind Folio's own places
 * (folio/fetch.h). */
#ifndef CVMLAB_SIM_NET_NET_PLACE_H
#define CVMLAB_SIM_NET_NET_PLACE_H

#include "folio/fetch.h"

enum net_place {
    NET_PLACE_KERNEL_RX_POLL = FOLIO_PLACE_COUNT, /* status of a receive descriptor (poll) */
    NET_PLACE_KERNEL_RX_DESCRIPTOR,               /* its snapshot */
    NET_PLACE_KERNEL_TX_POLL,                     /* status of a transmit descriptor (poll) */
    NET_PLACE_BOUNCE_IN,                          /* bounce pool to the driver's buffer */
    NET_PLACE_COUNT,
};

/* "folio_rx_data", "bounce_in". NULL out of range. */
const char *net_place_name(unsigned place);

#endif
