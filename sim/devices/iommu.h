/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/iommu.h — the IOMMU: translates what devices ask for and lets them reach only what
 * the RMP gives to the hypervisor, or, for a trusted device, what its guest accepted (APM vol.
 * 2, 15.36; AMD I/O Virtualization Technology specification, event log; SEV-TIO). */
#ifndef CVMLAB_SIM_DEVICES_IOMMU_H
#define CVMLAB_SIM_DEVICES_IOMMU_H

#include "memory/memory.h"

/* Why a DMA was refused. */
enum iommu_reason {
    IOMMU_NO_DEVICE,      /* no entry in the device table */
    IOMMU_NOT_MAPPED,     /* the device's table maps no page there */
    IOMMU_NOT_WRITABLE,   /* it maps the page read-only */
    IOMMU_RMP_PAGE_FAULT, /* event 0xD: the RMP refuses */
    IOMMU_NOT_ACCEPTED,   /* a trusted device that its guest has not accepted (or no more) */
    IOMMU_NO_MEMORY,      /* translated to where no RAM is */
    IOMMU_REASON_COUNT
};

/* "rmp-page-fault" */
const char *iommu_reason_name(enum iommu_reason reason);

/* One refusal. */
struct iommu_event {
    uint16_t device;
    enum access_kind kind;
    iova_t iova; /* where it was stopped: the start of the DMA, or of a later page */
    spa_t spa;   /* 0 if it was not translated */
    enum iommu_reason reason;
    struct fault fault; /* with RMP_PAGE_FAULT: which check */
};

struct iommu;

/* Refusals are told to log, which may be NULL. NULL: no memory. Memory is kept, not owned. */
struct iommu *iommu_create(struct memory *memory,
                           void (*log)(void *context, const struct iommu_event *event),
                           void *context);

/* Frees; NULL is allowed. */
void iommu_destroy(struct iommu *iommu);

/* Adds a device, untrusted, with an empty table. STATUS_BAD_STATE: there is one of this id;
 * STATUS_IO: no memory. */
enum status iommu_device_add(struct iommu *iommu, uint16_t device);

/* The hypervisor maps a page of the device's address space, or replaces the mapping.
 * STATUS_BAD_ADDRESS: unaligned; STATUS_BAD_STATE: no such device; STATUS_IO: no memory. */
enum status iommu_map(struct iommu *iommu, uint16_t device, iova_t iova, spa_t spa, bool writable);

/* Takes the mapping away; one that is not there is no error. STATUS_BAD_STATE: no such device. */
enum status iommu_unmap(struct iommu *iommu, uint16_t device, iova_t iova);

/* SEV-TIO. The host binds a device to a guest: it becomes trusted, its iovas are that guest's gpas,
 * and it reaches nothing until the guest accepts it. asid 0: it is untrusted again. Binding anew
 * takes the acceptance back. STATUS_BAD_STATE: no such device; STATUS_DENIED: there is no RMP that
 * would keep it to that guest, or the machine has no such asid; the device stays as it was. */
enum status iommu_bind(struct iommu *iommu, uint16_t device, uint16_t asid);

/* The guest accepts the bound device after it checked its report, or takes that back.
 * STATUS_DENIED: it is bound to another guest or to none; STATUS_BAD_STATE: no such device. */
enum status iommu_accept(struct iommu *iommu, uint16_t device, uint16_t asid, bool accepted);

/* DMA over page borders, all or nothing, checked in the order of enum iommu_reason but for the
 * acceptance, which comes before the table. A trusted device uses its guest's key, and the checks
 * of that guest's VMPL0 (reads and writes of private pages need Validated; C-bit as in the guest's
 * addresses; the table is asked for the address without it). STATUS_DENIED: refused; the event was
 * logged, and copied to *event unless NULL. */
enum status iommu_dma_read(struct iommu *iommu, uint16_t device, iova_t iova, void *to,
                           size_t size_bytes, struct iommu_event *event);
enum status iommu_dma_write(struct iommu *iommu, uint16_t device, iova_t iova, const void *from,
                            size_t size_bytes, struct iommu_event *event);

/* A page as a device may keep it. */
struct iommu_grant {
    uint8_t *bytes; /* at iova, to the end of its page. Written only if that was asked for. */
    spa_t spa;      /* of the byte at iova: which call of a memory watch takes it away */
};

/* What an IOTLB asks once per page, instead of DMA for each access: the same checks, refusals and
 * events. The pointer is good for accesses of this kind until a memory watch calls it back, or the
 * device's own watch says that the tables changed. STATUS_DENIED as for DMA. */
enum status iommu_ask(struct iommu *iommu, uint16_t device, enum access_kind kind, iova_t iova,
                      struct iommu_grant *grant, struct iommu_event *event);

/* Whether iommu_ask would grant it; if so, *grant is as it would be, but bytes NULL. Logs nothing.
 */
bool iommu_check(struct iommu *iommu, uint16_t device, enum access_kind kind, iova_t iova,
                 struct iommu_grant *grant);

/* Who is told before a mapping of the device changes or its binding or acceptance does; one per
 * device, NULL: nobody. STATUS_BAD_STATE: no such device. */
enum status iommu_watch_set(struct iommu *iommu, uint16_t device, void (*watch)(void *context),
                            void *context);

/* Whether the device is bound to a guest: its link is encrypted then. */
bool iommu_is_trusted(const struct iommu *iommu, uint16_t device);

#endif
