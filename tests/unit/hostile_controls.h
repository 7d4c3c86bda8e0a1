/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/hostile_controls.h — a guest without a rule: the receive path of Folio's ring as a
 * hurried author might write it. Each flaw is one that a case of hostile.h must find. Overruns stay
 * inside the guest's memory of the lab, which is one mapping. */
#ifndef CVMLAB_TEST_HOSTILE_CONTROLS_H
#define CVMLAB_TEST_HOSTILE_CONTROLS_H

#include "net/hostile_internal.h"

enum flaw {
    FLAW_NO_BOUND,       /* the length is the host's word; with a CRC: minus 4, unchecked */
    FLAW_READS_TWICE,    /* the length is checked, then fetched again for the copy */
    FLAW_PARSES_IN_PLACE /* headers are looked at in shared memory, then the packet is copied */
};

static enum flaw control_flaw;

/* As folio_length_check should be, but is not. */
static uint32_t control_length(const struct hostile_rig *rig, struct folio_descriptor done)
{
    return (uint16_t)((uint32_t)(done.high >> RXD_LENGTH_SHIFT) -
                      (rig->config.keep_crc ? FOLIO_CRC_BYTES : 0));
}

static void control_take(struct hostile_rig *rig, struct folio_mbuf *to,
                         const struct folio_mbuf *from, const uint8_t *live)
{
    struct folio_fetch *fetch = &rig->log.base;
    struct folio_descriptor done = folio_snapshot(fetch, live, FOLIO_PLACE_RX_DESCRIPTOR);
    uint32_t length = control_length(rig, done);
    uint8_t header[14];

    if (control_flaw != FLAW_NO_BOUND && length > 2048)
        return;
    if (control_flaw == FLAW_READS_TWICE)
        length = control_length(rig, folio_snapshot(fetch, live, FOLIO_PLACE_RX_DESCRIPTOR));
    if (control_flaw == FLAW_PARSES_IN_PLACE) {
        folio_copy(fetch, header, from->data, sizeof header, (enum folio_place)FETCH_PLACE_OTHER);
        folio_copy(fetch, to->data, from->data, length, FOLIO_PLACE_RX_DATA);
    } else {
        memmove(to->data, from->data, length); /* past the log, which would stop it */
    }
    to->data_len = (uint16_t)length;
}

static uint16_t control_rx(struct hostile_rig *rig, uint16_t queue, struct folio_mbuf **mbufs,
                           uint16_t count)
{
    struct folio_ring_driver *driver = &rig->lab.backend.driver;
    struct folio_rx_queue *rx = &driver->rx[queue];
    uint16_t taken = 0;

    while (taken < count && rx->count > 0) {
        const uint8_t *live = rx->ring + (size_t)rx->head * FOLIO_DESCRIPTOR_BYTES;
        struct folio_mbuf *from = rx->posted[rx->head], *to;

        if (!(folio_poll(NULL, live + RXD_STATUS_OFFSET, FOLIO_PLACE_RX_POLL) & RXD_STATUS_DD))
            break;
        to = folio_mbuf_alloc(&rig->shadow);
        if (!to)
            break;
        control_take(rig, to, from, live);
        rx->posted[rx->head] = NULL;
        rx->head = (rx->head + 1) % rx->size;
        rx->count--;
        from->place = FOLIO_MBUF_HELD;
        folio_mbuf_free(from);
        if (to->data_len > 0)
            mbufs[taken++] = to;
        else
            folio_mbuf_free(to);
    }
    (void)driver->base.ops->rx_burst(&driver->base, queue, mbufs, 0); /* posts again */
    return taken;
}

#endif
