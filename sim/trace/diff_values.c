/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/diff_values.c — see diff_values.h, and diff.h for the order of the row. */
#include "trace/diff_values.h"

#include <string.h>

const char *diff_value_name(unsigned index)
{
    static const char *const name[DIFF_VALUES] = {
        "known",   "pc",       "stval",      "htval",   "htinst",    "insn",  "reason",  "errno",
        "sstatus", "hstatus",  "x1",         "x2",      "x3",        "x4",    "x5",      "x6",
        "x7",      "x8",       "x9",         "x10",     "x11",       "x12",   "x13",     "x14",
        "x15",     "x16",      "x17",        "x18",     "x19",       "x20",   "x21",     "x22",
        "x23",     "x24",      "x25",        "x26",     "x27",       "x28",   "x29",     "x30",
        "x31",     "vsstatus", "vsie",       "vstvec",  "vsscratch", "vsepc", "vscause", "vstval",
        "hvip",    "vsatp",    "scounteren", "senvcfg",
    };

    return name[index];
}

void diff_values_fill(uint64_t value[DIFF_VALUES], const struct trace_event *event)
{
    const uint64_t plain[DIFF_PLAIN_VALUES] = {
        event->known,       event->pc,      event->trap.stval, event->trap.htval,
        event->trap.htinst, event->insn,    event->vmm_reason, (uint64_t)event->vmm_errno,
        event->sstatus,     event->hstatus,
    };

    memcpy(value, plain, sizeof plain);
    memcpy(value + DIFF_PLAIN_VALUES, event->x + 1, (GPR_COUNT - 1) * sizeof value[0]);
    memcpy(value + DIFF_PLAIN_VALUES + GPR_COUNT - 1, event->csr, sizeof event->csr);
}
