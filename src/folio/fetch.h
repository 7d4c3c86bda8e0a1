/* SPDX-License-Identifier: BSD-2-Clause */
/* src/folio/fetch.h — the one door through which Folio reads shared memory.
 * The host can change shared memory between any two reads, so what matters is not how fast a read
 * is but that it happens once. Every read is a call of one of the three functions below and says at
 * which place of the program it stands. An adapter may log the reads (double-fetch detector), or
 * change bytes after the n-th one (hostile host). No adapter (NULL) is the plain one, inlined here:
 * a predicted branch instead of an indirect call.
 * Rule: nothing in src/folio dereferences shared memory for reading except this file. */
#ifndef CVMLAB_FOLIO_FETCH_H
#define CVMLAB_FOLIO_FETCH_H

#include "base/bytes.h"
#include "folio/descriptor.h"

/* Where a read stands. A word read with poll may be read again until it says "ready"; every other
 * byte is read at most once between the DMA that wrote it and the release of its buffer. */
enum folio_place {
    FOLIO_PLACE_RX_POLL,       /* status word of a receive descriptor (poll) */
    FOLIO_PLACE_RX_DESCRIPTOR, /* the one snapshot of a receive descriptor */
    FOLIO_PLACE_RX_DATA,       /* packet bytes into the shadow mbuf: the one copy */
    FOLIO_PLACE_RX_HEADER,     /* header-only copy: the first bytes */
    FOLIO_PLACE_RX_PAYLOAD,    /* header-only copy: the rest, on demand */
    FOLIO_PLACE_RX_CIPHERTEXT, /* decrypt-while-copying: one chunk into the private scratch */
    FOLIO_PLACE_TX_POLL,       /* status word of a transmit descriptor (poll) */
    FOLIO_PLACE_TX_FORWARD,    /* header-only copy: an unread payload goes to another port */
    FOLIO_PLACE_COUNT,         /* other data paths number their places from here */
};

struct folio_fetch;

/* An adapter. All pointers named shared are 4-byte (poll), 16-byte (snapshot) or not aligned (copy)
 * and lie inside the shared region; Folio has checked that. */
struct folio_fetch_ops {
    /* The 32-bit word at shared, read once. */
    uint32_t (*poll)(struct folio_fetch *self, const void *shared, enum folio_place place);
    /* The 16 bytes at shared, each read once, into private memory. */
    struct folio_descriptor (*snapshot)(struct folio_fetch *self, const void *shared,
                                        enum folio_place place);
    /* size_bytes (not 0) from shared to the private room. What is in to afterwards is what was
     * read; a byte may be touched twice by wide loads that overlap, but only the last load counts
     * and nothing was decided on an earlier one. */
    void (*copy)(struct folio_fetch *self, void *to, const void *shared, size_t size_bytes,
                 enum folio_place place);
};

/* An adapter embeds this as its first member. */
struct folio_fetch {
    const struct folio_fetch_ops *ops;
};

/* As folio_fetch_ops.poll; fetch may be NULL (plain). Later reads are not reordered before it. */
static inline uint32_t folio_poll(struct folio_fetch *fetch, const void *shared,
                                  enum folio_place place)
{
    uint32_t word;

    if (fetch)
        word = fetch->ops->poll(fetch, shared, place);
    else
        word = *(const volatile uint32_t *)shared; /* volatile: exactly one load */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return word;
}

/* As folio_fetch_ops.snapshot; fetch may be NULL (plain). */
static inline struct folio_descriptor folio_snapshot(struct folio_fetch *fetch, const void *shared,
                                                     enum folio_place place)
{
    const volatile struct folio_descriptor *live = shared;
    struct folio_descriptor snapshot;

    if (fetch)
        return fetch->ops->snapshot(fetch, shared, place);
    snapshot.low = live->low;
    snapshot.high = live->high;
    return snapshot;
}

/* As folio_fetch_ops.copy; fetch may be NULL (plain). */
static inline void folio_copy(struct folio_fetch *fetch, void *to, const void *shared,
                              size_t size_bytes, enum folio_place place)
{
    if (fetch)
        fetch->ops->copy(fetch, to, shared, size_bytes, place);
    else
        memcpy(to, shared, size_bytes);
    /* A compiler may not read shared again where the program reads to: it may have changed. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

#endif
