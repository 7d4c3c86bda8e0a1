/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/machine.h — a machine built from its spec: memory, IOMMU, secure processor. */
#ifndef CVMLAB_SIM_MACHINE_MACHINE_H
#define CVMLAB_SIM_MACHINE_MACHINE_H

#include "devices/iommu.h"
#include "machine/machine_spec.h"
#include "psp/firmware.h"

struct machine {
    struct machine_spec spec;
    struct memory *memory;
    struct iommu *iommu;
    struct psp *psp;
};

/* Builds it, with its devices in the IOMMU; the secure processor is not initialised yet. STATUS_IO:
 * no memory; STATUS_BAD_INPUT: the memory refuses the spec. *out is NULL then. The caller frees
 * with machine_destroy. */
enum status machine_create(const struct machine_spec *spec, struct machine **out);

/* Initialises the secure processor as the spec says (psp_init); for the mode snp. */
enum psp_status machine_boot(struct machine *machine);

/* Frees; NULL is allowed. */
void machine_destroy(struct machine *machine);

#endif
