/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/esp.h — IPsec ESP (RFC 4303) with AES-GCM (RFC 4106) in transport mode, over IPv4 and
 * IPv6, without extended sequence numbers: associations from a keys file, the anti-replay window,
 * opening and sealing of packets in private memory. Nonce: salt and IV; associated data: SPI and
 * sequence number. esp_decrypt.h does the same while Folio copies. */
#ifndef CVMLAB_SIM_NET_ESP_H
#define CVMLAB_SIM_NET_ESP_H

#include "base/diagnostic.h"
#include "net/crypto.h"
#include "net/frame.h"

enum {
    ESP_ASSOCIATIONS_MAX = 64,
    ESP_HEADER_BYTES = 8, /* SPI, sequence number (RFC 4303 section 2) */
    ESP_IV_BYTES = 8,     /* RFC 4106 section 3.1 */
    ESP_SALT_BYTES = 4,
    ESP_TRAILER_BYTES = 2, /* pad length, next header */
    ESP_WINDOW = 64,       /* RFC 4303 section 3.4.3: the default */
    ESP_NEXT_NONE = 59,    /* a dummy packet (RFC 4303 section 2.6) */
};

/* Which sequence numbers were seen: highest, and bit i for highest - i. */
struct esp_window {
    uint32_t highest;
    uint64_t seen;
};

/* Whether a sequence number is new (RFC 4303 section 3.4.3): not 0, not left of the window, not
 * seen. To be asked before the tag is verified. */
bool esp_window_is_new(const struct esp_window *window, uint32_t sequence);

/* Notes it; only after the tag was right. sequence is new. */
void esp_window_note(struct esp_window *window, uint32_t sequence);

struct esp_association {
    uint32_t spi;
    bool is_ipv6;
    uint8_t source[16], destination[16]; /* IPv4: the first 4 bytes */
    uint8_t salt[ESP_SALT_BYTES];
    uint8_t icv_bytes;
    struct aead *aead;
    struct esp_window window;     /* as receiver */
    uint32_t sequence;            /* last one sent */
    struct esp_association *back; /* first one of the other way; NULL: none */
};

struct esp_table {
    struct esp_association association[ESP_ASSOCIATIONS_MAX];
    size_t count;
    uint64_t next_iv;     /* one counter for all: keys and salts may stand twice in a table, and a
                             nonce must not */
    bool accepts_replays; /* the window is not asked: for captures that are played in a loop */
};

/* Reads a keys file (specs/schema/esp-keys.json) into a table whose next IV lies in the upper half
 * of its range. STATUS_BAD_INPUT with file:line:col, STATUS_IO: no memory. On error there is
 * nothing to free; else esp_table_free. */
enum status esp_table_read(struct esp_table *table, const char *path, enum aead_library library,
                           struct diagnostic *diag);

/* Wipes keys. A zeroed table is allowed. */
void esp_table_free(struct esp_table *table);

/* The association of a packet that frame_parse took apart, whose bytes up to the ESP header are
 * there: SPI and destination decide (RFC 4303 section 4.1). NULL: none. */
struct esp_association *esp_find(struct esp_table *table, const struct frame *frame);

/* Where the parts of an ESP packet lie, in bytes from the frame's first. */
struct esp_packet {
    struct esp_association *association;
    uint32_t sequence;
    uint32_t inner, icv, end; /* what is encrypted begins at inner; the tag at icv */
    uint32_t inner_bytes;     /* after esp_trailer_read: without padding */
    uint8_t next_header;
};

/* Finds association and parts, and asks the window. Only headers are looked at. APP_ANSWERED:
 * *packet is filled. APP_NOT_MINE: no ESP; APP_NO_KEY; APP_MALFORMED: too short; APP_REPLAYED. */
enum app_verdict esp_begin(struct esp_table *table, const struct frame *frame,
                           struct esp_packet *packet);

/* Starts the decryption of a packet whose headers are at header; pieces follow (crypto.h).
 * STATUS_IO: the library refused. */
enum status esp_start(const struct esp_packet *packet, const uint8_t *header);

/* The tag of packet was right: notes the sequence number. */
void esp_accept(struct esp_table *table, struct esp_packet *packet);

/* Takes padding and next header off plaintext (RFC 4303 sections 2.4 to 2.6). false: the padding is
 * not 1, 2, 3, ..., or longer than what is there. */
bool esp_trailer_read(const struct frame *frame, struct esp_packet *packet);

/* All of it: begins, decrypts in place, verifies, notes, takes the trailer off. The other verdicts
 * are esp_begin's, APP_UNAUTHENTIC (what was encrypted is zeroed) and APP_MALFORMED for the
 * trailer. */
enum app_verdict esp_open(struct esp_table *table, struct frame *frame, struct esp_packet *packet);

/* The parts of a packet that was opened while it was copied (esp_decrypt.h), without its trailer.
 * Nothing is decrypted and the window is not asked: both were done. Verdicts are esp_open's, but
 * for APP_REPLAYED and APP_UNAUTHENTIC. What is no ESP packet of an association was not opened, and
 * says so here. */
enum app_verdict esp_opened(struct esp_table *table, const struct frame *frame,
                            struct esp_packet *packet);

/* Bytes of an ESP packet around inner_bytes: header, IV, padding, trailer, tag. */
uint32_t esp_sealed_bytes(const struct esp_association *association, uint32_t inner_bytes);

/* Writes an ESP packet at esp: header with the next sequence number, IV, trailer and tag around
 * inner_bytes, which lie at esp + ESP_HEADER_BYTES + ESP_IV_BYTES already and are encrypted in
 * place. esp has room for esp_sealed_bytes. STATUS_FULL: no sequence number is left (RFC 4303
 * section 3.3.3), nothing happened; STATUS_IO: the library refused, what is there must not be
 * sent. */
enum status esp_seal(struct esp_table *table, struct esp_association *association, uint8_t *esp,
                     uint32_t inner_bytes, uint8_t next_header);

#endif
