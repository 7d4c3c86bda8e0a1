/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_hostility.c — where the device asks whether to lie. Read nic_hostility.h first.
 */
#include "devices/nic_internal.h"

void nic_hostility_set(struct nic *nic, struct nic_hostility *hostility)
{
    nic->hostility = hostility;
}

void nic_report_before(struct nic *nic, const struct nic_report *report)
{
    struct nic_hostility *hostility = nic->hostility;

    if (hostility->ops->before_data)
        hostility->ops->before_data(hostility, nic, report);
}

bool nic_report_done(struct nic *nic, const struct nic_report *report)
{
    struct nic_hostility *hostility = nic->hostility;

    if (hostility->ops->write_back)
        return hostility->ops->write_back(hostility, nic, report);
    return nic_report_write(nic, report);
}

uint32_t nic_register_lie(struct nic *nic, uint32_t offset, uint32_t value)
{
    struct nic_hostility *hostility = nic->hostility;

    return hostility->ops->reg_read ? hostility->ops->reg_read(hostility, nic, offset, value)
                                    : value;
}

iova_t nic_report_slot(const struct nic_report *report, uint32_t slot)
{
    return (iova_t){report->ring.v + (uint64_t)slot * FOLIO_DESCRIPTOR_BYTES};
}

bool nic_report_write(struct nic *nic, const struct nic_report *report)
{
    return nic_slot_write(nic, nic_report_slot(report, report->slot).v, &report->descriptor);
}

bool nic_hostile_write(struct nic *nic, iova_t iova, const void *from, size_t size_bytes)
{
    return nic_dma_write(nic, iova.v, from, size_bytes);
}

bool nic_hostile_read(struct nic *nic, iova_t iova, void *to, size_t size_bytes)
{
    return nic_dma_read(nic, iova.v, to, size_bytes);
}

void nic_hostile_head(struct nic *nic, bool is_transmit, uint16_t queue, uint32_t head)
{
    struct nic_ring *ring;

    if (queue >= nic->config.queue_count)
        return;
    ring = is_transmit ? &nic->tx[queue] : &nic->rx[queue];
    ring->shown_head = head;
    if (ring->size)
        ring->head = head % ring->size;
}
