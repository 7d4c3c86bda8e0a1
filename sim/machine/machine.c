/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/machine.c — builds a machine from its spec. See machine.h. */
#include "machine/machine.h"

#include <stdlib.h>

static enum status devices_add(struct machine *machine)
{
    for (unsigned i = 0; i < machine->spec.device_count; i++)
        if (iommu_device_add(machine->iommu, machine->spec.device[i].id) != STATUS_OK)
            return STATUS_IO;
    return STATUS_OK;
}

enum status machine_create(const struct machine_spec *spec, struct machine **out)
{
    struct machine *machine = calloc(1, sizeof *machine);
    enum status status;

    *out = NULL;
    if (!machine)
        return STATUS_IO;
    machine->spec = *spec;
    status = memory_create(&spec->memory, &machine->memory);
    if (status == STATUS_OK) {
        machine->iommu = iommu_create(machine->memory, NULL, NULL);
        machine->psp = psp_create(machine->memory, spec->memory.seed);
        status = machine->iommu && machine->psp ? devices_add(machine) : STATUS_IO;
    }
    if (status == STATUS_OK)
        *out = machine;
    else
        machine_destroy(machine);
    return status;
}

enum psp_status machine_boot(struct machine *machine)
{
    struct psp_init_options options = {.alias_check = machine->spec.alias_check,
                                       .ciphertext_hiding = machine->spec.memory.ciphertext_hiding};

    return psp_init(machine->psp, &options);
}

void machine_destroy(struct machine *machine)
{
    if (!machine)
        return;
    psp_destroy(machine->psp);
    iommu_destroy(machine->iommu);
    memory_destroy(machine->memory);
    free(machine);
}
