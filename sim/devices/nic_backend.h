/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/devices/nic_backend.h — seam B of Folio (src/folio/backend.h) over the NIC model: what the
 * guest's kernel module and the host do for a port. Sharing is a change of page state: in SNP
 * PVALIDATE by the guest and RMPUPDATE by the host, in SEV and SEV-ES the C-bit, else nothing;
 * then the host maps the pages for the device. A guest with a trusted device keeps its memory
 * private: the pages are mapped for the device and stay as they are.
 *
 * The guest works on pointers that the door gave (memory.h). If one is called back, the next burst
 * or register access asks anew; what is then refused is a fault that the host caused: the guest
 * cannot go on. From then on bursts do nothing and registers say STATUS_FAULT. Whoever plays a
 * hostile host asks nic_backend_is_stopped before it lets the guest run again, folio_port_close and
 * folio_port_abandon included: a real guest would hang in a nested page fault. */
#ifndef CVMLAB_SIM_DEVICES_NIC_BACKEND_H
#define CVMLAB_SIM_DEVICES_NIC_BACKEND_H

#include "devices/nic.h"
#include "folio/ring.h"

struct nic_backend_setup {
    struct memory *memory;
    struct iommu *iommu;
    struct nic *nic;
    uint16_t device; /* the NIC's id at the IOMMU */
    uint16_t asid;   /* of the guest; 0 only without encryption (MEMORY_NONE) */
    bool is_trusted; /* bound to this guest and accepted by it: nothing is shared */
    /* The guest's memory for the port: whole pages, contiguous in gpa (C-bit stripped) and spa. In
     * SNP they are assigned to the guest and validated. */
    gpa_t gpa;
    spa_t spa;
    size_t size_bytes;
    iova_t iova; /* where the host maps the first page; of a trusted device its gpa instead */
};

/* What the backend did for its guest, for ledgers. Each register access of a guest is one exit. */
struct nic_backend_stats {
    uint64_t pages_shared, pages_unshared; /* changes of page state */
    uint64_t register_reads, register_writes;
    uint64_t renewals; /* pages asked for again after they were called back */
};

struct nic_backend {
    struct folio_ring_driver driver; /* first: a struct folio_backend is one of these */
    struct nic_backend_setup setup;
    uint8_t *memory; /* the guest's pointer to its memory */
    bool is_shared;  /* memory[0] to [shared_bytes - 1] */
    size_t shared_offset, shared_bytes;
    bool is_changing;    /* the backend changes page states itself: no call-back is news */
    bool is_called_back; /* pointers are to be asked for again */
    bool is_stopped;
    struct fault fault; /* that stopped it */
    struct nic_backend_stats stats;
};

/* Asks for the guest's memory and sets driver.base.ops; keeps *setup. STATUS_BAD_ADDRESS: not whole
 * pages, or no contiguous RAM; STATUS_FAULT: the door refuses the guest; STATUS_FULL: no memory.
 * Nothing is kept on error. */
enum status nic_backend_open(struct nic_backend *backend, const struct nic_backend_setup *setup);

/* Lets go; memory that is still shared stays so. */
void nic_backend_end(struct nic_backend *backend);

/* The guest's pointer to its memory, for folio_port_config.shared; size_bytes of the setup. */
static inline void *nic_backend_memory(const struct nic_backend *backend)
{
    return backend->memory;
}

/* Whether the host took a page away that the guest stands on; then *fault says which check failed
 * (may be NULL). Asks for what was called back. */
bool nic_backend_is_stopped(struct nic_backend *backend, struct fault *fault);

#endif
