/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/trace/export/to_kvmrec.c — back to the recorder's records. Read import/kvmrec_record.h and
 * the opening comment of import/kvmrec.c: an exit with TRACE_VS_LIVE had, in the recording, the
 * saved CSRs of its vCPU's previous record. */
#include <inttypes.h>
#include <string.h>

#include "trace/export/encoder.h"
#include "trace/import/kvmrec_record.h"

static void kvmrec_start(struct export_record *to)
{
    (void)to;
}

static const char *event_fault(const struct trace_event *event)
{
    uint32_t needed = TRACE_KNOWS_GPR | TRACE_KNOWS_PC;

    if (event->type == TRACE_EXIT)
        needed |= TRACE_KNOWS_TRAP;
    if ((event->known & needed) != needed)
        return "has unknown registers; expected a trace that has them all";
    if (event->cpu >= VCPU_MAX)
        return "has a vCPU that a record cannot have; expected 0 to 15";
    return NULL;
}

static enum status kvmrec_encode(struct export_state *state, const struct trace_event *event,
                                 struct export_record *to, struct diagnostic *diag)
{
    struct kvmrec_record record;
    const char *fault;

    if (event->type == TRACE_NOTE)
        return STATUS_OK;
    fault = event_fault(event);
    if (fault)
        return diagnostic_set(diag, STATUS_BAD_INPUT, state->name, 0, 0,
                              "cannot hold event %" PRIu64 ": it %s", event->n, fault);
    kvmrec_from_event(&record, event);
    if (state->restores_saved_csrs && event->type == TRACE_EXIT && (event->known & TRACE_VS_LIVE) &&
        state->vcpu[event->cpu].seen)
        kvmrec_saved_copy(record.csr, state->vcpu[event->cpu].csr);
    state->vcpu[event->cpu].seen = true;
    memcpy(state->vcpu[event->cpu].csr, record.csr, sizeof record.csr);
    kvmrec_pack((uint8_t *)to->bytes, &record);
    to->used = KVMREC_BYTES;
    return STATUS_OK;
}

const struct export_encoder EXPORT_ENCODER_KVMREC = {.start = kvmrec_start,
                                                     .encode = kvmrec_encode};
