/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export/to_csv.c — comma-separated values (RFC 4180, but lines end in a newline alone):
 * for spreadsheets, R and SQL. No field needs quotes: all are names, decimal or 0x-hexadecimal
 * numbers, or empty for what is unknown. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "trace/export/encoder.h"

static const char *const CSR_NAMES[TCSR_COUNT] = {
    "vsstatus", "vsie", "vstvec", "vsscratch",  "vsepc",   "vscause",
    "vstval",   "hvip", "vsatp",  "scounteren", "senvcfg",
};

/* A line has at most 60 fields of at most 40 characters, so it fits. */
__attribute__((format(printf, 2, 3))) static void record_print(struct export_record *record,
                                                               const char *format, ...)
{
    size_t room = sizeof record->bytes - record->used;
    va_list args;

    va_start(args, format);
    record->used += (size_t)vsnprintf(record->bytes + record->used, room, format, args);
    va_end(args);
}

static void csv_start(struct export_record *to)
{
    record_print(
        to, "n,t,cpu,ev,cause,stval,htval,htinst,insn,reason,errno,vs_live,pc,sstatus,hstatus");
    for (unsigned i = 1; i < GPR_COUNT; i++)
        record_print(to, ",x%u", i);
    for (unsigned i = 0; i < TCSR_COUNT; i++)
        record_print(to, ",%s", CSR_NAMES[i]);
    record_print(to, "\n");
}

static void csv_number(struct export_record *to, uint32_t is_known, uint64_t value)
{
    if (is_known)
        record_print(to, ",0x%" PRIx64, value);
    else
        record_print(to, ",");
}

/* A cause without a name is its number. */
static void csv_cause(struct export_record *to, const struct trace_event *event)
{
    const char *name = cause_name(event->trap.scause);

    if (event->type == TRACE_EXIT && name)
        record_print(to, ",%s", name);
    else
        csv_number(to, event->type == TRACE_EXIT, event->trap.scause);
}

static void csv_answer(struct export_record *to, const struct trace_event *event)
{
    if (event->type == TRACE_VMM)
        record_print(to, ",%" PRIu32 ",%" PRId32, event->vmm_reason, event->vmm_errno);
    else
        record_print(to, ",,");
}

static enum status csv_encode(struct export_state *state, const struct trace_event *event,
                              struct export_record *to, struct diagnostic *diag)
{
    static const char *const type[] = {"exit", "resume", "vmm"};
    uint32_t trap = event->known & TRACE_KNOWS_TRAP, gpr = event->known & TRACE_KNOWS_GPR;

    (void)state;
    (void)diag;
    if (event->type == TRACE_NOTE)
        return STATUS_OK;
    record_print(to, "%" PRIu64 ",%" PRIu64 ",%" PRIu32 ",%s", event->n, event->t, event->cpu,
                 type[event->type]);
    csv_cause(to, event);
    csv_number(to, trap, event->trap.stval);
    csv_number(to, trap, event->trap.htval);
    csv_number(to, trap, event->trap.htinst);
    csv_number(to, event->known & TRACE_KNOWS_INSN, event->insn);
    csv_answer(to, event);
    record_print(to, "%s", event->known & TRACE_VS_LIVE ? ",1" : gpr ? ",0" : ",");
    csv_number(to, event->known & TRACE_KNOWS_PC, event->pc);
    csv_number(to, gpr, event->sstatus);
    csv_number(to, gpr, event->hstatus);
    for (unsigned i = 1; i < GPR_COUNT; i++)
        csv_number(to, gpr, event->x[i]);
    for (unsigned i = 0; i < TCSR_COUNT; i++)
        csv_number(to, gpr, event->csr[i]);
    record_print(to, "\n");
    return STATUS_OK;
}

const struct export_encoder EXPORT_ENCODER_CSV = {.start = csv_start, .encode = csv_encode};
