/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/import/kvmrec_insn.h — the MMIO instruction that KVM read from guest memory, as the
 * recording still has it. */
#ifndef CVMLAB_SIM_TRACE_IMPORT_KVMREC_INSN_H
#define CVMLAB_SIM_TRACE_IMPORT_KVMREC_INSN_H

#include "trace/import/kvmrec_record.h"

/* Whether KVM emulated the exit's access by the time of the next record of that vCPU. Only then is
 * its mmio_decode that of the exit. */
bool kvmrec_was_emulated(const struct kvmrec_record *exit, const struct kvmrec_record *next);

/* The instruction of an exit that next shows emulated, as TRACE_KNOWS_INSN means it. False if the
 * two records do not determine it; *insn is then undefined. */
bool kvmrec_mmio_insn(const struct kvmrec_record *exit, const struct kvmrec_record *next,
                      uint32_t *insn);

#endif
