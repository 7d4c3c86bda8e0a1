/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/hostile_option.h — a hostile case against a guest with one of Folio's optional features:
 * what its wire carries then, and what its application must get. Private to the hostile_ files. */
#ifndef CVMLAB_SIM_NET_HOSTILE_OPTION_H
#define CVMLAB_SIM_NET_HOSTILE_OPTION_H

#include "net/esp_decrypt.h"
#include "net/esp_guard.h"
#include "net/hostile.h"

/* Refuses what esp_decrypt.h lets through because it is not ESP, and takes off what lies behind the
 * end of the IP packet: all that the guest gets was sealed by its peer, but for the headers. */
struct hostile_decrypt {
    struct folio_decrypt base;
    struct esp_decrypt inner;
};

struct hostile_protect {
    enum hostile_option option;
    struct esp_table peer, guest, reference; /* one key; reference opens what must arrive */
    struct hostile_decrypt decrypt;
    struct esp_guard guard;
    uint64_t plaintext; /* packets without ESP that the application sent */
};

/* Sets up what the option needs. STATUS_IO: no memory; nothing is to be freed then. */
enum status hostile_protect_begin(struct hostile_protect *protect, enum hostile_option option);
void hostile_protect_end(struct hostile_protect *protect);

/* Seals the index-th frame, of *size_bytes, if the option's wire carries ESP (single-fetch: always,
 * egress-guard: every other one), and writes to opened what the guest must get of it. Both hold
 * KV_TRAFFIC_FRAME_BYTES. */
void hostile_protect_frame(struct hostile_protect *protect, uint32_t index, uint8_t *frame,
                           uint32_t *size_bytes, uint8_t *opened);

/* First byte of a packet that the guest may rely on: with single-fetch, Ethernet and IP headers are
 * the host's word. */
uint32_t hostile_protect_skip(const struct hostile_protect *protect);

/* Refusals that the option itself brings, for whatever the host does. */
uint64_t hostile_protect_refused(const struct hostile_protect *protect,
                                 const struct hostile_result *result);

#endif
