/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp_guard.h — lets nothing but ESP leave: the callback of src/folio/protect.h, "Egress
 * guard". It stops the wrong packet (one that an application forgot to seal, or answered in the
 * clear), residue behind the end of the IP packet, and fragments, of which only the first would
 * show what it is. It does not stop the wrong cipher: what an application itself wraps in an ESP
 * header is not opened again to be looked at. */
#ifndef CVMLAB_SIM_NET_ESP_GUARD_H
#define CVMLAB_SIM_NET_ESP_GUARD_H

#include "folio/protect.h"

struct esp_guard {
    struct folio_guard base;
    uint64_t approved, refused;
};

/* Sets it up for one port. Approved is an unfragmented IP packet with protocol ESP that has room
 * for header, IV and trailer (RFC 4303 section 2), and nothing but zeros behind its end, which is
 * how Ethernet pads. Of a packet with an unread payload the copied part must hold all headers. */
void esp_guard_begin(struct esp_guard *guard);

#endif
