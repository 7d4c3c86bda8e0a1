/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/cli/run_record.c — see run_record.h. */
#include "cli/run_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_out.h"
#include "cli/cli.h"
#include "hart/hart_run.h"
#include "trace/import/infer.h"
#include "trace/trace.h"

struct run_record {
    struct run_record_config config;
    struct live *live;
    struct live_observer inner;
    FILE *events; /* struct trace_event, one after the other; nobody else sees it */
    uint64_t count;
    bool has_failed; /* it took no more */
    struct infer *infer;
};

enum { CSR_SSTATUS = 0x100, CSR_HSTATUS = 0x600, SSTATUS_SPP = 1 << 8, HSTATUS_SPV = 1 << 7 };

static const uint16_t csr_number[TCSR_COUNT] = {
    [TCSR_VSSTATUS] = 0x200,   [TCSR_VSIE] = 0x204,    [TCSR_VSTVEC] = 0x205,
    [TCSR_VSSCRATCH] = 0x240,  [TCSR_VSEPC] = 0x241,   [TCSR_VSCAUSE] = 0x242,
    [TCSR_VSTVAL] = 0x243,     [TCSR_HVIP] = 0x645,    [TCSR_VSATP] = 0x280,
    [TCSR_SCOUNTEREN] = 0x106, [TCSR_SENVCFG] = 0x10a,
};

static uint64_t csr(struct hart *hart, uint16_t number)
{
    uint64_t value = 0;

    (void)hart_csr_peek(hart, number, &value);
    return value;
}

/* --- what happens --- */

/* The guest as it is. sstatus.SPP and hstatus.SPV say its mode: a return clears them, and a trap to
 * M-mode does not set them. */
static struct trace_event event_of(const struct run_record *record, unsigned hart,
                                   struct hart_mode guest, uint64_t pc)
{
    struct hart_run *run = live_hart(record->live, hart);
    struct hart *model = hart_run_hart(run);
    struct trace_event event = {.known = TRACE_KNOWS_GPR | TRACE_KNOWS_PC | TRACE_VS_LIVE,
                                .n = record->count,
                                .t = live_time_ns(record->live),
                                .cpu = hart,
                                .pc = pc};

    for (unsigned i = 1; i < GPR_COUNT; i++)
        event.x[i] = hart_run_get(run, ENGINE_X + i);
    for (unsigned i = 0; i < TCSR_COUNT; i++)
        event.csr[i] = csr(model, csr_number[i]);
    event.sstatus = csr(model, CSR_SSTATUS) & ~(uint64_t)SSTATUS_SPP;
    if (guest.privilege == PRIVILEGE_S)
        event.sstatus |= SSTATUS_SPP;
    event.hstatus = csr(model, CSR_HSTATUS) | HSTATUS_SPV;
    return event;
}

static void event_add(struct run_record *record, const struct trace_event *event)
{
    struct diagnostic ignored;

    if (record->has_failed)
        return;
    if (infer_event(record->infer, event, record->config.path, &ignored) != STATUS_OK ||
        fwrite(event, sizeof *event, 1, record->events) != 1)
        record->has_failed = true;
    record->count++;
}

/* The instruction that trapped: from guest memory, where the cause names one that was fetched. */
static void insn_add(const struct run_record *record, unsigned hart, const struct hart_trap *trap,
                     struct trace_event *event)
{
    bool is_fetch = trap->cause == CAUSE_FETCH_MISALIGNED || trap->cause == CAUSE_FETCH_ACCESS ||
                    trap->cause == CAUSE_FETCH_PAGE || trap->cause == CAUSE_FETCH_GUEST_PAGE;

    if (!trap->is_interrupt && !is_fetch &&
        hart_insn_look(hart_run_hart(live_hart(record->live, hart)), trap->from, trap->epc,
                       &event->insn))
        event->known |= TRACE_KNOWS_INSN;
}

static void trap_seen(void *context, unsigned hart, const struct hart_trap *trap)
{
    struct run_record *record = context;
    struct trace_event event;

    if (record->inner.trap)
        record->inner.trap(record->inner.context, hart, trap);
    if (!trap->from.is_virtual || trap->to.is_virtual)
        return;
    event = event_of(record, hart, trap->from, trap->epc);
    event.type = TRACE_EXIT;
    event.known |= TRACE_KNOWS_TRAP;
    event.trap = (struct trap){.scause = trap->cause | (trap->is_interrupt ? SCAUSE_INTERRUPT : 0),
                               .stval = trap->tval,
                               .htval = trap->tval2,
                               .htinst = trap->tinst};
    insn_add(record, hart, trap, &event);
    event_add(record, &event);
}

static void return_seen(void *context, unsigned hart, struct hart_mode from, struct hart_mode to,
                        uint64_t pc)
{
    struct run_record *record = context;
    struct trace_event event;

    if (record->inner.returned)
        record->inner.returned(record->inner.context, hart, from, to, pc);
    if (from.is_virtual || !to.is_virtual)
        return;
    event = event_of(record, hart, to, pc);
    event.type = TRACE_RESUME;
    event_add(record, &event);
}

static void csr_seen(void *context, unsigned hart, uint16_t number, bool is_write, uint64_t value)
{
    const struct run_record *record = context;

    record->inner.csr(record->inner.context, hart, number, is_write, value);
}

static void step_seen(void *context, unsigned hart, uint64_t pc)
{
    const struct run_record *record = context;

    record->inner.step(record->inner.context, hart, pc);
}

/* --- from begin to end --- */

struct run_record *run_record_create(const struct run_record_config *config,
                                     struct diagnostic *diag)
{
    struct file_out *probe = file_out_create(config->path, diag);
    struct run_record *record;

    if (!probe)
        return NULL;
    file_out_abandon(probe);
    record = calloc(1, sizeof *record);
    if (record) {
        record->config = *config;
        record->infer = infer_create();
        record->events = tmpfile();
    }
    if (record && record->infer && record->events)
        return record;
    (void)diagnostic_set(diag, STATUS_IO, config->path, 0, 0,
                         "no temporary file for a recording: %s; expected room for one",
                         strerror(errno));
    run_record_destroy(record);
    return NULL;
}

struct live_observer run_record_observer(struct run_record *record,
                                         const struct live_observer *observer)
{
    record->inner = *observer;
    return (struct live_observer){.context = record,
                                  .trap = trap_seen,
                                  .returned = return_seen,
                                  .csr = observer->csr ? csr_seen : NULL,
                                  .step = observer->step ? step_seen : NULL};
}

void run_record_live_set(struct run_record *record, struct live *live)
{
    record->live = live;
}

static enum status header_of(struct run_record *record, struct trace_header *header,
                             struct diagnostic *diag)
{
    const struct machine_spec *spec = record->config.spec;
    const char *name = strrchr(record->config.guest, '/');

    *header = (struct trace_header){.major = TRACE_VERSION_MAJOR, .minor = TRACE_VERSION_MINOR};
    (void)snprintf(header->producer, sizeof header->producer, "cvmlab %s run --record",
                   CVMLAB_VERSION);
    (void)snprintf(header->guest_name, sizeof header->guest_name, "%.80s",
                   name ? name + 1 : record->config.guest);
    (void)snprintf(header->provenance, sizeof header->provenance,
                   "emulated: machine %s, %u hart(s), a vCPU per hart, memory seed %llu; t is "
                   "simulated time, a function of instructions",
                   spec->name, spec->harts.count, (unsigned long long)spec->memory.seed);
    return infer_finish(record->infer, header, record->config.path, diag);
}

static enum status events_write(struct run_record *record, struct trace_writer *writer,
                                struct diagnostic *diag)
{
    enum status status = STATUS_OK;

    rewind(record->events);
    for (uint64_t i = 0; i < record->count && status == STATUS_OK; i++) {
        struct trace_event event;

        if (fread(&event, sizeof event, 1, record->events) != 1)
            return diagnostic_set(diag, STATUS_IO, record->config.path, 0, 0,
                                  "the temporary file of the recording cannot be read");
        status = trace_write(writer, &event, diag);
    }
    return status;
}

enum status run_record_write(struct run_record *record, struct diagnostic *diag)
{
    struct trace_header header;
    struct trace_writer *writer;
    enum status status;

    if (record->has_failed)
        return diagnostic_set(diag, STATUS_IO, record->config.path, 0, 0,
                              "the recording is too large; expected less, or more room for a "
                              "temporary file");
    if (record->count == 0)
        return diagnostic_set(diag, STATUS_BAD_INPUT, record->config.guest, 0, 0,
                              "nothing to record: no hart ran with V = 1; expected a hypervisor");
    status = header_of(record, &header, diag);
    if (status != STATUS_OK)
        return status;
    writer = trace_create(record->config.path, &header, diag);
    if (!writer)
        return STATUS_IO;
    status = events_write(record, writer, diag);
    if (status == STATUS_OK)
        return trace_commit(writer, diag);
    trace_abandon(writer);
    return status;
}

void run_record_destroy(struct run_record *record)
{
    if (!record)
        return;
    infer_free(record->infer);
    if (record->events)
        (void)fclose(record->events);
    free(record);
}
