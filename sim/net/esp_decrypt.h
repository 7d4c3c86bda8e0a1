/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp_decrypt.h — opens ESP packets while Folio copies them: the callback of
 * src/folio/protect.h, "Decrypt-while-copying". Each ciphertext byte is fetched once; tag and
 * plaintext are computed from that. What is no ESP packet with a known SPI goes through unchanged.
 * An opened packet has the length and layout of the sealed one: plaintext, trailer and tag stand
 * where they stood, and the application reads on from esp_trailer_read. */
#ifndef CVMLAB_SIM_NET_ESP_DECRYPT_H
#define CVMLAB_SIM_NET_ESP_DECRYPT_H

#include "folio/protect.h"
#include "net/esp.h"

struct esp_decrypt {
    struct folio_decrypt base;
    struct esp_table *table; /* kept, not owned */
    /* The packet under way. */
    uint32_t packet_bytes, done_bytes;
    bool is_esp, has_started;
    struct esp_packet packet;
    uint8_t tag[AEAD_TAG_BYTES];
    /* Sums. */
    uint64_t opened, passed, refused[APP_VERDICT_COUNT];
    uint64_t crypto_bytes;
};

/* Sets it up for one port. */
void esp_decrypt_begin(struct esp_decrypt *decrypt, struct esp_table *table);

#endif
