/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_liar.c — one function per lie. Read nic_liar.h first. */
#include "devices/nic_liar.h"

#include <string.h>

#define STATUS_MASK (UINT64_C(0xffffffff)) /* status and errors, in the high word of receive */
#define LENGTH_MASK (UINT64_C(0xffff) << RXD_LENGTH_SHIFT)
#define VLAN_MASK   (UINT64_C(0xffff) << RXD_VLAN_SHIFT)

const char *nic_lie_name(enum nic_lie lie)
{
    static const char *const names[NIC_LIE_COUNT] = {
        [NIC_LIE_NONE] = "none",
        [NIC_LIE_LENGTH] = "length",
        [NIC_LIE_STATUS] = "status",
        [NIC_LIE_INFO] = "info",
        [NIC_LIE_VLAN] = "vlan",
        [NIC_LIE_DONE_EARLY] = "done_early",
        [NIC_LIE_DONE_NEVER] = "done_never",
        [NIC_LIE_DONE_TWICE] = "done_twice",
        [NIC_LIE_NEXT_DESCRIPTOR] = "next_descriptor",
        [NIC_LIE_NEXT_DATA] = "next_data",
        [NIC_LIE_REPLAY] = "replay",
        [NIC_LIE_REORDER] = "reorder",
        [NIC_LIE_ADDRESS] = "address",
        [NIC_LIE_HEAD] = "head",
    };

    return names[lie];
}

/* handle to adapter: base is the first member */
static struct nic_liar *liar_of(struct nic_hostility *self)
{
    return (struct nic_liar *)self;
}

static bool is_receive_only(enum nic_lie lie)
{
    return lie == NIC_LIE_LENGTH || lie == NIC_LIE_INFO || lie == NIC_LIE_VLAN ||
           lie == NIC_LIE_REPLAY || lie == NIC_LIE_ADDRESS;
}

/* Whether the lie is to be told of this report. */
static bool is_turn(const struct nic_liar *liar, const struct nic_report *report)
{
    if (liar->lie == NIC_LIE_NONE || (report->is_transmit && is_receive_only(liar->lie)))
        return false;
    return liar->every <= 1 || liar->reports % liar->every == 0;
}

static void liar_before(struct nic_hostility *self, struct nic *nic,
                        const struct nic_report *report)
{
    struct nic_liar *liar = liar_of(self);

    if (liar->lie == NIC_LIE_DONE_EARLY && is_turn(liar, report))
        (void)nic_report_write(nic, report);
}

/* Lies that change what the report says. */
static bool report_change(const struct nic_liar *liar, struct nic_report *report)
{
    struct folio_descriptor *descriptor = &report->descriptor;
    uint64_t value = liar->value;
    unsigned status_shift = report->is_transmit ? 32 : 0; /* of transmit: only there */

    switch (liar->lie) {
    case NIC_LIE_LENGTH:
        descriptor->high =
            (descriptor->high & ~LENGTH_MASK) | (value << RXD_LENGTH_SHIFT & LENGTH_MASK);
        return true;
    case NIC_LIE_STATUS:
        descriptor->high ^= (value & STATUS_MASK) << status_shift;
        return true;
    case NIC_LIE_INFO:
        descriptor->low ^= value;
        return true;
    case NIC_LIE_VLAN:
        descriptor->high = (descriptor->high & ~VLAN_MASK) | value << RXD_VLAN_SHIFT;
        return true;
    default:
        return false;
    }
}

static struct nic_report report_next(const struct nic_report *report)
{
    struct nic_report next = *report;

    next.slot = (report->slot + 1) % report->ring_slots;
    return next;
}

/* Keeps what this report's buffer holds. */
static void data_keep(struct nic_liar *liar, struct nic *nic, const struct nic_report *report)
{
    liar->last_bytes =
        report->buffer_bytes <= NIC_LIAR_DATA_BYTES ? report->buffer_bytes : NIC_LIAR_DATA_BYTES;
    liar->has_last = nic_hostile_read(nic, report->buffer, liar->data, liar->last_bytes);
    liar->last = *report;
}

static bool tell_replay(struct nic_liar *liar, struct nic *nic, const struct nic_report *report)
{
    struct nic_report old = *report;

    if (!liar->has_last) {
        data_keep(liar, nic, report);
        return nic_report_write(nic, report);
    }
    old.descriptor = liar->last.descriptor;
    (void)nic_hostile_write(nic, report->buffer, liar->data, liar->last_bytes);
    return nic_report_write(nic, &old);
}

static bool tell_reorder(struct nic_liar *liar, struct nic *nic, const struct nic_report *report)
{
    bool written;

    if (!liar->is_held) {
        liar->last = *report;
        liar->is_held = true;
        return true;
    }
    liar->is_held = false;
    written = nic_report_write(nic, report);
    return nic_report_write(nic, &liar->last) && written;
}

static bool tell_address(struct nic_liar *liar, struct nic *nic, const struct nic_report *report)
{
    data_keep(liar, nic, report);
    (void)nic_hostile_write(nic, (iova_t){liar->value}, liar->data, liar->last_bytes);
    return nic_report_write(nic, report);
}

/* What strike will need. */
static bool tell_first_half(struct nic_liar *liar, struct nic *nic, const struct nic_report *report)
{
    liar->last = *report;
    liar->has_last = true;
    return nic_report_write(nic, report);
}

static bool tell(struct nic_liar *liar, struct nic *nic, struct nic_report *report)
{
    struct nic_report next;

    switch (liar->lie) {
    case NIC_LIE_DONE_NEVER:
        return true;
    case NIC_LIE_DONE_TWICE:
        next = report_next(report);
        return nic_report_write(nic, report) && nic_report_write(nic, &next);
    case NIC_LIE_NEXT_DESCRIPTOR:
    case NIC_LIE_NEXT_DATA:
        return tell_first_half(liar, nic, report);
    case NIC_LIE_REPLAY:
        return tell_replay(liar, nic, report);
    case NIC_LIE_REORDER:
        return tell_reorder(liar, nic, report);
    case NIC_LIE_ADDRESS:
        return tell_address(liar, nic, report);
    default:
        (void)report_change(liar, report);
        return nic_report_write(nic, report);
    }
}

static bool liar_write_back(struct nic_hostility *self, struct nic *nic,
                            const struct nic_report *report)
{
    struct nic_liar *liar = liar_of(self);
    struct nic_report told = *report;

    if (!is_turn(liar, report)) {
        liar->reports++;
        return nic_report_write(nic, report);
    }
    liar->reports++;
    liar->lies++;
    return tell(liar, nic, &told);
}

static uint32_t liar_reg_read(struct nic_hostility *self, struct nic *nic, uint32_t offset,
                              uint32_t value)
{
    struct nic_liar *liar = liar_of(self);
    uint32_t reg = offset % NIC_QUEUE_STRIDE;
    bool is_ring = (offset - NIC_RDBAL < FOLIO_QUEUE_MAX * NIC_QUEUE_STRIDE) ||
                   (offset - NIC_TDBAL < FOLIO_QUEUE_MAX * NIC_QUEUE_STRIDE);

    (void)nic;
    if (liar->lie != NIC_LIE_HEAD || !is_ring || reg != NIC_RDH % NIC_QUEUE_STRIDE)
        return value;
    liar->lies++;
    return (uint32_t)liar->value;
}

void nic_liar_init(struct nic_liar *liar)
{
    static const struct nic_hostility_ops ops = {
        .before_data = liar_before, .write_back = liar_write_back, .reg_read = liar_reg_read};

    memset(liar, 0, sizeof *liar);
    liar->base.ops = &ops;
    liar->every = 1;
}

void nic_liar_strike(struct nic_liar *liar, struct nic *nic)
{
    struct nic_report *last = &liar->last;

    if (!liar->has_last)
        return;
    if (liar->lie == NIC_LIE_NEXT_DESCRIPTOR) {
        last->descriptor.high = (last->descriptor.high & VLAN_MASK) | (liar->value & ~VLAN_MASK);
        (void)nic_report_write(nic, last);
    } else if (liar->lie == NIC_LIE_NEXT_DATA) {
        data_keep(liar, nic, last);
        for (uint32_t i = 0; i < liar->last_bytes; i++)
            liar->data[i] = (uint8_t)~liar->data[i];
        (void)nic_hostile_write(nic, last->buffer, liar->data, liar->last_bytes);
    }
}
