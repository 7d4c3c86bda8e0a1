/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/net/lab.h — the machine around a data path: emulated memory with its RMP, an IOMMU, a NIC,
 * and one guest with memory for its device and memory of its own. Private to this room. */
#ifndef CVMLAB_SIM_NET_LAB_H
#define CVMLAB_SIM_NET_LAB_H

#include "devices/nic_backend.h"
#include "net/path.h"

struct lab {
    struct memory *memory;
    struct iommu *iommu;
    struct nic *nic;
    struct nic_backend backend; /* nobody's once a driver has closed it */
    bool is_backend_open;
    uint8_t *device_memory, *private_memory; /* as the guest sees them */
    size_t device_bytes, private_bytes;
};

/* Builds it: the guest's memory is device_bytes, to be shared, and behind it private_bytes; both
 * are rounded up to pages. Of a path with a trusted device, that device is bound and accepted.
 * On failure (diag) everything is freed. */
enum status lab_open(struct lab *lab, const struct path *path, size_t device_bytes,
                     size_t private_bytes, uint64_t seed, struct diagnostic *diag);

/* Frees all; safe on a zeroed struct. */
void lab_close(struct lab *lab);

#endif
