/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/folio_reads.h — a fetch adapter that counts how often each byte of the shared region
 * was read since the device wrote it. The device (folio_device.h) sets the counts back to 0. */
#ifndef CVMLAB_TEST_FOLIO_READS_H
#define CVMLAB_TEST_FOLIO_READS_H

#include "folio_device.h"

struct folio_reads {
    struct folio_fetch base;
    const struct folio_device *device;
    uint64_t by_place[FOLIO_PLACE_COUNT];
    uint64_t doubles;      /* reads of a byte that was read before; polls do not count */
    uint64_t outside;      /* reads outside the region */
    uint64_t change_after; /* the host inverts what was read after this many reads; 0: never */
};

static inline struct folio_reads *reads_of(struct folio_fetch *fetch)
{
    return (struct folio_reads *)fetch; /* handle to adapter: base is the first member */
}

static inline void reads_note(struct folio_reads *reads, const void *shared, size_t size_bytes,
                              enum folio_place place)
{
    size_t offset = (size_t)((uintptr_t)shared - (uintptr_t)reads->device->region);

    reads->by_place[place]++;
    if (offset > reads->device->region_bytes || size_bytes > reads->device->region_bytes - offset) {
        reads->outside++;
        return;
    }
    if (place == FOLIO_PLACE_RX_POLL || place == FOLIO_PLACE_TX_POLL)
        return;
    for (size_t i = offset; i < offset + size_bytes; i++)
        reads->doubles += reads->device->reads[i]++ > 0;
}

/* The host changes everything that was just read. */
static inline void reads_change(struct folio_reads *reads, const void *shared, size_t size_bytes)
{
    uint8_t *byte = reads->device->region + ((const uint8_t *)shared - reads->device->region);

    if (reads->change_after == 0 || --reads->change_after > 0)
        return;
    reads->change_after = 1;
    for (size_t i = 0; i < size_bytes; i++)
        byte[i] ^= 0xff;
}

static inline uint32_t reads_poll(struct folio_fetch *self, const void *shared,
                                  enum folio_place place)
{
    reads_note(reads_of(self), shared, 4, place);
    return folio_poll(NULL, shared, place);
}

static inline struct folio_descriptor reads_snapshot(struct folio_fetch *self, const void *shared,
                                                     enum folio_place place)
{
    struct folio_descriptor snapshot = folio_snapshot(NULL, shared, place);

    reads_note(reads_of(self), shared, sizeof snapshot, place);
    reads_change(reads_of(self), shared, sizeof snapshot);
    return snapshot;
}

static inline void reads_copy(struct folio_fetch *self, void *to, const void *shared,
                              size_t size_bytes, enum folio_place place)
{
    reads_note(reads_of(self), shared, size_bytes, place);
    folio_copy(NULL, to, shared, size_bytes, place);
    reads_change(reads_of(self), shared, size_bytes);
}

static const struct folio_fetch_ops reads_ops = {reads_poll, reads_snapshot, reads_copy};

/* counts: one byte per byte of the region, zeroed, at least as long as the region will be. */
static inline void reads_begin(struct folio_reads *reads, struct folio_device *device,
                               uint8_t *counts)
{
    *reads = (struct folio_reads){.base = {&reads_ops}, .device = device};
    device->reads = counts;
}

#endif
