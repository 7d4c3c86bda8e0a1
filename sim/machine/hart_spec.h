/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/hart_spec.h — the object "harts" of a machine spec: how many there are, what they
 * have, and how they take turns. */
#ifndef CVMLAB_SIM_MACHINE_HART_SPEC_H
#define CVMLAB_SIM_MACHINE_HART_SPEC_H

#include "base/document.h"
#include "hart/hart.h"

enum { MACHINE_HART_MAX = 16 };

struct machine_harts {
    unsigned count; /* 0: the machine has none; it is a memory to be tried out */
    struct hart_features features;
    uint64_t quantum;               /* instructions of one hart before the next one runs */
    uint64_t instructions_per_tick; /* of mtime */
    uint64_t timebase_hz;           /* what the device tree says of a tick */
};

/* One extension that a spec may switch on. */
struct machine_extension {
    const char *name; /* as in a spec and in an ISA string: "sstc" */
    size_t offset;    /* of its bool in struct hart_features */
};

/* All of them, in the order of an ISA string; NULL at the end. */
extern const struct machine_extension machine_extensions[];

/* Whether features has it. */
bool machine_extension_is_on(const struct hart_features *features,
                             const struct machine_extension *extension);

/* "bare", "sv39", "sv48", "sv57": the deepest page table; by levels_max 0, 3, 4, 5. */
const char *machine_paging_name(unsigned levels_max);

/* Reads the object over the usual values: one hart with every extension. STATUS_BAD_INPUT. */
enum status machine_harts_read(const struct place *at, struct machine_harts *out);

#endif
