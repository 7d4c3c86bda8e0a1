/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/toctou.h — why a packet is copied before it is decrypted (time of check, time of use).
 * Real AES-128-GCM from OpenSSL, on a buffer that the host can write. A library that reads each
 * ciphertext byte twice, once for the tag and once for the plaintext, accepts a packet whose
 * plaintext nobody sealed, if the host changes the byte in between. Two forms: a scripted one, in
 * which the host acts between two reads at a moment that the caller sets; and a race of two real
 * threads on EVP itself. */
#ifndef CVMLAB_SIM_NET_TOCTOU_H
#define CVMLAB_SIM_NET_TOCTOU_H

#include "base/diagnostic.h"
#include "folio/fetch.h"

enum toctou_form {
    TOCTOU_IN_PLACE,     /* tag and plaintext are each computed from shared memory */
    TOCTOU_COPY_FIRST,   /* one copy to private memory, then as above on the copy: Folio */
    TOCTOU_SINGLE_FETCH, /* chunk by chunk through a private scratch: each byte fetched once */
    TOCTOU_FORM_COUNT
};

/* "in_place"; NULL out of range. */
const char *toctou_form_name(enum toctou_form form);

enum { TOCTOU_BYTES_MAX = 2048, TOCTOU_TAG_BYTES = 16, TOCTOU_IV_BYTES = 12 };

/* A sealed text in shared memory, and the key to open it. */
struct toctou_text {
    const uint8_t *key;    /* 16 bytes, private */
    const uint8_t *iv;     /* TOCTOU_IV_BYTES, private */
    const uint8_t *tag;    /* TOCTOU_TAG_BYTES, private: read once before */
    const uint8_t *shared; /* size_bytes of ciphertext that the host may write at any time */
    size_t size_bytes;     /* 1 to TOCTOU_BYTES_MAX */
};

/* Opens the text in this form; every read of shared goes through fetch (NULL: plain), chunks of
 * FOLIO_CHUNK_BYTES at a time. In place, each chunk is read for the tag, then for the plaintext.
 * STATUS_OK: the tag was right, plaintext has size_bytes. STATUS_DENIED: it was not, plaintext is
 * zeroed. STATUS_IO: the library refused. */
enum status toctou_open(enum toctou_form form, struct folio_fetch *fetch,
                        const struct toctou_text *text, uint8_t *plaintext);

/* What a race counted. Measured: it differs from run to run and from computer to computer. */
struct toctou_race {
    uint64_t opened;   /* attempts */
    uint64_t accepted; /* with a right tag */
    uint64_t forged;   /* of those, with another plaintext than was sealed */
};

/* Opens size_bytes (1 to TOCTOU_BYTES_MAX) over and over for seconds, in place (is_copied false) or
 * from a private copy, while a second thread inverts and restores one byte of it. STATUS_IO with
 * diag: no thread, or the library refused. */
enum status toctou_race_run(size_t size_bytes, bool is_copied, double seconds,
                            struct toctou_race *race, struct diagnostic *diag);

#endif
