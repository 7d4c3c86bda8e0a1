/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/protect.h — the optional features of a port: header-only copy, decrypt-while-copying,
 * egress guard. All are off by default; each says here why it is safe. */
#ifndef CVMLAB_FOLIO_PROTECT_H
#define CVMLAB_FOLIO_PROTECT_H

#include "base/status.h"
#include "folio/mbuf.h"

/* ---- Header-only copy ----
 * For forwarders, which look at headers only: rx copies the first header_bytes of a packet and
 * leaves the payload where it is, as mbuf->rest. tx puts the header back in front of it and sends
 * it unread. folio_port_payload copies the payload in after all, once. Until then each such packet
 * keeps a temporary mbuf, so temporary_count has to be larger by what an application holds.
 * Security argument. (1) The header is private before anything looks at it, and no part of it is
 * fetched again: the payload copy begins where the header copy ended. (2) The application cannot
 * reach an unread payload: mbuf->rest is opaque to it, so nothing can be decided on bytes that may
 * still change. (3) An unread payload that is sent on came from the host and goes back to the
 * host; that the host may change it meanwhile gives it nothing that it has not on the wire. Who
 * needs it intact must have it authenticated end to end. (4) No private byte leaves: beside the
 * header, which tx copies as always, the room holds only what the device wrote. */

/* ---- Decrypt-while-copying ----
 * rx fetches the packet through a private scratch, chunk by chunk, and a callback writes what
 * results into the private room.
 * Security argument. (1) Every byte of the ciphertext is fetched once, into the scratch; tag and
 * plaintext are both computed from there, so no second read can give the two different inputs
 * (decrypting in place from shared memory can: it accepts forged plaintext). (2) The mbuf reaches
 * the application only after finish has verified the tag; otherwise the room is zeroed, the mbuf
 * freed and the packet counted as FOLIO_REFUSED_DECRYPT. (3) The callback gets no shared address,
 * and Folio bounds what it may write: the room. */
enum { FOLIO_CHUNK_BYTES = 512 }; /* a multiple of cipher blocks; stays in the L1 cache */

struct folio_decrypt;

struct folio_decrypt_ops {
    /* A packet of packet_bytes begins (bounded, at least an Ethernet header). Any status but
     * STATUS_OK refuses it; finish is then not called. */
    enum status (*begin)(struct folio_decrypt *self, uint32_t packet_bytes);
    /* The next size_bytes (FOLIO_CHUNK_BYTES, at the end less) of the packet. Writes what results,
     * *written bytes, to to, where room_bytes are free. All output lies behind one another; it is
     * never more than the packet. A status but STATUS_OK refuses the packet. */
    enum status (*chunk)(struct folio_decrypt *self, const uint8_t *fetched, uint32_t size_bytes,
                         uint8_t *to, uint32_t room_bytes, uint32_t *written);
    /* All chunks were given. STATUS_OK: the tag is right (or the packet is one that needs none)
     * and data, where total_bytes of output lie, may be released. The callback may shorten it
     * (padding, trailer) through *total_bytes. Anything else refuses it. */
    enum status (*finish)(struct folio_decrypt *self, uint8_t *data, uint32_t *total_bytes);
};

/* The callback embeds this as its first member; it is guest code and trusted. */
struct folio_decrypt {
    const struct folio_decrypt_ops *ops;
};

/* ---- Egress guard ----
 * Nothing leaves that a callback did not approve.
 * Security argument. (1) The guard looks at the shadow mbuf, which is private: what it approved is
 * what is copied out. (2) Exactly data_len bytes from data are copied; headroom, tailroom and what
 * earlier packets left there stay private. (3) A packet that is not approved is refused, freed and
 * counted; it touches no shared byte. An unread payload (header-only copy) came from the host and
 * needs no approval; the header in front of it does. */
struct folio_guard;

struct folio_guard_ops {
    /* STATUS_OK: this packet may leave. Anything else refuses it. Does not keep the mbuf. */
    enum status (*approve)(struct folio_guard *self, const struct folio_mbuf *mbuf);
};

/* The callback embeds this as its first member. */
struct folio_guard {
    const struct folio_guard_ops *ops;
};

#endif
