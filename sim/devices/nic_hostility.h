/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_hostility.h — a device that lies to its driver. The honest device writes what it
 * means to write; with a table set, it asks the table first. What a lie may reach is what the
 * device may reach: all of it is DMA, through the IOMMU. nic_liar.h has lies ready-made. */
#ifndef CVMLAB_SIM_DEVICES_NIC_HOSTILITY_H
#define CVMLAB_SIM_DEVICES_NIC_HOSTILITY_H

#include "devices/nic.h"

/* A descriptor that is about to be reported done. */
struct nic_report {
    uint16_t queue;
    bool is_transmit;
    uint32_t slot, ring_slots;
    iova_t ring;                        /* slot 0 */
    iova_t buffer;                      /* as the driver posted it; 0 of a context descriptor */
    uint32_t buffer_bytes;              /* used of it */
    struct folio_descriptor descriptor; /* as the honest device writes it; of transmit: high with DD
                                           set, low as it was read */
};

struct nic_hostility;

/* Every hook may be NULL: honest. They may use the functions below, but must not write registers or
 * put frames on the wire. */
struct nic_hostility_ops {
    /* Before data moves: of receive, nothing of the frame is written yet; of transmit, nothing is
     * read. A place to report done too early, or to replace addresses: the descriptor says what
     * would be reported. */
    void (*before_data)(struct nic_hostility *self, struct nic *nic,
                        const struct nic_report *report);
    /* In place of the write-back. To be honest after all: nic_report_write. Returns whether the
     * descriptor counts as written; false is a DMA refused. */
    bool (*write_back)(struct nic_hostility *self, struct nic *nic,
                       const struct nic_report *report);
    /* What a register reads as, instead of value. */
    uint32_t (*reg_read)(struct nic_hostility *self, struct nic *nic, uint32_t offset,
                         uint32_t value);
};

/* An adapter embeds this as its first member. */
struct nic_hostility {
    const struct nic_hostility_ops *ops;
};

/* From now on; NULL: honest again. Kept, not owned. */
void nic_hostility_set(struct nic *nic, struct nic_hostility *hostility);

/* Writes the descriptor as the honest device does. Returns whether the DMA was let through. */
bool nic_report_write(struct nic *nic, const struct nic_report *report);

/* Where the device sees a slot. */
iova_t nic_report_slot(const struct nic_report *report, uint32_t slot);

/* DMA of the device's own, anywhere; what the IOMMU refuses is logged and counted as ever.
 * Returns whether it was let through. */
bool nic_hostile_write(struct nic *nic, iova_t iova, const void *from, size_t size_bytes);
bool nic_hostile_read(struct nic *nic, iova_t iova, void *to, size_t size_bytes);

/* Puts the head of a queue somewhere, even outside its ring: the device itself then takes it modulo
 * the ring, the register shows it as it is until the head moves on. */
void nic_hostile_head(struct nic *nic, bool is_transmit, uint16_t queue, uint32_t head);

#endif
