/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/port_internal.h — what the files of the port share. Not for others. */
#ifndef CVMLAB_FOLIO_PORT_INTERNAL_H
#define CVMLAB_FOLIO_PORT_INTERNAL_H

#include "folio/port.h"

/* The temporary pool is empty: takes back what the device has finished sending, on every queue. A
 * queue that is not sent on any more would otherwise keep its last mbufs from the others. */
void folio_port_reclaim(struct folio_port *port);

#endif
