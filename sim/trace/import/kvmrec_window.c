/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec_window.c — see kvmrec_window.h. A ring of slot numbers kept sorted by
 * insertion: recordings are nearly sorted, so a new record stops within a few places of the tail.
 */
#include "trace/import/kvmrec_window.h"

#include <inttypes.h>
#include <stdlib.h>

enum { WINDOW_MASK = KVMREC_WINDOW_RECORDS - 1, BLOCK_RECORDS = 64 };

struct kvmrec_window {
    struct xz_input *in;
    struct kvmrec_record slot[KVMREC_WINDOW_RECORDS];
    uint16_t order[KVMREC_WINDOW_RECORDS]; /* a permutation of the slots; count of them from head on
                                              are in use, by time */
    unsigned head, count;
    bool head_is_out;   /* the caller has the head; it goes at the next advance */
    bool ended;         /* nothing left to read */
    uint64_t oldest_ns; /* a record older than this came too late */
    uint64_t records, bytes;
    uint8_t block[BLOCK_RECORDS * KVMREC_BYTES];
    size_t block_at, block_bytes;
};

struct kvmrec_window *window_create(struct xz_input *in)
{
    struct kvmrec_window *window = malloc(sizeof *window);

    if (!window)
        return NULL;
    window->in = in;
    for (unsigned i = 0; i < KVMREC_WINDOW_RECORDS; i++)
        window->order[i] = (uint16_t)i;
    window_restart(window);
    return window;
}

void window_restart(struct kvmrec_window *window)
{
    window->head = window->count = 0;
    window->head_is_out = window->ended = false;
    window->oldest_ns = window->records = window->bytes = 0;
    window->block_at = window->block_bytes = 0;
}

void window_free(struct kvmrec_window *window)
{
    free(window);
}

uint64_t window_bytes(const struct kvmrec_window *window)
{
    return window->bytes;
}

/* Slot number at a place in the ring, 0 being the head. */
static uint16_t *order_at(struct kvmrec_window *window, unsigned place)
{
    return &window->order[(window->head + place) & WINDOW_MASK];
}

/* Makes the next record's bytes available at block_at, or sets ended. */
static enum status block_fill(struct kvmrec_window *window, struct diagnostic *diag)
{
    enum status st;

    if (window->block_at < window->block_bytes || window->ended)
        return STATUS_OK;
    st = xz_read(window->in, window->block, sizeof window->block, &window->block_bytes, diag);
    if (st != STATUS_OK)
        return st;
    window->block_at = 0;
    window->bytes += window->block_bytes;
    window->ended = window->block_bytes == 0;
    if (window->block_bytes % KVMREC_BYTES != 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, xz_path(window->in), 0, 0,
                              "has %" PRIu64 " bytes; expected kvmrec records of %d bytes each",
                              window->bytes, KVMREC_BYTES);
    return STATUS_OK;
}

/* Puts the slot at the tail where its time belongs. */
static void order_insert(struct kvmrec_window *window)
{
    unsigned place = window->count++;
    uint16_t slot = *order_at(window, place);

    for (; place > 0 && window->slot[*order_at(window, place - 1)].ns > window->slot[slot].ns;
         place--)
        *order_at(window, place) = *order_at(window, place - 1);
    *order_at(window, place) = slot;
}

static enum status record_take(struct kvmrec_window *window, struct diagnostic *diag)
{
    struct kvmrec_record *record = &window->slot[*order_at(window, window->count)];
    const char *fault;

    kvmrec_unpack(record, window->block + window->block_at);
    window->block_at += KVMREC_BYTES;
    record->number = ++window->records;
    fault = kvmrec_fault(record);
    if (fault)
        return diagnostic_set(diag, STATUS_BAD_INPUT, xz_path(window->in), 0, 0,
                              "record %" PRIu64 " %s", record->number, fault);
    if (record->ns < window->oldest_ns)
        return diagnostic_set(diag, STATUS_BAD_INPUT, xz_path(window->in), 0, 0,
                              "record %" PRIu64
                              " is out of order; expected no record more than %d places late",
                              record->number, KVMREC_WINDOW_RECORDS);
    order_insert(window);
    return STATUS_OK;
}

enum status window_advance(struct kvmrec_window *window, const struct kvmrec_record **record,
                           struct diagnostic *diag)
{
    if (window->head_is_out) {
        window->oldest_ns = window->slot[*order_at(window, 0)].ns;
        window->head = (window->head + 1) & WINDOW_MASK;
        window->count--;
        window->head_is_out = false;
    }
    while (window->count < KVMREC_WINDOW_RECORDS) {
        enum status st = block_fill(window, diag);

        if (st == STATUS_OK && !window->ended)
            st = record_take(window, diag);
        if (st != STATUS_OK)
            return st;
        if (window->ended)
            break;
    }
    if (window->count == 0)
        return STATUS_END;
    window->head_is_out = true;
    *record = &window->slot[*order_at(window, 0)];
    return STATUS_OK;
}

const struct kvmrec_record *window_following(const struct kvmrec_window *window, uint32_t vcpu_id,
                                             unsigned *ahead)
{
    for (unsigned place = *ahead + 1; place < window->count; place++) {
        const struct kvmrec_record *record =
            &window->slot[window->order[(window->head + place) & WINDOW_MASK]];

        if (record->vcpu_id == vcpu_id) {
            *ahead = place;
            return record;
        }
    }
    return NULL;
}
