/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/count_fetch.c — see count_fetch.h. */
#include "net/count_fetch.h"

#include "net/net_place.h"

/* handle to adapter: base is the first member */
static struct count_fetch *fetch_of(struct folio_fetch *self)
{
    return (struct count_fetch *)self;
}

static uint32_t count_poll(struct folio_fetch *self, const void *shared, enum folio_place place)
{
    struct count_fetch *fetch = fetch_of(self);

    fetch->seen.count[LEDGER_POLLS]++;
    return folio_poll(fetch->inner, shared, place);
}

static struct folio_descriptor count_snapshot(struct folio_fetch *self, const void *shared,
                                              enum folio_place place)
{
    struct count_fetch *fetch = fetch_of(self);

    fetch->seen.count[LEDGER_DESCRIPTOR_READS]++;
    return folio_snapshot(fetch->inner, shared, place);
}

/* Whether a copy from this place begins a packet. */
static bool place_is_first(unsigned place)
{
    return place == FOLIO_PLACE_RX_DATA || place == FOLIO_PLACE_RX_HEADER ||
           place == FOLIO_PLACE_RX_CIPHERTEXT || place == NET_PLACE_BOUNCE_IN;
}

/* Whether a copy goes on where the last chunk of ciphertext ended: it is the same packet, since
 * there is headroom between two. */
static bool copy_goes_on(struct count_fetch *fetch, const uint8_t *shared, size_t size_bytes,
                         enum folio_place place)
{
    bool goes_on = place == FOLIO_PLACE_RX_CIPHERTEXT && shared == fetch->chunk_end;

    fetch->chunk_end = place == FOLIO_PLACE_RX_CIPHERTEXT ? shared + size_bytes : NULL;
    return goes_on;
}

static void count_copy(struct folio_fetch *self, void *to, const void *shared, size_t size_bytes,
                       enum folio_place place)
{
    struct count_fetch *fetch = fetch_of(self);
    enum ledger_place where =
        (unsigned)place == NET_PLACE_BOUNCE_IN ? LEDGER_BOUNCE_IN : LEDGER_SHARED_TO_PRIVATE;

    folio_copy(fetch->inner, to, shared, size_bytes, place);
    if (place == FOLIO_PLACE_TX_FORWARD) /* counted by the port, with the header before it */
        return;
    fetch->seen.bytes[where] += size_bytes;
    if (copy_goes_on(fetch, shared, size_bytes, place)) {
        if (fetch->copy_count > 0)
            fetch->copy[fetch->copy_count - 1].size_bytes += (uint32_t)size_bytes;
        return;
    }
    fetch->seen.copies[where]++;
    if (place_is_first(place) && fetch->copy_count < COUNT_FETCH_LOG)
        fetch->copy[fetch->copy_count++] = (struct count_fetch_copy){shared, (uint32_t)size_bytes};
}

static const struct folio_fetch_ops count_ops = {count_poll, count_snapshot, count_copy};

void count_fetch_begin(struct count_fetch *fetch, struct folio_fetch *inner)
{
    *fetch = (struct count_fetch){.base = {&count_ops}, .inner = inner};
}
