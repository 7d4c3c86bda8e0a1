/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/replay/code.h — the guest code at a recorded exit. Recordings hold no guest memory: the
 * trapped instruction is taken from where the hart or the hypervisor left a copy of it, and rebuilt
 * as bytes that mean the same. */
#ifndef CVMLAB_SIM_REPLAY_CODE_H
#define CVMLAB_SIM_REPLAY_CODE_H

#include "trace/trace.h"

struct code {
    uint16_t half[2];
    bool known;
    bool inferred; /* from what the hypervisor did, not from a copy */
};

/* resume may be NULL (the run ended). Sources in this order: the trace's copy, htinst, stval, the
 * recorded effect. */
struct code code_recover(const struct trace_event *exit, const struct trace_event *resume);

/* The row can only be found with the resume at hand. */
bool code_needs_effect(const struct trace_event *exit);

/* What the bytes mean; INSN_OTHER if they are not known. */
struct insn code_insn(const struct code *code);

/* An instruction of the same effect with another data register and, where one exists, of the other
 * length. Not a load or store: returned as it is. */
struct code code_disguise(const struct code *code, unsigned reg);

#endif
